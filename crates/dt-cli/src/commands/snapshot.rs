//! `dt snapshot`: what was answered about devices, kept.

use std::path::PathBuf;

use dt_analysis::Policy;
use dt_report::contract::{self, Document, StoredSnapshot};
use dt_report::schema::Object;
use dt_store::{Archive, NotAnswered};

use super::{Context, Request};
use crate::connect::{Client, ask};
use crate::documents::{HandOn, print_each};
use crate::failure::{Failure, Result};
use crate::gather::{Answer, Gathering};
use crate::options::{ApplianceOptions, DeviceOptions, OutputOptions, ReportQueryOptions};
use crate::query::QueryOptions;
use crate::selection::TargetDevices;
use crate::session::Session;
use crate::source::Connection;
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
        let session = Session::with(&connection, Policy::default(), output, context.now);
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
            let each = |hand_on: HandOn<'_, Answer>| gathering.all(&self.targets, hand_on);
            print_each(context, self.targets.is_one(), None, each, |answer| {
                answer.inputs.print_notes(session.output.verbosity);
                self.keep(&archive, client, answer)
            })
        })
    }
}

impl Snapshots {
    /// Keeps what was answered about a device.
    fn keep(&self, archive: &Archive, client: &Client, answer: Answer) -> Result<Document> {
        let Answer { did, inputs, exchanges, .. } = answer;
        let about = self.session.about(client, did, &inputs.evidence);
        let (taken, appliance) = (about.taken, about.appliance.clone());
        let exchanges = exchanges.into_iter().map(Into::into).collect();
        let kept = archive.keep(about, exchanges, NotAnswered::of(&inputs.evidence))?;
        let stored = StoredSnapshot {
            path: kept.path.display().to_string(),
            taken,
            appliance,
            exchanges: kept.exchanges.len(),
            bytes: kept.bytes,
        };
        let nothing = || Failure::new("nothing was answered about the device");
        let answer = contract::Answer::snapshot(&inputs.evidence, stored).ok_or_else(nothing)?;
        Ok(Document::Snapshot(Box::new(answer)))
    }
}
