//! Order statistics of what a bucket sees, while the view moves on.

use super::sorted::Sorted;
use super::view::View;

/// The values in view, in order. Moving the view by a bucket costs a few steps, not a sort.
pub(super) struct Sliding<'a, const MARKERS: usize> {
    values: &'a Sorted,
    /// Which of them are seen.
    seen: Vec<bool>,
    count: usize,
    view: View,
    markers: [Marker; MARKERS],
}

/// A rank that is followed, since the next one asked for is near.
#[derive(Clone, Copy, Default)]
struct Marker {
    rank: usize,
    /// How many seen values are below it.
    below: usize,
}

impl<'a, const MARKERS: usize> Sliding<'a, MARKERS> {
    /// Nothing is in view yet.
    pub(super) fn new(values: &'a Sorted) -> Self {
        Self {
            values,
            seen: vec![false; values.placed().len()],
            count: 0,
            view: View { from: 0, until: 0, again_from: values.buckets() },
            markers: [Marker::default(); MARKERS],
        }
    }

    /// Everything is in view.
    pub(super) fn whole(values: &'a Sorted) -> Self {
        let mut whole = Self::new(values);
        whole.look(View { again_from: 0, ..whole.view });
        whole
    }

    /// Moves the view on.
    pub(super) fn look(&mut self, view: View) {
        let old = std::mem::replace(&mut self.view, view);
        (view.again_from..old.again_from).for_each(|place| self.set(place, true));
        (old.again_from..view.again_from).for_each(|place| self.set(place, false));
        (old.until..view.until).for_each(|place| self.set(place, true));
        (old.from..view.from).for_each(|place| self.set(place, false));
    }

    fn set(&mut self, place: usize, seen: bool) {
        let Some(rank) = self.values.ranks()[place] else { return };
        if self.seen[rank] == seen {
            return;
        }
        self.seen[rank] = seen;
        self.count = if seen { self.count + 1 } else { self.count - 1 };
        for marker in self.markers.iter_mut().filter(|marker| rank < marker.rank) {
            marker.below = if seen { marker.below + 1 } else { marker.below - 1 };
        }
    }

    /// How many values are seen.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The seen value that so many seen ones are below. Ask with the same marker for what moves
    /// little.
    pub(super) fn nth(&mut self, marker: usize, below: usize) -> Option<f64> {
        if below >= self.count {
            return None;
        }
        let Marker { mut rank, .. } = self.mark(marker, below);
        while !self.seen[rank] {
            rank += 1;
        }
        self.markers[marker].rank = rank;
        Some(self.values.placed()[rank].0)
    }

    /// The middle of the seen values; the mean of the middle two of an even number.
    pub(super) fn median(&mut self, marker: usize) -> Option<f64> {
        if !self.count.is_multiple_of(2) {
            return self.nth(marker, self.count / 2);
        }
        let lower = self.nth(marker, (self.count / 2).checked_sub(1)?)?;
        Some(f64::midpoint(lower, self.nth(marker, self.count / 2)?))
    }

    /// The seen values that a quarter, half and three quarters of them are below; `None` of none. They
    /// take the first three markers.
    pub(super) fn quartiles(&mut self) -> Option<[f64; 3]> {
        let count = self.count;
        Some([self.nth(0, count / 4)?, self.nth(1, count / 2)?, self.nth(2, 3 * count / 4)?])
    }

    /// Moves a marker to where so many seen values, which there are, are below it.
    fn mark(&mut self, marker: usize, below: usize) -> Marker {
        let marker = &mut self.markers[marker];
        while marker.below > below {
            marker.rank -= 1;
            marker.below -= usize::from(self.seen[marker.rank]);
        }
        while marker.below < below {
            marker.below += usize::from(self.seen[marker.rank]);
            marker.rank += 1;
        }
        *marker
    }
}
