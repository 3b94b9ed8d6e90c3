//! `dt diff`: two snapshots of a device beside each other.

use std::path::PathBuf;

use dt_analysis::AsOf;
use dt_report::contract::{Answer, Compared, Document, ReportOptions};
use dt_report::schema::Object;
use dt_store::{SavedDevice, SnapshotPair};

use super::{Context, Run};
use crate::asking::{Inputs, Session};
use crate::documents::print_one;
use crate::failure::{Failure, Result};
use crate::options::{AssessmentOptions, InputOptions, IntervalOptions};
use crate::ui::PrintContext;

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
    input: InputOptions,
    #[command(flatten)]
    assessment: AssessmentOptions,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let Self { old, new, interval, input, assessment } = self;
        let input = input.input.into_iter().map(PathBuf::from);
        let snapshots: Vec<PathBuf> = old.into_iter().chain(new).chain(input).collect();
        if snapshots.is_empty() || snapshots.len() > 2 {
            return Err(Failure::usage("a difference is one of two snapshots")
                .hint("dt diff OLD NEW, or dt diff DIR for the oldest and the newest in it"));
        }
        let session = Session::assessing(assessment, Object::Diff, None, context)?;
        Ok(Box::new(move || {
            compare(SnapshotPair::read(&snapshots, interval.interval_hours)?, &session)
        }))
    }
}

/// Prints what changed between two snapshots.
fn compare(pair: SnapshotPair, session: &Session) -> Result<u8> {
    let verbosity = session.output.verbosity;
    for remark in pair.remarks() {
        verbosity.note(&format!("note: {remark}"));
    }
    let [before, after] = pair.snapshots.each_ref().map(SavedDevice::about);
    let paths = pair.paths();
    let read = |stored, name: &str| {
        let mut inputs = Inputs::saved(stored);
        inputs.notes.about = Some(name.to_owned());
        inputs.print_notes(verbosity);
        inputs.evidence
    };
    let [old, new] = pair.evidence;
    let (old, new) = (read(old, "old snapshot"), read(new, "new snapshot"));
    let appliance = Some(after.appliance.as_str());
    let viewpoint = AsOf { now: after.taken, ..session.as_of() };
    let answer = Answer::diff(
        Compared { evidence: &old, taken: before.taken, path: &paths[0] },
        Compared { evidence: &new, taken: after.taken, path: &paths[1] },
        ReportOptions { viewpoint, appliance, ..session.perspective() },
    );
    let answer = answer.ok_or_else(|| Failure::new("one of the snapshots holds no answer"))?;
    let excluded = answer.body.findings.iter().flat_map(|found| &found.excluded);
    let excluded = excluded.map(|it| (it.exclusion.id, it.finding.id));
    session.note_excluded(&new.device(), excluded, session.now);
    session.exclusions.keep();
    let source = format!("snapshots: {}", paths.join(", "));
    let context = PrintContext { appliance, source, ..session.print_context() };
    print_one(Document::Diff(Box::new(answer)), context)
}
