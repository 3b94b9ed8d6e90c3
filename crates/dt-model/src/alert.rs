//! What an appliance says about devices of its own accord.
//!
//! All text is the appliance's or its users', and in part comes from the monitored network: it is kept as it
//! is, and must be cleaned by whoever prints it.

use jiff::Timestamp;
use serde::Serialize;

use crate::DeviceId;

/// A model of the appliance that a device breached, as `/modelbreaches` lists them. `None` means "not
/// reported".
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ModelBreach {
    /// The appliance's number for it.
    pub pbid: i64,
    /// When it was.
    #[cfg_attr(feature = "schema", schemars(with = "crate::schema::Time"))]
    pub time: Timestamp,
    /// Which device breached it.
    #[serde(skip)]
    pub did: Option<DeviceId>,
    /// The model as it was called then: its folders and its name, separated by `::`.
    pub model: Option<String>,
    /// How much the model matters, from 0 to 5.
    pub priority: Option<u64>,
    /// How strongly it was breached, from 0 to 1.
    pub score: Option<f64>,
    /// Whether somebody has seen to it.
    pub acknowledged: bool,
}

/// What the appliance's analyst put together, as `/aianalyst/groups` lists it. `None` and empty lists mean
/// "not reported".
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AnalystIncident"))]
#[non_exhaustive]
pub struct IncidentGroup {
    /// The appliance's name for it.
    pub id: String,
    /// When the first of its events began.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Time>"))]
    pub start: Option<Timestamp>,
    /// When the last of them ended.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::schema::Time>"))]
    pub end: Option<Timestamp>,
    /// The devices that it is about.
    #[serde(skip)]
    pub devices: Vec<DeviceId>,
    /// What its events are called, each once, in the order of the answer.
    pub titles: Vec<String>,
    /// How grave it is, in the appliance's words: `critical`, `suspicious` or `compliance`.
    pub category: Option<String>,
    /// The same as a number, from 0 to 100.
    pub score: Option<f64>,
    /// Whether somebody has seen to it.
    pub acknowledged: bool,
}

/// A domain, host name or address that the appliance watches, as `/intelfeed` lists them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct WatchedDomain {
    /// What is watched: a domain, a host name or an address.
    #[serde(rename = "watched")]
    pub name: String,
    /// Why.
    pub description: Option<String>,
}
