//! `dt snapshot`: what was answered about devices, kept.

use std::path::PathBuf;

use dt_analysis::Policy;
use dt_report::contract::{self, Document, StoredSnapshot};
use dt_report::schema::Object;
use dt_store::Archive;
use dt_sweep::{DeviceAnswer, SweepError};

use super::{Context, Request};
use crate::asking::{
    Client, Connection, Gathering, Inputs, QueryOptions, Session, TargetDevices, ask,
};
use crate::documents::{HandOn, print_each};
use crate::failure::Result;
use crate::options::{ApplianceOptions, DeviceOptions, OutputOptions, ReportQueryOptions};
use crate::ui::Output;

/// Arguments of `dt snapshot`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt --demo snapshot 12345 --to snaps
  dt snapshot --tag Finance --to /var/lib/dt/snaps -o ndjson
  dt snapshot - --to snaps < names.txt")]
pub(crate) struct Args {
    #[command(flatten)]
    devices: DeviceOptions,
    /// The directory that holds snapshots, each in one of its own
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    #[command(flatten)]
    report: ReportQueryOptions,
    #[command(flatten)]
    appliance: ApplianceOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// Which devices are kept, and where.
#[derive(Debug)]
pub(super) struct Snapshots {
    targets: TargetDevices,
    to: PathBuf,
    query: QueryOptions,
    connection: Connection,
    session: Session,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Snapshots> {
        let output = Output::resolve(Object::Snapshot, &self.output, None, context.environment)?;
        let query = QueryOptions::of_report(&self.report);
        let targets = TargetDevices::resolve(self.devices)?;
        targets.demand()?;
        let connection = Connection::resolve(self.appliance, context.environment)?;
        let session = Session::new(Some(&connection), Policy::default(), output, context.now);
        Ok(Snapshots { targets, to: self.to, query, connection, session })
    }
}

impl Request for Snapshots {
    fn run(self: Box<Self>) -> Result<u8> {
        let Self { session, query, .. } = &*self;
        ask(&self.connection, session.output.verbosity, |client, interrupt| {
            let gathering = Gathering::of_reports(session, query, client, interrupt);
            // A place that cannot be written to is told before anything is asked.
            let archive = Archive::open(&self.to)?;
            let context = session.print_context_unjudged();
            let each = |hand_on: HandOn<'_, DeviceAnswer>| gathering.all(&self.targets, hand_on);
            print_each(context, self.targets.is_one(), None, each, |answer| {
                self.keep(&archive, client, answer)
            })
        })
    }
}

impl Snapshots {
    /// Keeps what was answered about a device.
    fn keep(
        &self,
        archive: &Archive,
        client: &Client,
        mut answer: DeviceAnswer,
    ) -> Result<Document> {
        let origin = self.session.snapshot_origin(client);
        let (about, exchanges, missing) = answer.take_snapshot(origin);
        let inputs = Inputs::gathered(answer);
        inputs.print_notes(self.session.output.verbosity);
        let kept = archive.keep(about, exchanges, missing)?;
        let stored = StoredSnapshot {
            path: kept.path.display().to_string(),
            taken: origin.taken,
            appliance: origin.appliance.to_owned(),
            exchanges: kept.exchanges.len(),
            bytes: kept.bytes,
        };
        let answer = contract::Answer::snapshot(&inputs.evidence, stored);
        let answer = answer.ok_or(SweepError::NothingAnswered)?;
        Ok(Document::Snapshot(Box::new(answer)))
    }
}
