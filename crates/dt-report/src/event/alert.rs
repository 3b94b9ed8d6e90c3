//! A finding as an event.

use super::Sender;
use super::direction::Direction;
use super::end::{Far, Near};
use super::technique::Technique;
use crate::contract::{Document, Finding, Priority};

/// A finding, whose it is, and all that the standards say about it.
#[derive(Debug, Clone)]
pub(super) struct Alert<'a> {
    pub(super) sender: Sender<'a>,
    pub(super) near: Near<'a>,
    /// What the finding is about, if that is a domain or a port.
    pub(super) far: Option<Far<'a>>,
    pub(super) finding: &'a Finding,
    /// In which order to look at the device.
    pub(super) priority: Option<&'a Priority>,
    pub(super) direction: Option<Direction>,
    pub(super) techniques: Vec<Technique>,
    /// How often it was told before, and this time.
    revision: u32,
}

impl<'a> Alert<'a> {
    /// Every finding of a report. A single look tells each of them once.
    pub(super) fn list(document: &'a Document, sender: Sender<'a>) -> Vec<Self> {
        let Document::Report(answer) = document else { return Vec::new() };
        let flows = answer.body.external.as_ref().map_or(&[][..], |external| &external.flows);
        let findings = answer.body.findings.iter().flatten();
        let alerts = findings.map(|finding| Self {
            sender,
            near: Near::new(&answer.header.device),
            far: Far::of_object(&finding.about, flows),
            finding,
            priority: answer.body.priority.as_ref(),
            direction: Direction::of(finding.kind),
            techniques: Technique::of(finding),
            revision: 1,
        });
        alerts.collect()
    }

    /// The id of this event: another one each time the finding is told.
    pub(super) fn id(&self) -> String {
        format!("{}:{}", self.finding.id, self.revision)
    }

    /// The priority in percent.
    pub(super) fn risk_score(&self) -> Option<f64> {
        Some((self.priority?.score * 100.0).round())
    }
}
