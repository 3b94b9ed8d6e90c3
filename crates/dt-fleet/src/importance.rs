//! How much does it matter that it is this device?
//!
//! As odds: a device with importance 2 is twice as likely worth looking at as another one with the same
//! findings. Elastic's criticality of assets works alike, on another scale.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// How much devices matter, by their tags and types. Without entries all matter alike.
///
/// ```
/// use dt_fleet::Importance;
///
/// let importance = Importance::new([("Domain Controller", 2.0)], [("printer", 0.5)])?;
/// let tags = ["Domain Controller".to_owned()];
/// assert_eq!(importance.of(&tags, Some("server")), 2.0);
/// assert_eq!(importance.of(&[], Some("printer")), 0.5);
/// assert_eq!(importance.of(&[], None), 1.0);
/// # Ok::<(), dt_fleet::ImportanceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(try_from = "Odds")]
pub struct Importance {
    tags: BTreeMap<String, f64>,
    types: BTreeMap<String, f64>,
}

/// Odds that are none.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportanceError {
    /// Of which tag or type.
    pub name: String,
    /// What was given.
    pub odds: f64,
}

/// Importance as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Odds {
    #[serde(default)]
    tag: BTreeMap<String, f64>,
    #[serde(default, rename = "type")]
    device_type: BTreeMap<String, f64>,
}

/// The most that odds may differ from 1, either way: beyond it the findings would not count any more.
const MOST: f64 = 100.0;

impl Importance {
    /// By tags and by device types, whose case does not matter.
    ///
    /// # Errors
    ///
    /// If odds are not between 0.01 and 100.
    pub fn new<T: Into<String>, U: Into<String>>(
        tags: impl IntoIterator<Item = (T, f64)>,
        types: impl IntoIterator<Item = (U, f64)>,
    ) -> Result<Self, ImportanceError> {
        Ok(Self {
            tags: checked(tags.into_iter().map(|(name, odds)| (name.into(), odds)))?,
            types: checked(types.into_iter().map(|(name, odds)| (name.into(), odds)))?,
        })
    }

    /// The odds of a device: of several that apply, those that are farthest from 1; of two that are as far, the larger.
    #[must_use]
    pub fn of(&self, tags: &[String], device_type: Option<&str>) -> f64 {
        let by_tag = tags.iter().filter_map(|tag| self.tags.get(&tag.to_lowercase()));
        let by_type = device_type.and_then(|of| self.types.get(&of.to_lowercase()));
        // A division, which gives 2 and 0.5 the same distance, as their logarithms need not have.
        let distance = |odds: f64| odds.max(1.0 / odds);
        let odds = by_tag.chain(by_type).copied();
        odds.max_by(|a, b| distance(*a).total_cmp(&distance(*b)).then(a.total_cmp(b)))
            .unwrap_or(1.0)
    }
}

fn checked(
    odds: impl Iterator<Item = (String, f64)>,
) -> Result<BTreeMap<String, f64>, ImportanceError> {
    odds.map(|(name, odds)| {
        // What is not a number is not in the range either.
        if (1.0 / MOST..=MOST).contains(&odds) {
            Ok((name.to_lowercase(), odds))
        } else {
            Err(ImportanceError { name, odds })
        }
    })
    .collect()
}

impl TryFrom<Odds> for Importance {
    type Error = ImportanceError;

    fn try_from(odds: Odds) -> Result<Self, ImportanceError> {
        Self::new(odds.tag, odds.device_type)
    }
}

impl fmt::Display for ImportanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, odds } = self;
        write!(f, "the importance of {name:?} is {odds}; it is odds from {} to {MOST}", 1.0 / MOST)
    }
}

impl std::error::Error for ImportanceError {}

/// A score from 0 to 1 with importance: the logistic function of its log-odds and those of the importance.
#[must_use]
pub fn rank_score(score: f64, importance: f64) -> f64 {
    // Odds rather than logarithms: exact at 0, 1 and wherever the importance is 1.
    let odds = score * importance;
    odds / (odds + 1.0 - score)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these numbers are exact")]
mod tests {
    use super::*;

    #[test]
    fn importance_moves_a_score_but_never_out_of_its_range() {
        for score in [0.0, 0.14, 0.5, 0.93, 1.0] {
            assert_eq!(rank_score(score, 1.0), score);
            assert!((0.0..=1.0).contains(&rank_score(score, 100.0)));
            assert!(rank_score(score, 2.0) >= score && rank_score(score, 0.5) <= score);
        }
    }

    #[test]
    fn of_several_odds_those_farthest_from_one_count() {
        let importance = Importance::new([("a", 2.0), ("b", 0.1)], [("server", 3.0)]).unwrap();
        assert_eq!(importance.of(&["A".to_owned()], Some("Server")), 3.0);
        assert_eq!(importance.of(&["a".to_owned(), "b".to_owned()], None), 0.1);
    }

    #[test]
    fn the_order_of_tags_decides_nothing() {
        for odds in [2.0, 4.0, 5.0, 100.0] {
            let importance =
                Importance::new([("a", odds), ("b", 1.0 / odds)], [("printer", 1.0 / odds)])
                    .unwrap();
            for tags in [["a", "b"], ["b", "a"]] {
                let tags = tags.map(str::to_owned);
                assert_eq!(importance.of(&tags, None), odds);
                assert_eq!(importance.of(&tags, Some("printer")), odds);
            }
        }
    }

    #[test]
    fn odds_that_are_none_are_refused_by_their_name() {
        for odds in [0.0, -1.0, f64::NAN, f64::INFINITY, 1000.0] {
            let error = Importance::new([("crown jewels", odds)], [("", 1.0)]).unwrap_err();
            assert_eq!(error.name, "crown jewels");
        }
        let read = serde_json::from_str::<Importance>;
        assert!(read(r#"{"tag":{"a":2}}"#).is_ok());
        assert!(read(r#"{"tags":{"a":2}}"#).is_err(), "a key that is not known");
        assert!(read(r#"{"type":{"a":0}}"#).is_err());
    }
}
