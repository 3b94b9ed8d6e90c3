//! What the appliance itself says about a device.

use dt_analysis::alerts::{self, ApplianceAlerts};
use dt_analysis::finding::FindingId;
use dt_model::{AppliancePages, IncidentGroup};

use super::Finding;
use super::prelude::*;

/// A model that the device breached.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Breach {
    /// The appliance's number for it.
    pub pbid: i64,
    /// When it was.
    #[schemars(with = "Time")]
    pub time: Timestamp,
    /// The model: its folders and its name, separated by `::`.
    pub model: Option<String>,
    /// How much the model matters, from 0 to 5.
    pub priority: Option<u64>,
    /// How strongly it was breached, from 0 to 1.
    pub score: Option<f64>,
    /// Whether somebody has seen to it.
    pub acknowledged: bool,
    /// The id of the finding within which it was; `null` without one.
    #[schemars(with = "Option<String>")]
    pub finding: Option<FindingId>,
    /// The appliance's page about it; `null` where nobody knows where that is.
    pub url: Option<String>,
}

/// What the appliance's analyst put together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AnalystIncident {
    /// The appliance's name for it.
    pub id: String,
    /// When the first of its events began.
    #[schemars(with = "Option<Time>")]
    pub start: Option<Timestamp>,
    /// When the last of them ended.
    #[schemars(with = "Option<Time>")]
    pub end: Option<Timestamp>,
    /// What its events are called.
    pub titles: Vec<String>,
    /// How grave it is, in the appliance's words.
    pub category: Option<String>,
    /// The same as a number, from 0 to 100.
    pub score: Option<f64>,
    /// Whether somebody has seen to it.
    pub acknowledged: bool,
}

/// A destination that the appliance watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WatchedDestination {
    /// The destination.
    pub domain: String,
    /// What is watched: the same, or a domain above it.
    pub watched: String,
    /// Why.
    pub description: Option<String>,
}

impl Breach {
    /// All of a device, beside these findings; `None` if they were not answered.
    pub(super) fn list(
        found: &ApplianceAlerts,
        findings: &[Finding],
        pages: Option<&AppliancePages>,
    ) -> Option<Vec<Self>> {
        let breach = |alerts::Breach { breach, finding, .. }: &alerts::Breach| Self {
            pbid: breach.pbid,
            time: breach.time,
            model: breach.model.clone(),
            priority: breach.priority,
            score: breach.score,
            acknowledged: breach.acknowledged,
            finding: finding.and_then(|place| findings.get(place)).map(|finding| finding.id),
            url: pages.map(|pages| pages.breach(breach.pbid)),
        };
        Some(found.breaches.as_ref()?.iter().map(breach).collect())
    }
}

impl From<&IncidentGroup> for AnalystIncident {
    fn from(group: &IncidentGroup) -> Self {
        Self {
            id: group.id.clone(),
            start: group.start,
            end: group.end,
            titles: group.titles.clone(),
            category: group.category.clone(),
            score: group.score,
            acknowledged: group.acknowledged,
        }
    }
}

impl From<&alerts::WatchedDestination> for WatchedDestination {
    fn from(it: &alerts::WatchedDestination) -> Self {
        Self {
            domain: it.domain.clone(),
            watched: it.watched.name.clone(),
            description: it.watched.description.clone(),
        }
    }
}
