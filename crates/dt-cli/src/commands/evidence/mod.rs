//! `dt evidence`: what was looked at, found and answered, for whoever has to look again.

mod verify;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::Subcommand;
use dt_model::{DeviceId, Selection};
use dt_report::contract::{
    self, AssessedDevice, AuditScope, Custody, DeviceView, Document, Evidence, ExchangeRow,
    FailedDevice,
};
use dt_report::json;
use dt_report::schema::Object;
use dt_store::{EvidenceBundle, command_line, sha256};
use dt_sweep::{DeviceAnswer, SweepError};
use dt_transport::{FindError, Recorded};

use super::{Context, Run};
use crate::asking::{Client, Gathering, Notes, ReportRun, Session, look_through};
use crate::documents::print_one;
use crate::exit::{self, ExitSummary};
use crate::failure::{Failure, Result};
use crate::options::{AssessmentOptions, ReportRunOptions};
use crate::ui::eprint_line;

/// Options whose value is an address, which may hold a password. Tokens are never on a command line.
const ADDRESSES: [&str; 2] = ["--url", "--proxy"];

/// Arguments of `dt evidence`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
#[command(after_help = "\
Examples:
  dt --demo evidence --tag Finance -o html > evidence.html
  dt evidence --type server --to audit --case 2026-117
  dt evidence verify audit
  dt evidence --subnet 10.20.4.0/24 -o csv > audit.csv")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<EvidenceCommand>,
    /// Save the responses in this directory, which has to be empty or new: each device's in a snapshot
    /// of its own, this document as evidence.json, and the checksums of all in SHA256SUMS
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Which case it is made for, to be named in it
    #[arg(long, value_name = "TEXT")]
    case: Option<String>,
    #[command(flatten)]
    run: ReportRunOptions,
    #[command(flatten)]
    assessment: AssessmentOptions,
}

/// What else is done with evidence.
#[derive(Debug, Subcommand)]
enum EvidenceCommand {
    /// Check that every file is as it was written
    Verify(verify::Args),
}

/// Who is examined.
struct Examination {
    run: ReportRun,
    to: Option<PathBuf>,
    custody: Custody,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let Self { command, to, case, run, assessment } = self;
        if let Some(EvidenceCommand::Verify(args)) = command {
            return Ok(Box::new(move || args.run()));
        }
        let session = Session::assessing(assessment, Object::Evidence, None, context)?;
        let run = ReportRun::resolve(run, session, context)?;
        let examination = Examination { run, to, custody: custody(context, case) };
        Ok(Box::new(move || examination.run.ask(|gathering| examination.collect(gathering))))
    }
}

/// What this machine says of whoever has evidence made on it.
fn custody(context: &Context<'_>, case: Option<String>) -> Custody {
    let host = gethostname::gethostname().to_string_lossy().into_owned();
    Custody {
        operator: context.account(),
        host: Some(host).filter(|host| !host.is_empty()),
        command: Some(command_line("dt", context.words.iter().skip(1), &ADDRESSES)),
        case,
    }
}

