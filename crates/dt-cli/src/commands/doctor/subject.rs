//! Whom the doctor examines, and what it finds about that, with the step to take.

use dt_appliance::RunningAppliance;
use dt_auth::{Credentials, DateFormat, Encoding, SigningPolicy};
use dt_report::contract::StepStatus;
use dt_transport::BaseUrl;
use dt_transport::diagnose::Finding as F;
use jiff::Timestamp;

use super::Examination;
use super::findings::Findings;
use crate::asking::start;
use crate::config::{HttpLink, Settings};
use crate::exit;
use crate::failure::{Failure, Result, step};

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

    /// What a finding says, with the step to take if there is one.
    pub(super) fn words(&self, finding: F<Failure>, now: Timestamp) -> Failure {
        if let F::NoTransport(failure) = finding {
            return failure;
        }
        let text = match finding {
            F::AllRefused if self.settings.has_one_token_twice() => {
                "refused in every form: both tokens are the same".to_owned()
            }
            _ => finding.describe(&self.base, now),
        };
        let failure = Failure::new(text).status(exit::of(finding.failure()));
        failure.hint_if(match &finding {
            F::NotAccepted(accepted, _) => self.accepted_form(accepted),
            F::Unverified(certificate) => {
                let pin = certificate.as_ref().map(|it| it.pin()).unwrap_or_default();
                let setting = self.insecure().unwrap_or("insecure");
                let step = format!("if it is the right one, pin it instead of {setting}");
                Some(format!("{step}: --pin-sha256 {pin}"))
            }
            _ => finding.help().map(|help| step(&help)),
        })
    }

    /// The settings for the accepted form that differs least from the one in use.
    fn accepted_form(&self, accepted: &[SigningPolicy]) -> Option<String> {
        let (policy, used) = (accepted.first()?, self.settings.signing());
        let sign = if policy.encoding == Encoding::AsSent { "as-sent" } else { "decoded" };
        let date = if policy.date_format == DateFormat::Compact { "compact" } else { "spaced" };
        let settings = [
            ("sign", sign, policy.encoding != used.encoding),
            ("date", date, policy.date_format != used.date_format),
        ];
        let others = settings.into_iter().filter(|(.., is_other)| *is_other);
        let told = others.map(|(name, to, _)| format!("--{name} {to}, or {name} in the profile"));
        Some(format!("use {}", told.collect::<Vec<_>>().join("; and ")))
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
