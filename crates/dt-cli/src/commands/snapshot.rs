//! `dt snapshot`: what was answered about devices, kept.

use std::path::PathBuf;

use dt_report::contract::{self, Document, StoredSnapshot};
use dt_report::schema::Object;
use dt_store::Archive;
use dt_sweep::{DeviceAnswer, SweepError};

use super::{Context, Run};
use crate::asking::{Gathering, Inputs, ReportRun, Session};
use crate::documents::{HandOn, print_each};
use crate::failure::Result;
use crate::options::{OutputOptions, ReportRunOptions};

/// Arguments of `dt snapshot`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt --demo snapshot 12345 --to snaps
  dt snapshot --tag Finance --to /var/lib/dt/snaps -o ndjson
  dt snapshot - --to snaps < names.txt")]
pub(crate) struct Args {
    /// The directory that holds snapshots, each in one of its own
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    #[command(flatten)]
    run: ReportRunOptions,
    #[command(flatten)]
    output: OutputOptions,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let Self { to, run, output } = self;
        let session = Session::new(Object::Snapshot, &output, context)?;
        let run = ReportRun::resolve(run, session, context)?;
        Ok(Box::new(move || {
            run.ask(|gathering| {
                // A place that cannot be written to is told before anything is asked.
                let archive = Archive::open(&to)?;
                let context = run.session.print_context_unjudged();
                let each = |hand_on: HandOn<'_, DeviceAnswer>| gathering.all(&run.targets, hand_on);
                print_each(context, run.targets.is_one(), each, |answer| {
                    keep(&archive, gathering, answer)
                })
            })
        }))
    }
}

/// Keeps what was answered about a device.
fn keep(
    archive: &Archive,
    Gathering { session, client, .. }: &Gathering<'_>,
    mut answer: DeviceAnswer,
) -> Result<Document> {
    let origin = session.snapshot_origin(client);
    let (about, exchanges, missing) = answer.take_snapshot(origin);
    let inputs = Inputs::gathered(answer);
    inputs.print_notes(session.output.verbosity);
    let kept = archive.keep(about, exchanges, missing)?;
    let stored = StoredSnapshot {
        path: kept.path.display().to_string(),
        taken: origin.taken,
        appliance: origin.appliance.to_owned(),
        exchanges: kept.exchanges.len(),
        bytes: kept.bytes,
    };
    let answer = contract::Answer::snapshot(&inputs.evidence, stored);
    Ok(Document::Snapshot(Box::new(answer.ok_or(SweepError::NothingAnswered)?)))
}
