//! A finding as an event.

use super::EventContext;
use super::direction::Direction;
use super::end::{RemoteEndpoint, SourceDevice};
use super::technique::Technique;
use crate::contract::{Answer, Document, Finding, FindingUpdate, Flow, PartView, Priority};

/// A finding, whose it is, and all that the standards say about it.
#[derive(Debug, Clone)]
pub(super) struct Alert<'a> {
    pub(super) sender: EventContext<'a>,
    pub(super) near: SourceDevice<'a>,
    /// What the finding is about, if that is a domain or a port.
    pub(super) far: Option<RemoteEndpoint<'a>>,
    pub(super) finding: &'a Finding,
    /// In which order to look at the device.
    pub(super) priority: Option<&'a Priority>,
    /// The parts of the evidence that were refused: what it says is said without them.
    pub(super) refused: Vec<&'a PartView>,
    pub(super) direction: Option<Direction>,
    pub(super) techniques: Vec<Technique>,
}

impl<'a> Alert<'a> {
    /// Every finding of a report, which as a single look tells each of them once, or what a watcher
    /// tells.
    pub(super) fn list(document: &'a Document, sender: EventContext<'a>) -> Vec<Self> {
        match document {
            Document::Report(answer) => {
                let Answer { header, body, facts, .. } = &**answer;
                let findings = body.findings.iter().flatten();
                let near = SourceDevice::new(&header.device);
                let of = |finding| Self::new(sender, near.clone(), &facts.flows, finding);
                let priority = body.priority.as_ref();
                let refused = PartView::refused(&body.parts);
                let of = |finding| Self { priority, refused: refused.clone(), ..of(finding) };
                findings.map(of).collect()
            }
            Document::Watch(answer) => {
                let Answer { header, body, facts: flows, .. } = &**answer;
                let near = SourceDevice::new(&header.device);
                let of = |finding| Self::new(sender, near.clone(), flows, finding);
                let priority = body.priority.as_ref();
                let refused = PartView::refused(&body.parts);
                let alert = |told: &'a FindingUpdate| {
                    let refused = refused.clone();
                    Self { priority, refused, ..of(&told.finding) }
                };
                body.findings.iter().map(alert).collect()
            }
            _ => Vec::new(),
        }
    }

    fn new(
        sender: EventContext<'a>,
        near: SourceDevice<'a>,
        flows: &'a [Flow],
        finding: &'a Finding,
    ) -> Self {
        Self {
            sender,
            near,
            far: RemoteEndpoint::of_object(&finding.object, flows),
            finding,
            priority: None,
            refused: Vec::new(),
            direction: Direction::of(finding.rule.id),
            techniques: Technique::of(finding),
        }
    }

    /// The id of this event: another one each time the finding says something else.
    pub(super) fn id(&self) -> String {
        self.finding.event_id()
    }

    /// The priority in percent.
    pub(super) fn risk_score(&self) -> Option<f64> {
        Some((self.priority?.score * 100.0).round())
    }
}
