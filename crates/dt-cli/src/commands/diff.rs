//! `dt diff`: two snapshots of a device beside each other.

use std::path::PathBuf;

use dt_analysis::{AsOf, Level};
use dt_model::IntervalHours;
use dt_report::contract::{Answer, Compared, Document, ReportOptions};
use dt_report::schema::Object;
use dt_store::{SavedDevice, SnapshotPair};

use super::{Context, Request};
use crate::asking::{Inputs, Session};
use crate::documents::print_one;
use crate::failure::{Failure, Result};
use crate::options::{
    FailOnOptions, FindingOptions, InputOptions, IntervalOptions, OutputOptions, RuleOptions,
};
use crate::ui::{Output, PrintContext};

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
    session: Session,
    fail_on: Option<Level>,
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
        let exclusions = self.findings.exclusions.resolve(context, output.verbosity)?;
        let session = Session::new(None, self.rules.policy(), output, context.now);
        let session = session.excluding(exclusions);
        let (interval, fail_on) = (self.interval.interval_hours, self.fail_on.fail_on);
        Ok(Difference { snapshots, interval, session, fail_on })
    }
}

impl Request for Difference {
    fn run(self: Box<Self>) -> Result<u8> {
        let Session { output, now, .. } = &self.session;
        let pair = SnapshotPair::read(&self.snapshots, self.interval)?;
        for remark in pair.remarks() {
            output.verbosity.note(&format!("note: {remark}"));
        }
        let [before, after] = pair.snapshots.each_ref().map(SavedDevice::about);
        let paths = pair.paths();
        let read = |stored, name: &str| {
            let mut inputs = Inputs::saved(stored);
            inputs.notes.about = Some(name.to_owned());
            inputs.print_notes(output.verbosity);
            inputs.evidence
        };
        let [old, new] = pair.evidence;
        let (old, new) = (read(old, "old snapshot"), read(new, "new snapshot"));
        let appliance = Some(after.appliance.as_str());
        let perspective = self.session.perspective();
        let viewpoint = AsOf { now: after.taken, ..perspective.viewpoint };
        let answer = Answer::diff(
            Compared { evidence: &old, taken: before.taken, path: &paths[0] },
            Compared { evidence: &new, taken: after.taken, path: &paths[1] },
            ReportOptions { viewpoint, appliance, ..perspective },
        );
        let answer = answer.ok_or_else(|| Failure::new("one of the snapshots holds no answer"))?;
        let excluded = answer.body.findings.iter().flat_map(|found| &found.excluded);
        let excluded = excluded.map(|it| (it.exclusion.id, it.finding.id));
        self.session.note_excluded(&new.device(), excluded, *now);
        self.session.exclusions.keep();
        let source = format!("snapshots: {}", paths.join(", "));
        let context = PrintContext { appliance, source, ..self.session.print_context() };
        print_one(Document::Diff(Box::new(answer)), context, self.fail_on)
    }
}
