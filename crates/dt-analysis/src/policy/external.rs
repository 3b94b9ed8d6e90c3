//! How communication with the outside is judged.

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};
use serde::{Serialize, Serializer};

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

/// A score in tenths, so that thresholds do not depend on sums of floating-point numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenths(pub u8);

/// As a fraction of 1.
impl Serialize for Tenths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

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

impl ExternalPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self {
            high_risk_countries,
            usual_ports,
            concentration_above,
            many_destinations_above,
            weights,
            high_from,
            medium_from,
            low_from,
            investigate_from,
            review_ports_above,
            filter_destinations_above,
            domains: _,
            unresolved_country: _,
        } = self;
        let of = ThresholdGroup::new("external", "external risk");
        let RiskWeights {
            high_risk_countries: countries,
            unusual_ports,
            concentration,
            many_destinations,
        } = weights;
        let tenths = |tenths: &Tenths| Value::Number(tenths.value());
        let levels = [low_from, medium_from, high_from].map(|from| from.value());
        vec![
            of.threshold(
                "high_risk_countries",
                Value::List(high_risk_countries.clone()),
                "countries of high risk",
            ),
            of.threshold(
                "weight_of_high_risk_countries",
                tenths(countries),
                "a connection to one of them adds",
            ),
            of.threshold(
                "usual_ports",
                Value::List(usual_ports.iter().map(u16::to_string).collect()),
                "usual ports",
            ),
            of.threshold("weight_of_unusual_ports", tenths(unusual_ports), "an unusual port adds"),
            of.threshold(
                "concentration_above",
                Value::Share(*concentration_above),
                "a destination is a concentration above",
            ),
            of.threshold("weight_of_concentration", tenths(concentration), "a concentration adds"),
            of.threshold(
                "many_destinations_above",
                Value::count(*many_destinations_above),
                "many destinations above",
            ),
            of.threshold(
                "weight_of_many_destinations",
                tenths(many_destinations),
                "many destinations add",
            ),
            of.threshold("levels", Value::Numbers(levels.to_vec()), "low, medium, high from"),
            of.threshold(
                "investigate_from",
                tenths(investigate_from),
                "an investigation is recommended from",
            ),
            of.threshold(
                "review_ports_above",
                Value::Counted(*review_ports_above as u64, "unusual port", "unusual ports"),
                "a review of ports above",
            ),
            of.threshold(
                "filter_destinations_above",
                Value::Counted(*filter_destinations_above as u64, "destination", "destinations"),
                "filtering above",
            ),
        ]
    }
}
