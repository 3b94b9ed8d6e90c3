//! Standard output: one document, or several.

use std::io::{self, ErrorKind, Write};

use dt_report::contract::{Document, Step};
use dt_report::{json, table};
use jiff::Timestamp;

use crate::config::Output;
use crate::failure::{Failure, Result};
use crate::options::Format;

/// Prints documents as they come, whole ones only.
pub(crate) struct Printer<'a> {
    output: &'a Output,
    now: Timestamp,
    /// A list is an array even if it holds one document or none; JSON needs all of them first.
    list: Option<Vec<Document>>,
    printed: usize,
}

impl<'a> Printer<'a> {
    /// For one document.
    pub(crate) fn one(output: &'a Output, now: Timestamp) -> Self {
        Self { output, now, list: None, printed: 0 }
    }

    /// For a list of documents.
    pub(crate) fn list(output: &'a Output, now: Timestamp) -> Self {
        Self { list: Some(Vec::new()), ..Self::one(output, now) }
    }

    pub(crate) fn print(&mut self, document: Document) -> Result<()> {
        match (self.output.format, &mut self.list) {
            (Format::Json, Some(list)) => {
                list.push(document);
                return Ok(());
            }
            (Format::Json, None) => self.write(&json::render(&document))?,
            (Format::Ndjson, Some(_)) => self.write(&json::lines_among_others(&document))?,
            (Format::Ndjson, None) => self.write(&json::lines(&document))?,
            (Format::Table, _) => {
                let options = table::Options {
                    time_zone: self.output.time_zone.clone(),
                    now: self.now,
                    extent: self.output.extent,
                };
                let apart = if self.printed > 0 { "\n" } else { "" };
                self.write(&format!("{apart}{}", table::render(&document, &options)))?;
            }
        }
        self.printed += 1;
        Ok(())
    }

    /// Prints a step of the doctor to somebody who watches; scripts get all of them at the end.
    pub(crate) fn step(&self, step: &Step) -> Result<()> {
        match self.output.format {
            Format::Table => self.write(&table::step(step)),
            Format::Json | Format::Ndjson => Ok(()),
        }
    }

    /// Prints a document whose steps were printed as they were taken.
    pub(crate) fn steps(&mut self, document: Document) -> Result<()> {
        match self.output.format {
            Format::Table => Ok(()),
            Format::Json | Format::Ndjson => self.print(document),
        }
    }

    pub(crate) fn finish(self) -> Result<()> {
        match (&self.list, self.output.format) {
            (Some(list), Format::Json) => self.write(&json::render_list(list)),
            _ => Ok(()),
        }
    }

    fn write(&self, text: &str) -> Result<()> {
        done(match self.output.format {
            // Escapes within JSON are its own.
            Format::Json | Format::Ndjson => to_stdout(text.as_bytes()),
            Format::Table => {
                let mut terminal = anstream::AutoStream::new(io::stdout(), self.output.color);
                terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush())
            }
        })
    }
}

/// Passes bytes on as they are.
pub(crate) fn bytes(bytes: &[u8]) -> Result<()> {
    done(to_stdout(bytes))
}

fn to_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush())
}

/// A reader that goes away is done with it.
fn done(written: io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new("failed to write the answer").because(&error))
        }
        _ => Ok(()),
    }
}
