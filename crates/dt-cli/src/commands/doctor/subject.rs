//! Whom the doctor examines.

use std::time::Duration;

use dt_appliance::RunningAppliance;
use dt_auth::{Credentials, SigningPolicy};
use dt_report::contract::StepStatus;
use dt_transport::{BaseUrl, RetryPolicy};

use super::Examination;
use super::findings::Findings;
use crate::config::Settings;
use crate::connect;
use crate::failure::{Failure, Result};
use crate::source::HttpLink;

/// The step that is taken here.
const STEP: &str = "settings";

/// An appliance, and as much of the way to it as the settings tell.
pub(super) struct Subject<'a> {
    pub(super) base: BaseUrl,
    pub(super) link: Option<HttpLink>,
    pub(super) credentials: Option<Credentials>,
    pub(super) signing: SigningPolicy,
    pub(super) retry: RetryPolicy,
    pub(super) connect_timeout: Duration,
    /// Where the tokens come from, if they are configured.
    pub(super) settings: Option<&'a Settings>,
    // It runs as long as it is examined.
    _demo: Option<RunningAppliance>,
}

/// Takes the first step: which settings hold, and what is wrong with them.
pub(super) fn find<'a>(
    examination: &'a Examination,
    findings: &mut Findings<'_>,
) -> Result<Option<Subject<'a>>> {
    let settings = match &examination.settings {
        Ok(settings) => settings,
        Err(failure) => {
            findings.add(STEP, StepStatus::Fail, failure)?;
            return Ok(None);
        }
    };
    let subject = |base, link, credentials, demo| Subject {
        base,
        link,
        credentials,
        signing: settings.signing(),
        retry: settings.retry(),
        connect_timeout: settings.connect_timeout(),
        settings: Some(settings),
        _demo: demo,
    };
    if let Some(demo) = &examination.demo {
        let (demo, base) = connect::start(demo)?;
        let demo_found = Failure::new("the demo appliance inside this program");
        findings.add(STEP, StepStatus::Ok, &demo_found)?;
        let credentials = demo.credentials().clone();
        let subject = subject(base, Some(HttpLink::of(settings)?), Some(credentials), Some(demo));
        return Ok(Some(Subject { settings: None, ..subject }));
    }
    let base = match settings.base_url() {
        Ok(base) => base,
        Err(failure) => {
            findings.add(STEP, StepStatus::Fail, &failure)?;
            return Ok(None);
        }
    };
    findings.add(STEP, StepStatus::Ok, &Failure::new(settings.sources()))?;
    let link = HttpLink::of(settings);
    let credentials = settings.credentials();
    for failure in [link.as_ref().err(), credentials.as_ref().err()].into_iter().flatten() {
        findings.add(STEP, StepStatus::Fail, failure)?;
    }
    Ok(Some(subject(base, link.ok(), credentials.ok(), None)))
}
