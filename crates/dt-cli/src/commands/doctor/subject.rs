//! Whom the doctor examines.

use dt_appliance::RunningAppliance;
use dt_auth::Credentials;
use dt_report::contract::StepStatus;
use dt_transport::BaseUrl;

use super::Examination;
use super::findings::Findings;
use crate::asking::{HttpLink, start};
use crate::config::Settings;
use crate::failure::{Failure, Result};

/// The step that is taken here.
const STEP: &str = "settings";

/// An appliance, and as much of the way to it as the settings tell.
pub(super) struct Subject<'a> {
    pub(super) base: BaseUrl,
    pub(super) link: Option<HttpLink>,
    pub(super) credentials: Option<Credentials>,
    pub(super) settings: &'a Settings,
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
    if let Some(demo) = &examination.demo {
        let (demo, base) = start(demo)?;
        let demo_found = Failure::new("the demo appliance inside this program");
        findings.add(STEP, StepStatus::Ok, &demo_found)?;
        let credentials = Some(demo.credentials().clone());
        let link = Some(HttpLink::of(settings)?);
        return Ok(Some(Subject { base, link, credentials, settings, _demo: Some(demo) }));
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
    let (link, credentials) = (link.ok(), credentials.ok());
    Ok(Some(Subject { base, link, credentials, settings, _demo: None }))
}
