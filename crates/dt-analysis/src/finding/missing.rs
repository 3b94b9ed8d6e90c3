//! Why something that would say more is not known.

use dt_model::{DataType, Evidence, EvidencePart, MissingPart, Refusal};

/// The domains about whose bytes the appliance was asked in vain.
pub(super) fn refused_domains(evidence: &Evidence) -> impl Iterator<Item = (&str, &Refusal)> {
    let bytes = evidence.by_domain.iter();
    let bytes = bytes.filter(|(question, _)| question.data_type == DataType::BytesOut);
    bytes.filter_map(|(question, part)| Some((question.domain.as_str(), part.refusal()?)))
}

/// Why nothing is known about a domain, if that was refused: about the host, or about all that go
/// outside.
pub(super) fn refused_host<'e>(evidence: &'e Evidence, domain: &str) -> Option<&'e Refusal> {
    let host = evidence.endpoints.iter().find(|(host, _)| host.to_string() == domain);
    host.and_then(|(_, part)| part.refusal()).or(evidence.external.refusal())
}

/// Why a part is missing that would be expected: none about the outside is in the documented dialect.
pub(super) fn missing(evidence: &Evidence, part: EvidencePart) -> Option<MissingPart> {
    evidence.missing().into_iter().find(|missing| missing.part == part)
}
