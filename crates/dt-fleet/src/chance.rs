//! Is that more than an ordinary day brings?
//!
//! A score says how one device looks. In a large fleet some device looks bad every night: what counts is how
//! many devices reach a score on ordinary days. The *chance* of a score is the mean, over the nights that are
//! known, of how many devices reached it by what was new that night; `q` is that number beside how many devices
//! reach it by what began in one night, so that of all devices of a night above a `q` of 0.2 at most a fifth is
//! expected to be an ordinary day's.
//!
//! Both sides have to be the same: what one night brought. The score by which devices are ranked adds up four weeks,
//! and no night reaches it; a night is not held against itself; and nights in which a rule could not have found anything
//! any more are none to compare with.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What ordinary days of a fleet bring.
///
/// ```
/// use dt_fleet::{Chance, Night};
///
/// let night = |scores: &[f64]| Night { scores: scores.to_vec(), until: None };
/// let chance = Chance::new(vec![
///     night(&[0.6, 0.3]), night(&[0.3]), night(&[]), night(&[]), night(&[0.2]),
/// ]);
/// assert_eq!(chance.of(0.3), Some(0.6));
/// assert_eq!(chance.of(0.9), Some(0.0));
/// assert_eq!(Chance::default().of(0.3), None, "not known yet");
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Chance {
    nights: Vec<Night>,
}

/// What was new in one night.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Night {
    /// The scores that devices reached by what was new, the highest first. Those of devices with nothing new
    /// are left out.
    pub scores: Vec<f64>,
    /// When it ended, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl Night {
    const LENGTH: SignedDuration = SignedDuration::from_hours(24);

    /// Whether something that began then is what this night brought.
    fn holds(&self, time: Timestamp) -> bool {
        let age = self.until.map(|until| until.duration_since(time));
        age.is_some_and(|age| SignedDuration::ZERO <= age && age < Self::LENGTH)
    }

    /// Whether two nights have more than half in common: a fleet may be swept several times a day.
    fn is_nearly(&self, other: &Self) -> bool {
        let apart = self.until.zip(other.until).map(|(a, b)| a.duration_since(b).abs());
        apart.is_some_and(|apart| apart < Self::LENGTH / 2)
    }
}

impl Chance {
    /// Fewer nights say nothing about what is ordinary.
    pub const LEAST_NIGHTS: usize = 5;

    /// What is ordinary changes: older nights are forgotten.
    pub const MOST_NIGHTS: usize = 14;

    /// By these nights, the newest first.
    #[must_use]
    pub fn new(mut nights: Vec<Night>) -> Self {
        nights.truncate(Self::MOST_NIGHTS);
        for night in &mut nights {
            night.scores.sort_by(|a, b| b.total_cmp(a));
        }
        Self { nights }
    }

    /// The same, after one more night: it takes the place of one that it is mostly the same as.
    #[must_use]
    pub fn after(&self, night: Night) -> Self {
        let is_other = |it: &&Night| !night.is_nearly(it);
        let others: Vec<Night> = self.nights.iter().filter(is_other).cloned().collect();
        Self::new(std::iter::once(night).chain(others).collect())
    }

    /// How many nights are known.
    #[must_use]
    pub fn nights(&self) -> usize {
        self.nights.len()
    }

    /// How many devices reach a score on an ordinary day; `None` if too few nights are known.
    #[must_use]
    pub fn of(&self, score: f64) -> Option<f64> {
        self.besides(None, score).map(|(reached, nights)| reached / nights)
    }

    /// The same for what began at a time: the night that brought it is not what it is held against.
    #[must_use]
    pub fn of_what_began(&self, since: Timestamp, score: f64) -> Option<f64> {
        self.besides(Some(since), score).map(|(reached, nights)| reached / nights)
    }

    /// How many devices reached a score in all nights but that of a time, and how many nights these are.
    fn besides(&self, since: Option<Timestamp>, score: f64) -> Option<(f64, f64)> {
        if self.nights.len() < Self::LEAST_NIGHTS {
            return None;
        }
        let others = self.nights.iter().filter(|night| !since.is_some_and(|it| night.holds(it)));
        let reached = |night: &Night| night.scores.partition_point(|it| *it >= score) as f64;
        let reached: Vec<f64> = others.map(reached).collect();
        let is_enough = reached.len() + 1 >= Self::LEAST_NIGHTS;
        is_enough.then(|| (reached.iter().sum(), reached.len() as f64))
    }

