//! What the appliance itself says about a device.

use dt_analysis::alerts::{self, ApplianceAlerts};
use dt_analysis::finding::FindingId;
use dt_model::{AppliancePages, ModelBreach};

use super::Finding;
use super::prelude::*;

/// A model that the device breached.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Breach {
    /// What the appliance says about it.
    #[serde(flatten)]
    pub breach: ModelBreach,
    /// The id of the finding within which it was; `null` without one.
    pub finding: Option<FindingId>,
    /// The appliance's page about it; `null` where nobody knows where that is.
    pub url: Option<String>,
}

impl Breach {
    /// All of a device, beside these findings; `None` if they were not answered.
    pub(super) fn list(
        found: &ApplianceAlerts,
        findings: &[Finding],
        pages: Option<&AppliancePages>,
    ) -> Option<Vec<Self>> {
        let breach = |alerts::Breach { breach, finding, .. }: &alerts::Breach| Self {
            breach: breach.clone(),
            finding: finding.and_then(|place| findings.get(place)).map(|finding| finding.id),
            url: pages.map(|pages| pages.breach(breach.pbid)),
        };
        Some(found.breaches.as_ref()?.iter().map(breach).collect())
    }
}
