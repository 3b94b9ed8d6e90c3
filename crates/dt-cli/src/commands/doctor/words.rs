//! What the doctor finds, as failures with the step to take.

use dt_auth::{DateFormat, Encoding, SigningPolicy};
use dt_transport::BaseUrl;
use dt_transport::diagnose::Finding as F;
use jiff::Timestamp;

use crate::config::Settings;
use crate::exit;
use crate::failure::{Failure, step};

/// Finds words, which are about this appliance and its settings.
pub(super) struct Words<'a> {
    pub(super) base: &'a BaseUrl,
    pub(super) settings: &'a Settings,
    /// Which setting says to trust anyone.
    pub(super) insecure: Option<&'a str>,
    pub(super) now: Timestamp,
}

impl Words<'_> {
    /// What a finding says, with the step to take if there is one.
    pub(super) fn of(&self, finding: F<Failure>) -> Failure {
        if let F::NoTransport(failure) = finding {
            return failure;
        }
        let text = match finding {
            F::AllRefused if self.settings.has_one_token_twice() => {
                "refused in every form: both tokens are the same".to_owned()
            }
            _ => finding.describe(self.base, self.now),
        };
        let failure = Failure::new(text).status(exit::of(finding.failure()));
        failure.hint_if(match &finding {
            F::NotAccepted(accepted, _) => self.accepted_form(accepted),
            F::Unverified(certificate) => {
                let pin = certificate.as_ref().map(|it| it.pin()).unwrap_or_default();
                let setting = self.insecure.unwrap_or("insecure");
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
        let sign = match policy.encoding {
            encoding if encoding == used.encoding => None,
            Encoding::AsSent => Some("--sign as-sent, or sign in the profile"),
            _ => Some("--sign decoded, or sign in the profile"),
        };
        let date = match policy.date_format {
            format if format == used.date_format => None,
            DateFormat::Compact => Some("--date compact, or date in the profile"),
            _ => Some("--date spaced, or date in the profile"),
        };
        let settings: Vec<&str> = sign.into_iter().chain(date).collect();
        Some(format!("use {}", settings.join("; and ")))
    }
}
