//! `dt.sweep/1`

use std::collections::BTreeMap;

use dt_fleet::{ApplianceSummary, Manifest};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::Time;

/// A run of a sweep, as its manifest has it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SweepRun {
    /// The object's schema and its version.
    pub schema: &'static str,
    /// The run's name, which is when it began.
    pub run: String,
    /// When it began.
    #[schemars(with = "Time")]
    pub began: Timestamp,
    /// When it ended.
    #[schemars(with = "Time")]
    pub ended: Timestamp,
    /// Whether every device was looked at, or failed.
    pub complete: bool,
    /// The version of the program.
    pub dt_version: String,
    /// The digest of the policy by which devices were assessed.
    pub policy: String,
    /// Each appliance.
    pub appliances: Vec<SweptAppliance>,
    /// Which part of the fleet was swept, such as `3/7`; `null` if all of it.
    pub shard: Option<String>,
    /// Which devices were chosen, as options and their values.
    pub selection: BTreeMap<String, String>,
    /// How many bytes its tables have.
    pub bytes: u64,
}

/// What became of one appliance.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SweptAppliance {
    /// As the run calls it.
    pub name: String,
    /// Its address.
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
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Requests a second.
    pub rate: f64,
    /// In which shape it answered; `null` if it did not.
    pub dialect: Option<String>,
    /// Why it was given up; `null` if it was not.
    pub given_up: Option<String>,
}

impl From<&ApplianceSummary> for SweptAppliance {
    fn from(it: &ApplianceSummary) -> Self {
        Self {
            name: it.name.clone(),
            address: it.address.clone(),
            devices_listed: it.devices_listed,
            swept: it.swept,
            deep: it.deep,
            deep_cut: it.deep_cut,
            failed: it.failed,
            requests: it.requests,
            refused: it.refused,
            seconds: it.seconds,
            rate: it.rate,
            dialect: it.dialect.clone(),
            given_up: it.given_up.clone(),
        }
    }
}

impl SweepRun {
    /// The object of `dt sweep`.
    #[must_use]
    pub fn new(manifest: &Manifest) -> Self {
        Self {
            schema: "dt.sweep/1",
            run: manifest.run.clone(),
            began: manifest.began,
            ended: manifest.ended,
            complete: manifest.complete,
            dt_version: manifest.dt_version.clone(),
            policy: manifest.policy.clone(),
            appliances: manifest.appliances.iter().map(SweptAppliance::from).collect(),
            shard: manifest.shard.clone(),
            selection: manifest.selection.clone(),
            bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        }
    }
}
