//! What becomes a finding, and how severe it is.

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// Thresholds of [`finding`](crate::finding). None of them is in the document; they were chosen so
/// that of thousands of quiet devices hardly one has a finding above low on any day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FindingPolicy {
    /// A rise in bytes below this much is low.
    pub least_bytes: f64,
    /// From this many bytes on an upload can be high.
    pub many_bytes: f64,
    /// From this many bytes on, an upload within the network such as the device never made is more than
    /// low.
    pub many_bytes_within: f64,
    /// An alert is more than low if it is at least this many times the largest usual amount.
    pub far_above: f64,
    /// Unheard of is so many times the most elsewhere in a series: the geometric mean of as long a time and
    /// of the same hours of another day.
    pub unheard_of: f64,
    /// A rise in connections below this much is low.
    pub least_connections: f64,
    /// A port that anybody may use for anything says little by being new.
    pub least_port_connections: f64,
    /// A domain that got at least this share of what an episode sent explains it.
    pub explains_from: f64,
    /// At most this many domains are asked about again.
    pub domains_asked: usize,
}

impl Default for FindingPolicy {
    fn default() -> Self {
        Self {
            least_bytes: 20e6,
            many_bytes: 200e6,
            many_bytes_within: 10e9,
            far_above: 3.0,
            unheard_of: 3.0,
            least_connections: 100.0,
            least_port_connections: 50.0,
            explains_from: 0.1,
            domains_asked: 5,
        }
    }
}

impl FindingPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self {
            least_bytes,
            many_bytes,
            many_bytes_within,
            far_above,
            unheard_of,
            least_connections,
            least_port_connections,
            explains_from,
            domains_asked,
        } = *self;
        let of = ThresholdGroup::new("finding", "findings");
        vec![
            of.threshold("least_bytes", Value::Bytes(least_bytes), "a surge of bytes is low below"),
            of.threshold("many_bytes", Value::Bytes(many_bytes), "an upload can be high from"),
            of.threshold(
                "many_bytes_within",
                Value::Bytes(many_bytes_within),
                "one within the network can be more than low from",
            ),
            of.threshold(
                "far_above",
                Value::Number(far_above),
                "times the largest usual amount for more than low",
            ),
            of.threshold(
                "unheard_of",
                Value::Number(unheard_of),
                "times the most in as long a time and at the same hours is unheard of",
            ),
            of.threshold(
                "least_connections",
                Value::Number(least_connections),
                "a surge of connections is low below",
            ),
            of.threshold(
                "least_port_connections",
                Value::Number(least_port_connections),
                "a new port is low below",
            ),
            of.threshold(
                "explains_from",
                Value::Share(explains_from),
                "a domain explains an episode from",
            ),
            of.threshold("domains_asked", Value::count(domains_asked), "domains asked about again"),
        ]
    }
}
