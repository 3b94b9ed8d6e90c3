//! What the appliance itself said within a finding.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A breach within a finding, as it is kept with that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedBreach {
    /// The appliance's number for it.
    pub pbid: i64,
    /// When it was.
    pub time: Timestamp,
    /// The model: its folders and its name, separated by `::`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}