    /// The share of an ordinary day's devices among all that rank as high or higher, for each of these scores of what
    /// began in the night of `since`, which descend; it never falls from one to the next.
    ///
    /// What no other night brought is still not impossible. If the night is an ordinary one, it is as likely as any of
    /// them to be the one that reaches highest, so that it counts among them, with one device.
    #[must_use]
    pub fn q(&self, since: Option<Timestamp>, scores: &[f64]) -> Vec<Option<f64>> {
        let mut least: Option<f64> = None;
        let mut q: Vec<Option<f64>> = scores
            .iter()
            .enumerate()
            .rev()
            .map(|(place, score)| {
                let (reached, nights) = self.besides(since, *score)?;
                let expected = (reached + 1.0) / (nights + 1.0);
                let q = (expected / (place + 1) as f64).min(1.0);
                least = Some(least.map_or(q, |least| least.min(q)));
                least
            })
            .collect();
        q.reverse();
        q
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;

    fn nights(scores: &[f64]) -> Chance {
        Chance::new((0..5).map(|_| Night { scores: scores.to_vec(), until: None }).collect())
    }

    #[test]
    fn q_never_falls_down_the_ranking() {
        let chance = nights(&[0.9, 0.3, 0.3, 0.2]);
        let q = chance.q(None, &[0.95, 0.9, 0.9, 0.9, 0.5, 0.3]);
        let q: Vec<f64> = q.into_iter().flatten().collect();
        assert_eq!(q.len(), 6);
        assert!(q.is_sorted(), "{q:?}");
        // None of five nights reached so high: of six, this is the first.
        assert_eq!(q[0], 1.0 / 6.0);
        // Five devices are at 0.5 or above where one is on ordinary days.
        assert_eq!(q[1..5], [0.2; 4], "{q:?}");
    }

    #[test]
    fn what_a_night_brought_is_not_held_against_itself() {
        let until = |day: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day);
        let night = |day| Night {
            scores: if day == 3 { vec![0.9, 0.9] } else { vec![0.2] },
            until: Some(until(day)),
        };
        let chance = Chance::new((1..=7).map(night).collect());
        let began = until(3) - SignedDuration::from_hours(5);
        assert_eq!(chance.of_what_began(began, 0.9), Some(0.0), "no other night brought it");
        assert_eq!(chance.q(Some(began), &[0.9, 0.9]), [Some(1.0 / 14.0); 2]);
        assert_eq!(
            chance.of_what_began(until(2), 0.9),
            Some(2.0 / 6.0),
            "the night before ends then"
        );
    }

    #[test]
    fn hours_of_one_day_are_no_nights_to_compare_with() {
        let until = |hour| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
        let night = |hour| Night { scores: vec![0.2], until: Some(until(hour)) };
        let swept_hourly =
            (0..14).fold(Chance::default(), |chance, hour| chance.after(night(hour)));
        assert_eq!(swept_hourly.nights(), 1);
        let of_a_day = Chance::new((0..14).map(night).collect());
        assert_eq!(of_a_day.of_what_began(until(-1), 0.9), None, "each of them holds it");
        assert_eq!(of_a_day.q(Some(until(-1)), &[0.9]), [None]);
        let nightly = (0..14).fold(Chance::default(), |chance, day| chance.after(night(24 * day)));
        assert_eq!(nightly.nights(), 14);
    }

    #[test]
    fn the_oldest_night_is_forgotten() {
        let quiet = Night { scores: Vec::new(), until: None };
        let mut chance = nights(&[0.8]);
        for _ in 0..Chance::MOST_NIGHTS {
            chance = chance.after(quiet.clone());
        }
        assert_eq!((chance.nights(), chance.of(0.8)), (Chance::MOST_NIGHTS, Some(0.0)));
    }
}
