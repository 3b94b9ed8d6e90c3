//! `dt.watch/1`

use dt_analysis::Concern;
use dt_analysis::finding::{self as analysis, Family, FindingState, Untold};
use dt_fleet::rows::{DeviceRow, ScoreTerm};

use super::prelude::*;
use super::{Answer, Body, Excluded, Finding, Flow, Header, PartView, Priority, Report};

/// What is new about one device.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Watch {
    /// The findings that are new, say more than when they were last told, or ended.
    pub findings: Vec<FindingUpdate>,
    /// How many this look found for the first time and does not tell.
    pub not_told: Untold,
    /// What was found and is excluded: it is told only where it was before, as ended.
    pub excluded: Vec<Excluded<Finding>>,
    /// In which order to look at devices.
    pub priority: Option<Priority>,
    /// Each part of the evidence: whether it was answered, refused or not asked.
    pub parts: Vec<PartView>,
}

/// A finding, and how often it was told.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Told")]
pub struct FindingUpdate {
    /// The finding's id and a hash of what is told: the same whenever the same is told.
    pub event_id: String,
    /// How often it was told, this time included.
    pub revision: u32,
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
}

impl FindingUpdate {
    /// What is new about a finding on an appliance.
    #[must_use]
    pub fn new(update: analysis::FindingUpdate, appliance: Option<&str>) -> Self {
        let analysis::FindingUpdate { state, revision, record } = update;
        let finding = Finding::new(record, state, appliance);
        Self { event_id: finding.event_id(), revision, finding }
    }
}

/// What went outside.
impl Body for Watch {
    type Facts = Vec<Flow>;
}

impl Answer<Watch> {
    /// What is new about a device of a lake: what was asked about it is not kept.
    #[must_use]
    pub fn of_fleet(device: &DeviceRow, updates: Vec<FindingUpdate>, left_out: Untold) -> Self {
        let family = |term: &ScoreTerm| {
            Family::ALL.into_iter().find(|it| Some(it.as_str()) == term.family.as_deref())
        };
        let terms = device.contributions.iter();
        let terms = terms.map(|term| (family(term), term.weight, term.message.clone()));
        let missing = device.missing.clone();
        let priority = Priority::of_terms((device.score, device.level), terms, missing);
        let header = Header::new("dt.watch/1", device.dialect, device.data_until, &device.device());
        let body = Watch {
            findings: updates,
            not_told: left_out,
            excluded: Vec::new(),
            priority: Some(priority),
            parts: Vec::new(),
        };
        Self { header, concerns: Vec::new(), body, facts: Vec::new() }
    }

    /// The object of `dt watch`: what of a report is new.
    #[must_use]
    pub fn watch(report: Answer<Report>, updates: Vec<FindingUpdate>, left_out: Untold) -> Self {
        let concern = |update: &FindingUpdate| Concern {
            level: update.finding.severity,
            message: update.finding.message.clone(),
        };
        // What is over is no reason to fail.
        let going_on = updates.iter().filter(|it| it.finding.state != FindingState::Ended);
        Self {
            header: Header { schema: "dt.watch/1", ..report.header },
            concerns: going_on.map(concern).collect(),
            body: Watch {
                findings: updates,
                not_told: left_out,
                excluded: report.body.judged.excluded.unwrap_or_default(),
                priority: report.body.priority,
                parts: report.body.parts,
            },
            facts: report.facts.flows,
        }
    }
}
