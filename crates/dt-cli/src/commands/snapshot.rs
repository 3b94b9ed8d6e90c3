//! `dt snapshot`: what was answered about devices, kept.

use std::path::PathBuf;

use dt_analysis::Policy;
use dt_report::contract::{self, Document};
use dt_report::schema::Object;
use dt_store::Archive;
use dt_transport::Recording;

use super::{Context, Request};
use crate::archive::{about, keep};
use crate::connect::connect;
use crate::documents::print_each;
use crate::failure::{Failure, Result};
use crate::gather::{Answer, Gathering};
use crate::interrupt::{Ends, Interrupt};
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
        let query = QueryOptions::of_report(&self.report)?;
        let targets = TargetDevices::resolve(self.devices)?;
        targets.demand()?;
        let connection = Connection::resolve(self.appliance, context.environment)?;
        let session = Session::with(&connection, Policy::default(), output, context.now);
        Ok(Snapshots { targets, to: self.to, query, connection, session })
    }
}

impl Request for Snapshots {
    fn run(self: Box<Self>) -> Result<u8> {
        let session = &self.session;
        let interrupt = Interrupt::listen(Ends::Unfinished)?;
        let connected = connect(&self.connection, session.output.verbosity)?;
        let gathering = Gathering::of_reports(
            session,
            &self.query,
            &connected.client,
            Recording::Exchanges,
            &interrupt,
        );
        // A place that cannot be written to is told before anything is asked.
        let archive = Archive::open(&self.to)?;
        let context = session.print_context_unjudged();
        let done = print_each(&self.targets, &gathering, context, None, |answer| {
            let Answer { did, inputs, exchanges, .. } = answer;
            inputs.print_notes(session.output.verbosity);
            let about = about(session, &connected.client, did, &inputs.evidence);
            let appliance = about.appliance.clone();
            let kept = keep(&archive, about, &inputs.evidence, exchanges)?;
            let answer = contract::Answer::snapshot(
                &inputs.evidence,
                contract::StoredSnapshot {
                    path: kept.path.display().to_string(),
                    taken: session.now,
                    appliance,
                    exchanges: kept.exchanges.len(),
                    bytes: kept.bytes,
                },
            );
            let nothing = || Failure::new("nothing was answered about the device");
            Ok(Document::Snapshot(Box::new(answer.ok_or_else(nothing)?)))
        });
        interrupt.status().map_or(done, Ok)
    }
}
