//! What the doctor finds, as failures with the step to take.

use dt_auth::{DateFormat, Encoding, SigningPolicy};
use dt_transport::diagnose::Finding as F;
use jiff::Timestamp;

use super::subject::Subject;
use crate::exit;
use crate::failure::{Failure, step};

impl Subject<'_> {
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
        let used = self.settings.signing();
        let differences = |policy: &&SigningPolicy| {
            usize::from(policy.encoding != used.encoding)
                + usize::from(policy.date_format != used.date_format)
        };
        let policy = accepted.iter().min_by_key(differences)?;
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
