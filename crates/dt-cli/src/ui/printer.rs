//! Standard output: one document, or several.

use std::io::{self, ErrorKind, Write};
use std::ops::ControlFlow;

use anstream::ColorChoice;
use dt_analysis::{AsOf, Policy};
use dt_model::AppliancePages;
use dt_report::contract::{BelowLevel, Document, Step};
use dt_report::event::{EventContext, Standard, Subject};
use dt_report::{Pages, Provenance, csv, json, table};
use jiff::Timestamp;

use super::output::Output;
use super::pager::{self, Screen};
use crate::failure::{Failure, Result};
use crate::options::Format;

/// How everything that is printed was made.
#[derive(Debug)]
pub(crate) struct PrintContext<'a> {
    pub(crate) output: &'a Output,
    pub(crate) now: Timestamp,
    /// The appliance that answered, which events name.
    pub(crate) appliance: Option<&'a str>,
    /// Where its own pages are, which is linked to.
    pub(crate) pages: Option<&'a AppliancePages>,
    /// Where the answers come from, in words.
    pub(crate) source: String,
    /// By which thresholds they are judged, if they are.
    pub(crate) policy: Option<&'a Policy>,
}

/// Prints documents as they come, whole ones only.
pub(crate) struct Printer<'a> {
    context: PrintContext<'a>,
    shape: Shape,
    /// What has to wait for the others: some formats make one of all documents.
    pages: Option<Pages>,
    /// The array that is being written.
    array: json::List,
    /// The terminal that tables are read on, if a pager may show them there.
    screen: Option<Screen>,
    /// Whether who reads a table can follow its links.
    follows_links: bool,
    /// The tables that wait for it: only the last tells how tall they are.
    tables: String,
    printed: usize,
    /// What is not told, where what is printed does not say it.
    not_told: BelowLevel,
    excluded: usize,
    /// Whether the reader has gone away.
    pipe_closed: bool,
}

/// Whether a list was asked for, which is one even if it holds one document or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    One,
    List,
}

impl<'a> PrintContext<'a> {
    /// Of what nobody answered, and nothing judges.
    pub(crate) fn plain(output: &'a Output, now: Timestamp) -> Self {
        Self { output, now, appliance: None, pages: None, source: String::new(), policy: None }
    }

    fn made(&self) -> Provenance<'_> {
        let viewpoint = AsOf { now: self.now, zone: &self.output.time_zone };
        Provenance { viewpoint, source: &self.source, policy: self.policy }
    }
}

impl<'a> Printer<'a> {
    /// For one document.
    pub(crate) fn one(context: PrintContext<'a>) -> Self {
        let output = context.output;
        let paged = output.format == Format::Table && output.pager.is_some();
        Self {
            context,
            shape: Shape::One,
            pages: output.format.pages().map(Pages::new),
            array: json::List::default(),
            screen: paged.then(Screen::of_stdout).flatten(),
            follows_links: supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            tables: String::new(),
            printed: 0,
            not_told: BelowLevel::default(),
            excluded: 0,
            pipe_closed: false,
        }
    }

    /// For a list of documents.
    pub(crate) fn list(context: PrintContext<'a>) -> Self {
        Self { shape: Shape::List, ..Self::one(context) }
    }

    /// Going on after so many documents that were printed before.
    pub(crate) fn after(self, printed: usize) -> Self {
        Self { printed, ..self }
    }

    pub(crate) fn print(&mut self, document: &Document) -> Result<()> {
        let document = &*document.at_level(self.context.output.min_severity);
        self.not_told = self.not_told.and(document.below_level());
        self.excluded += document.excluded();
        let first = self.printed == 0;
        match (self.context.output.format, self.shape) {
            (Format::Json, Shape::One) => self.write(&json::render(document))?,
            (Format::Json, Shape::List) => {
                let text = self.array.add(document);
                self.write(&text)?;
            }
            (Format::Md | Format::Html, _) => {
                let made = self.context.made();
                self.pages.iter_mut().for_each(|pages| pages.add(document, &made));
            }
            (Format::Ndjson, Shape::List) => self.write(&json::lines_among_others(document))?,
            (Format::Ndjson, Shape::One) => self.write(&json::lines(document))?,
            (Format::Csv, _) => {
                let header = if first { csv::header(document) } else { String::new() };
                self.write(&(header + &csv::rows(document)))?;
            }
            (Format::Ecs, _) => self.print_events(Standard::Ecs, document)?,
            (Format::Ocsf, _) => self.print_events(Standard::Ocsf, document)?,
            (Format::Hec, _) => self.print_events(Standard::Hec, document)?,
            (Format::Table, _) => {
                let options = table::Options {
                    time_zone: self.context.output.time_zone.clone(),
                    now: self.context.now,
                    extent: self.context.output.extent,
                };
                let apart = if first { "" } else { "\n" };
                let screen = table::render(document, &options);
                let screen =
                    if self.follows_links { screen } else { table::without_links(&screen) };
                let text = format!("{apart}{screen}");
                if self.screen.is_some() {
                    self.tables.push_str(&text);
                } else {
                    self.write(&text)?;
                }
            }
        }
        self.printed += 1;
        Ok(())
    }

