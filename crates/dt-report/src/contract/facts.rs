//! What drawings and events need and JSON does not say: it stands beside an object, never in it.

use dt_model::{DataType, DeviceInfo, Evidence, MissingPart};

use super::{Flow, OutsideDomain, Timeline, Window};
use crate::samples::Samples;

/// The series of `dt transfers`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TransferFacts {
    /// Bytes sent; `None` if they were not answered.
    pub outbound: Option<DirectionFacts>,
    /// Bytes received.
    pub inbound: Option<DirectionFacts>,
}

/// A series of bytes in one direction.
#[derive(Debug, Clone, PartialEq)]
pub struct DirectionFacts {
    /// The time covered.
    pub window: Window,
    /// The series.
    pub trace: Samples,
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
}

impl TransferFacts {
    pub(super) fn of(evidence: &Evidence) -> Self {
        let direction = |answer: Option<&DeviceInfo>| {
            let series = &answer?.subject.series;
            let window = dt_analysis::Window::of(series).into();
            Some(DirectionFacts { window, trace: Samples::of(series) })
        };
        Self {
            outbound: direction(evidence.bytes_out.answer()),
            inbound: direction(evidence.bytes_in.answer()),
        }
    }

    /// The time covered, by the bytes sent if they are known.
    pub(crate) fn window(&self) -> Option<&Window> {
        self.outbound.as_ref().or(self.inbound.as_ref()).map(|it| &it.window)
    }
}
