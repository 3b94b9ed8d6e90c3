//! `dt diff`: two snapshots of a device beside each other.

use std::path::PathBuf;

use dt_analysis::{AsOf, Level, Policy};
use dt_model::IntervalHours;
use dt_report::contract::{Answer, Compared, Document, ReportOptions};
use dt_report::schema::Object;
use dt_store::{SavedDevice, SnapshotPair};
use dt_sweep::ExclusionList;
use jiff::Timestamp;

use super::{Context, Request};
use crate::documents::print_one;
use crate::exclusions::print_warnings;
use crate::failure::{Failure, Result};
use crate::inputs::Inputs;
use crate::options::{
    FailOnOptions, FindingOptions, InputOptions, IntervalOptions, OutputOptions, RuleOptions,
};
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
    findings: FindingOptions,
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
    exclusions: ExclusionList,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Difference> {
        let output = Output::resolve(Object::Diff, &self.output, None, context.environment)?;
        let output = output.at_level(self.findings.min_severity);
        let input = self.input.input.into_iter().map(PathBuf::from);
        let snapshots: Vec<PathBuf> = self.old.into_iter().chain(self.new).chain(input).collect();
        if snapshots.is_empty() || snapshots.len() > 2 {
            return Err(Failure::usage("a difference is one of two snapshots")
                .hint("dt diff OLD NEW, or dt diff DIR for the oldest and the newest in it"));
        }
        Ok(Difference {
            exclusions: self.findings.exclusions.resolve(context, output.verbosity)?,
            snapshots,
            interval: self.interval.interval_hours,
            policy: self.rules.policy(),
            output,
            fail_on: self.fail_on.fail_on,
            now: context.now,
        })
    }
}

impl Request for Difference {
    fn run(self: Box<Self>) -> Result<u8> {
        let Self { policy, output, now, exclusions, .. } = &*self;
        let note = |text: &str| {
            if output.verbosity > Verbosity::ErrorsOnly {
                eprint_line(&format!("note: {text}"));
            }
        };
        let pair = SnapshotPair::read(&self.snapshots, self.interval)?;
        if pair.between > 0 {
            note(&format!("of {} snapshots, the oldest and the newest", pair.between + 2));
        }
        let [old, new] = &pair.snapshots;
        let [before, after] = pair.evidence;
        let read = |stored, name: &str| {
            let mut inputs = Inputs::saved(stored);
            inputs.notes.about = Some(name.to_owned());
            inputs.print_notes(output.verbosity);
            inputs.evidence
        };
        let (before, after) = (read(before, "old snapshot"), read(after, "new snapshot"));
        let (taken_before, taken) = (old.about().taken, new.about().taken);
        let appliance = Some(new.about().appliance.as_str());
        if taken_before > taken {
            note("the first snapshot is the newer one, so new entries are shown as gone");
        }
        let viewpoint = AsOf { now: taken, zone: &output.time_zone };
        let path =
            |it: &SavedDevice| it.paths().iter().map(|it| it.display().to_string()).collect();
        let paths: [String; 2] = [path(old), path(new)];
        let answer = Answer::diff(
            Compared { evidence: &before, taken: taken_before, path: &paths[0] },
            Compared { evidence: &after, taken, path: &paths[1] },
            ReportOptions {
                appliance,
                exclusions: exclusions.at(*now),
                ..ReportOptions::new(policy, viewpoint)
            },
        );
        let answer = answer.ok_or_else(|| Failure::new("one of the snapshots holds no answer"))?;
        let excluded = answer.body.findings.iter().flat_map(|found| &found.excluded);
        let excluded = excluded.map(|it| (it.exclusion.id, it.finding.id));
        excluded.for_each(|(entry, finding)| exclusions.note(entry, finding, *now));
        if output.verbosity > Verbosity::ErrorsOnly {
            print_warnings(&exclusions.parted(&after.device(), *now));
        }
        exclusions.keep();
        let context = PrintContext {
            output,
            now: *now,
            appliance,
            pages: None,
            source: format!("snapshots: {}", paths.join(", ")),
            policy: Some(policy),
        };
        print_one(Document::Diff(Box::new(answer)), context, self.fail_on)
    }
}
