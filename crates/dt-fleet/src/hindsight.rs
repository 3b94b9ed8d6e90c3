//! What did the nights up to the first run bring?
//!
//! An appliance tells of four weeks, so a first run knows when each of its findings began: those that began in one
//! night are what a run of that night would have found new. What became usual in the weeks since is not found any
//! more, so that a night may look a little quieter than it was. What is new to a device or to the network is found for
//! seven days alone: of earlier nights nobody knows what was new in them, so that they are left out. With them, an
//! ordinary night would look half as busy as it is.
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

/// The nights up to a run, device by device.
///
/// ```
/// use dt_fleet::Hindsight;
///
/// let began: jiff::Timestamp = "2026-11-26T02:00:00Z".parse()?;
/// let mut hindsight = Hindsight::new(began);
/// hindsight.cover("2026-11-14T02:00:00Z".parse()?);
/// // Of twelve days the first seven are not judged.
/// assert_eq!(hindsight.chance().nights(), 5);
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
    /// Nights in which every rule can have found something, with that of the run itself.
    const MOST: usize = 7;

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
        for (before, scores) in (0..).zip(&mut self.nights) {
            scores.extend(score_of_night(findings, self.began, before, importance, policy));
        }
    }

    /// What began in the night of the run itself.
    #[must_use]
    pub fn last_night(self) -> Night {
        let scores = self.nights.into_iter().next().unwrap_or_default();
        Night { scores, until: Some(self.began) }
    }

    /// What ordinary days bring, by the nights that the appliance tells of.
    #[must_use]
    pub fn chance(self) -> Chance {
        let Some(since) = self.since else { return Chance::default() };
        let is_judged = |before: i32| {
            let from = end_of_night(self.began, before + 1);
            from.is_some_and(|from| from.duration_since(since) >= UNJUDGED)
        };
        let nights = (0..).zip(self.nights).take_while(|(before, _)| is_judged(*before));
        let until = |before| end_of_night(self.began, before);
        let night = |(before, scores)| Night { scores, until: until(before) };
        Chance::new(nights.map(night).collect())
    }
}

/// When the night ended that lies so many nights before a run's own.
fn end_of_night(began: Timestamp, before: i32) -> Option<Timestamp> {
    began.checked_sub(NIGHT * before).ok()
}

/// How many nights before a run's own a time was; what is later than the run's beginning is of its own.
pub(crate) fn nights_before(began: Timestamp, time: Timestamp) -> i32 {
    let age = began.duration_since(time).as_secs().max(0);
    i32::try_from(age / NIGHT.as_secs()).unwrap_or(i32::MAX)
}

/// The score that a device reaches by what began in one night alone; `None` if nothing did.
pub fn score_of_night<'a>(
    findings: impl IntoIterator<Item = &'a Finding>,
    began: Timestamp,
    before: i32,
    importance: f64,
    policy: &Policy,
) -> Option<f64> {
    let is_of_it = |it: &&Finding| nights_before(began, it.first_time) == before;
    let new: Vec<Finding> = findings.into_iter().filter(is_of_it).cloned().collect();
    let priority = priority::of_findings(&new, end_of_night(began, before), Vec::new(), policy);
    (!new.is_empty()).then(|| rank_score(priority.score, importance))
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
        assert_eq!(chance.nights(), 7);
        let often = chance.of(0.01).unwrap();
        assert!((often - 3.0 / 7.0).abs() < 1e-9, "{often}");
    }

    #[test]
    fn no_night_counts_in_which_what_was_new_is_not_found_any_more() {
        let found_for = Policy::default().novelty.within;
        let nights = i32::try_from(Hindsight::MOST).unwrap();
        assert!(NIGHT * nights <= found_for && found_for < NIGHT * (nights + 1));
    }

    #[test]
    fn an_appliance_that_knows_little_says_nothing_of_nights() {
        let mut hindsight = Hindsight::new(began());
        assert_eq!(hindsight.clone().chance(), Chance::default());
        hindsight.cover(began() - SignedDuration::from_hours(10 * 24));
        let chance = hindsight.chance();
        assert_eq!((chance.nights(), chance.of(0.5)), (3, None));
    }
}
