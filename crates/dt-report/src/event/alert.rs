//! A finding as an event.

use dt_analysis::Level;
use dt_analysis::finding::{Confidence, Direction, Technique};
use dt_analysis::priority::hundredths;
use serde_json::{Value, json};

use super::EventContext;
use super::end::{RemoteEndpoint, SourceDevice};
use crate::contract::{
    Document, Finding, FindingState, PartView, Priority, RelatedBreach, Report, Watch,
};

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
    /// What it certainly enough is; candidates of others are told as candidates only.
    pub(super) techniques: &'a [Technique],
}

impl<'a> Alert<'a> {
    /// Every finding of a report, which as a single look tells each of them once, or what a watcher
    /// tells.
    pub(super) fn list(document: &'a Document, sender: EventContext<'a>) -> Vec<Self> {
        let (sender, header, flows, parts, priority, findings): (_, _, _, _, _, Vec<&Finding>) =
            match document {
                Document::Report(answer) => {
                    let Report { judged, priority, parts, .. } = &answer.body;
                    let findings = judged.findings().iter().collect();
                    let facts = &answer.facts;
                    (sender.of(facts), &answer.header, &facts.flows, parts, priority, findings)
                }
                Document::Watch(answer) => {
                    let Watch { findings, priority, parts, .. } = &answer.body;
                    let findings = findings.iter().map(|told| &told.finding).collect();
                    (sender, &answer.header, &answer.facts, parts, priority, findings)
                }
                _ => return Vec::new(),
            };
        let alert = |finding: &'a Finding| Self {
            sender,
            near: SourceDevice::new(&header.device),
            far: RemoteEndpoint::of_object(&finding.object, flows),
            finding,
            priority: priority.as_ref(),
            refused: PartView::refused(parts),
            direction: finding.rule.id.direction(),
            techniques: match finding.confidence {
                Confidence::High => &finding.attack_candidates,
                Confidence::Low | Confidence::Medium => &[],
            },
        };
        findings.into_iter().map(alert).collect()
    }

    /// The id of this event: another one each time the finding says something else.
    pub(super) fn id(&self) -> String {
        self.finding.event_id()
    }

    /// The models that the appliance breached within the finding, each with its page.
    pub(super) fn breaches(&self) -> Vec<Value> {
        let breach = |it: &RelatedBreach| {
            let RelatedBreach { pbid, time, model } = it;
            json!({ "pbid": pbid, "time": time, "model": model, "url": self.sender.breach_page(*pbid) })
        };
        self.finding.breaches.iter().map(breach).collect()
    }

    /// Whether somebody should be told: what is low is there to be searched, and what has ended calls for
    /// nobody, however grave it was.
    pub(super) fn is_alert(&self) -> bool {
        self.finding.severity >= Level::Medium && self.finding.state != FindingState::Ended
    }

    /// Whether nothing is more urgent: the finding is grave, and so is all that is known of its device.
    pub(super) fn is_critical(&self) -> bool {
        let is_high = |priority: &Priority| priority.level == Level::High;
        self.finding.severity == Level::High && self.priority.is_some_and(is_high)
    }

    /// The priority in percent.
    pub(super) fn risk_score(&self) -> Option<f64> {
        Some(hundredths(self.priority?.score))
    }
}
