//! Page after page of `/devicesearch`, until there are no more.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::{DeviceId, DeviceOrder, DeviceSearch, DeviceSearchPage, Problem, SortOrder, Warning};

/// Which page of a search comes next: it ends, whatever an appliance answers, and holds each device
/// once.
///
/// Pages are asked for in an order in which devices do not move, unless the search has one of its own.
/// What comes after a page follows from how many entries it had, readable or not. A page that repeats
/// what was there already is the last one, and so is one far beyond the total that the first page
/// said; either is a [`Warning`] of the page. One that cannot be had can be [left out](Self::skip).
///
/// ```
/// use dt_model::{DevicePages, DeviceSearch, DeviceSearchPage};
///
/// let page = |did| {
///     let body = format!(r#"{{"totalCount": 2, "devices": [{{"did": {did}}}]}}"#);
///     DeviceSearchPage::from_slice(body.as_bytes())
/// };
/// let mut pages = DevicePages::new(DeviceSearch::new().count(1));
/// for did in [7, 9] {
///     assert!(pages.search().is_some());
///     assert_eq!(pages.take(page(did)?).devices.len(), 1);
/// }
/// assert_eq!(pages.search(), None);
/// # Ok::<(), dt_model::ReadError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DevicePages {
    search: DeviceSearch,
    /// Which devices were listed, and after how many entries their page began.
    seen: HashMap<DeviceId, u64>,
    /// How many devices of one page were on another one before.
    moved: usize,
    /// At how many entries it ends at the latest.
    bound: Option<u64>,
    /// How many entries there are, as the last page said.
    total: Option<u64>,
    is_over: bool,
}

impl DevicePages {
    /// How many entries there can be where no total is said: more than any appliance knows.
    const MOST: u64 = 1_000_000;

    /// The pages of a search, from the one that it asks for.
    #[must_use]
    pub fn new(search: DeviceSearch) -> Self {
        let search = match search.order {
            Some(_) => search,
            None => search.order_by(DeviceOrder::FirstSeen, SortOrder::Ascending),
        };
        Self { search, seen: HashMap::new(), moved: 0, bound: None, total: None, is_over: false }
    }

    /// The search for the next page; `None` once there are no more.
    #[must_use]
    pub fn search(&self) -> Option<&DeviceSearch> {
        (!self.is_over).then_some(&self.search)
    }

    /// Ends here, such as after an error.
    pub fn end(&mut self) {
        self.is_over = true;
    }

    /// Leaves out the page that is searched for, as it cannot be had, and goes on behind it.
    ///
    /// That a page is missing does not tell whether there are more: without a total, whoever leaves out pages has
    /// to [end](Self::end) some time.
    pub fn skip(&mut self) {
        let offset = self.search.offset.saturating_add(u64::from(self.search.count));
        self.is_over |= self.total.is_some_and(|total| offset >= total);
        self.search = self.search.clone().offset(offset);
    }

    /// How many entries there are behind the pages so far, as the appliance said last; `None` if it said nothing.
    #[must_use]
    pub fn left(&self) -> Option<u64> {
        Some(self.total?.saturating_sub(self.search.offset))
    }

    /// Takes the answer to the search: its devices that were on no page before.
    #[must_use]
    pub fn take(&mut self, mut page: DeviceSearchPage) -> DeviceSearchPage {
        let read = page.devices.len();
        page.devices.retain(|device| device.did.is_none_or(|did| self.is_new(did)));
        let offset = self.search.offset.saturating_add(page.entries);
        self.total = page.total_count.or(self.total);
        let is_full = page.entries >= u64::from(self.search.count);
        let bound = *self.bound.get_or_insert(page.total_count.map_or(Self::MOST, grown));
        let is_more = match page.total_count {
            Some(total) if total >= offset => total > offset,
            // There is more than it says, or it says nothing.
            _ => is_full,
        };
        let problem = match page.total_count {
            // Not even one is new; those that cannot be read may be.
            _ if read > 0 && page.devices.is_empty() => {
                Some(Problem::RepeatedPage { offset: self.search.offset })
            }
            Some(total) if page.entries == 0 && total > offset => {
                Some(Problem::WrongTotal { total, listed: offset })
            }
            total if is_more && offset > bound => {
                let total = total.unwrap_or(bound);
                Some(Problem::WrongTotal { total, listed: offset })
            }
            _ => None,
        };
        self.is_over = !is_more || page.entries == 0 || problem.is_some();
        let is_moved = self.is_over && problem.is_none() && self.moved > 0;
        let moved = is_moved.then_some(Problem::MovedEntries(self.moved));
        let problems = problem.into_iter().chain(moved);
        page.warnings.extend(problems.map(|problem| Warning { path: String::new(), problem }));
        self.search = self.search.clone().offset(offset);
        page
    }

    /// Whether a device was on no page before. That one page has it twice says nothing about others.
    fn is_new(&mut self, did: DeviceId) -> bool {
        let page = self.search.offset;
        match self.seen.entry(did) {
            Entry::Vacant(entry) => {
                entry.insert(page);
                true
            }
            Entry::Occupied(entry) => {
                self.moved += usize::from(*entry.get() != page);
                false
            }
        }
    }
}

