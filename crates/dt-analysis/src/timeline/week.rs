//! The others of a bucket that are at the same time of the week.

use super::sliding::Sliding;
use super::sorted::Sorted;
use super::view::View;
use crate::cells::Cell;

/// The buckets of a series by cell.
pub(super) struct Week<'a> {
    cells: &'a [Cell],
    views: &'a [View],
    /// For each cell its buckets, beside those of cells up to so many hours away.
    groups: Vec<Group>,
    hours: usize,
}

/// With what a bucket is compared whose cell has few others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Widened {
    /// With what was at its hour on any day.
    ToAnyDay,
    /// And then with all.
    ToAll,
}

/// The buckets of a cell, and those that they are put beside.
struct Group {
    /// The places of the latter, in order of time.
    beside: Vec<usize>,
    /// The place of each of the former, and which of the latter it sees.
    views: Vec<(usize, View)>,
}

impl Group {
    /// The bounds only move on, since places ascend and their views do not go back.
    fn new(own: &[usize], beside: Vec<usize>, views: &[View]) -> Self {
        let mut among = View { from: 0, until: 0, again_from: 0 };
        let moved = |mut position: usize, bound: usize| {
            while beside.get(position).is_some_and(|place| *place < bound) {
                position += 1;
            }
            position
        };
        let views = own.iter().map(|place| {
            let view = views[*place];
            among = View {
                from: moved(among.from, view.from),
                until: moved(among.until, view.until),
                again_from: moved(among.again_from, view.again_from),
            };
            (*place, among)
        });
        let views = views.collect();
        Self { beside, views }
    }
}

impl<'a> Week<'a> {
    pub(super) fn new(cells: &'a [Cell], views: &'a [View], hours: usize) -> Self {
        let mut sizes = [0; Cell::COUNT];
        for cell in cells {
            sizes[cell.index()] += 1;
        }
        let groups = Cell::all().map(|cell| {
            let near = cell.around(hours);
            let size = near.map(|near| sizes[near]).sum();
            [Vec::with_capacity(sizes[cell.index()]), Vec::with_capacity(size)]
        });
        let mut groups: Vec<[Vec<usize>; 2]> = groups.collect();
        for (place, cell) in cells.iter().enumerate() {
            groups[cell.index()][0].push(place);
            for near in cell.around(hours) {
                groups[near][1].push(place);
            }
        }
        let groups = groups.into_iter();
        let groups = groups.map(|[own, beside]| Group::new(&own, beside, views)).collect();
        Self { cells, views, groups, hours }
    }

    /// Says something of the values that each bucket sees around its hour on the same kind of day; of
    /// more where these are fewer.
    pub(super) fn each<T: Copy, const MARKERS: usize>(
        &self,
        values: &[Option<f64>],
        fewest: usize,
        widened: Widened,
        mut say: impl FnMut(&mut Sliding<'_, MARKERS>) -> Option<T>,
    ) -> Vec<Option<T>> {
        let mut said = vec![None; values.len()];
        for group in &self.groups {
            let sorted = Sorted::of(group.beside.iter().map(|place| values[*place]));
            // Within a group the view only moves on.
            let mut seen = Sliding::new(&sorted);
            for &(place, view) in &group.views {
                seen.look(view);
                said[place] = if seen.count() >= fewest {
                    say(&mut seen)
                } else {
                    say(&mut Sliding::whole(&self.wider(place, values, fewest, widened)))
                };
            }
        }
        said
    }

    /// What a bucket sees on any day, or of all. Few buckets get here: those of cells that hardly have
    /// others.
    fn wider(
        &self,
        place: usize,
        values: &[Option<f64>],
        fewest: usize,
        widened: Widened,
    ) -> Sorted {
        let cell = self.cells[place];
        let any_day: Vec<usize> =
            cell.around(self.hours).chain(cell.other_kind_of_day().around(self.hours)).collect();
        let seen = || self.views[place].places(values.len());
        let near = seen().filter(|place| any_day.contains(&self.cells[*place].index()));
        let near = Sorted::of(near.map(|place| values[place]));
        if widened == Widened::ToAnyDay || near.placed().len() >= fewest {
            return near;
        }
        Sorted::of(seen().map(|place| values[place]))
    }
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

        fn around(&self, place: usize, hours: usize, fewest: usize, widened: Widened) -> Vec<f64> {
            let cell = self.cells[place];
            let same = |other: Cell| cell.around(hours).any(|near| near == other.index());
            let any_day = |other: Cell| same(other) || same(other.other_kind_of_day());
            let seen = self.seen(place, same);
            if seen.len() >= fewest {
                return seen;
            }
            let seen = self.seen(place, any_day);
            if widened == Widened::ToAnyDay || seen.len() >= fewest {
                return seen;
            }
            self.seen(place, |_| true)
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
                let plain = Plain { starts: &starts, cells: &cells, values: &values, baseline };
                for (hours, widened) in [(0, Widened::ToAnyDay), (1, Widened::ToAll)] {
                    let week = Week::new(&cells, &views, hours);
                    let said = week.each(&values, fewest, widened, |seen: &mut Sliding<'_, 3>| {
                        Some((seen.median(0), seen.quartiles()))
                    });
                    for (place, said) in said.into_iter().enumerate() {
                        let mut seen = plain.around(place, hours, fewest, widened);
                        let quartile = |quarters| seen.get(quarters * seen.len() / 4).copied();
                        let quartiles = [1, 2, 3].map(quartile);
                        let (median, slid) = said.unwrap();
                        prop_assert_eq!(slid.map_or([None; 3], |slid| slid.map(Some)), quartiles);
                        prop_assert_eq!(median, crate::robust::median(&mut seen));
                    }
                }
            }
        }
    }
}
