//! `dt doctor`: the way to an appliance, step by step, and what to do where it ends.
//!
//! A step that cannot be taken is named, too, with the reason. Nothing that is found ends the
//! program early: it is what the program was asked for.

mod certificate;
mod clock;
mod findings;
mod permission;
mod reach;
mod signature;
mod subject;

use dt_auth::RequestTarget;
use dt_report::schema::Object;
use dt_transport::{Client, Clock, SystemClock, Transport, accept, proxy_for};
use http::Request as HttpRequest;
use jiff::Timestamp;

use super::{Context, Request};
use crate::config::Settings;
use crate::connect::transport;
use crate::failure::{Failure, Result};
use crate::options::{ApplianceOptions, OutputOptions};
use crate::source::{DemoAppliance, one_place, settings};
use crate::ui::Output;
use findings::Findings;
use subject::Subject;

/// The steps, in their order.
const STEPS: [&str; 8] =
    ["settings", "name", "connect", "tls", "answer", "clock", "signature", "permission"];

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
        match &subject {
            Some(subject) => walk(subject, &self, &mut findings)?,
            None => findings.skip_from("name", "no appliance is known")?,
        }
        findings.finish(appliance)
    }
}

fn walk(
    subject: &Subject<'_>,
    examination: &Examination,
    findings: &mut Findings<'_>,
) -> Result<()> {
    let Subject { base, link, .. } = subject;
    let Some(link) = link else {
        reach::directly(base, subject.connect_timeout, findings)?;
        return findings.skip_from("tls", "the settings cannot be used");
    };
    let reached = match proxy_for(base, &link.http) {
        Ok(None) => reach::directly(base, subject.connect_timeout, findings)?,
        Ok(Some(_)) => {
            for step in ["name", "connect"] {
                findings.skip(step, "left to the proxy")?;
            }
            true
        }
        Err(error) => {
            findings.fail("name", &Failure::from_transport(&error))?;
            false
        }
    };
    if !reached {
        return findings.skip_from("tls", "nothing was reached");
    }
    let transport = match transport(link, base, examination.output.verbosity) {
        Ok(transport) => transport,
        Err(failure) => {
            findings.fail("tls", &failure)?;
            return findings.skip_from("answer", "nothing can be sent");
        }
    };

    // Unsigned: whether the other end is trusted is not known yet.
    let target = RequestTarget::new("/status");
    let request = HttpRequest::get(format!("{base}{}", target.wire()))
        .body(Vec::new())
        .map_err(|error| Failure::new("failed to prepare a request").because(&error))?;
    let answer = transport.send(request);
    let now = SystemClock.now();
    if !certificate::judge(base, link, answer.as_ref().err(), examination.now, findings)? {
        return findings.skip_from("answer", "the other end is not trusted, so nothing is sent");
    }
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            findings.fail("answer", &Failure::from_transport(&error))?;
            return findings.skip_from("clock", "no answer came");
        }
    };
    let headers = answer.headers().clone();
    let status = answer.status().as_u16();
    match accept(base, &target, answer, now) {
        Err(error) if error.is_auth() || error.is_clock() => {
            findings.ok("answer", "an appliance's, to an unsigned request")?;
        }
        Err(error) if error.is_html() || error.is_server() || error.redirect().is_some() => {
            let failure = Failure::from(error);
            findings.warn("answer", &failure)?;
        }
        _ => findings.ok("answer", &format!("HTTP {status}, to an unsigned request"))?,
    }
    clock::judge(&headers, now, findings)?;

    let Some(credentials) = &subject.credentials else {
        return findings.skip_from("signature", "it takes both tokens");
    };
    if !signature::check(&*transport, subject, credentials, findings)? {
        return findings.skip_from("permission", "no signature was accepted");
    }
    let client = Client::new(&*transport, base.clone(), credentials.clone())
        .signing(subject.signing)
        .retry(subject.retry);
    permission::check(&client, findings)
}
