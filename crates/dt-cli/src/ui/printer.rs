//! Standard output: one document, or several.

use std::io::{self, ErrorKind, Write};
use std::ops::ControlFlow;

use anstream::ColorChoice;
use dt_analysis::{AsOf, Policy};
use dt_model::AppliancePages;
use dt_report::contract::{BelowLevel, Document, Step};
use dt_report::event::{EventContext, Standard, Subject};
use dt_report::{PageFormat, Pages, Provenance, csv, json, table};
use jiff::Timestamp;

use super::output::Output;
use super::pager::{self, Screen};
use crate::exit;
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
    held: Held,
    /// Whether who reads a table can follow its links.
    follows_links: bool,
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

/// What waits for further documents.
#[derive(Default)]
enum Held {
    #[default]
    Nothing,
    /// The last of an array, which ends with it or goes on.
    Array(json::List),
    /// All of them, where they become one document.
    Pages(Box<Pages>),
    /// Tables for a pager on this screen: only the last tells how tall they are.
    Tables(String, Screen),
}

impl PrintContext<'_> {
    fn made(&self) -> Provenance<'_> {
        let viewpoint = AsOf { now: self.now, zone: &self.output.time_zone };
        Provenance { viewpoint, source: &self.source, policy: self.policy }
    }
}

impl<'a> Printer<'a> {
    /// For one document.
    pub(crate) fn one(context: PrintContext<'a>) -> Self {
        Self::new(context, Shape::One)
    }

    /// For a list of documents.
    pub(crate) fn list(context: PrintContext<'a>) -> Self {
        Self::new(context, Shape::List)
    }

    fn new(context: PrintContext<'a>, shape: Shape) -> Self {
        let Output { format, pager, .. } = context.output;
        let is_paged = *format == Format::Table && pager.is_some();
        let held = match (format.pages(), is_paged.then(Screen::of_stdout).flatten()) {
            (_, Some(screen)) => Held::Tables(String::new(), screen),
            (Some(format), _) if shape == Shape::List => Held::Pages(Box::new(Pages::new(format))),
            _ if (*format, shape) == (Format::Json, Shape::List) => {
                Held::Array(json::List::default())
            }
            _ => Held::Nothing,
        };
        Self {
            context,
            shape,
            held,
            follows_links: supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            printed: 0,
            not_told: BelowLevel::default(),
            excluded: 0,
            pipe_closed: false,
        }
    }

    /// Going on after so many documents that were printed before.
    pub(crate) fn after(self, printed: usize) -> Self {
        Self { printed, ..self }
    }

    pub(crate) fn print(&mut self, document: &Document) -> Result<()> {
        let document = &*document.at_level(self.context.output.min_severity);
        let (below, excluded) = document.untold();
        self.not_told = self.not_told.and(below);
        self.excluded += excluded;
        let text = match &mut self.held {
            Held::Pages(pages) => {
                pages.add(document, &self.context.made());
                return Ok(());
            }
            Held::Array(list) => list.add(document),
            Held::Nothing | Held::Tables(..) => self.rendered(document),
        };
        self.printed += 1;
        match &mut self.held {
            Held::Tables(tables, _) => tables.push_str(&text),
            _ => self.write(&text)?,
        }
        Ok(())
    }

    /// A document by itself, after those that were printed before.
    fn rendered(&self, document: &Document) -> String {
        let PrintContext { output, now, appliance, pages, .. } = self.context;
        let is_first = self.printed == 0;
        let page = |format: PageFormat| {
            format.render(std::slice::from_ref(document), &self.context.made())
        };
        let events = |standard: Standard| {
            standard.lines(document, output.subject, EventContext { now, appliance, pages })
        };
        match output.format {
            Format::Table => {
                let options = table::Options {
                    extent: output.extent,
                    columns: pager::columns(),
                    ..table::Options::new(AsOf { now, zone: &output.time_zone })
                };
                let screen = table::render(document, &options);
                let screen =
                    if self.follows_links { screen } else { table::without_links(&screen) };
                if is_first { screen } else { format!("\n{screen}") }
            }
            Format::Json => json::render(document),
            Format::Ndjson if self.shape == Shape::List => json::lines_among_others(document),
            Format::Ndjson => json::lines(document),
            Format::Csv if is_first => csv::header(document) + &csv::rows(document),
            Format::Csv => csv::rows(document),
            Format::Md => page(PageFormat::Markdown),
            Format::Html => page(PageFormat::Html),
            Format::Ecs => events(Standard::Ecs),
            Format::Ocsf => events(Standard::Ocsf),
            Format::Hec => events(Standard::Hec),
        }
    }

    /// Prints a step of the doctor to somebody who watches; others get all of them at the end.
    pub(crate) fn step(&mut self, step: &Step) -> Result<()> {
        match self.context.output.format {
            Format::Table => self.write(&table::step(step, pager::columns())),
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
        match std::mem::take(&mut self.held) {
            Held::Nothing => Ok(()),
            Held::Array(list) => self.write(&list.finish()),
            Held::Tables(tables, screen) => self.write_tables(&tables, screen),
            Held::Pages(pages) => {
                let made = self.context.made();
                let mut is_read = true;
                pages.finish(&made, |piece| {
                    is_read = is_read && done(to_stdout(piece.as_bytes()))?;
                    Ok::<(), Failure>(())
                })?;
                self.pipe_closed |= !is_read;
                Ok(())
            }
        }
    }

    /// Prints tables by the pager if they need one. One that is broken is as good as none.
    fn write_tables(&mut self, tables: &str, screen: Screen) -> Result<()> {
        let output = self.context.output;
        let Some(pager) = output.pager.as_ref().filter(|_| !screen.holds(tables)) else {
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

/// Passes bytes on as they are, with which a command is done.
pub(crate) fn print_bytes(bytes: impl AsRef<[u8]>) -> Result<u8> {
    done(to_stdout(bytes.as_ref())).map(|_| exit::DONE)
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
