//! Two lists of the same kind, beside each other.

use std::collections::HashSet;
use std::hash::Hash;

use dt_model::Share;
use jiff::Timestamp;
use serde::Serialize;

use super::Named;
use crate::quantity::{Fraction, name};

/// What only one of two lists has.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ListChange"))]
#[non_exhaustive]
pub struct Changes {
    /// What only the newer list has, the largest first.
    pub new: Vec<Change>,
    /// What only the older list has.
    pub gone: Vec<Change>,
    /// How many entries both have.
    pub same: usize,
}

/// An entry of only one list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Entry"))]
#[non_exhaustive]
pub struct Change {
    /// What it is.
    #[serde(flatten)]
    pub key: Named,
    /// Its share in the list that has it.
    #[serde(flatten, with = "Fraction::<name::Share>")]
    pub share: Option<Share>,
    /// When it was first seen: a port or a peer by the device, a domain by the network.
    #[cfg_attr(feature = "schema", schemars(with = "Option<dt_model::schema::Time>"))]
    pub first_seen: Option<Timestamp>,
    /// `certain`, or `listed`: lists leave out what is small, so it may have been there before, or be
    /// there still, without being listed.
    pub certainty: Certainty,
}

/// What it means that a list has not got something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// It was not there.
    Certain,
    /// It was not listed, and lists leave out what is small.
    Listed,
}

impl Certainty {
    /// The name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Listed => "listed",
        }
    }
}

/// A list as one answer has it.
pub(super) struct Listing<K> {
    pub(super) entries: Vec<Entry<K>>,
    /// Whether everything there is, is listed.
    pub(super) is_whole: bool,
}

pub(super) struct Entry<K> {
    pub(super) key: K,
    pub(super) share: Option<Share>,
    pub(super) first_seen: Option<Timestamp>,
}

impl<K: Clone + Into<Named>> Listing<K> {
    /// This list beside an older one, whose data ended at `until`. Entries are the same if `identity`
    /// says so, whatever else about them changed.
    pub(super) fn beside<I: Eq + Hash>(
        &self,
        older: &Self,
        until: Option<Timestamp>,
        identity: impl Fn(&K) -> I,
    ) -> Changes {
        let (mine, others) = (self.by(&identity), older.by(&identity));
        let new = self.entries.iter().filter(|entry| !others.contains(&identity(&entry.key)));
        let gone = older.entries.iter().filter(|entry| !mine.contains(&identity(&entry.key)));
        let change = |entry: &Entry<K>, certainty| Change {
            key: entry.key.clone().into(),
            share: entry.share,
            first_seen: entry.first_seen,
            certainty,
        };
        Changes {
            new: new
                .map(|entry| {
                    // When it began says more than that it was not listed.
                    let began_since = entry.first_seen.zip(until).map(|(first, end)| first >= end);
                    let is_certain = began_since.unwrap_or(older.is_whole);
                    change(entry, certainty(is_certain))
                })
                .collect(),
            gone: gone.map(|entry| change(entry, certainty(self.is_whole))).collect(),
            same: mine.iter().filter(|key| others.contains(*key)).count(),
        }
    }

    fn by<I: Eq + Hash>(&self, identity: impl Fn(&K) -> I) -> HashSet<I> {
        self.entries.iter().map(|entry| identity(&entry.key)).collect()
    }
}

const fn certainty(is_certain: bool) -> Certainty {
    if is_certain { Certainty::Certain } else { Certainty::Listed }
}
