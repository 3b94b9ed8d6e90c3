//! `dt.sweep/1`

use std::collections::BTreeMap;

use dt_fleet::{ApplianceSummary, Manifest};

use super::prelude::*;

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
    pub appliances: Vec<ApplianceSummary>,
    /// Which part of the fleet was swept, such as `3/7`; `null` if all of it.
    pub shard: Option<String>,
    /// Which devices were chosen, as options and their values.
    pub selection: BTreeMap<String, String>,
    /// How many bytes its tables have, with the answers behind its full reports.
    pub bytes: u64,
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
            appliances: manifest.appliances.clone(),
            shard: manifest.shard.clone(),
            selection: manifest.selection.clone(),
            bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        }
    }
}
