//! What was asked and not answered, as a snapshot keeps it.

use dt_model::{
    DataType, DomainQuestion, Endpoint, Evidence, EvidencePart, Part, Refusal, RefusalKind, Subject,
};
use serde::{Deserialize, Serialize};

/// Something that was asked about a device, or should have been, and was refused: a replay says of it
/// what was said then.
///
/// Either a part, or a domain with what was to be counted, or a host outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotAnswered {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    part: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counts: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    refusal: Refusal,
}

impl NotAnswered {
    /// All that was refused of the evidence about a device.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Vec<Self> {
        let cancelled = |refusal: &Refusal| refusal.kind == RefusalKind::Cancelled;
        let refusals = evidence.refusals().filter(|(_, refusal)| !cancelled(refusal));
        refusals.map(|(subject, refusal)| Self::new(subject, refusal.clone())).collect()
    }

    fn new(subject: Subject<'_>, refusal: Refusal) -> Self {
        let mut not = Self { part: None, domain: None, counts: None, endpoint: None, refusal };
        match subject {
            Subject::Part(part) => not.part = Some(part.to_string()),
            Subject::Domain(question) => {
                not.domain = Some(question.domain.clone());
                not.counts = Some(question.data_type.to_string());
            }
            Subject::Endpoint(endpoint) => not.endpoint = Some(endpoint.to_string()),
            _ => {}
        }
        not
    }

    /// Whether it is about this.
    pub(crate) fn is_about(&self, subject: Subject<'_>) -> bool {
        let other = Self::new(subject, self.refusal.clone());
        *self == other
    }

    /// Puts the refusal where it belongs. What a newer version wrote and this one does not know is left
    /// out.
    pub(crate) fn put_into(&self, evidence: &mut Evidence) {
        let refused = || self.refusal.clone();
        let part = self.part.as_deref().and_then(|part| part.parse::<EvidencePart>().ok());
        if let Some(part) = part {
            evidence.refuse(part, refused());
        }
        let counts = self.counts.as_deref().and_then(|counts| counts.parse::<DataType>().ok());
        if let Some((domain, data_type)) = self.domain.clone().zip(counts) {
            let question = DomainQuestion { domain, data_type };
            evidence.by_domain.push((question, Part::Refused(refused())));
        }
        if let Some(endpoint) = self.endpoint.as_deref() {
            evidence.endpoints.push((Endpoint::from(endpoint), Part::Refused(refused())));
        }
    }
}
