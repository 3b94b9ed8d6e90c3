//! Every threshold, list and weight, in one place.

use jiff::SignedDuration;

/// What the analyses go by.
///
/// [`Policy::documented`] is the module document's: its thresholds are exact, and the faults of its
/// code are corrected. [`Policy::default`] keeps the thresholds and never turns what is not known
/// into a number, or into a risk.
///
/// ```
/// use dt_analysis::Policy;
///
/// let strict = Policy {
///     transfers: dt_analysis::TransferPolicy { upload_heavy_above: 1.5, ..Default::default() },
///     ..Policy::default()
/// };
/// assert_eq!(strict.peers, Policy::default().peers);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Policy {
    /// What becomes of a metric that a response does not report.
    pub unknowns: Unknowns,
    /// Whether an estimate is beyond a limit.
    pub estimates: Estimates,
    /// For [`transfers`](crate::transfers).
    pub transfers: TransferPolicy,
    /// For [`peers`](crate::peers).
    pub peers: PeerPolicy,
    /// For [`external`](crate::external) and [`risk`](crate::risk).
    pub external: ExternalPolicy,
    /// For [`timeline`](crate::timeline).
    pub timeline: TimelinePolicy,
}

/// What becomes of a metric that a response of the documented dialect does not report. In the
/// appliance dialect it stays unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unknowns {
    /// It stays unknown.
    #[default]
    StayUnknown,
    /// It counts as zero, as in the document.
    CountAsZero,
}

/// Whether an estimate is beyond a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Estimates {
    /// Only if all that it may be is: its margin has to clear the limit, too.
    #[default]
    ClearTheLimit,
    /// If its middle is, as if it had been counted.
    TakenAsCounted,
}

/// What a device is, compared with a baseline of zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ZeroBaseline {
    /// There is no baseline, hence no ratio.
    #[default]
    NoRatio,
    /// The ratio is 0, as in the document.
    RatioOfZero,
}

/// Whether figures that are only lower bounds are compared with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LowerBounds {
    /// They are not: the ratio of two bounds bounds nothing.
    #[default]
    NotCompared,
    /// They are, as if they were counts.
    ComparedAsListed,
}

/// What the domain of a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DomainGrouping {
    /// Its registrable domain by the public suffix list, private suffixes included.
    #[default]
    PublicSuffixList,
    /// Its last two labels, as in the document.
    LastTwoLabels,
}

/// What becomes of an endpoint whose country could not be found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnresolvedCountry {
    /// It has none; the share of such endpoints is told.
    #[default]
    NotReported,
    /// It is in the country `Unknown`, which the document holds to be a risk.
    CountsAsUnknown,
}

/// Thresholds of the transfer pattern. Both are the document's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransferPolicy {
    /// Above this ratio of bytes out to bytes in, a device is upload-heavy.
    pub upload_heavy_above: f64,
    /// Below this ratio it is download-heavy.
    pub download_heavy_below: f64,
}

impl Default for TransferPolicy {
    fn default() -> Self {
        Self { upload_heavy_above: 2.0, download_heavy_below: 0.5 }
    }
}

/// Thresholds of the comparison with similar devices. All are the document's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PeerPolicy {
    /// A relative deviation from one similar device is significant above this, in either direction.
    pub significant_above: f64,
    /// Connections above this multiple of the baseline are an anomaly.
    pub high_connections_above: f64,
    /// Connections below this multiple of the baseline are an anomaly.
    pub low_connections_below: f64,
    /// Destinations above this multiple of the baseline are an anomaly.
    pub high_destinations_above: f64,
    /// An external ratio above this multiple of the baseline is an anomaly.
    pub high_external_above: f64,
    /// What a device is, compared with a baseline of zero.
    pub zero_baseline: ZeroBaseline,
    /// Whether lower bounds are compared.
    pub lower_bounds: LowerBounds,
}

impl Default for PeerPolicy {
    fn default() -> Self {
        Self {
            significant_above: 0.5,
            high_connections_above: 2.0,
            low_connections_below: 0.5,
            high_destinations_above: 2.0,
            high_external_above: 2.0,
            zero_baseline: ZeroBaseline::default(),
            lower_bounds: LowerBounds::default(),
        }
    }
}

