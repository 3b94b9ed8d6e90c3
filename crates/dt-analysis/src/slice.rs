//! One entry of a ranked list.

use dt_model::{Amount, BreakdownEntry, Share};

/// A part of some traffic, with how much and which share of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice<K> {
    /// What the part is: a port, a country, ...
    pub key: K,
    /// How much it is; `None` if only the share was reported.
    pub amount: Option<Amount>,
    /// Its share of the whole.
    pub share: Share,
}

impl<K> Slice<K> {
    pub(crate) fn counted(key: K, count: u128, whole: u128) -> Self {
        Self { key, amount: Some(Amount::Exact(count)), share: Share::counted(count, whole) }
    }
}

/// Largest first, ties in their order.
pub(crate) fn largest_first<K>(mut slices: Vec<Slice<K>>) -> Vec<Slice<K>> {
    slices.sort_by(|a, b| b.share.value().total_cmp(&a.share.value()));
    slices
}

/// The parts of a breakdown, largest first.
pub(crate) fn ranked<K: Clone>(parts: &[BreakdownEntry<K>]) -> Vec<Slice<K>> {
    let slices = parts.iter().map(|part| Slice {
        key: part.key.clone(),
        amount: part.amount,
        share: part.share,
    });
    largest_first(slices.collect())
}

impl<K: ToOwned + ?Sized> Slice<&K> {
    /// The same slice with a key of its own.
    pub(crate) fn into_owned(self) -> Slice<K::Owned> {
        Slice { key: self.key.to_owned(), amount: self.amount, share: self.share }
    }
}
