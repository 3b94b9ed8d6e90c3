//! What did the nights before the first run bring?
//!
//! An appliance tells of four weeks, so a first run knows when each of its findings began: those that began in one
//! night are what a run of that night would have found new. What became usual in the weeks since is not found any
//! more, so that a night may look a little quieter than it was.
//!
//! Assessing devices again as of each night would not have that fault. But it could see series alone, as everything
//! else is a total of four weeks, would take fourteen times as long, and would have to make do with a sample, of which
//! a single finding stands for hundreds of devices in a large fleet. This takes every device and every rule.

use dt_analysis::finding::Finding;
use dt_analysis::{Policy, priority};
use jiff::{SignedDuration, Timestamp};

use crate::{Chance, Night, rank_score};

const NIGHT: SignedDuration = SignedDuration::from_hours(24);

/// Nothing is said of the first days of a series: there is nothing to compare them with.
const UNJUDGED: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The nights before a run, device by device.
///
/// ```
/// use dt_fleet::Hindsight;
///
/// let began: jiff::Timestamp = "2026-11-26T02:00:00Z".parse()?;
/// let mut hindsight = Hindsight::new(began);
/// hindsight.cover("2026-11-10T02:00:00Z".parse()?);
/// // Of sixteen days the first seven are not judged, and the last is what the run itself finds new.
/// assert_eq!(hindsight.chance().nights(), 8);
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Hindsight {
    began: Timestamp,
    since: Option<Timestamp>,
    /// The scores of the nights, the newest first.
    nights: Vec<Vec<f64>>,
}

impl Hindsight {
    /// Nights, not counting the last one, which is the run's own.
    const MOST: usize = Chance::MOST_NIGHTS - 1;

    /// Before a run that began then.
    #[must_use]
    pub fn new(began: Timestamp) -> Self {
        Self { began, since: None, nights: vec![Vec::new(); Self::MOST] }
    }

    /// The appliance tells of what was from then on.
    pub fn cover(&mut self, since: Timestamp) {
        self.since = Some(self.since.map_or(since, |known| known.min(since)));
    }

    /// Adds what was found about a device that matters this much.
    pub fn add(&mut self, findings: &[Finding], importance: f64, policy: &Policy) {
        for (place, scores) in self.nights.iter_mut().enumerate() {
            let Some((from, until)) = night(self.began, place) else { break };
            let began = |it: &&Finding| from < it.first_time && it.first_time <= until;
            let new: Vec<Finding> = findings.iter().filter(began).cloned().collect();
            if !new.is_empty() {
                let priority = priority::of_findings(&new, Some(until), Vec::new(), policy);
                scores.push(rank_score(priority.score, importance));
            }
        }
    }

    /// What ordinary days bring, by the nights that the appliance tells of.
    #[must_use]
    pub fn chance(self) -> Chance {
        let Some(since) = self.since else { return Chance::default() };
        let is_judged = |place: &usize| {
            night(self.began, *place)
                .is_some_and(|(from, _)| from.duration_since(since) >= UNJUDGED)
        };
        let nights = self.nights.into_iter().enumerate();
        let judged = nights.take_while(|(place, _)| is_judged(place));
        Chance::new(judged.map(|(_, scores)| Night { scores, scale: 1.0 }).collect())
    }
}

/// When a night began and ended, of which the first is the one before the last.
fn night(began: Timestamp, place: usize) -> Option<(Timestamp, Timestamp)> {
    let until = began.checked_sub(NIGHT * i32::try_from(place + 1).ok()?).ok()?;
    Some((until.checked_sub(NIGHT).ok()?, until))
}

#[cfg(test)]
mod tests {
    use dt_analysis::finding::FindingRecord;
    use serde_json::json;

    use super::*;

    fn began() -> Timestamp {
        "2026-11-26T02:00:00Z".parse().unwrap()
    }

    /// A domain that was new so many hours before the run.
    fn finding(hours: i64) -> Finding {
        let time = began() - SignedDuration::from_hours(hours);
        let record: FindingRecord = serde_json::from_value(json!({
            "id": "00000000-0000-5000-8000-000000000001", "rule_version": 1, "policy": "",
            "finding": {
                "rule": "dt-new-domain", "severity": "medium", "message": "it is new",
                "object": {"type": "domain", "key": "new.example"}, "first_time": time,
                "last_time": time, "unit": "connections", "n_used": 1, "method": "test",
                "confidence": "medium",
            },
        }))
        .unwrap();
        record.finding
    }

    #[test]
    fn what_began_in_a_night_is_what_it_brought() {
        let policy = Policy::default();
        let mut hindsight = Hindsight::new(began());
        hindsight.cover(began() - SignedDuration::from_hours(28 * 24));
        // Tonight, the night before, and beyond what is remembered; and one device of another night.
        hindsight.add(&[finding(3), finding(30), finding(27 * 24)], 1.0, &policy);
        hindsight.add(&[finding(5 * 24)], 1.0, &policy);
        hindsight.add(&[], 1.0, &policy);
        let chance = hindsight.chance();
        assert_eq!(chance.nights(), 13);
        let often = chance.of(0.01).unwrap();
        assert!((often - 2.0 / 13.0).abs() < 1e-9, "{often}");
    }

    #[test]
    fn an_appliance_that_knows_little_says_nothing_of_nights() {
        let mut hindsight = Hindsight::new(began());
        assert_eq!(hindsight.clone().chance(), Chance::default());
        hindsight.cover(began() - SignedDuration::from_hours(10 * 24));
        let chance = hindsight.chance();
        assert_eq!((chance.nights(), chance.of(0.5)), (2, None));
    }
}
