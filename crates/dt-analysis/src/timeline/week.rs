//! The others of a bucket that are at the same time of the week.

use super::sorted::Sorted;
use super::view::View;
use crate::cells::Cell;

/// The values of a series by cell, smallest first.
pub(super) struct Week<'a> {
    cells: &'a [Cell],
    /// For each cell its values, with the places of their buckets.
    own: [Vec<(f64, usize)>; Cell::COUNT],
    /// The same of it and its neighbours.
    around: [Vec<(f64, usize)>; Cell::COUNT],
    /// Room to work in.
    found: Vec<f64>,
}

impl<'a> Week<'a> {
    pub(super) fn new(cells: &'a [Cell]) -> Self {
        let [own, around] = [(); 2].map(|()| std::array::from_fn(|_| Vec::new()));
        Self { cells, own, around, found: vec![0.0; 2 * cells.len()] }
    }

    /// Takes other values instead.
    pub(super) fn fill(&mut self, values: &Sorted) {
        self.own.iter_mut().chain(&mut self.around).for_each(Vec::clear);
        for &(value, place) in values.placed() {
            self.own[self.cells[place].index()].push((value, place));
            for cell in self.cells[place].around(1) {
                self.around[cell].push((value, place));
            }
        }
    }

    /// The values that a bucket sees at its very hour on the same kind of day, smallest first.
    pub(super) fn at_hour(&mut self, place: usize, view: View) -> &[f64] {
        let count = gather(&self.own[self.cells[place].index()], view, &mut self.found);
        &self.found[..count]
    }

    /// The values that a bucket sees around its hour on the same kind of day, smallest first. Where
    /// these are fewer, those on any day; then all.
    pub(super) fn around(
        &mut self,
        place: usize,
        view: View,
        fewest: usize,
        all: &Sorted,
    ) -> &[f64] {
        let (cell, found) = (self.cells[place], &mut self.found[..]);
        let mut count = gather(&self.around[cell.index()], view, found);
        if count < fewest {
            let other = &self.around[cell.other_kind_of_day().index()];
            count += gather(other, view, &mut found[count..]);
            found[..count].sort_unstable_by(f64::total_cmp);
        }
        if count < fewest {
            count = gather(all.placed(), view, found);
        }
        &self.found[..count]
    }
}

/// Copies what is seen and returns how much it is. This runs for every bucket over a few hundred
/// values: it writes each, and keeps the place of those that are not seen for the next.
fn gather(values: &[(f64, usize)], view: View, found: &mut [f64]) -> usize {
    let mut count = 0;
    for &(value, place) in values {
        found[count] = value;
        count += usize::from(view.contains(place));
    }
    count
}
