//! `dt.report/1`

use dt_analysis::{Policy, concerns, external, peers, transfers};
use dt_model::{Evidence, EvidencePart};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{Answer, Compare, Connections, External, Header, Transfers};

/// Everything about one device.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Its connections.
    pub connections: Option<Connections>,
    /// What it sent and received.
    pub transfers: Option<Transfers>,
    /// Beside its similar devices.
    pub compare: Option<Compare>,
    /// Its communication with the outside.
    pub external: Option<External>,
    /// When it was unusual; not computed yet.
    pub timeline: Option<Value>,
    /// What was found; not computed yet.
    pub findings: Option<Value>,
    /// In which order to look at devices; not computed yet.
    pub priority: Option<Value>,
    /// The parts of the evidence that are missing, for the text around the numbers.
    #[serde(skip)]
    pub missing: Vec<EvidencePart>,
}

impl Answer<Report> {
    /// The object of `dt report`; `None` without any answer.
    #[must_use]
    pub fn report(evidence: &Evidence, policy: &Policy, now: Timestamp) -> Option<Self> {
        let (out, into) = (evidence.bytes_out.as_ref(), evidence.bytes_in.as_ref());
        let connections = evidence.connections.as_ref();
        let transfers = out.or(into).map(|_| transfers::analyse(out, into, policy));
        let comparison = connections.map(|info| peers::compare(info, policy));
        let external = external::analyse(evidence, policy);
        let concerns = concerns(transfers.as_ref(), comparison.as_ref(), external.as_ref());
        let body = Report {
            connections: connections.map(|info| Connections::new(info, policy)),
            transfers: transfers.map(|found| Transfers::new(found, out, into)),
            compare: comparison.map(Compare::from),
            external: external.map(External::from),
            timeline: None,
            findings: None,
            priority: None,
            missing: evidence.missing(),
        };
        // What all answers cover.
        let until =
            evidence.answers().filter_map(|info| info.subject.series.whole_until(now)).min();
        let header = Header::new("dt.report/1", evidence.dialect()?, until, &evidence.device());
        Some(Self { header, body, concerns })
    }
}
