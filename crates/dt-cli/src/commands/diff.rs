//! `dt diff`: two snapshots of a device beside each other.

use std::path::{Path, PathBuf};

use dt_analysis::{AsOf, Level, Policy};
use dt_model::IntervalHours;
use dt_report::contract::{Answer, Compared, Document, ReportOptions};
use dt_report::schema::Object;
use dt_store::{About, SavedSnapshots, Snapshot};
use jiff::Timestamp;

use super::{Context, Request};
use crate::documents::print_one;
use crate::failure::{Failure, Result};
use crate::inputs::Inputs;
use crate::options::{FailOnOptions, InputOptions, IntervalOptions, OutputOptions, RuleOptions};
use crate::query::QueryOptions;
use crate::ui::{Output, PrintContext, Verbosity, eprint_line};

/// Arguments of `dt diff`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt diff snaps/12345-20261027T120000Z snaps/12345-20261124T120000Z
  dt diff snaps --fail-on medium
  dt diff old new -o json")]
pub(crate) struct Args {
    /// The older snapshot; or a directory, for the oldest and the newest snapshot in it
    old: Option<PathBuf>,
    /// The newer snapshot
    new: Option<PathBuf>,
    #[command(flatten)]
    interval: IntervalOptions,
    #[command(flatten)]
    rules: RuleOptions,
    #[command(flatten)]
    input: InputOptions,
    #[command(flatten)]
    fail_on: FailOnOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// Which snapshots are compared, and how.
#[derive(Debug)]
pub(super) struct Difference {
    /// Two of them, or directories that hold some.
    snapshots: Vec<PathBuf>,
    /// How wide their buckets are, if that was given.
    interval: Option<IntervalHours>,
    policy: Policy,
    output: Output,
    fail_on: Option<Level>,
    now: Timestamp,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Difference> {
        let output = Output::resolve(Object::Diff, &self.output, None, context.environment)?;
        let input = self.input.input.into_iter().map(PathBuf::from);
        let snapshots: Vec<PathBuf> = self.old.into_iter().chain(self.new).chain(input).collect();
        if snapshots.is_empty() || snapshots.len() > 2 {
            return Err(Failure::usage("a difference is one of two snapshots")
                .hint("dt diff OLD NEW, or dt diff DIR for the oldest and the newest in it"));
        }
        Ok(Difference {
            snapshots,
            interval: QueryOptions::hourly(&self.interval)?.interval,
            policy: self.rules.policy(),
            output,
            fail_on: self.fail_on.fail_on,
            now: context.now,
        })
    }
}

impl Request for Difference {
    fn run(self: Box<Self>) -> Result<u8> {
        let Self { policy, output, now, .. } = &*self;
        let [old, new] = self.two()?.map(|path| ReadSnapshot::read(path, self.interval));
        let (mut old, mut new) = (old?, new?);
        same_subject(&old, &new)?;
        for (side, name) in [(&mut old, "old snapshot"), (&mut new, "new snapshot")] {
            side.inputs.notes.about = Some(name.to_owned());
            side.inputs.print_notes(output.verbosity);
        }
        if old.about.taken > new.about.taken && output.verbosity > Verbosity::ErrorsOnly {
            eprint_line(
                "note: the first snapshot is the newer one, so new entries are shown as gone",
            );
        }
        let viewpoint = AsOf { now: new.about.taken, zone: &output.time_zone };
        let appliance = Some(new.about.appliance.as_str());
        let paths = [&old, &new].map(|side| side.path.display().to_string());
        let answer = Answer::diff(
            Compared { evidence: &old.inputs.evidence, taken: old.about.taken, path: &paths[0] },
            Compared { evidence: &new.inputs.evidence, taken: new.about.taken, path: &paths[1] },
            ReportOptions { policy, viewpoint, appliance },
        );
        let answer = answer.ok_or_else(|| Failure::new("one of the snapshots holds no answer"))?;
        let context = PrintContext {
            output,
            now: *now,
            appliance,
            source: format!("snapshots: {}", paths.join(", ")),
            policy: Some(policy),
        };
        print_one(Document::Diff(Box::new(answer)), context, self.fail_on)
    }
}

/// A snapshot, and what its answers say.
struct ReadSnapshot {
    path: PathBuf,
    about: About,
    inputs: Inputs,
}

impl ReadSnapshot {
    /// Reads a snapshot. `interval` is how wide its intervals are said to be.
    fn read(path: PathBuf, interval: Option<IntervalHours>) -> Result<Self> {
        let saved = SavedSnapshots::in_directories(&[&path])?;
        let device = saved.only()?;
        let inputs = Inputs::of_snapshots(device, device.read(interval)?);
        Ok(Self { about: device.about().clone(), path, inputs })
    }
}

impl Difference {
    /// The two snapshots that are meant: those that are named, or the oldest and the newest of those in
    /// the directories that are.
    fn two(&self) -> Result<[PathBuf; 2]> {
        let named: Vec<&Path> = self.snapshots.iter().map(PathBuf::as_path).collect();
        if let [old, new] = named.as_slice()
            && Snapshot::is_at(old)
            && Snapshot::is_at(new)
        {
            return Ok([old.to_path_buf(), new.to_path_buf()]);
        }
        let saved = SavedSnapshots::in_directories(&named)?;
        if let Some(error) = saved.unreadable().first() {
            return Err(error.into());
        }
        let found = saved.only()?.paths();
        match found {
            [old, new] => Ok([old.clone(), new.clone()]),
            [old, .., new] => {
                if self.output.verbosity > Verbosity::ErrorsOnly {
                    eprint_line(&format!(
                        "note: of {} snapshots, the oldest and the newest",
                        found.len()
                    ));
                }
                Ok([old.clone(), new.clone()])
            }
            _ => Err(Failure::usage("there is only one snapshot, and nothing to compare it with")
                .hint("dt diff OLD NEW compares two; dt snapshot DEVICE --to DIR takes another")),
        }
    }
}

fn same_subject(old: &ReadSnapshot, new: &ReadSnapshot) -> Result<()> {
    let of = |kept: &ReadSnapshot| (kept.about.appliance.clone(), kept.about.device.did);
    let dialect = |kept: &ReadSnapshot| kept.inputs.evidence.dialect();
    let failure = if of(old) != of(new) {
        let words = |kept: &ReadSnapshot| {
            format!("did {} on {}", kept.about.device.did, kept.about.appliance)
        };
        Failure::usage("the snapshots are about different devices").also(format!(
            "{} and {}",
            words(old),
            words(new)
        ))
    } else if dialect(old) != dialect(new) {
        Failure::usage("the snapshots are in different dialects")
    } else {
        return Ok(());
    };
    Err(failure.hint("name two snapshots of one device, taken in the same way"))
}
