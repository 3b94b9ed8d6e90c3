//! What a run was, written last: whatever it lists is there.

use std::collections::BTreeMap;
use std::fmt;

use dt_model::{Diagnostic, FailureKind, Help, did_you_mean, near_names};
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
    /// The answers of a first look that were refused for every device that was looked at, and why for the first one.
    #[serde(default)]
    pub refused_for_all: Vec<String>,
}

impl ApplianceSummary {
    /// What was refused for every device, a sentence each.
    ///
    /// ```
    /// use dt_fleet::ApplianceSummary;
    ///
    /// let summary = ApplianceSummary {
    ///     name: "site-a".to_owned(),
    ///     swept: 240,
    ///     refused_for_all: vec!["connections (co): refused: HTTP 404".to_owned()],
    ///     ..ApplianceSummary::default()
    /// };
    /// let told: Vec<String> = summary.refusals().collect();
    /// assert_eq!(told, ["site-a: for 240 of 240 devices, connections (co): refused: HTTP 404"]);
    /// ```
    pub fn refusals(&self) -> impl Iterator<Item = String> {
        let Self { name, swept, .. } = self;
        let refused = self.refused_for_all.iter();
        refused.map(move |what| format!("{name}: for {swept} of {swept} devices, {what}"))
    }
}

/// How many devices several appliances have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Totals {
    /// How many devices were listed.
    pub listed: u64,
    /// How many were looked at.
    pub swept: u64,
    /// How many of them got a full report.
    pub deep: u64,
    /// How many deserved one, and were cut off by the bound.
    pub deep_cut: u64,
    /// How many failed.
    pub failed: u64,
}

impl Totals {
    /// Of these appliances.
    #[must_use]
    pub fn of(appliances: &[ApplianceSummary]) -> Self {
        appliances.iter().fold(Self::default(), |all, it| Self {
            listed: all.listed + it.devices_listed,
            swept: all.swept + it.swept,
            deep: all.deep + it.deep,
            deep_cut: all.deep_cut + it.deep_cut,
            failed: all.failed + it.failed,
        })
    }
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

    /// How many devices all appliances have.
    #[must_use]
    pub fn totals(&self) -> Totals {
        Totals::of(&self.appliances)
    }

    /// An appliance by the name that the run has for it.
    ///
    /// ```
    /// use dt_fleet::{ApplianceSummary, Manifest};
    ///
    /// # fn told(manifest: &Manifest) -> Result<(), dt_fleet::UnknownAppliance> {
    /// let ApplianceSummary { swept, devices_listed, .. } = manifest.appliance("site-a")?;
    /// println!("{swept} of {devices_listed} devices");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If the run has none of that name.
    pub fn appliance(&self, name: &str) -> Result<&ApplianceSummary, UnknownAppliance> {
        self.appliances.iter().find(|it| it.name == name).ok_or_else(|| UnknownAppliance {
            run: self.run.clone(),
            name: name.to_owned(),
            known: self.appliances.iter().map(|it| it.name.clone()).collect(),
        })
    }
}

/// A run has no appliance of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownAppliance {
    run: String,
    name: String,
    known: Vec<String>,
}

impl fmt::Display for UnknownAppliance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the run {} has no appliance {:?}", self.run, self.name)
    }
}

impl std::error::Error for UnknownAppliance {}

impl Diagnostic for UnknownAppliance {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }

    fn help(&self) -> Option<Help> {
        let near = did_you_mean(near_names(&self.name, &self.known, 1));
        near.or_else(|| Some(Help::new(format!("there are {}", self.known.join(", ")))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_appliance_that_a_run_does_not_have_is_told_with_those_that_it_has() {
        let known = ["site-a", "site-b", "branch"].map(str::to_owned).to_vec();
        let unknown = |name: &str| UnknownAppliance {
            run: "2026-11-26T02-00-00Z".to_owned(),
            name: name.to_owned(),
            known: known.clone(),
        };
        let help = |name| unknown(name).help().unwrap().text;
        assert_eq!(help("brunch"), r#"did you mean "branch"?"#);
        assert_eq!(help("x"), "there are site-a, site-b, branch");
        assert_eq!(
            unknown("x").to_string(),
            r#"the run 2026-11-26T02-00-00Z has no appliance "x""#
        );
    }
}
