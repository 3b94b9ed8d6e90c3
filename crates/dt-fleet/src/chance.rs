//! Is that more than an ordinary day brings?
//!
//! A score says how one device looks. In a large fleet some device looks bad every night: what counts is how
//! many devices reach a score on ordinary days. The *chance* of a score is the mean, over the nights that are
//! known, of how many devices reached it by what was new that night; `q` is that number beside how many devices
//! reach it by what began in one night, so that of all devices above a `q` of 0.2 at most a fifth is expected to be
//! an ordinary day's.

use serde::{Deserialize, Serialize};

/// What ordinary days of a fleet bring.
///
/// ```
/// use dt_fleet::{Chance, Night};
///
/// let night = |scores: &[f64]| Night { scores: scores.to_vec(), scale: 1.0 };
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
    /// For how many devices each stands: more than 1 if only some of the fleet were assessed.
    pub scale: f64,
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

    /// The same, after one more night.
    #[must_use]
    pub fn after(&self, night: Night) -> Self {
        Self::new(std::iter::once(night).chain(self.nights.iter().cloned()).collect())
    }

    /// How many nights are known.
    #[must_use]
    pub fn nights(&self) -> usize {
        self.nights.len()
    }

    /// How many devices reach a score on an ordinary day; `None` if too few nights are known.
    #[must_use]
    pub fn of(&self, score: f64) -> Option<f64> {
        if self.nights.len() < Self::LEAST_NIGHTS {
            return None;
        }
        let reached =
            |night: &Night| night.scale * night.scores.partition_point(|it| *it >= score) as f64;
        Some(self.nights.iter().map(reached).sum::<f64>() / self.nights.len() as f64)
    }

    /// The share of an ordinary day's devices among all that rank as high or higher, for each of these scores,
    /// which descend; it never falls from one to the next.
    #[must_use]
    pub fn q(&self, scores: &[f64]) -> Vec<Option<f64>> {
        let mut least: Option<f64> = None;
        let mut q: Vec<Option<f64>> = scores
            .iter()
            .enumerate()
            .rev()
            .map(|(place, score)| {
                let q = (self.of(*score)? / (place + 1) as f64).min(1.0);
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
        Chance::new((0..5).map(|_| Night { scores: scores.to_vec(), scale: 1.0 }).collect())
    }

    #[test]
    fn q_never_falls_down_the_ranking() {
        let chance = nights(&[0.9, 0.3, 0.3, 0.2]);
        let q = chance.q(&[0.95, 0.9, 0.9, 0.9, 0.5, 0.3]);
        let q: Vec<f64> = q.into_iter().flatten().collect();
        assert_eq!(q.len(), 6);
        assert!(q.is_sorted(), "{q:?}");
        assert_eq!(q[0], 0.0);
        // Four devices are at 0.9 or above where one is on ordinary days.
        assert_eq!(q[1], 0.2, "{q:?}");
    }

    #[test]
    fn a_night_of_some_of_the_fleet_stands_for_all_of_it() {
        let night = Night { scores: vec![0.4], scale: 4.0 };
        let chance = Chance::new(vec![night; 5]);
        assert_eq!(chance.of(0.4), Some(4.0));
    }

    #[test]
    fn the_oldest_night_is_forgotten() {
        let quiet = Night { scores: Vec::new(), scale: 1.0 };
        let mut chance = nights(&[0.8]);
        for _ in 0..Chance::MOST_NIGHTS {
            chance = chance.after(quiet.clone());
        }
        assert_eq!((chance.nights(), chance.of(0.8)), (Chance::MOST_NIGHTS, Some(0.0)));
    }
}
