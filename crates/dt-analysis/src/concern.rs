//! What should be looked at, and how urgently?
//!
//! The document's rules give no findings of their own; what they do give is collected here: the
//! external risk from low on, each anomaly against similar devices (fewer connections than they
//! have is low, everything else medium: quiet is not an attack), and an upload-heavy pattern
//! (medium). The levels are the project's choice; the document has levels for the risk only.

use std::cmp::Reverse;
use std::fmt;

use serde::Serialize;

use crate::Level;
use crate::external::External;
use crate::finding::Finding;
use crate::peers::Comparison;
use crate::transfers::{Pattern, Transfers};

/// Something that should be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Concern {
    /// How urgently: low, medium or high.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["low", "medium", "high"])))]
    pub level: Level,
    /// What it is, as a sentence without its end.
    pub message: String,
}

impl From<&Finding> for Concern {
    fn from(finding: &Finding) -> Self {
        Self { level: finding.severity, message: finding.message.clone() }
    }
}

/// Everything that should be looked at, the most urgent first.
#[must_use]
pub fn concerns(
    transfers: Option<&Transfers>,
    comparison: Option<&Comparison>,
    external: Option<&External>,
) -> Vec<Concern> {
    let risk = external
        .and_then(|external| external.risk.as_ref())
        .map(|risk| Concern { level: risk.level, message: format!("{risk}") });
    let anomalies = comparison
        .iter()
        .flat_map(|comparison| &comparison.anomalies)
        .map(|anomaly| Concern { level: anomaly.kind.level(), message: anomaly.to_string() });
    let upload = transfers
        .filter(|transfers| transfers.pattern == Some(Pattern::UploadHeavy))
        .map(|transfers| Concern { level: Level::Medium, message: transfers.to_string() });
    let mut concerns: Vec<Concern> = risk
        .into_iter()
        .chain(anomalies)
        .chain(upload)
        .filter(|concern| concern.level > Level::Minimal)
        .collect();
    concerns.sort_by_key(|concern| Reverse(concern.level));
    concerns
}

impl fmt::Display for Concern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.level, self.message)
    }
}
