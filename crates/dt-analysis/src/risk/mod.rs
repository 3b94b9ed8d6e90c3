//! How risky is a device's external communication?
//!
//! The module document's score, in tenths: 3 for any connection to a high-risk country, 2 for any
//! unusual port, 2 for one destination above half of all external connections, 2 for more than 100
//! external destinations. High from 7, medium from 4, low from 2, else minimal. Each factor is a
//! sentence of its own; weights, lists and thresholds are in
//! [`ExternalPolicy`](crate::ExternalPolicy).
//!
//! It declines to answer where there are no external destinations, or no list of them.

mod assess;

use std::fmt;

use dt_model::{Amount, Port};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use crate::{Level, Slice, Tenths};

pub use assess::assess;

/// The risk of external communication.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Risk {
    /// The sum of the factors' weights: from 0 to 0.9, in tenths.
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
    NoAction,
    /// None of these.
    KeepMonitoring,
}

/// As its kind, its weight and the same as a sentence.
impl Serialize for Factor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut factor = serializer.serialize_struct("Factor", 3)?;
        factor.serialize_field("kind", self.kind.as_str())?;
        factor.serialize_field("weight", &self.weight)?;
        factor.serialize_field("message", &self.to_string())?;
        factor.end()
    }
}

/// As a sentence.
impl Serialize for Recommendation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Recommendation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Investigate => "look into the risky external communication now",
            Self::ConsiderBlocking => "consider blocking or watching the suspicious destinations",
            Self::ReviewPorts => "check which business needs the unusual ports",
            Self::ReviewCountries => "check the connections to high-risk countries",
            Self::FilterEgress => "consider filtering outgoing traffic more strictly",
            Self::NoAction => "none of these rules calls for action",
            Self::KeepMonitoring => "keep monitoring",
        })
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
