//! `dt.compare/1`

use std::cmp::Reverse;

use dt_analysis::change::{self, Changes};
use dt_analysis::peer_bytes::{self, BytesComparison};
use dt_analysis::peers::{self as analysis, Baseline, Ratios};
use dt_analysis::{Analyses, Concern, Policy};
use dt_model::{DataType, DeviceInfo, Evidence, EvidencePart, Part};

use super::prelude::*;
use super::{
    Anomaly, Answer, Body, BytesRow, ChangeRow, Comparison, DeviceView, Header, Metrics, PartView,
    Window,
};
use crate::phrases::numbers::plural;

/// A device beside its similar devices, or beside another one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Compare {
    /// The time that the device's connections cover.
    pub window: Window,
    /// The device itself.
    pub primary: Primary,
    /// Each similar device, in the response's order; or the other one, whose similarity is not known.
    pub comparisons: Vec<Comparison>,
    /// The mean over these devices.
    pub baseline: Option<Baseline>,
    /// How many times the baseline the device is.
    pub primary_vs_baseline: Option<Ratios>,
    /// Where it is out of line.
    pub anomalies: Vec<Anomaly>,
    /// Bytes sent and received beside those of the same devices; `null` under documented rules.
    pub bytes: Option<Vec<BytesRow>>,
    /// How it changed beside similar devices; `null` under documented rules, and for a named device.
    pub change: Option<Vec<ChangeRow>>,
    /// The parts of the evidence that this rests on: whether each was answered, refused or not asked.
    pub parts: Vec<PartView>,
}

/// The device itself.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Primary {
    /// Its metrics.
    pub metrics: Metrics,
}

impl Body for Compare {
    type Facts = ();
}

impl Compare {
    /// What was found by the connections of `info`.
    pub(super) fn new(info: &DeviceInfo, found: analysis::Comparison) -> Self {
        Self {
            window: Window::of(&info.subject.series),
            primary: Primary { metrics: found.primary },
            baseline: found.baseline,
            primary_vs_baseline: found.baseline.map(|_| found.primary_vs_baseline),
            comparisons: found.comparisons.into_iter().map(Comparison::from).collect(),
            anomalies: found.anomalies.into_iter().map(Anomaly::from).collect(),
            bytes: None,
            change: None,
            parts: Vec::new(),
        }
    }
}

impl Answer<Compare> {
    /// The object of `dt compare`; `None` without an answer that counts connections.
    #[must_use]
    pub fn compare(evidence: &Evidence, policy: &Policy, now: Timestamp) -> Option<Self> {
        let info = evidence.connections.answer()?;
        let changes =
            (policy.analyses == Analyses::All).then(|| change::of_evidence(evidence, now, policy));
        let changed = changes.iter().flat_map(Changes::significant);
        let changed =
            changed.filter_map(|it| Some(Concern { level: it.level()?, message: it.to_string() }));
        let changed: Vec<Concern> = changed.collect();
        let found = Compare::new(info, analysis::compare(info, policy));
        let body = found.with(evidence, policy, changes.as_ref());
        Some(Self::of_comparison(info, now, body, changed))
    }

    /// The object of `dt compare` with two devices; `None` unless there is an answer that counts the
    /// connections of each.
    #[must_use]
    pub fn compare_two(
        evidence: &Evidence,
        other: &Evidence,
        policy: &Policy,
        now: Timestamp,
    ) -> Option<Self> {
        let (info, beside) = (evidence.connections.answer()?, other.connections.answer()?);
        let name = DeviceView::from(&beside.subject.device).name();
        let found = analysis::compare_two(info, beside, policy);
        let messages: Vec<String> = found.anomalies.iter().map(|it| it.beside(&name)).collect();
        let mut body = Compare::new(info, found);
        for (anomaly, message) in body.anomalies.iter_mut().zip(messages) {
            anomaly.message = message;
        }
        body.parts = parts(evidence, policy);
        body.bytes = bytes(policy, &body.comparisons, |part| {
            let own = evidence.part(part).and_then(Part::answer)?;
            let beside = other.part(part).and_then(Part::answer)?;
            Some(peer_bytes::compare_two(own, beside, policy))
        });
        Some(Self::of_comparison(info, now, body, Vec::new()))
    }

    fn of_comparison(
        info: &DeviceInfo,
        now: Timestamp,
        body: Compare,
        mut concerns: Vec<Concern>,
    ) -> Self {
        let header = Header::of("dt.compare/1", info, now);
        let concern =
            |it: &Anomaly| Concern { level: it.kind.level(), message: it.message.clone() };
        concerns.extend(body.anomalies.iter().map(concern));
        concerns.sort_by_key(|concern| Reverse(concern.level));
        Self { header, body, concerns, facts: () }
    }
}

/// What bytes are compared by: no documented rule does.
fn bytes(
    policy: &Policy,
    others: &[Comparison],
    compared: impl Fn(EvidencePart) -> Option<BytesComparison>,
) -> Option<Vec<BytesRow>> {
    let row =
        |metric| Some(BytesRow::new(metric, &compared(EvidencePart::counting(metric))?, others));
    let metrics = [DataType::BytesOut, DataType::BytesIn];
    (policy.analyses == Analyses::All).then(|| metrics.into_iter().filter_map(row).collect())
}

/// The parts of the evidence that a comparison rests on.
fn parts(evidence: &Evidence, policy: &Policy) -> Vec<PartView> {
    use EvidencePart::{BytesIn, BytesOut, Connections};
    match policy.analyses {
        Analyses::All => PartView::of(evidence, &[Connections, BytesOut, BytesIn]),
        Analyses::Documented => PartView::of(evidence, &[Connections]),
    }
}

impl Compare {
    /// The device that this one is compared with, if it is one alone and was named.
    pub(crate) fn named(&self) -> Option<&DeviceView> {
        match self.comparisons.as_slice() {
            [Comparison { device, similarity: None, .. }] => Some(device),
            _ => None,
        }
    }

    /// Why its connections could not be compared; `None` if they were, or there was no other device.
    pub(crate) fn uncompared(&self) -> Option<&'static str> {
        analysis::uncompared(&self.primary.metrics, self.baseline?, self.primary_vs_baseline?)
    }

    /// The devices that this one is compared with, in words.
    pub(crate) fn others(&self) -> String {
        self.named().map_or_else(
            || plural(self.comparisons.len(), "similar device", "similar devices"),
            DeviceView::name,
        )
    }

    /// With what the evidence says besides connections, and how it changed.
    pub(super) fn with(
        self,
        evidence: &Evidence,
        policy: &Policy,
        changes: Option<&Changes>,
    ) -> Self {
        let change = changes.map(|changes| changes.metrics.iter().map(ChangeRow::from).collect());
        let bytes = bytes(policy, &self.comparisons, |part| {
            Some(peer_bytes::compare(evidence.part(part).and_then(Part::answer)?, policy))
        });
        Self { bytes, change, parts: parts(evidence, policy), ..self }
    }
}
