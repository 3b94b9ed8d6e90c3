//! Standard output: one document, or several.

use std::io::{self, ErrorKind, Write};

use dt_report::contract::{Document, Step};
use dt_report::event::{Sender, Standard};
use dt_report::{csv, json, table};
use jiff::Timestamp;

use crate::config::Output;
use crate::failure::{Failure, Result};
use crate::options::Format;

/// Prints documents as they come, whole ones only.
pub(crate) struct Printer<'a> {
    output: &'a Output,
    now: Timestamp,
    /// The appliance that answered, which events name.
    appliance: Option<&'a str>,
    /// A list is an array even if it holds one document or none; JSON needs all of them first.
    list: Option<Vec<Document>>,
    printed: usize,
    /// Whether the reader has gone away.
    unread: bool,
}

impl<'a> Printer<'a> {
    /// For one document.
    pub(crate) fn one(output: &'a Output, now: Timestamp) -> Self {
        Self { output, now, appliance: None, list: None, printed: 0, unread: false }
    }

    /// For a list of documents.
    pub(crate) fn list(output: &'a Output, now: Timestamp) -> Self {
        Self { list: Some(Vec::new()), ..Self::one(output, now) }
    }

    /// Of what this appliance answered.
    pub(crate) fn of(self, appliance: Option<&'a str>) -> Self {
        Self { appliance, ..self }
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
            (Format::Csv, _) => {
                let Document::Devices(devices) = &document else {
                    unreachable!("refused when the configuration was resolved")
                };
                let header = if self.printed == 0 { csv::devices_header() } else { String::new() };
                self.write(&(header + &csv::devices(devices)))?;
            }
            (Format::Ecs, _) => self.tell(Standard::Ecs, &document)?,
            (Format::Ocsf, _) => self.tell(Standard::Ocsf, &document)?,
            (Format::Hec, _) => self.tell(Standard::Hec, &document)?,
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

    fn tell(&mut self, standard: Standard, document: &Document) -> Result<()> {
        let sender = Sender { now: self.now, appliance: self.appliance };
        self.write(&standard.lines(document, self.output.subject, sender))
    }

    /// Prints a step of the doctor to somebody who watches; scripts get all of them at the end.
    pub(crate) fn step(&mut self, step: &Step) -> Result<()> {
        match self.output.format {
            Format::Table => self.write(&table::step(step)),
            _ => Ok(()),
        }
    }

    /// Prints a document whose steps were printed as they were taken.
    pub(crate) fn steps(&mut self, document: Document) -> Result<()> {
        match self.output.format {
            Format::Table => Ok(()),
            _ => self.print(document),
        }
    }

    pub(crate) fn finish(mut self) -> Result<()> {
        match (self.list.take(), self.output.format) {
            (Some(list), Format::Json) => self.write(&json::render_list(&list)),
            _ => Ok(()),
        }
    }

    /// Whether nobody reads any more, so that printing more is of no use.
    pub(crate) fn is_unread(&self) -> bool {
        self.unread
    }

    fn write(&mut self, text: &str) -> Result<()> {
        let read = done(match self.output.format {
            Format::Table => {
                let mut terminal = anstream::AutoStream::new(io::stdout(), self.output.color);
                terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush())
            }
            // Escapes within JSON are its own; a cell has none.
            _ => to_stdout(text.as_bytes()),
        })?;
        self.unread |= !read;
        Ok(())
    }
}

/// Passes bytes on as they are.
pub(crate) fn bytes(bytes: &[u8]) -> Result<()> {
    done(to_stdout(bytes)).map(|_| ())
}

fn to_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush())
}

/// Whether it was read. A reader that goes away is done with it.
fn done(written: io::Result<()>) -> Result<bool> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::new("failed to write the answer").because(&error)),
    }
}
