//! Looking at devices again and again, and telling what is new.

mod telling;

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use dt_analysis::finding::FindingOptions;
use dt_report::schema::Object;
use dt_sweep::watch::{Memory, Schedule};
use dt_sweep::{Watcher, watch};
use dt_transport::SystemClock;
use jiff::{SignedDuration, Timestamp};

use super::{Context, Run};
use crate::asking::{ReportRun, Session, connect, point_in_time};
use crate::exit;
use crate::failure::{Failure, Result};
use crate::interrupt::{Ends, Interrupt};
use crate::options::{AssessmentOptions, EventOptions, ReportRunOptions, RestrictOptions, Rules};
use crate::ui::SweepProgress;
use telling::Telling;

/// Arguments of `dt watch`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt watch ws-042 --state /var/lib/dt/watch -o ecs
  dt watch --tag Finance --since 1d -o hec --state st
  dt --demo watch 12345 printer-03 --every 2s --rounds 3 -o ndjson")]
pub(crate) struct Args {
    /// Time between two rounds, such as 30s, 15m or 2h
    #[arg(long, value_name = "TIME", default_value = "15m")]
    every: String,
    /// End after this many rounds
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// Remember in this directory what was printed, so that another run does not repeat it
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Leave out what ended before TIME: 2026-11-17, 2026-11-17T02:00Z, or 7d for a week ago
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    #[command(flatten)]
    run: ReportRunOptions,
    #[command(flatten)]
    restrict: RestrictOptions,
    #[command(flatten)]
    events: EventOptions,
    #[command(flatten)]
    assessment: AssessmentOptions,
}

/// Who is watched, and how.
struct Watching {
    run: ReportRun,
    schedule: Schedule,
    /// What ended before is not told, unless it comes back.
    since: Option<Timestamp>,
    /// Where it is kept what was told.
    state: Option<PathBuf>,
    /// What else decides what is found.
    finding: FindingOptions,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let rules = self.assessment.rules.rules();
        let events = self.events.events;
        let mut session = Session::assessing(self.assessment, Object::Watch, events, context)?;
        // What comes by and by is not for reading page by page.
        session.output.pager = None;
        if session.output.format.is_one_document() && self.rounds.is_none() {
            return Err(Failure::usage("watching without an end cannot become one document")
                .hint("use -o ndjson, or say with --rounds when to end"));
        }
        let since = point_in_time("--since", self.since.as_deref(), session.as_of())?;
        let schedule = Schedule { every: every(&self.every)?, rounds: self.rounds };
        let mut run = ReportRun::resolve(self.run, session, context)?;
        run.query = run.query.restrict(self.restrict);
        let finding = finding_options(&run, rules);
        let watching = Watching { run, schedule, since, state: self.state, finding };
        Ok(Box::new(move || watching.run()))
    }
}

/// The options that decide what is found, whatever happens.
fn finding_options(ReportRun { query, session, .. }: &ReportRun, rules: Rules) -> FindingOptions {
    let zone = session.output.time_zone.iana_name().unwrap_or("Etc/Unknown");
    let rules = rules.to_possible_value();
    let rules = rules.map_or_else(String::new, |rules| rules.get_name().to_owned());
    let others = [("--timezone", zone.to_owned()), ("--rules", rules)];
    query.settings().chain(others).collect()
}

/// At least a second: less would only keep a processor busy.
fn every(text: &str) -> Result<Duration> {
    let typed = text.parse::<SignedDuration>().ok();
    let every = typed.and_then(|typed| Duration::try_from(typed).ok());
    every.filter(|every| *every >= Duration::from_secs(1)).ok_or_else(|| {
        Failure::usage(format!("--every {text:?} is not a valid time to wait"))
            .hint("use 30s, 15m or 2h; at least a second")
    })
}

impl Watching {
    /// Watches until a signal, or for some rounds.
    fn run(&self) -> Result<u8> {
        let ReportRun { targets, query, connection, session } = &self.run;
        let interrupt = Interrupt::begin(Ends::Done);
        let connected = connect(connection, session.output.verbosity)?;
        let appliance = session.appliance.as_deref();
        let mut memory = match &self.state {
            Some(directory) => {
                Memory::open(directory, appliance.unwrap_or_default(), self.finding.clone())?
            }
            None => Memory::of_this_run(appliance.unwrap_or_default()),
        };
        if session.output.format.is_one_document() {
            memory.hold();
        }
        let names = targets.names()?.into_iter();
        let options = watch::WatchOptions {
            names: names
                .map(|(typed, name)| name.map_err(|it| Failure::from(it).of(&typed)))
                .collect::<Result<_>>()?,
            selection: targets.selection.clone(),
            inquiry: query.inquiry(&session.policy),
            appliance,
            zone: &session.output.time_zone,
            since: self.since,
            min_severity: session.output.min_severity,
            exclusions: session.exclusions.entries(),
        };
        let progress = SweepProgress::new(session.output.verbosity);
        let show = |step| progress.at(step);
        let mut watcher = Watcher::new(&connected.client, options, memory).progress(&show);
        let mut telling = Telling::new(self, &progress);
        watcher.run(self.schedule, &SystemClock, interrupt.cancel(), &mut telling)?;
        if let Some(status) = telling.permanent {
            return Ok(status);
        }
        let is_read = telling.print_held()?;
        if is_read && session.output.format.is_one_document() {
            watcher.memory().keep_held()?;
        }
        // Whoever counts rounds looks at how the last one went; a signal ends what could have gone on.
        Ok(match telling.last {
            exit::DONE if telling.has_found && is_read => exit::FOUND,
            status => status,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_wait_are_read_as_people_type_them() {
        for (text, seconds) in [("1s", 1), ("90s", 90), ("15m", 900), ("1h 30m", 5400)] {
            assert_eq!(every(text).unwrap(), Duration::from_secs(seconds), "{text}");
        }
        for text in ["", "0s", "10ms", "-5m", "soon", "15"] {
            assert!(every(text).is_err(), "{text}");
        }
    }
}