/// Thresholds of the timeline. The document has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimelinePolicy {
    /// With fewer buckets nothing is said.
    pub fewest_buckets: usize,
    /// A cell with fewer other buckets is widened.
    pub fewest_in_cell: usize,
    /// A difference below this, on the scale ln(1 + x), is too small to matter.
    pub smallest_spread: f64,
    /// From this z on a rise is a notice.
    pub notice_from: f64,
    /// From this z on a rise is an alert.
    pub alert_from: f64,
    /// How long a level is silent after it was raised.
    pub silence: SignedDuration,
    /// How far back the causal form looks.
    pub trailing: SignedDuration,
    /// How many residuals before a bucket tell the causal form how much they vary.
    pub pooled_before: usize,
}

impl Default for TimelinePolicy {
    fn default() -> Self {
        Self {
            fewest_buckets: 48,
            fewest_in_cell: 3,
            smallest_spread: 0.1,
            notice_from: 3.0,
            alert_from: 3.5,
            silence: SignedDuration::from_hours(24),
            trailing: SignedDuration::from_hours(28 * 24),
            pooled_before: 28 * 24,
        }
    }
}

/// A score in tenths, so that thresholds do not depend on sums of floating-point numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenths(pub u8);

impl Tenths {
    /// The score as a fraction of 1.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

/// What adds how much to the external risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RiskWeights {
    /// Any connection to a high-risk country.
    pub high_risk_countries: Tenths,
    /// Any unusual port.
    pub unusual_ports: Tenths,
    /// One destination with most of the connections.
    pub concentration: Tenths,
    /// Many destinations.
    pub many_destinations: Tenths,
}

/// Lists, weights and thresholds of external communication and its risk. All are the document's,
/// whose list of countries has `Unknown` in it, too.
#[derive(Debug, Clone, PartialEq)]
pub struct ExternalPolicy {
    /// Countries that connections should not go to, by their English names.
    pub high_risk_countries: Vec<String>,
    /// Ports that say nothing by themselves.
    pub usual_ports: Vec<u16>,
    /// A destination with more than this share of the external connections is a concentration.
    pub concentration_above: f64,
    /// More external destinations than this are many.
    pub many_destinations_above: usize,
    /// What each factor adds.
    pub weights: RiskWeights,
    /// The risk is high from here on.
    pub high_from: Tenths,
    /// The risk is medium from here on.
    pub medium_from: Tenths,
    /// The risk is low from here on.
    pub low_from: Tenths,
    /// From this score on, an investigation is recommended.
    pub investigate_from: Tenths,
    /// With more unusual ports than this, a review is recommended.
    pub review_ports_above: usize,
    /// With more external destinations than this, filtering is recommended.
    pub filter_destinations_above: usize,
    /// What the domain of a host is.
    pub domains: DomainGrouping,
    /// What becomes of an endpoint whose country could not be found out.
    pub unresolved_country: UnresolvedCountry,
}

impl Default for ExternalPolicy {
    fn default() -> Self {
        Self {
            high_risk_countries: ["China", "Russia", "North Korea"].map(Into::into).into(),
            usual_ports: vec![80, 443, 53, 25, 110, 143, 993, 995],
            concentration_above: 0.5,
            many_destinations_above: 100,
            weights: RiskWeights {
                high_risk_countries: Tenths(3),
                unusual_ports: Tenths(2),
                concentration: Tenths(2),
                many_destinations: Tenths(2),
            },
            high_from: Tenths(7),
            medium_from: Tenths(4),
            low_from: Tenths(2),
            investigate_from: Tenths(5),
            review_ports_above: 5,
            filter_destinations_above: 200,
            domains: DomainGrouping::default(),
            unresolved_country: UnresolvedCountry::default(),
        }
    }
}

impl Policy {
    /// The module document's rules, exactly.
    #[must_use]
    pub fn documented() -> Self {
        Self {
            unknowns: Unknowns::CountAsZero,
            estimates: Estimates::TakenAsCounted,
            transfers: TransferPolicy::default(),
            timeline: TimelinePolicy::default(),
            peers: PeerPolicy {
                zero_baseline: ZeroBaseline::RatioOfZero,
                lower_bounds: LowerBounds::ComparedAsListed,
                ..PeerPolicy::default()
            },
            external: ExternalPolicy {
                domains: DomainGrouping::LastTwoLabels,
                unresolved_country: UnresolvedCountry::CountsAsUnknown,
                high_risk_countries: ["Unknown", "China", "Russia", "North Korea"]
                    .map(Into::into)
                    .into(),
                ..ExternalPolicy::default()
            },
        }
    }
}
