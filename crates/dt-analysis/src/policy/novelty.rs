//! What counts as new, and as rare.

use jiff::SignedDuration;

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// Thresholds of [`novelty`](crate::novelty). The age and the share are those RITA uses for its
/// "first seen" and "prevalence" modifiers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoveltyPolicy {
    /// New is what was first seen at most this long before the end of the data.
    pub within: SignedDuration,
    /// New traffic with a smaller share than this is told, and is no finding.
    pub least_share: f64,
    /// A domain that at most this many percent of the network's devices talk to is rare.
    pub rare_up_to_popularity: f64,
    /// A name looks generated from this DGA score on, of 100.
    pub generated_from: f64,
    /// This many new internal peers are a burst.
    pub burst_of_peers: usize,
    /// This many are a scan, if one of these ports is first used with them:
    pub scan_of_peers: usize,
    /// ports of remote shells, file shares and remote desktops, by which devices are taken over.
    pub remote_ports: [u16; 7],
    /// This many new domains are a burst.
    pub burst_of_domains: usize,
}

impl Default for NoveltyPolicy {
    fn default() -> Self {
        Self {
            within: SignedDuration::from_hours(7 * 24),
            least_share: 0.02,
            rare_up_to_popularity: 2.0,
            generated_from: 70.0,
            burst_of_peers: 5,
            scan_of_peers: 20,
            remote_ports: [22, 135, 139, 445, 3389, 5985, 5986],
            burst_of_domains: 5,
        }
    }
}

impl NoveltyPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self {
            within,
            least_share,
            rare_up_to_popularity,
            generated_from,
            burst_of_peers,
            scan_of_peers,
            remote_ports,
            burst_of_domains,
        } = *self;
        let of = ThresholdGroup::new("novelty", "new activity");
        vec![
            of.threshold("within", Value::Time(within), "first seen within"),
            of.threshold("least_share", Value::Share(least_share), "least share of the traffic"),
            of.threshold(
                "rare_up_to_popularity",
                Value::Quantity(rare_up_to_popularity, "% of the network's devices"),
                "rare up to",
            ),
            of.threshold(
                "generated_from",
                Value::Number(generated_from),
                "looks generated from DGA score",
            ),
            of.threshold("burst_of_peers", Value::count(burst_of_peers), "a burst of peers from"),
            of.threshold("scan_of_peers", Value::count(scan_of_peers), "a scan of peers from"),
            of.threshold(
                "remote_ports",
                Value::List(remote_ports.iter().map(u16::to_string).collect()),
                "which one of these ports begins with",
            ),
            of.threshold(
                "burst_of_domains",
                Value::count(burst_of_domains),
                "a burst of domains from",
            ),
        ]
    }
}
