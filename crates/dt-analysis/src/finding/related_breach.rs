//! What the appliance itself said within a finding.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A breach within a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RelatedBreach {
    /// The appliance's number for it.
    pub pbid: i64,
    /// When it was.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub time: Timestamp,
    /// The model: its folders and its name, separated by `::`.
    pub model: Option<String>,
}
