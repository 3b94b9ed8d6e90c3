//! What drawings and events need and JSON does not say: it stands beside an object, never in it.

use dt_model::{AppliancePages, DataType, DeviceInfo, Evidence, MissingPart};

use super::{Flow, OutsideDomain, Timeline};
use crate::samples::Samples;

/// The series of `dt transfers`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TransferFacts {
    /// Bytes sent; `None` if they were not answered.
    pub outbound: Option<Samples>,
    /// Bytes received.
    pub inbound: Option<Samples>,
}

/// The series of `dt report`, and what is known about the traffic outside.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportFacts {
    /// Its connections; empty if they were not answered.
    pub connections: Samples,
    /// The bytes it sent outside; empty if they were not answered.
    pub outbound: Samples,
    /// What it sent and received.
    pub transfers: TransferFacts,
    /// What went outside, destination by destination.
    pub flows: Vec<Flow>,
    /// When the bytes it sent outside were unusual.
    pub sent_outside: Option<Timeline>,
    /// When the bytes it sent anywhere were unusual.
    pub sent: Option<Timeline>,
    /// What is known about the domains outside: the largest first.
    pub outside: Vec<OutsideDomain>,
    /// By what that is: by bytes sent, or by connections.
    pub outside_by: DataType,
    /// The parts of the evidence that are missing.
    pub missing: Vec<MissingPart>,
    /// The appliance that answered, as findings name it; `None` if nobody knows which did.
    pub appliance: Option<String>,
    /// Where that has pages of its own, if anybody knows.
    pub pages: Option<AppliancePages>,
    /// With which options the same place is asked again.
    pub repeated_options: String,
    /// Whether a part of the traffic was asked for.
    pub is_partial: bool,
}

impl TransferFacts {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let direction = |answer: &DeviceInfo| Samples::of(&answer.subject.series);
        Self {
            outbound: evidence.bytes_out.answer().map(direction),
            inbound: evidence.bytes_in.answer().map(direction),
        }
    }
}
