//! How risky is a device's external communication?
//!
//! The module document's score, in tenths: 3 for any connection to a high-risk country, 2 for any
//! unusual port, 2 for one destination above half of all external connections, 2 for more than 100
//! external destinations. High from 7, medium from 4, low from 2, else minimal. Each factor is a
//! sentence of its own; weights, lists and thresholds are in [`ExternalPolicy`].
//!
//! It declines to answer where there are no external destinations, or no list of them.

use std::fmt;

use dt_model::{Amount, Port};

use crate::external::External;
use crate::{ExternalPolicy, Level, Measured, Policy, Slice, Tenths};

/// The risk of external communication.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Risk {
    /// The sum of the factors' weights.
    pub score: Tenths,
    /// What the score amounts to.
    pub level: Level,
    /// What adds to it.
    pub factors: Vec<Factor>,
    /// What to do.
    pub recommendations: Vec<Recommendation>,
}

/// Something that adds to the risk.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Factor {
    /// What it is.
    pub kind: FactorKind,
    /// How much it adds.
    pub weight: Tenths,
}

/// What can add to the risk.
#[derive(Debug, Clone, PartialEq)]
pub enum FactorKind {
    /// Connections to countries on the list.
    HighRiskCountries {
        /// Which ones.
        countries: Vec<String>,
        /// Connections to all of them; `None` if only shares were reported.
        connections: Option<Amount>,
    },
    /// Ports that are not among the usual ones.
    UnusualPorts {
        /// Which ones.
        ports: Vec<Port>,
        /// Connections on all of them; `None` if only shares were reported.
        connections: Option<Amount>,
    },
    /// One destination with most of the connections.
    DestinationConcentration(Slice<String>),
    /// Many destinations.
    DestinationCount(Amount),
}

impl FactorKind {
    /// The kind's name in the output contract.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::HighRiskCountries { .. } => "high_risk_countries",
            Self::UnusualPorts { .. } => "unusual_ports",
            Self::DestinationConcentration(_) => "destination_concentration",
            Self::DestinationCount(_) => "destination_count",
        }
    }
}

/// What the document recommends, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recommendation {
    /// The score is 0.5 or more.
    Investigate,
    /// The score is 0.5 or more.
    ConsiderBlocking,
    /// There are many unusual ports.
    ReviewPorts,
    /// There are connections to a high-risk country.
    ReviewCountries,
    /// There are very many destinations.
    FilterEgress,
    /// None of these.
    LooksNormal,
    /// None of these.
    KeepMonitoring,
}

impl fmt::Display for Recommendation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Investigate => "look into the risky external communication now",
            Self::ConsiderBlocking => "consider blocking or watching the suspicious destinations",
            Self::ReviewPorts => "check which business needs the unusual ports",
            Self::ReviewCountries => "check the connections to high-risk countries",
            Self::FilterEgress => "consider filtering outgoing traffic more strictly",
            Self::LooksNormal => "nothing urgent: external communication looks normal",
            Self::KeepMonitoring => "keep monitoring",
        })
    }
}

/// Assesses external communication by what was found out about it.
#[must_use]
pub fn assess(external: &External, policy: &Policy) -> Option<Risk> {
    let estimates = policy.estimates;
    let policy = &policy.external;
    // Without ports or destinations there is nothing to judge by.
    let largest = external.largest.as_ref()?;
    let ports = external.ports.as_deref().unwrap_or_default();
    let countries = external.countries.as_deref().unwrap_or_default();
    let destinations = external.destinations?;

    let risky = risky_countries(countries, policy);
    let unusual = unusual_ports(ports, policy);
    let unusual_count = unusual.len();
    let concentrated =
        Measured::from(largest.share).is_above(policy.concentration_above, estimates);
    let many = |limit: usize| destinations.value() > limit as f64;

    let weights = &policy.weights;
    let mut factors = Vec::new();
    if !risky.is_empty() {
        factors.push(Factor {
            weight: weights.high_risk_countries,
            kind: FactorKind::HighRiskCountries {
                connections: total(&risky),
                countries: risky.iter().map(|slice| slice.key.clone()).collect(),
            },
        });
    }
    if !unusual.is_empty() {
        factors.push(Factor {
            weight: weights.unusual_ports,
            kind: FactorKind::UnusualPorts {
                connections: total(&unusual),
                ports: unusual.iter().map(|slice| slice.key.clone()).collect(),
            },
        });
    }
    if concentrated {
        factors.push(Factor {
            weight: weights.concentration,
            kind: FactorKind::DestinationConcentration(largest.clone()),
        });
    }
    if many(policy.many_destinations_above) {
        factors.push(Factor {
            weight: weights.many_destinations,
            kind: FactorKind::DestinationCount(destinations),
        });
    }

    let score = Tenths(factors.iter().map(|factor| factor.weight.0).sum());
    let mut recommendations = Vec::new();
    if score >= policy.investigate_from {
        recommendations.extend([Recommendation::Investigate, Recommendation::ConsiderBlocking]);
    }
    if unusual_count > policy.review_ports_above {
        recommendations.push(Recommendation::ReviewPorts);
    }
    if !risky.is_empty() {
        recommendations.push(Recommendation::ReviewCountries);
    }
    if many(policy.filter_destinations_above) {
        recommendations.push(Recommendation::FilterEgress);
    }
    if recommendations.is_empty() {
        recommendations.extend([Recommendation::LooksNormal, Recommendation::KeepMonitoring]);
    }
    Some(Risk { score, level: level(score, policy), factors, recommendations })
}

