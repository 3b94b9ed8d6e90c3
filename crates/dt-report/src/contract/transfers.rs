//! `dt.transfers/1`

use dt_analysis::transfers as analysis;
use dt_analysis::transfers::{BucketPeers, Pattern};
use dt_analysis::{Policy, Statistics, concerns};
use dt_model::{Amount, DeviceInfo, Evidence, EvidencePart};

use super::prelude::*;
use super::quantity::{Quantity, name};
use super::{Answer, Body, Header, PartView, TransferFacts, Window};

/// What a device sent and received.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Transfers {
    /// The time covered: by the bytes sent, if they were answered.
    pub window: Window,
    /// Bytes sent.
    pub outbound: Option<Direction>,
    /// Bytes received.
    pub inbound: Option<Direction>,
    /// Bytes out per byte in.
    pub ratio: Option<f64>,
    /// `upload_heavy`, `download_heavy` or `balanced`.
    pub pattern: Option<Pattern>,
    /// Where the bytes of the newest buckets went.
    pub top_destinations: Option<Vec<BucketPeers>>,
    /// Where the bytes of the newest buckets came from.
    pub top_sources: Option<Vec<BucketPeers>>,
    /// `sizeout` and `sizein`: whether each was answered, refused or not asked.
    pub parts: Vec<PartView>,
}

/// Traffic in one direction.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Direction {
    /// The time covered, where it is not that of the bytes sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The sum of the series.
    #[serde(flatten, with = "Quantity::<name::TotalBytes>")]
    pub total_bytes: Option<Amount>,
    /// The mean of the series.
    pub mean_bytes_per_interval: Option<f64>,
    /// The largest bucket.
    pub peak_bytes: Option<u64>,
}

/// The series of both directions.
impl Body for Transfers {
    type Facts = TransferFacts;
}

impl Transfers {
    pub(super) fn new(found: analysis::Transfers, evidence: &Evidence) -> Self {
        let window = |answer: &DeviceInfo| Window::of(&answer.subject.series);
        let sent = evidence.bytes_out.answer().map(window);
        let received = evidence.bytes_in.answer().map(window);
        let covered = sent.or(received).unwrap_or_default();
        let direction = |traffic: &analysis::Traffic, window: Option<Window>| Direction {
            window: window.filter(|window| *window != covered),
            total_bytes: traffic.statistics.map(Statistics::amount),
            mean_bytes_per_interval: traffic.statistics.map(|of| of.mean),
            peak_bytes: traffic.statistics.map(|of| of.peak),
        };
        Self {
            window: covered,
            outbound: found.outbound.as_ref().map(|traffic| direction(traffic, sent)),
            inbound: found.inbound.as_ref().map(|traffic| direction(traffic, received)),
            ratio: found.ratio,
            pattern: found.pattern,
            top_destinations: found.outbound.and_then(|of| of.peers),
            top_sources: found.inbound.and_then(|of| of.peers),
            parts: PartView::of(evidence, &[EvidencePart::BytesOut, EvidencePart::BytesIn]),
        }
    }
}

impl Answer<Transfers> {
    /// The object of `dt transfers`; `None` without an answer that counts bytes.
    #[must_use]
    pub fn transfers(evidence: &Evidence, policy: &Policy, now: Timestamp) -> Option<Self> {
        let (outbound, inbound) = (evidence.bytes_out.answer(), evidence.bytes_in.answer());
        let answers = || [outbound, inbound].into_iter().flatten();
        let dialect = answers().next()?.dialect;
        // What both directions cover.
        let until = answers().filter_map(|answer| answer.subject.series.complete_until(now)).min();
        let found = analysis::analyse(outbound, inbound, policy);
        Some(Self {
            header: Header::new("dt.transfers/1", dialect, until, &evidence.device())
                .knowing(evidence.no_traffic()),
            concerns: concerns(Some(&found), None, None),
            body: Transfers::new(found, evidence),
            facts: TransferFacts::of(evidence),
        })
    }
}
