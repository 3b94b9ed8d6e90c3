//! `dt doctor`: the way to an appliance, step by step, and what to do where it ends.
//!
//! A step that cannot be taken is named, too, with the reason. Nothing that is found ends the
//! program early: it is what the program was asked for.

mod findings;
mod subject;
mod words;

use dt_report::contract::StepStatus;
use dt_report::schema::Object;
use dt_transport::diagnose::{self, Step};
use jiff::Timestamp;

use super::{Context, Request};
use crate::asking::{DemoAppliance, one_place, settings, transport};
use crate::config::Settings;
use crate::failure::{Failure, Result};
use crate::options::{ApplianceOptions, OutputOptions};
use crate::ui::Output;
use findings::Findings;
use subject::Subject;
use words::Words;

/// Arguments of `dt doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt doctor
  dt doctor --profile site -o json
  dt --demo --demo-fault clock=45m doctor")]
pub(crate) struct Args {
    #[command(flatten)]
    appliance: ApplianceOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// What is examined.
#[derive(Debug)]
pub(super) struct Examination {
    /// The appliance inside the program, instead of a configured one.
    demo: Option<DemoAppliance>,
    /// What is wrong with them is told as well.
    settings: Result<Settings>,
    output: Output,
    now: Timestamp,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Examination> {
        let output = Output::resolve(Object::Doctor, &self.output, None, context.environment)?;
        one_place(&self.appliance, None)?;
        let demo = DemoAppliance::resolve(&self.appliance)?;
        let settings = settings(self.appliance, context.environment);
        Ok(Examination { demo, settings, output, now: context.now })
    }
}

impl Request for Examination {
    /// Takes every step that can be taken.
    fn run(self: Box<Self>) -> Result<u8> {
        let mut findings = Findings::new(&self.output, self.now);
        let subject = subject::find(&self, &mut findings)?;
        let appliance = subject.as_ref().map(|subject| subject.base.to_string());
        if let Some(subject) = &subject {
            self.walk(subject, &mut findings)?;
        } else {
            let unknown = Failure::new("no appliance is known");
            for step in Step::ALL {
                findings.add(step.as_str(), StepStatus::Skip, &unknown)?;
            }
        }
        findings.finish(appliance)
    }
}

impl Examination {
    fn walk(&self, subject: &Subject<'_>, findings: &mut Findings<'_>) -> Result<()> {
        let Subject { base, link, settings, .. } = subject;
        let insecure = link.as_ref().and_then(|link| link.insecure.as_deref());
        let options = diagnose::DiagnoseOptions {
            base,
            http: link.as_ref().map(|link| &link.http),
            trusts_anyone: insecure.is_some(),
            connect_timeout: settings.connect_timeout(),
            credentials: subject.credentials.as_ref(),
            signing: settings.signing(),
            retry: settings.retry(),
            now: self.now,
        };
        let words = Words { base, settings, insecure, now: self.now };
        let build = || match link {
            Some(link) => transport(link, base, self.output.verbosity),
            None => Err(Failure::new("the settings cannot be used")),
        };
        diagnose::diagnose(&options, build, |finding| findings.add_finding(&words, finding))
    }
}
