//! `dt mcp`: the analyses as tools of an assistant.

use std::io::{self, BufReader};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use dt_lake::ScratchLake;
use dt_mcp::{Analyst, CallError, Program, Root, Site};
use dt_report::contract::Doctor;
use dt_transport::{Cancel, Clock, SystemClock};

use super::doctor::{self, Examination};
use super::sweep::Sweeping;
use super::{Context, Run};
use crate::asking::{Connected, Connection, connect_several};
use crate::exit;
use crate::failure::{Failure, Result};
use crate::interrupt::{Ends, Interrupt};
use crate::options::{
    ApplianceListOptions, ExclusionOptions, OutputOptions, RuleOptions, VerbosityOptions,
    ZoneOptions,
};

/// Arguments of `dt mcp`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt --demo mcp
  dt mcp --profile site --root /srv/dt
  dt mcp --all-profiles

docs/mcp.md says how assistants are told to start it, and what their tools can and cannot do.")]
pub(crate) struct Args {
    /// Directory below which the tools fleet and diff read lakes and snapshots, by name
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,

    #[command(flatten)]
    appliances: ApplianceListOptions,
    #[command(flatten)]
    rules: RuleOptions,
    #[command(flatten)]
    exclusions: ExclusionOptions,
    #[command(flatten)]
    zone: ZoneOptions,
    #[command(flatten)]
    verbosity: VerbosityOptions,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let Self { root, appliances, rules, exclusions, zone, verbosity } = self;
        let output = OutputOptions { zone, verbosity, ..OutputOptions::default() };
        let sweeping = Sweeping::resolve(&output, ExclusionOptions::default(), context)?;
        let exclusions = exclusions.resolve(context, sweeping.session.output.verbosity)?;
        let (mut connections, mut examinations) = (Vec::new(), Vec::new());
        for options in appliances.each_alone(context.environment)? {
            let connection = Connection::resolve(options.clone(), context.environment)?;
            connections.push(connection.unhurried());
            let examined = doctor::Args { appliance: options, output: OutputOptions::default() };
            examinations.push(examined.examination(context)?);
        }
        Ok(Box::new(move || {
            let interrupt = Interrupt::begin(Ends::Done);
            let is_demo = matches!(&*connections, [only] if only.is_demo());
            let connected = connect_several(&connections, sweeping.session.output.verbosity)?;
            let sites = connections.iter().zip(&connected).map(|(connection, connected)| Site {
                name: connected.name.clone(),
                identity: connected.identity.clone(),
                pages: connection.pages.clone(),
                client: Arc::clone(&connected.client),
            });
            let analyst = Analyst {
                sites: sites.collect(),
                root: root.as_deref().map(Root::open).transpose()?,
                policy: rules.policy(),
                zone: sweeping.session.output.time_zone.clone(),
                exclusions,
                program: Served {
                    is_demo,
                    connected,
                    examinations,
                    sweeping,
                    lake: Mutex::default(),
                },
            };
            let input = BufReader::new(io::stdin());
            dt_mcp::serve(analyst, input, io::stdout(), interrupt.cancel())?;
            Ok(exit::DONE)
        }))
    }
}

/// What the tools need of the program.
struct Served {
    /// Whether the demo appliance is asked, and no other.
    is_demo: bool,
    connected: Vec<Connected>,
    examinations: Vec<Examination>,
    sweeping: Sweeping,
    /// What a sweep of the demo appliance kept, once somebody wanted to see its fleet.
    lake: Mutex<Option<ScratchLake>>,
}

impl Program for Served {
    fn explain(&self, error: CallError) -> String {
        let failure = match error {
            CallError::Program(told) => return told,
            CallError::Device(error) => Failure::of_device(*error),
            CallError::Evidence { device, missing } => {
                device.iter().fold(Failure::from(missing), |it, name| it.about(name))
            }
            error => Failure::from(error),
        };
        failure.to_string()
    }

    fn examine(&self, site: usize) -> std::result::Result<Doctor, CallError> {
        let (doctor, _) = self.examinations[site].examine(SystemClock.now(), &mut |_| Ok(()))?;
        Ok(doctor)
    }

    fn lake(&self, cancel: &Cancel) -> std::result::Result<Option<PathBuf>, CallError> {
        if !self.is_demo {
            return Ok(None);
        }
        // One that a panic left behind is whole: it is put there at the end.
        let mut swept = self.lake.lock().unwrap_or_else(PoisonError::into_inner);
        if swept.is_none() {
            *swept = self.sweeping.in_scratch(&self.connected, cancel)?;
        }
        Ok(Some(swept.as_ref().ok_or(CallError::Cancelled)?.path().to_owned()))
    }
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        Self::Program(failure.to_string())
    }
}
