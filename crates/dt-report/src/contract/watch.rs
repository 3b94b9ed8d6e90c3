//! `dt.watch/1`

use schemars::JsonSchema;
use serde::Serialize;

use super::{Answer, Finding, Flow, Header, Priority, Report, State};
use dt_analysis::Concern;

/// What is new about one device.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Watch {
    /// The findings that are new, say more than when they were last told, or ended.
    pub findings: Vec<Told>,
    /// In which order to look at devices.
    pub priority: Option<Priority>,
    /// What went outside, for events.
    #[serde(skip)]
    pub flows: Vec<Flow>,
}

/// A finding, and how often it was told.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Told {
    /// The finding's id and the revision: another one each time it is told.
    pub event_id: String,
    /// How often it was told, this time included.
    pub revision: u32,
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
}

impl Told {
    /// A finding that is told for the `revision`th time.
    #[must_use]
    pub fn new(revision: u32, finding: Finding) -> Self {
        Self { event_id: format!("{}:{revision}", finding.id), revision, finding }
    }
}

impl Answer<Watch> {
    /// The object of `dt watch`: what of a report is news.
    #[must_use]
    pub fn watch(report: Answer<Report>, news: Vec<Told>) -> Self {
        let concern = |told: &Told| Concern {
            level: told.finding.level,
            message: told.finding.message.clone(),
        };
        // What is over is no reason to fail.
        let going_on = news.iter().filter(|told| told.finding.state != State::Ended);
        Self {
            header: Header { schema: "dt.watch/1", ..report.header },
            concerns: going_on.map(concern).collect(),
            body: Watch {
                findings: news,
                priority: report.body.priority,
                flows: report.body.external.map(|external| external.flows).unwrap_or_default(),
            },
        }
    }
}
