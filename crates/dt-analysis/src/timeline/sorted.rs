//! The values of buckets in order.

/// Values with the places of their buckets, smallest first.
pub(super) struct Sorted {
    placed: Vec<(f64, usize)>,
    buckets: usize,
}

impl Sorted {
    /// Of the values of all buckets; some may have none.
    pub(super) fn of(values: impl ExactSizeIterator<Item = Option<f64>>) -> Self {
        let buckets = values.len();
        let mut placed = Vec::with_capacity(buckets);
        placed.extend(values.enumerate().filter_map(|(place, value)| Some((value?, place))));
        placed.sort_unstable_by(|(a, _), (b, _)| f64::total_cmp(a, b));
        Self { placed, buckets }
    }

    pub(super) fn placed(&self) -> &[(f64, usize)] {
        &self.placed
    }

    /// How many buckets there are, with a value or without.
    pub(super) const fn buckets(&self) -> usize {
        self.buckets
    }
}
