//! Counting by key.

use std::collections::HashMap;
use std::hash::Hash;

use crate::Slice;

/// Sums by key, in the order in which the keys first appeared.
#[derive(Debug)]
pub(crate) struct Tally<K> {
    entries: Vec<(K, u128)>,
    places: HashMap<K, usize>,
}

impl<K: Copy + Eq + Hash> Tally<K> {
    pub(crate) fn new() -> Self {
        Self { entries: Vec::new(), places: HashMap::new() }
    }

    pub(crate) fn add(&mut self, key: K, count: u64) {
        let place = *self.places.entry(key).or_insert_with(|| {
            self.entries.push((key, 0));
            self.entries.len() - 1
        });
        self.entries[place].1 += u128::from(count);
    }

    /// Each key with its share of `whole`, largest first, ties in order of appearance.
    pub(crate) fn into_slices(mut self, whole: u128) -> Vec<Slice<K>> {
        self.entries.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        self.entries.into_iter().map(|(key, count)| Slice::counted(key, count, whole)).collect()
    }
}