/// How many devices there can be at the end where there were so many at first: some appear meanwhile.
const fn grown(total: u64) -> u64 {
    total.saturating_add(total / 10).saturating_add(DeviceSearch::MAX_COUNT as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ApiQuery, Device};

    /// What comes of pages that an appliance gives by their offset: how many were asked for, how many
    /// devices there were, and the last warning.
    fn walk(answer: impl Fn(u64) -> DeviceSearchPage) -> (usize, usize, Option<Problem>) {
        let mut pages = DevicePages::new(DeviceSearch::new().count(3));
        let (mut asked, mut devices, mut problem) = (0, 0, None);
        while let Some(search) = pages.search() {
            let page = answer(search.offset);
            let page = pages.take(page);
            asked += 1;
            devices += page.devices.len();
            problem = page.warnings.into_iter().next_back().map(|warning| warning.problem);
        }
        (asked, devices, problem)
    }

    fn page(total_count: Option<u64>, ids: std::ops::Range<u64>) -> DeviceSearchPage {
        let devices: Vec<Device> =
            ids.map(|did| Device::with_id(DeviceId::new(did.cast_signed()))).collect();
        DeviceSearchPage {
            total_count,
            entries: devices.len() as u64,
            devices,
            ..DeviceSearchPage::default()
        }
    }

    #[test]
    fn a_whole_list_is_asked_for_once() {
        let list = |offset: u64| page(Some(7), offset + 1..(offset + 4).min(8));
        assert_eq!(walk(list), (3, 7, None));
        assert_eq!(walk(|_| page(Some(3), 1..4)), (1, 3, None), "no empty page is asked for");
        assert_eq!(walk(|_| page(Some(0), 1..1)), (1, 0, None));
        let short = |offset: u64| page(Some(4), offset + 1..offset + 2);
        assert_eq!(walk(short), (4, 4, None), "pages may be smaller than they could be");
        let untold = |offset: u64| page(None, offset + 1..(offset + 4).min(8));
        assert_eq!(walk(untold), (3, 7, None));
        let too_few = |offset: u64| page(Some(2), offset + 1..(offset + 4).min(8));
        assert_eq!(walk(too_few), (3, 7, None));
    }

    #[test]
    fn a_repeated_page_is_the_last_one() {
        let repeated = Some(Problem::RepeatedPage { offset: 3 });
        assert_eq!(walk(|_| page(Some(1_000_000), 1..4)), (2, 3, repeated.clone()));
        assert_eq!(walk(|_| page(None, 1..4)), (2, 3, repeated));
    }

    #[test]
    fn a_list_that_never_ends_is_ended() {
        let (asked, devices, problem) =
            walk(|offset| page(Some(offset + 1000), offset + 1..offset + 4));
        assert!((1000..2000).contains(&devices), "{devices} in {asked} pages");
        assert!(matches!(problem, Some(Problem::WrongTotal { .. })), "{problem:?}");
        let (asked, _, _) = walk(|offset| page(Some(6), offset + 1..offset + 1001));
        assert_eq!(asked, 1);
        let less = Some(Problem::WrongTotal { total: 9, listed: 3 });
        let ends =
            |offset: u64| page(Some(9), offset + 1..if offset == 0 { 4 } else { offset + 1 });
        assert_eq!(walk(ends), (2, 3, less));
    }

    #[test]
    fn what_cannot_be_read_was_sent_all_the_same() {
        let odd = |offset: u64| DeviceSearchPage {
            entries: (7 - offset).min(3),
            ..page(Some(7), offset + 2..(offset + 4).min(8))
        };
        assert_eq!(walk(odd), (3, 4, None));
    }

    #[test]
    fn devices_that_move_to_another_page_are_told() {
        // Device 3 went behind 4 after the first page was given, so that 4 is on none.
        let moving = |offset: u64| match offset {
            0 => page(Some(7), 1..4),
            3 => DeviceSearchPage {
                devices: [3, 5, 6].map(|did| Device::with_id(DeviceId::new(did))).into(),
                ..page(Some(7), 4..7)
            },
            _ => page(Some(7), 7..8),
        };
        assert_eq!(walk(moving), (3, 6, Some(Problem::MovedEntries(1))));
        let twice = |_| DeviceSearchPage {
            devices: [7, 7, 9].map(|did| Device::with_id(DeviceId::new(did))).into(),
            ..page(Some(3), 0..3)
        };
        assert_eq!(walk(twice), (1, 2, None));
    }

    #[test]
    fn a_page_that_cannot_be_had_can_be_left_out() {
        let mut pages = DevicePages::new(DeviceSearch::new().count(3));
        pages.skip();
        assert_eq!(pages.left(), None, "no page said how many there are");
        assert_eq!(pages.take(page(Some(8), 4..7)).devices.len(), 3);
        assert_eq!(pages.left(), Some(2));
        pages.skip();
        assert_eq!((pages.search(), pages.left()), (None, Some(0)), "there is nothing behind it");
    }

    #[test]
    fn devices_do_not_move_while_they_are_listed() {
        let order = |search| {
            let pages = DevicePages::new(search);
            pages.search().map(|search| search.pairs().iter().any(|pair| pair.1 == "firstSeen"))
        };
        assert_eq!(order(DeviceSearch::new()), Some(true));
        let by_name = DeviceSearch::new().order_by(DeviceOrder::Hostname, SortOrder::Ascending);
        assert_eq!(order(by_name), Some(false));
    }
}