fn level(score: Tenths, policy: &ExternalPolicy) -> Level {
    match score {
        _ if score >= policy.high_from => Level::High,
        _ if score >= policy.medium_from => Level::Medium,
        _ if score >= policy.low_from => Level::Low,
        _ => Level::Minimal,
    }
}

/// The countries of the list that have connections at all.
fn risky_countries<'a>(
    countries: &'a [Slice<String>],
    policy: &ExternalPolicy,
) -> Vec<&'a Slice<String>> {
    let connected = |slice: &Slice<String>| match slice.amount {
        Some(amount) => amount.value() > 0.0,
        None => slice.share.value() > 0.0,
    };
    let listed = |slice: &Slice<String>| policy.high_risk_countries.contains(&slice.key);
    countries.iter().filter(|slice| listed(slice) && connected(slice)).collect()
}

fn unusual_ports<'a>(ports: &'a [Slice<Port>], policy: &ExternalPolicy) -> Vec<&'a Slice<Port>> {
    let usual = |port: &Port| match port {
        Port::Number(number) => policy.usual_ports.contains(number),
        // A range is unusual only as a whole.
        Port::Range { low, high } => {
            policy.usual_ports.iter().any(|usual| (low..=high).contains(&usual))
        }
        // Who knows what they are.
        Port::Others => true,
        _ => false,
    };
    ports.iter().filter(|slice| !usual(&slice.key)).collect()
}

/// The sum of amounts that were all counted, or all estimated; `None` without amounts.
fn total<K>(slices: &[&Slice<K>]) -> Option<Amount> {
    let amounts: Option<Vec<Amount>> = slices.iter().map(|slice| slice.amount).collect();
    amounts?.into_iter().reduce(|sum, amount| match (sum, amount) {
        (Amount::Exact(sum), Amount::Exact(more)) => Amount::Exact(sum + more),
        (sum, more) => Amount::Estimate {
            value: sum.value() + more.value(),
            margin: margin(sum) + margin(more),
        },
    })
}

fn margin(amount: Amount) -> f64 {
    match amount {
        Amount::Estimate { margin, .. } => margin,
        _ => 0.0,
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let connections = |amount: &Option<Amount>| {
            amount.map_or_else(String::new, |amount| format!("{amount} connections "))
        };
        match &self.kind {
            FactorKind::HighRiskCountries { countries, connections: amount } => {
                let amount = connections(amount);
                write!(f, "{amount}to high-risk countries: {}", countries.join(", "))
            }
            FactorKind::UnusualPorts { ports, connections: amount } => {
                const SHOWN: usize = 5;
                let names: Vec<String> = ports.iter().take(SHOWN).map(Port::to_string).collect();
                let more = match ports.len().saturating_sub(SHOWN) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let amount = connections(amount);
                write!(f, "{amount}on unusual ports: {}{more}", names.join(", "))
            }
            FactorKind::DestinationConcentration(largest) => {
                let about = if largest.share.margin() > 0.0 { "≈ " } else { "" };
                let percent = largest.share.value() * 100.0;
                write!(f, "{about}{percent:.0} % of external connections go to {}", largest.key)
            }
            FactorKind::DestinationCount(count) => write!(f, "{count} external destinations"),
        }
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "external risk {:.1} of 0.9", self.score.value())?;
        for (place, factor) in self.factors.iter().enumerate() {
            write!(f, "{}{factor}", if place == 0 { ": " } else { "; " })?;
        }
        Ok(())
    }
}
