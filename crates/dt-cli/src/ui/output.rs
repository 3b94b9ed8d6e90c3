//! How to print, and how much to say.

use anstream::ColorChoice;
use dt_analysis::Level;
use dt_report::clean;
use dt_report::event::Subject;
use dt_report::schema::Object;
use dt_report::table::Extent;
use jiff::tz::TimeZone;

use super::formats;
use super::notes::eprint_line;
use super::pager::Pager;
use crate::config::Environment;
use crate::exit;
use crate::failure::{Failure, Result};
use crate::options::{Format, FormatOptions, OutputOptions, VerbosityOptions, ZoneOptions};

/// How to print.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    /// What events tell, if it is events that are printed.
    pub(crate) subject: Subject,
    pub(crate) color: ColorChoice,
    pub(crate) time_zone: TimeZone,
    pub(crate) extent: Extent,
    /// What may show a table that is taller than the terminal.
    pub(crate) pager: Option<Pager>,
    pub(crate) verbosity: Verbosity,
    /// From which severity on findings are told.
    pub(crate) min_severity: Level,
    /// From which severity on they make the command fail, told or not.
    pub(crate) fail_on: Option<Level>,
}

/// How much to say on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    ErrorsOnly,
    FirstWarnings,
    Everything,
}

impl Verbosity {
    /// Prints a line on standard error, unless nothing but errors is to be there.
    pub(crate) fn note(self, line: &str) {
        if self > Self::ErrorsOnly {
            eprint_line(line);
        }
    }

    /// Prints a warning, in which there may be text from the network.
    pub(crate) fn warn(self, text: &str) {
        self.note(&clean(&format!("warning: {text}")));
    }
}

impl Output {
    /// Of an object, in a format that it has. `events` is what events are to tell, if that was said.
    pub(crate) fn resolve(
        object: Object,
        options: &OutputOptions,
        events: Option<Subject>,
        environment: &Environment<'_>,
    ) -> Result<Self> {
        let OutputOptions { format: FormatOptions { format, color, no_pager }, .. } = options;
        let format = format.unwrap_or(Format::Table);
        Ok(Self {
            format,
            subject: formats::subject(format, events, object)?,
            color: color.unwrap_or(ColorChoice::Auto),
            time_zone: options.zone.resolve()?,
            extent: Extent::Screen,
            pager: if *no_pager { None } else { Pager::resolve(environment) },
            verbosity: options.verbosity.resolve(),
            // What is read by whoever is on duty is what there is to do.
            min_severity: match (format.standard(), object) {
                (None, object) if object != Object::Watch => Level::Low,
                _ => Level::Medium,
            },
            fail_on: None,
        })
    }

    /// The exit status if this is the most urgent of what was found.
    pub(crate) fn status(&self, urgency: Option<Level>) -> u8 {
        let is_found = self.fail_on.is_some_and(|level| urgency >= Some(level));
        if is_found { exit::FOUND } else { exit::DONE }
    }
}

impl ZoneOptions {
    /// The time zone.
    pub(crate) fn resolve(&self) -> Result<TimeZone> {
        let Some(name) = &self.timezone else { return Ok(TimeZone::UTC) };
        TimeZone::get(name).map_err(|error| {
            Failure::usage(format!("--timezone {name:?} is not known"))
                .because(&error)
                .hint("use a name such as Europe/Berlin, America/New_York or UTC")
        })
    }
}

impl VerbosityOptions {
    /// How much to say.
    pub(crate) fn resolve(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::ErrorsOnly,
            (false, 0) => Verbosity::FirstWarnings,
            (false, _) => Verbosity::Everything,
        }
    }
}
