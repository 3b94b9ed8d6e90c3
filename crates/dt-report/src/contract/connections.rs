//! `dt.connections/1`

use dt_analysis::connections as analysis;
use dt_analysis::connections::{ConnectionMetrics, Destinations};
use dt_analysis::{Policy, Slice};
use dt_model::DeviceInfo;
use serde_json::Value;

use super::prelude::*;
use super::{Answer, Body, Header, PortRow, ProtocolRow, Window};
use crate::samples::Samples;

/// A device's connections.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Connections {
    /// The time covered.
    pub window: Window,
    /// The device in a few numbers.
    pub metrics: ConnectionMetrics,
    /// Connections by protocol.
    pub protocols: Option<Vec<ProtocolRow>>,
    /// The ten ports with most connections.
    pub ports: Option<Vec<PortRow>>,
    /// Whom it talked to.
    pub destinations: Option<Destinations>,
    /// The appliance's own summary, unchanged.
    pub summary: Option<Value>,
    /// The appliance's own findings, unchanged.
    pub anomaly_indicators: Option<Value>,
}

/// The series.
impl Body for Connections {
    type Facts = Samples;
}

impl Connections {
    /// Analyses an answer that counts connections.
    #[must_use]
    pub fn new(info: &DeviceInfo, policy: &Policy) -> Self {
        let found = analysis::analyse(info, policy);
        let summary = info.summary.as_ref();
        Self {
            window: found.window,
            metrics: found.metrics,
            protocols: found.protocols.map(rows),
            ports: found.ports.map(rows),
            destinations: found.destinations,
            summary: summary.map(|summary| Value::Object(summary.0.clone())),
            anomaly_indicators: summary.and_then(|of| of.anomaly_indicators()).cloned(),
        }
    }
}

impl Answer<Connections> {
    /// The object of `dt connections`.
    #[must_use]
    pub fn connections(info: &DeviceInfo, policy: &Policy, now: Timestamp) -> Self {
        Self {
            header: Header::of("dt.connections/1", info, now),
            body: Connections::new(info, policy),
            concerns: Vec::new(),
            facts: Samples::of(&info.subject.series),
        }
    }
}

/// A ranked list as rows of the contract.
pub(super) fn rows<K, R: From<Slice<K>>>(slices: Vec<Slice<K>>) -> Vec<R> {
    slices.into_iter().map(R::from).collect()
}
