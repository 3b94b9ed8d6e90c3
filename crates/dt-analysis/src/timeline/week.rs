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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::TimelinePolicy;
    use crate::timeline::Baseline;

    /// Values of buckets of so many hours, some of them left out, around a change of clocks.
    fn buckets() -> impl Strategy<Value = (Vec<i64>, Vec<Option<f64>>)> {
        let count = prop_oneof![Just(0), 0..5_u64, any::<u64>()];
        let value = prop::option::weighted(0.9, count.prop_map(|count| (count as f64).ln_1p()));
        let hours = prop_oneof![Just(1_i64), Just(24), 1..30_i64];
        (hours, prop::collection::vec((value, 0..40_i64), 0..300)).prop_map(|(hours, buckets)| {
            let mut start = 1_793_055_600;
            let place = |(value, gap): (Option<f64>, i64)| {
                start += 3_600 * hours * if gap > 36 { gap } else { 1 };
                (start, value)
            };
            buckets.into_iter().map(place).unzip()
        })
    }

    /// The same by its definition: all pairs of buckets, and a sort for each.
    struct Plain<'a> {
        starts: &'a [i64],
        cells: &'a [Cell],
        values: &'a [Option<f64>],
        baseline: Baseline,
    }

    impl Plain<'_> {
        fn seen(&self, place: usize, is_near: impl Fn(Cell) -> bool) -> Vec<f64> {
            let day = 24 * 3_600;
            let in_view = |other: usize| {
                let before = self.starts[place] - self.starts[other];
                match self.baseline {
                    Baseline::Others => before.abs() >= day,
                    Baseline::Before => (day..=28 * day).contains(&before),
                }
            };
            let near = (0..self.values.len())
                .filter(|other| in_view(*other) && is_near(self.cells[*other]));
            let mut seen: Vec<f64> = near.filter_map(|other| self.values[other]).collect();
            seen.sort_by(f64::total_cmp);
            seen
        }

        fn around(&self, place: usize, fewest: usize) -> Vec<f64> {
            let cell = self.cells[place];
            let same = |other: Cell| cell.around(1).any(|near| near == other.index());
            let any_day = |other: Cell| same(other) || same(other.other_kind_of_day());
            let seen = [self.seen(place, same), self.seen(place, any_day)];
            let seen = seen.into_iter().find(|seen| seen.len() >= fewest);
            seen.unwrap_or_else(|| self.seen(place, |_| true))
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_slides_is_what_a_sort_for_every_bucket_says((starts, values) in buckets()) {
            let zone = TimeZone::get("Europe/Berlin").unwrap();
            let at = |start: &i64| Cell::at(Timestamp::from_second(*start).unwrap(), &zone);
            let cells: Vec<Cell> = starts.iter().map(at).collect();
            let fewest = 3;
            for baseline in [Baseline::Others, Baseline::Before] {
                let views = View::of(&starts, baseline, &TimelinePolicy::default());
                let week = Week::new(&cells, &views);
                let quartiles = week.at_hour(&values, |seen: &mut Sliding<'_, 1>| seen.nth(0, seen.count() / 4));
                let middles = week.around(&values, fewest, |seen: &mut Sliding<'_, 3>| {
                    let quarter = seen.count() / 4;
                    Some((seen.median(0)?, seen.mean([1, 2], quarter..seen.count() - quarter)?))
                });

                let plain = Plain { starts: &starts, cells: &cells, values: &values, baseline };
                for (place, (quartile, middle)) in quartiles.into_iter().zip(middles).enumerate() {
                    let then = plain.seen(place, |other| other == cells[place]);
                    prop_assert_eq!(quartile, then.get(then.len() / 4).copied());

                    let mut seen = plain.around(place, fewest);
                    prop_assert_eq!(middle.map(|(median, _)| median), crate::robust::median(&mut seen.clone()));
                    let quarter = seen.len() / 4;
                    let half: Vec<f64> = seen.drain(quarter..seen.len() - quarter).collect();
                    let mean = half.iter().sum::<f64>() / half.len() as f64;
                    prop_assert!(middle.is_none_or(|(_, slid)| (slid - mean).abs() <= 1e-12 * mean), "{middle:?} {mean}");
                }
            }
        }
    }
}
