//! What somebody expects.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::exclusions::{Exclusion, ExclusionId};

/// An entry that excludes findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExclusionView {
    /// The same for the same criteria, whatever is said about them.
    pub id: ExclusionId,
    /// What it excludes, by the names of a file of exclusions: all of it has to hold.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, String>"))]
    pub criteria: BTreeMap<&'static str, String>,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub who: String,
    /// When it ends.
    #[cfg_attr(feature = "schema", schemars(with = "dt_model::schema::Time"))]
    pub until: Timestamp,
}

impl From<&Exclusion> for ExclusionView {
    fn from(entry: &Exclusion) -> Self {
        Self {
            id: entry.id(),
            criteria: entry.criteria().into_iter().collect(),
            reason: entry.terms().reason.clone(),
            who: entry.terms().who.clone(),
            until: entry.expires(),
        }
    }
}

impl ExclusionView {
    /// What it excludes, on one line.
    #[must_use]
    pub fn criteria(&self) -> String {
        let criteria = self.criteria.iter().map(|(name, value)| format!("{name} {value}"));
        criteria.collect::<Vec<_>>().join(", ")
    }
}
