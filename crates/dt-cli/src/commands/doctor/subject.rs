//! Whom the doctor examines.

use dt_appliance::RunningAppliance;
use dt_auth::Credentials;
use dt_report::contract::StepStatus;
use dt_transport::BaseUrl;

use super::Examination;
use super::findings::Findings;
use crate::asking::start;
use crate::config::{HttpLink, Settings};
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

impl Subject<'_> {
    /// Which setting says to trust anyone, if one does.
    pub(super) fn insecure(&self) -> Option<&str> {
        self.link.as_ref()?.insecure.as_deref()
    }
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
    let (base, credentials, demo, said) = if let Some(demo) = &examination.demo {
        let (demo, base) = start(demo)?;
        let said = "the demo appliance inside this program".to_owned();
        (base, Ok(demo.credentials().clone()), Some(demo), said)
    } else {
        match settings.base_url() {
            Ok(base) => (base, settings.credentials(), None, settings.sources()),
            Err(failure) => {
                findings.add(STEP, StepStatus::Fail, &failure)?;
                return Ok(None);
            }
        }
    };
    findings.add(STEP, StepStatus::Ok, &Failure::new(said))?;
    let link = settings.link();
    for failure in [link.as_ref().err(), credentials.as_ref().err()].into_iter().flatten() {
        findings.add(STEP, StepStatus::Fail, failure)?;
    }
    let (link, credentials) = (link.ok(), credentials.ok());
    Ok(Some(Subject { base, link, credentials, settings, _demo: demo }))
}
