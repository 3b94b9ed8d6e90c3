//! A finding of one run.

use std::collections::HashSet;

use dt_analysis::finding::{FindingId, FindingRecord, FindingState, Origin};
use dt_analysis::{DeviceReport, Policy};
use dt_model::DeviceId;
use serde::{Deserialize, Serialize};

use super::with;

/// Something that was found about a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingRow {
    /// The appliance that sees the device, as the run calls it.
    #[serde(default)]
    pub appliance: String,
    /// The device's id on that appliance.
    #[serde(with = "with::did")]
    pub did: DeviceId,
    /// Whether the run before had it: [`New`](FindingState::New) if not, else
    /// [`Updated`](FindingState::Updated).
    pub state: FindingState,
    /// What was found, under its id.
    pub record: FindingRecord,
    /// Why it counts for nothing, if an exclusion matches it.
    #[serde(default)]
    pub excluded: Option<String>,
}

impl FindingRow {
    /// The findings of a report, the most severe first, and after them those that are excluded. `address` is what ids of findings are made of, and `before`
    /// the ids that the run before had of this device.
    #[must_use]
    pub fn all(
        (appliance, address): (&str, &str),
        did: DeviceId,
        report: &DeviceReport,
        before: &HashSet<FindingId>,
        policy: &Policy,
    ) -> Vec<Self> {
        let origin = Origin { appliance: Some(address), did: Some(did) };
        let row = |record: FindingRecord, excluded| {
            let is_known = before.contains(&record.id);
            let state = if is_known { FindingState::Updated } else { FindingState::New };
            Self { appliance: appliance.to_owned(), did, state, record, excluded }
        };
        let records = report.records(origin, policy).into_iter();
        let reasons = report.excluded.iter().map(|excluded| {
            let entry = excluded.by.first();
            entry.map_or_else(String::new, |entry| entry.terms().reason.clone())
        });
        let excluded = report.excluded_records(origin, policy).into_iter().zip(reasons);
        records
            .map(|record| row(record, None))
            .chain(excluded.map(|(record, why)| row(record, Some(why))))
            .collect()
    }

    /// Whether it counts for anything: what is excluded does not.
    #[must_use]
    pub const fn counts(&self) -> bool {
        self.excluded.is_none()
    }
}
