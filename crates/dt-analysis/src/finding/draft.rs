//! How rules write findings.

use std::ops::Range;

use jiff::Timestamp;

use super::{Confidence, Finding, Object, Rule, Technique, Unit};
use crate::Level;

/// A finding that is being written: low and of medium confidence until its rule says otherwise, and
/// with all techniques of its rule as candidates.
pub(super) struct Draft {
    finding: Finding,
}

/// What is usual beside what was observed.
#[derive(Clone, Copy, Default)]
pub(super) struct Usual {
    pub(super) expected: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
}

impl Draft {
    /// A finding of a rule about an object, from the first to the last time.
    pub(super) fn new(
        rule: Rule,
        object: Object,
        times: Range<Timestamp>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            finding: Finding {
                rule,
                severity: Level::Low,
                message: message.into(),
                object,
                first_time: times.start,
                // What is first seen in the hour that goes on began after the newest whole one.
                last_time: times.end.max(times.start),
                observed: None,
                expected: None,
                low: None,
                high: None,
                unit: Unit::Share,
                p: None,
                n_used: 0,
                method: "".into(),
                confidence: Confidence::Medium,
                reasons: Vec::new(),
                doubts: Vec::new(),
                attack_candidates: rule.techniques().to_vec(),
                explains: Vec::new(),
                breaches: Vec::new(),
            },
        }
    }

    pub(super) fn build(self) -> Finding {
        self.finding
    }

    pub(super) fn message(&mut self, message: String) -> &mut Self {
        self.finding.message = message;
        self
    }

    pub(super) fn observed(&mut self, observed: impl Into<Option<f64>>, unit: Unit) -> &mut Self {
        self.finding.observed = observed.into();
        self.finding.unit = unit;
        self
    }

    pub(super) fn usual(&mut self, usual: Usual) -> &mut Self {
        let Usual { expected, low, high } = usual;
        self.finding.expected = expected;
        self.finding.low = low;
        self.finding.high = high;
        self
    }

    pub(super) fn p(&mut self, p: f64) -> &mut Self {
        self.finding.p = Some(p);
        self
    }

    pub(super) fn method(&mut self, method: &'static str, n_used: usize) -> &mut Self {
        self.finding.method = method.into();
        self.finding.n_used = n_used;
        self
    }

    pub(super) fn severity(&mut self, severity: Level) -> &mut Self {
        self.finding.severity = severity;
        self
    }

    pub(super) fn confidence(&mut self, confidence: Confidence) -> &mut Self {
        self.finding.confidence = confidence;
        self
    }

    pub(super) fn reason(&mut self, reason: impl Into<String>) -> &mut Self {
        self.finding.reasons.push(reason.into());
        self
    }

    pub(super) fn reasons(&mut self, reasons: impl IntoIterator<Item = String>) -> &mut Self {
        self.finding.reasons.extend(reasons);
        self
    }

    pub(super) fn doubt(&mut self, doubt: impl Into<String>) -> &mut Self {
        self.finding.doubts.push(doubt.into());
        self
    }

    /// The techniques that are candidates, where those are not all of the rule's.
    pub(super) fn candidates(&mut self, techniques: &[Technique]) -> &mut Self {
        self.finding.attack_candidates = techniques.to_vec();
        self
    }

    /// Another object of which this finding tells all there is to tell.
    pub(super) fn explains(&mut self, object: Object) -> &mut Self {
        self.finding.explains.push(object);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Rule;

    #[test]
    fn nothing_ends_before_it_began() {
        let at = |minutes| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_mins(minutes);
        let finding = Draft::new(Rule::NewPort, Object::Peers(3), at(75)..at(60), "new").build();
        assert_eq!((finding.first_time, finding.last_time), (at(75), at(75)));
    }
}
