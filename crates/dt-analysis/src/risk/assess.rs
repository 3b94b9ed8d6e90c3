//! From external communication to its risk.

use dt_model::{Amount, Port};

use super::{Factor, FactorKind, Recommendation, Risk};
use crate::external::External;
use crate::{ExternalPolicy, Level, Measured, Policy, Slice, Tenths};

/// Assesses external communication by what was found out about it.
#[must_use]
pub fn assess(external: &External, policy: &Policy) -> Option<Risk> {
    let estimates = policy.estimates;
    let policy = &policy.external;
    // Without ports or destinations there is nothing to judge by.
    let largest = external.largest.as_ref()?;
    let ports = external.ports.as_deref().unwrap_or_default();
    let countries = external.countries.as_deref().unwrap_or_default();
    let destinations = external.totals.destinations?;

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
        recommendations.extend([Recommendation::NoAction, Recommendation::KeepMonitoring]);
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
