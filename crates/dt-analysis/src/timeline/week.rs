//! The others of a bucket that are at the same time of the week.

use super::sliding::Sliding;
use super::sorted::Sorted;
use super::view::View;
use crate::cells::Cell;

/// The buckets of a series by cell.
pub(super) struct Week<'a> {
    cells: &'a [Cell],
    views: &'a [View],
    /// For each cell its buckets beside each other,
    own: Vec<Group>,
    /// and beside those of its neighbours, too.
    around: Vec<Group>,
}

/// The buckets of a cell, and those that they are put beside.
struct Group {
    /// The places of the latter, in order of time.
    beside: Vec<usize>,
    /// The place of each of the former, and which of the latter it sees.
    views: Vec<(usize, View)>,
}

impl Group {
    fn new(own: &[usize], beside: Vec<usize>, views: &[View]) -> Self {
        let views = own.iter().map(|place| (*place, views[*place].among(&beside))).collect();
        Self { beside, views }
    }
}

impl<'a> Week<'a> {
    pub(super) fn new(cells: &'a [Cell], views: &'a [View]) -> Self {
        let [mut own, mut around] = [(); 2].map(|()| vec![Vec::new(); Cell::COUNT]);
        for (place, cell) in cells.iter().enumerate() {
            own[cell.index()].push(place);
            for near in cell.around(1) {
                around[near].push(place);
            }
        }
        let groups = |beside: Vec<Vec<usize>>| {
            let groups = own.iter().zip(beside);
            groups.map(|(own, beside)| Group::new(own, beside, views)).collect()
        };
        Self { cells, views, around: groups(around), own: groups(own.clone()) }
    }

    /// Says something of the values that each bucket sees at its very hour on the same kind of day.
    pub(super) fn at_hour<T: Copy, const MARKERS: usize>(
        &self,
        values: &[Option<f64>],
        mut say: impl FnMut(&mut Sliding<'_, MARKERS>) -> Option<T>,
    ) -> Vec<Option<T>> {
        each(&self.own, values, |_, seen| say(seen))
    }

    /// Says something of the values that each bucket sees around its hour on the same kind of day.
    /// Where these are fewer, of those on any day; then of all.
    pub(super) fn around<T: Copy, const MARKERS: usize>(
        &self,
        values: &[Option<f64>],
        fewest: usize,
        mut say: impl FnMut(&mut Sliding<'_, MARKERS>) -> Option<T>,
    ) -> Vec<Option<T>> {
        each(&self.around, values, |place, seen| {
            if seen.count() >= fewest {
                return say(seen);
            }
            // Few buckets get here: those of cells that hardly have others.
            let cell = self.cells[place];
            let any_day: Vec<usize> =
                cell.around(1).chain(cell.other_kind_of_day().around(1)).collect();
            let seen = || self.views[place].places(values.len());
            let near = seen().filter(|place| any_day.contains(&self.cells[*place].index()));
            let near = Sorted::of(near.map(|place| values[place]));
            if near.placed().len() >= fewest {
                return say(&mut Sliding::whole(&near));
            }
            say(&mut Sliding::whole(&Sorted::of(seen().map(|place| values[place]))))
        })
    }
}

/// Goes through the buckets by group, since within one the view only moves on.
fn each<T: Copy, const MARKERS: usize>(
    groups: &[Group],
    values: &[Option<f64>],
    mut say: impl FnMut(usize, &mut Sliding<'_, MARKERS>) -> Option<T>,
) -> Vec<Option<T>> {
    let mut said = vec![None; values.len()];
    for group in groups {
        let sorted = Sorted::of(group.beside.iter().map(|place| values[*place]));
        let mut seen = Sliding::new(&sorted);
        for &(place, view) in &group.views {
            seen.look(view);
            said[place] = say(place, &mut seen);
        }
    }
    said
}
