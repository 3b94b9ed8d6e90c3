//! What a run was, written last: whatever it lists is there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Chance;

/// A run that is finished.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of the tables.
    pub format: u32,
    /// The run's name, which is when it began.
    pub run: String,
    /// When it began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// Whether every device was looked at, or failed: `false` if the time ran out, or a part of the device list could
    /// not be read.
    pub complete: bool,
    /// The version of the program.
    pub dt_version: String,
    /// The digest of the policy by which devices were assessed.
    pub policy: String,
    /// Each appliance.
    pub appliances: Vec<ApplianceSummary>,
    /// Every file of the run.
    pub files: Vec<TableFile>,
    /// Which part of the fleet was swept, such as `3/7`; `None` if all of it.
    pub shard: Option<String>,
    /// Which devices were chosen, as options and their values.
    pub selection: BTreeMap<String, String>,
    /// What ordinary days bring.
    pub chance: Chance,
    /// How good the groups of devices are; `None` if there are none.
    #[serde(default)]
    pub groups: Option<GroupQuality>,
}

/// How good the groups of a run are.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupQuality {
    /// How well they are separated, from -1 to 1.
    pub silhouette: f64,
    /// How far they agree with the appliance's types of devices: 1 if entirely, about 0 as chance would.
    pub type_agreement: Option<f64>,
    /// How far they agree with the groups of the run before, alike; `None` without one.
    pub last_agreement: Option<f64>,
    /// Devices that do other work than the devices with which they were a group in the run before, by name. None
    /// are told if the groups as a whole moved.
    pub moved: Vec<String>,
}

/// What became of one appliance.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApplianceSummary {
    /// As the run calls it.
    pub name: String,
    /// As findings name it: their ids are made of it.
    #[serde(default)]
    pub identity: String,
    /// Its address, without credentials.
    pub address: String,
    /// How many devices it listed.
    pub devices_listed: u64,
    /// How many were looked at.
    pub swept: u64,
    /// How many of them got a full report.
    pub deep: u64,
    /// How many deserved one, and were cut off by the bound.
    pub deep_cut: u64,
    /// How many failed.
    pub failed: u64,
    /// How many requests were sent.
    pub requests: u64,
    /// How many of them were refused for being too many.
    pub refused: u64,
    /// How long it took.
    pub seconds: f64,
    /// Requests a second, as the pace was at the end.
    pub rate: f64,
    /// In which shape it answered.
    pub dialect: Option<String>,
    /// Why it was given up, if it was.
    pub given_up: Option<String>,
    /// How many devices of its list could not be read, and why, if that happened.
    #[serde(default)]
    pub list_error: Option<String>,
}

/// A file of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFile {
    /// Where it is in the lake, with `/`.
    pub path: String,
    /// How many rows it has.
    pub rows: u64,
    /// How long it is.
    pub bytes: u64,
    /// Its digest.
    pub sha256: String,
}

impl GroupQuality {
    /// Below this agreement with the run before the groups are others.
    const SAME_FROM: f64 = 0.8;

    /// Whether the groups are others than those of the run before.
    #[must_use]
    pub fn is_moved(&self) -> bool {
        self.last_agreement.is_some_and(|agreement| agreement < Self::SAME_FROM)
    }
}

impl Manifest {
    /// The format of the tables that this version writes, and the newest that it reads.
    pub const FORMAT: u32 = 1;

    /// How many devices all appliances listed, looked at, looked at fully, and failed to look at.
    #[must_use]
    pub fn totals(&self) -> [u64; 4] {
        let sum = |of: fn(&ApplianceSummary) -> u64| self.appliances.iter().map(of).sum();
        [sum(|it| it.devices_listed), sum(|it| it.swept), sum(|it| it.deep), sum(|it| it.failed)]
    }
}
