//! Does the device send or receive, and how much?
//!
//! Totals, means and peaks in bytes, of all traffic in either direction. The ratio is bytes out /
//! bytes in, and there is one only when both are above zero; above 2.0 the device is upload-heavy
//! (which exfiltration is, among many other things), below 0.5 download-heavy. Of each of the last
//! five buckets the first three peers are given, which only the documented dialect reports.
//!
//! A direction that was not asked for is `None`, and there is no ratio then.

use std::fmt;

use dt_model::{DeviceInfo, Dialect, TrafficPeer};
use jiff::Timestamp;
use serde::Serialize;

use crate::bytesize::SizeNotation;
use crate::{Policy, Statistics, Window};

/// How many buckets are looked at for their peers, and how many peers of each.
const LAST_BUCKETS: usize = 5;
const TOP_PEERS: usize = 3;

/// What a device sent and received.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Transfers {
    /// Bytes sent.
    pub outbound: Option<Traffic>,
    /// Bytes received.
    pub inbound: Option<Traffic>,
    /// Bytes out per byte in.
    pub ratio: Option<f64>,
    /// What the ratio says.
    pub pattern: Option<Pattern>,
    /// How the sentence about it writes sizes.
    notation: SizeNotation,
}

/// Traffic in one direction, in bytes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Traffic {
    /// The time covered.
    pub window: Window,
    /// Total, mean and peak; `None` of an empty series.
    pub statistics: Option<Statistics>,
    /// Who was at the other end of the newest buckets that say so, oldest first.
    pub peers: Option<Vec<BucketPeers>>,
}

/// The largest peers of one bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct BucketPeers {
    /// When the bucket begins.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub time: Timestamp,
    /// At most three of them, in the response's order.
    pub peers: Vec<TrafficPeer>,
}

/// Which way most of the traffic goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Much more out than in.
    UploadHeavy,
    /// Much more in than out.
    DownloadHeavy,
    /// Neither.
    Balanced,
}

impl Pattern {
    /// The pattern's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UploadHeavy => "upload_heavy",
            Self::DownloadHeavy => "download_heavy",
            Self::Balanced => "balanced",
        }
    }
}

/// Analyses the answers that count bytes sent and received.
#[must_use]
pub fn analyse(
    outbound: Option<&DeviceInfo>,
    inbound: Option<&DeviceInfo>,
    policy: &Policy,
) -> Transfers {
    let outbound = outbound.map(traffic);
    let inbound = inbound.map(traffic);
    let ratio = ratio(outbound.as_ref(), inbound.as_ref());
    let pattern = ratio.map(|ratio| match ratio {
        _ if ratio > policy.transfers.upload_heavy_above => Pattern::UploadHeavy,
        _ if ratio < policy.transfers.download_heavy_below => Pattern::DownloadHeavy,
        _ => Pattern::Balanced,
    });
    let notation = SizeNotation::of(policy);
    Transfers { outbound, inbound, ratio, pattern, notation }
}

fn traffic(info: &DeviceInfo) -> Traffic {
    let series = &info.subject.series;
    let last = &series.buckets()[series.buckets().len().saturating_sub(LAST_BUCKETS)..];
    let peers = last.iter().filter_map(|bucket| {
        let peers = &bucket.detail.as_ref()?.peers;
        let first = peers.iter().take(TOP_PEERS).cloned().collect();
        (!peers.is_empty()).then_some(BucketPeers { time: bucket.start, peers: first })
    });
    Traffic {
        window: Window::of(series),
        statistics: Statistics::of(series),
        peers: (info.dialect == Dialect::Documented).then(|| peers.collect()),
    }
}

fn ratio(outbound: Option<&Traffic>, inbound: Option<&Traffic>) -> Option<f64> {
    let out = outbound?.statistics?.total;
    let into = inbound?.statistics?.total;
    (out > 0 && into > 0).then(|| out as f64 / into as f64)
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UploadHeavy => "upload-heavy",
            Self::DownloadHeavy => "download-heavy",
            Self::Balanced => "balanced",
        })
    }
}

impl fmt::Display for Transfers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = |traffic: &Option<Traffic>| match traffic.as_ref().and_then(|t| t.statistics) {
            Some(statistics) => self.notation.words(statistics.amount()),
            None => "not reported".to_owned(),
        };
        write!(f, "{} out, {} in", size(&self.outbound), size(&self.inbound))?;
        match (self.ratio, self.pattern) {
            (Some(ratio), Some(pattern)) => write!(f, "; out/in {ratio:.2}, {pattern}"),
            _ => Ok(()),
        }
    }
}
