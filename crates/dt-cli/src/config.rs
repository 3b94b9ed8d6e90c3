//! The command line resolved: everything is decided here, before anything runs.

use anstream::ColorChoice;
use dt_analysis::{Level, Policy};
use dt_model::IntervalHours;
use dt_report::table::Extent;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, civil};

use crate::args::{Cli, Color, Command, Format, Options, Report, Rules, Target};
use crate::failure::{Failure, Result};
use crate::input::Input;

/// What is to be done.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) task: Task,
    /// The device as it was typed; with saved responses it may be left out.
    pub(crate) device: Option<String>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) policy: Policy,
    pub(crate) cut: Cut,
    pub(crate) interval: Option<IntervalHours>,
    pub(crate) output: Output,
    pub(crate) fail_on: Option<Level>,
    pub(crate) chatter: Chatter,
    /// The time at which the program was started.
    pub(crate) now: Timestamp,
}

/// Which question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    Connections,
    Transfers,
    Compare,
    External,
    Report,
}

/// From when to when; open where `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cut {
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
}

/// How to print.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) color: ColorChoice,
    pub(crate) time_zone: TimeZone,
    pub(crate) extent: Extent,
}

/// How much to say on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chatter {
    ErrorsOnly,
    FirstWarnings,
    EveryWarning,
}

impl Config {
    pub(crate) fn resolve(cli: Cli, now: Timestamp) -> Result<Self> {
        let (task, extent, Target { devices, options }) = match cli.command {
            Command::Connections(target) => (Task::Connections, Extent::Screen, target),
            Command::Transfers(target) => (Task::Transfers, Extent::Screen, target),
            Command::Compare(target) => (Task::Compare, Extent::Screen, target),
            Command::External(target) => (Task::External, Extent::Screen, target),
            Command::Report(Report { all: false, target }) => {
                (Task::Report, Extent::Screen, target)
            }
            Command::Report(Report { all: true, target }) => (Task::Report, Extent::Whole, target),
        };
        let options = cli.options.and(options);
        let time_zone = time_zone(options.timezone.as_deref())?;
        let inputs: Vec<Input> = options.input.iter().map(Input::parse).collect::<Result<_>>()?;
        Input::check(&inputs)?;
        Ok(Self {
            task,
            device: one_device(devices)?,
            inputs,
            policy: match options.rules.unwrap_or(Rules::Extended) {
                Rules::Documented => Policy::documented(),
                Rules::Extended => Policy::default(),
            },
            cut: Cut::resolve(&options, task, &time_zone, now)?,
            interval: options
                .interval_hours
                .map(IntervalHours::new)
                .transpose()
                .map_err(|error| Failure::usage("--interval-hours").because(&error))?,
            output: Output {
                format: options.format.unwrap_or(Format::Table),
                color: match options.color.unwrap_or(Color::Auto) {
                    Color::Auto => ColorChoice::Auto,
                    Color::Always => ColorChoice::Always,
                    Color::Never => ColorChoice::Never,
                },
                time_zone,
                extent,
            },
            fail_on: options.fail_on.map(Level::from),
            chatter: match (options.quiet, options.verbose) {
                (true, _) => Chatter::ErrorsOnly,
                (false, 0) => Chatter::FirstWarnings,
                (false, _) => Chatter::EveryWarning,
            },
            now,
        })
    }
}

fn one_device(devices: Vec<String>) -> Result<Option<String>> {
    let mut devices = devices.into_iter();
    let first = devices.next();
    match devices.next() {
        None => Ok(first),
        Some(_) => Err(Failure::usage("saved responses are about one device: name at most one")),
    }
}

fn time_zone(name: Option<&str>) -> Result<TimeZone> {
    let Some(name) = name else { return Ok(TimeZone::UTC) };
    TimeZone::get(name).map_err(|error| {
        Failure::usage(format!("--timezone {name:?} is not known"))
            .because(&error)
            .hint("use a name such as Europe/Berlin, America/New_York or UTC")
    })
}

impl Cut {
    fn resolve(options: &Options, task: Task, zone: &TimeZone, now: Timestamp) -> Result<Self> {
        let time = |option: &str, text: &Option<String>| {
            text.as_ref().map(|text| point_in_time(option, text, zone, now)).transpose()
        };
        let cut = Self {
            since: time("--since", &options.since)?,
            until: time("--until", &options.until)?,
        };
        if cut != Self::default() && !matches!(task, Task::Connections | Task::Transfers) {
            return Err(Failure::usage("--since and --until cut only connections and transfers")
                .hint("leave them out: the other analyses are about all four weeks"));
        }
        if let (Some(since), Some(until)) = (cut.since, cut.until)
            && since >= until
        {
            return Err(Failure::usage("--since is not before --until: nothing is between them"));
        }
        Ok(cut)
    }
}

/// A time as people type it: an instant, a date or time of the zone, or how long ago.
fn point_in_time(option: &str, text: &str, zone: &TimeZone, now: Timestamp) -> Result<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let local = text.parse::<civil::DateTime>();
    if let Some(instant) = local.ok().and_then(|local| zone.to_timestamp(local).ok()) {
        return Ok(instant);
    }
    let ago = text.parse::<Span>().ok().filter(Span::is_positive);
    let past = ago.and_then(|ago| now.to_zoned_datetime(zone.clone()).checked_sub(ago).ok());
    past.map(|past| past.timestamp()).ok_or_else(|| {
        Failure::usage(format!("{option} {text:?} is no time"))
            .hint("use 2026-11-17, 2026-11-17T02:00, 2026-11-17T02:00Z, or 7d for a week ago")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let now = "2026-11-24T02:00:00Z".parse().unwrap();
        let read = |text| point_in_time("--since", text, &zone, now).map(|time| time.to_string());
        for (text, time) in [
            ("2026-11-17", "2026-11-16T23:00:00Z"),
            ("2026-11-17T02:00", "2026-11-17T01:00:00Z"),
            ("2026-11-17 02:00", "2026-11-17T01:00:00Z"),
            ("2026-11-17T02:00Z", "2026-11-17T02:00:00Z"),
            ("7d", "2026-11-17T02:00:00Z"),
            ("36h", "2026-11-22T14:00:00Z"),
        ] {
            assert_eq!(read(text).unwrap(), time, "{text}");
        }
        for text in ["", "yesterday", "-7d", "2026-13-01", "99999999999y"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
