//! The values of buckets in order.

/// Values with the positions of their buckets, smallest first.
pub(super) struct Sorted {
    placed: Vec<(f64, usize)>,
    /// Where among them the value of each bucket is, if it has one.
    ranks: Vec<Option<usize>>,
}

impl Sorted {
    /// Of the values of some buckets, in order of time; some may have none.
    pub(super) fn of(values: impl Iterator<Item = Option<f64>>) -> Self {
        let mut placed = Vec::with_capacity(values.size_hint().1.unwrap_or_default());
        let mut buckets = 0;
        for value in values {
            placed.extend(value.map(|value| (value, buckets)));
            buckets += 1;
        }
        placed.sort_unstable_by(|(a, _), (b, _)| f64::total_cmp(a, b));
        let mut ranks = vec![None; buckets];
        for (rank, (_, place)) in placed.iter().enumerate() {
            ranks[*place] = Some(rank);
        }
        Self { placed, ranks }
    }

    pub(super) fn placed(&self) -> &[(f64, usize)] {
        &self.placed
    }

    /// Of each bucket.
    pub(super) fn ranks(&self) -> &[Option<usize>] {
        &self.ranks
    }

    /// How many buckets there are, with a value or without.
    pub(super) const fn buckets(&self) -> usize {
        self.ranks.len()
    }
}

/// How many of a number of values a part of them is.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a length")]
pub(super) fn rounded_down(part: f64) -> usize {
    part as usize
}
