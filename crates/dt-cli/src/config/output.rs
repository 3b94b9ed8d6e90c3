//! How to print, and how much to say.

use anstream::ColorChoice;
use dt_report::event::Subject;
use dt_report::table::Extent;
use jiff::tz::TimeZone;

use super::formats::Printed;
use super::{Environment, telling};
use crate::failure::{Failure, Result};
use crate::options::{Color, Format, OutputOptions};
use crate::pager::Pager;

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
    pub(crate) chatter: Chatter,
}

/// How much to say on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Chatter {
    ErrorsOnly,
    FirstWarnings,
    Everything,
}

impl Output {
    pub(super) fn resolve(
        options: &OutputOptions,
        extent: Extent,
        printed: Printed,
        environment: &Environment<'_>,
    ) -> Result<Self> {
        Ok(Self {
            format: printed.format(options.format)?,
            subject: telling::subject(options, printed.object())?,
            color: match options.color.unwrap_or(Color::Auto) {
                Color::Auto => ColorChoice::Auto,
                Color::Always => ColorChoice::Always,
                Color::Never => ColorChoice::Never,
            },
            time_zone: time_zone(options.timezone.as_deref())?,
            extent,
            pager: if options.no_pager { None } else { Pager::resolve(environment) },
            chatter: match (options.quiet, options.verbose) {
                (true, _) => Chatter::ErrorsOnly,
                (false, 0) => Chatter::FirstWarnings,
                (false, _) => Chatter::Everything,
            },
        })
    }
}

pub(super) fn time_zone(name: Option<&str>) -> Result<TimeZone> {
    let Some(name) = name else { return Ok(TimeZone::UTC) };
    TimeZone::get(name).map_err(|error| {
        Failure::usage(format!("--timezone {name:?} is not known"))
            .because(&error)
            .hint("use a name such as Europe/Berlin, America/New_York or UTC")
    })
}
