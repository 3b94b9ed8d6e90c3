//! How a device of a run before stood.

use dt_analysis::Level;
use dt_model::DeviceId;
use jiff::Timestamp;
use jiff::fmt::serde::timestamp::millisecond::optional;
use serde::Deserialize;

use super::{DeviceRow, with};

/// The part of a [`DeviceRow`] with which later runs are compared: of most devices nothing else is read again.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "the row says what each is")]
pub struct DeviceStanding {
    #[serde(default)]
    pub appliance: String,
    #[serde(with = "with::did")]
    pub did: DeviceId,
    pub score: f64,
    pub level: Level,
    pub top_rule: Option<String>,
    pub top_destination: Option<String>,
    #[serde(default, with = "optional")]
    pub top_since: Option<Timestamp>,
    pub group: Option<i32>,
}

impl DeviceStanding {
    /// The columns that it is read from.
    pub const COLUMNS: [&str; 7] =
        ["did", "score", "level", "top_rule", "top_destination", "top_since", "group"];
}

impl From<&DeviceRow> for DeviceStanding {
    fn from(row: &DeviceRow) -> Self {
        Self {
            appliance: row.appliance.clone(),
            did: row.did,
            score: row.score,
            level: row.level,
            top_rule: row.top_rule.clone(),
            top_destination: row.top_destination.clone(),
            top_since: row.top_since,
            group: row.group,
        }
    }
}
