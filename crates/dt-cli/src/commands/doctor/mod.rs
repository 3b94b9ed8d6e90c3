//! `dt doctor`: the way to an appliance, step by step, and what to do where it ends.
//!
//! A step that cannot be taken is named, too, with the reason. Nothing that is found ends the
//! program early: it is what the program was asked for.

mod findings;
mod subject;

use dt_report::contract::{Doctor, Document, Step as StepTaken, StepStatus};
use dt_report::schema::Object;
use dt_transport::diagnose::{DiagnoseOptions, Step, diagnose};
use jiff::Timestamp;

use super::{Context, Run};
use crate::asking::{DemoAppliance, Session, one_place, settings, transport};
use crate::config::Settings;
use crate::failure::{Failure, Result};
use crate::options::{ApplianceOptions, OutputOptions};
use crate::ui::Printer;
use findings::{Findings, status_of};
use subject::Subject;

/// Arguments of `dt doctor`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt doctor
  dt doctor --profile site -o json
  dt --demo --demo-fault clock=45m doctor")]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) appliance: ApplianceOptions,
    #[command(flatten)]
    pub(super) output: OutputOptions,
}

/// What is examined.
pub(super) struct Examination {
    /// The appliance inside the program, instead of a configured one.
    demo: Option<DemoAppliance>,
    /// What is wrong with them is told as well.
    settings: Result<Settings>,
    session: Session,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let examination = self.examination(context)?;
        Ok(Box::new(move || examination.run()))
    }

    /// What is examined, and how it is shown.
    pub(super) fn examination(self, context: &Context<'_>) -> Result<Examination> {
        let session = Session::new(Object::Doctor, &self.output, context)?;
        one_place(&self.appliance, None)?;
        let demo = DemoAppliance::resolve(&self.appliance.demo)?;
        let settings = settings(self.appliance, context.environment);
        Ok(Examination { demo, settings, session })
    }
}

impl Examination {
    fn run(&self) -> Result<u8> {
        let mut printer = Printer::one(self.session.print_context_unjudged());
        let (doctor, status) = self.examine(self.session.now, &mut |step| printer.step(step))?;
        printer.steps(&Document::Doctor(doctor))?;
        printer.finish()?;
        Ok(status)
    }

    /// Takes every step that can be taken, and gives what they tell with the exit status that they mean.
    pub(super) fn examine(
        &self,
        now: Timestamp,
        show: &mut dyn FnMut(&StepTaken) -> Result<()>,
    ) -> Result<(Doctor, u8)> {
        let mut findings = Findings::new(show);
        let Some(subject) = subject::find(self, &mut findings)? else {
            let unknown = Failure::new("no appliance is known");
            for step in Step::ALL {
                findings.add(step.as_str(), StepStatus::Skip, &unknown)?;
            }
            return Ok(findings.finish(None));
        };
        let Subject { base, link, settings, .. } = &subject;
        let options = DiagnoseOptions {
            base,
            http: link.as_ref().map(|link| &link.http),
            trusts_anyone: subject.insecure().is_some(),
            connect_timeout: settings.connect_timeout(),
            credentials: subject.credentials.as_ref(),
            signing: settings.signing(),
            retry: settings.retry(),
            now,
        };
        let build = || match link {
            Some(link) => transport(link, base, self.session.output.verbosity),
            None => Err(Failure::new("the settings cannot be used")),
        };
        diagnose(&options, build, |finding| {
            let (step, kind) = (finding.step(), finding.kind());
            findings.add(step.as_str(), status_of(kind), &subject.words(finding, now))
        })?;
        Ok(findings.finish(Some(base.to_string())))
    }
}