    fn print_events(&mut self, standard: Standard, document: &Document) -> Result<()> {
        let PrintContext { now, appliance, pages, .. } = self.context;
        let sender = EventContext { now, appliance, pages };
        self.write(&standard.lines(document, self.context.output.subject, sender))
    }

    /// Prints a step of the doctor to somebody who watches; others get all of them at the end.
    pub(crate) fn step(&mut self, step: &Step) -> Result<()> {
        match self.context.output.format {
            Format::Table => self.write(&table::step(step)),
            _ => Ok(()),
        }
    }

    /// Prints a document whose steps were printed as they were taken.
    pub(crate) fn steps(&mut self, document: &Document) -> Result<()> {
        match self.context.output.format {
            Format::Table => Ok(()),
            _ => self.print(document),
        }
    }

    /// Prints what had to wait for the last document, and says whether all was read.
    pub(crate) fn finish(mut self) -> Result<bool> {
        self.write_held()?;
        self.print_not_told();
        Ok(!self.pipe_closed)
    }

    /// Counts what is not told, where what is printed has no place for it.
    fn print_not_told(&self) {
        let output = self.context.output;
        let has_findings =
            output.format.standard().is_none_or(|_| output.subject == Subject::Findings);
        let has_no_place = output.format == Format::Csv || output.format.standard().is_some();
        if !(has_findings && has_no_place) {
            return;
        }
        let BelowLevel { low, medium } = self.not_told;
        for (count, level) in [(medium, "medium"), (low, "low")] {
            if count > 0 {
                let told = format!("note: and {count} {level}; --min-severity {level} prints them");
                output.verbosity.note(&told);
            }
        }
        if self.excluded > 0 {
            let excluded = self.excluded;
            let told = format!("note: {excluded} excluded; --no-exclusions prints them");
            output.verbosity.note(&told);
        }
    }

    fn write_held(&mut self) -> Result<()> {
        let tables = std::mem::take(&mut self.tables);
        if !tables.is_empty() {
            return self.page(&tables);
        }
        if (self.context.output.format, self.shape) == (Format::Json, Shape::List) {
            let end = std::mem::take(&mut self.array).finish();
            return self.write(&end);
        }
        match self.pages.take() {
            Some(pages) if self.printed > 0 || self.shape == Shape::List => self.write_pages(pages),
            _ => Ok(()),
        }
    }

    fn write_pages(&mut self, pages: Pages) -> Result<()> {
        let made = self.context.made();
        let mut is_read = true;
        pages.finish(&made, |piece| {
            is_read = is_read && done(to_stdout(piece.as_bytes()))?;
            Ok::<(), Failure>(())
        })?;
        self.pipe_closed |= !is_read;
        Ok(())
    }

    /// Prints tables by the pager if they need one. One that is broken is as good as none.
    fn page(&mut self, tables: &str) -> Result<()> {
        let output = self.context.output;
        let Some(pager) = pager::needed(output.pager.as_ref(), self.screen, tables) else {
            return self.write(tables);
        };
        let choice = match output.color {
            ColorChoice::Auto => anstream::AutoStream::choice(&io::stdout()),
            asked => asked,
        };
        let shown = match choice {
            ColorChoice::Never => pager.show(&anstream::adapter::strip_str(tables).to_string()),
            // Not every pager knows what a link is.
            _ => pager.show(&table::without_links(tables)),
        };
        if shown { Ok(()) } else { self.write(tables) }
    }

    /// Whether to go on: as long as somebody reads.
    pub(crate) fn flow(&self) -> ControlFlow<()> {
        if self.pipe_closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn write(&mut self, text: &str) -> Result<()> {
        let read = done(match self.context.output.format {
            Format::Table => {
                let mut terminal =
                    anstream::AutoStream::new(io::stdout(), self.context.output.color);
                terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush())
            }
            // Escapes within JSON are its own; the others have none.
            _ => to_stdout(text.as_bytes()),
        })?;
        self.pipe_closed |= !read;
        Ok(())
    }
}

/// Passes bytes on as they are.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<()> {
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