impl Examination {
    /// Examines every device that is meant, and prints all of it as one document. A device that fails
    /// is part of it.
    fn collect(&self, gathering: &Gathering<'_>) -> Result<u8> {
        let Gathering { session, client, interrupt, .. } = gathering;
        let verbosity = session.output.verbosity;
        // A place that cannot be written to is told before anything is asked.
        let mut bundle = self.to.as_deref().map(EvidenceBundle::create).transpose()?;
        let (mut examined, mut failed) = (Vec::new(), Vec::new());
        let mut summary = ExitSummary::default();
        let mut inside = BTreeSet::new();
        gathering.each(self.run.targets.targets(client, verbosity)?, |outcome| {
            let looked = match outcome {
                Ok(mut answer) => {
                    inside.insert(answer.did);
                    let device = examine(session, client, bundle.as_mut(), &mut answer);
                    device.map_err(|failure| (answer.name, failure, answer.exchanges))
                }
                Err(mut device) => {
                    let exchanges = std::mem::take(&mut device.exchanges);
                    Err((device.name.clone(), Failure::of_device(device), exchanges))
                }
            };
            match looked {
                Ok(device) => {
                    summary.add(exit::DONE);
                    examined.push(device);
                }
                Err((name, failure, exchanges)) => {
                    eprint_line(&failure.to_string());
                    summary.fail(failure.status);
                    let (reason, _) = failure.parts();
                    let exchanges = exchanges.iter().map(row).collect();
                    failed.push(FailedDevice { name, reason, exchanges });
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        if interrupt.status().is_some() {
            // A document of some of the devices would look like one of all.
            return Ok(exit::FAILED);
        }
        let scope = self.scope(client, &inside, examined.len() + failed.len());
        let (custody, options) = (self.custody.clone(), session.perspective());
        let evidence = Evidence::new(custody, scope, examined, failed, options);
        let document = Document::Evidence(Box::new(evidence));
        if let Some(bundle) = bundle {
            let told = document.at_level(session.output.min_severity);
            bundle.finish(json::render(&told).as_bytes())?;
        }
        session.exclusions.keep();
        interrupt.close();
        let status = print_one(document, session.print_context())?;
        Ok(if summary.status() == exit::DONE { status } else { summary.status() })
    }

    /// Who was asked for, and whom the appliance knows besides. One that does not list its devices has
    /// answered about these all the same.
    fn scope(&self, client: &Client, inside: &BTreeSet<DeviceId>, meant: usize) -> AuditScope {
        let scope =
            AuditScope { asked: self.run.targets.words(), inside: meant, ..AuditScope::default() };
        let verbosity = self.run.session.output.verbosity;
        let mut known = Vec::new();
        let listed = look_through(verbosity, |page| {
            client.visit_devices(None, &Selection::default(), |found| {
                page(&found);
                known.extend(found.devices);
                Ok::<_, FindError>(ControlFlow::Continue(()))
            })
        });
        if let Err(failure) = listed {
            let (reason, _) = failure.parts();
            let text = format!("which other devices there are is not known: {reason}");
            verbosity.warn(&text);
            return scope;
        }
        let is_inside = |did: Option<DeviceId>| did.is_some_and(|did| inside.contains(&did));
        let outside = known.iter().filter(|device| !is_inside(device.did)).map(DeviceView::from);
        AuditScope { known: Some(known.len()), outside: Some(outside.collect()), ..scope }
    }
}

fn examine(
    session: &Session,
    client: &Client,
    bundle: Option<&mut EvidenceBundle>,
    answer: &mut DeviceAnswer,
) -> Result<AssessedDevice> {
    let DeviceAnswer { evidence, series, exchanges, .. } = &*answer;
    Notes::of(answer).print_all(evidence, session.output.verbosity);
    let report = contract::Answer::report_of(evidence, series.clone(), session.perspective());
    let report = report.ok_or(SweepError::NothingAnswered)?;
    session.note_report(evidence, &report.body);
    let mut rows: Vec<ExchangeRow> = exchanges.iter().map(row).collect();
    let mut path = None;
    if let Some(bundle) = bundle {
        let (about, exchanges, missing) = answer.take_snapshot(session.snapshot_origin(client));
        let kept = bundle.keep(about, exchanges, missing)?;
        for (row, kept) in rows.iter_mut().zip(&kept.exchanges) {
            row.file = Some(kept.file.display().to_string());
            row.file_sha256 = Some(kept.sha256.clone());
        }
        path = Some(kept.path.display().to_string());
    }
    Ok(AssessedDevice::new(report, rows, path))
}

fn row(Recorded { exchange, at, .. }: &Recorded) -> ExchangeRow {
    ExchangeRow {
        target: exchange.target.clone(),
        status: exchange.status.as_u16(),
        bytes: exchange.body.len(),
        at: Some(*at),
        sha256: sha256(&exchange.body),
        file: None,
        file_sha256: None,
    }
}
