//! What is asked to find devices, and what is kept of the answers: without asking.

use std::collections::VecDeque;

use dt_model::{
    Device, DeviceId, DeviceName, DevicePages, DeviceSearch, DeviceSearchPage, DevicesQuery,
    NameReading, Problem, SeenSince, Selection, Subnet, Warning, near_names,
};

use super::FindError;
use crate::Error;

/// As long as an appliance knows what a device did.
const FOUR_WEEKS: SeenSince = SeenSince::Days(28);

/// How much of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Every page.
    Whole,
    /// One page, which holds all devices of a name that is no pattern.
    FirstPage,
}

/// A request for devices.
pub(super) enum Request {
    Devices(DevicesQuery),
    Search(DeviceSearch),
}

/// Devices under way: requests that follow one another until one of them finds some.
pub(super) struct Listing<'a> {
    selection: &'a Selection,
    steps: VecDeque<Step<'a>>,
    /// Whether an earlier step found nothing.
    is_fallback: bool,
    /// Whether a page of this step is there.
    is_begun: bool,
    is_found: bool,
}

struct Step<'a> {
    /// By which reading of the name it looks.
    reading: Option<&'a NameReading>,
    asks: Asks,
}

enum Asks {
    Devices(DevicesQuery),
    Page(DeviceSearch),
    Pages(Box<DevicePages>),
}

impl<'a> Listing<'a> {
    pub(super) fn new(
        name: Option<&'a DeviceName>,
        selection: &'a Selection,
        reach: Reach,
    ) -> Self {
        let steps = match name {
            Some(name) => {
                let readings = name.readings().iter();
                readings.flat_map(|reading| steps(reading, selection, reach)).collect()
            }
            None => [Step { reading: None, asks: pages(selection.search()) }].into(),
        };
        Self { selection, steps, is_fallback: false, is_begun: false, is_found: false }
    }

    /// What to ask next.
    pub(super) fn request(&self) -> Option<Request> {
        Some(match &self.steps.front()?.asks {
            Asks::Devices(query) => Request::Devices(query.clone()),
            Asks::Page(search) => Request::Search(search.clone()),
            Asks::Pages(pages) => Request::Search(pages.search()?.clone()),
        })
    }

    /// Takes the answer, and gives what of it is meant, if anything is.
    pub(super) fn take(
        &mut self,
        answer: Result<DeviceSearchPage, Error>,
    ) -> Option<Result<DeviceSearchPage, Error>> {
        let mut page = match answer {
            Ok(page) => page,
            Err(error) if self.is_nothing(&error) => {
                self.next_step();
                return None;
            }
            Err(error) => {
                self.steps.clear();
                return Some(Err(error));
            }
        };
        let step = self.steps.front_mut()?;
        let is_over = match &mut step.asks {
            Asks::Pages(pages) => {
                page = pages.take(page);
                pages.search().is_none()
            }
            Asks::Devices(_) | Asks::Page(_) => true,
        };
        let is_asked_whole = matches!(step.asks, Asks::Devices(_));
        if let Some(reading) = step.reading {
            keep_meant(reading, &mut page.devices);
        }
        page.warnings.extend(self.hidden(&page.devices));
        page.devices.retain(|device| {
            if is_asked_whole {
                self.selection.holds(device)
            } else {
                self.selection.holds_found(device)
            }
        });
        self.is_begun = true;
        self.is_found |= !page.devices.is_empty();
        if is_over {
            self.next_step();
        }
        (!page.devices.is_empty() || !page.warnings.is_empty()).then_some(Ok(page))
    }
}

impl Listing<'_> {
    /// Goes on with the next step, if none found anything yet.
    fn next_step(&mut self) {
        self.steps.pop_front();
        self.is_fallback = true;
        self.is_begun = false;
        if self.is_found {
            self.steps.clear();
        }
    }

    /// Whether an error says no more than that there is no such device. A list of all devices is never
    /// missing for that.
    fn is_nothing(&self, error: &Error) -> bool {
        let is_of_all = self.selection.is_empty()
            && self.steps.front().is_some_and(|step| step.reading.is_none());
        let is_nothing = error.is_not_found() && !is_of_all
            // Not every appliance has every field to search by.
            || (self.is_fallback && error.is_bad_parameter())
            // Some say of an address that nobody has what is no list; the search that follows knows.
            || (self.steps.len() > 1 && error.is_unreadable());
        is_nothing && !self.is_begun
    }

    /// Devices of which nobody knows whether they are in the subnet.
    fn hidden(&self, devices: &[Device]) -> Option<Warning> {
        let is_hidden = |it: &&Device| it.ip.is_some() && it.addresses().next().is_none();
        let by_block = self.selection.subnets.iter().any(|it| matches!(it, Subnet::Block(_)));
        let hidden =
            devices.iter().filter(is_hidden).filter(|it| !self.selection.holds(it)).count();
        let problem = Problem::HiddenAddresses(hidden);
        (by_block && hidden > 0).then(|| Warning { path: String::new(), problem })
    }
}

fn steps<'a>(reading: &'a NameReading, selection: &Selection, reach: Reach) -> Vec<Step<'a>> {
    let query = match reading {
        NameReading::Id(did) => Some(DevicesQuery::new().did(*did)),
        NameReading::Ip(ip) => Some(DevicesQuery::new().ip(*ip).seen_since(FOUR_WEEKS)),
        NameReading::Mac(mac) => {
            Some(DevicesQuery::new().mac(mac.to_string()).seen_since(FOUR_WEEKS))
        }
        _ => None,
    };
    let query = query.map(|query| match reach {
        Reach::Whole => Asks::Devices(query.include_tags()),
        Reach::FirstPage => Asks::Devices(query),
    });
    let searches = reading.searches().into_iter().map(|(field, values)| {
        let search = match reach {
            Reach::Whole => selection.search(),
            Reach::FirstPage => DeviceSearch::new().count(DeviceSearch::MAX_COUNT),
        };
        let search = values.iter().fold(search, |search, value| search.matching(field, value));
        match reach {
            Reach::Whole => pages(search),
            Reach::FirstPage => Asks::Page(search),
        }
    });
    let asks = query.into_iter().chain(searches);
    asks.map(|asks| Step { reading: Some(reading), asks }).collect()
}

fn pages(search: DeviceSearch) -> Asks {
    Asks::Pages(Box::new(DevicePages::new(search)))
}

/// Keeps the devices that a reading fits best. Where none says the address that was asked about, the
/// appliance knows that it is theirs.
fn keep_meant(reading: &NameReading, devices: &mut Vec<Device>) {
    let best = devices.iter().filter_map(|device| reading.fit(device)).max();
    match (best, reading) {
        (None, NameReading::Ip(_)) => {
            devices.retain(|it| it.addresses().next().is_none() && it.ips.is_empty());
        }
        (None, NameReading::Mac(_)) => {
            devices.retain(|it| it.hardware_addresses().next().is_none());
        }
        (None, _) => devices.clear(),
        (best, _) => devices.retain(|device| reading.fit(device) == best),
    }
}

/// Searches for names that begin like one that nobody has: like its first half, and then like its first
/// letter.
pub(super) fn beginnings(name: &DeviceName) -> impl Iterator<Item = DeviceSearch> {
    let host = name.readings().iter().find_map(|reading| match reading {
        NameReading::Text(_, text) if !reading.is_pattern() => Some(text.as_str()),
        _ => None,
    });
    let lengths = host.map(|host| [host.chars().count().div_ceil(2), 1]).into_iter().flatten();
    lengths.map(move |length| {
        let beginning: String = host.unwrap_or_default().chars().take(length).collect();
        let search = DeviceSearch::new().matching("hostname", &format!("{beginning}*"));
        search.count(DeviceSearch::MAX_COUNT)
    })
}

/// What is called like a name on a page: the device itself, where an appliance compares names letter by
/// letter, else those whose names are close. `None` if nothing is.
pub(super) fn nearly(
    name: &DeviceName,
    page: DeviceSearchPage,
) -> Option<Result<DeviceId, FindError>> {
    let found: Vec<Device> = name.best(&page.devices).into_iter().cloned().collect();
    if !found.is_empty() {
        return Some(FindError::only(name, found));
    }
    let names = page.devices.into_iter().filter_map(|device| device.hostname);
    let near = near_names(name.as_str(), names, 3);
    (!near.is_empty()).then(|| Err(FindError::Unknown { name: name.to_string(), near }))
}

/// The names that are close.
pub(super) fn near_of(nearly: Result<DeviceId, FindError>) -> Vec<String> {
    match nearly {
        Err(FindError::Unknown { near, .. }) => near,
        _ => Vec::new(),
    }
}

/// The search for some devices, among which names are looked for.
pub(super) fn some_devices() -> DeviceSearch {
    DeviceSearch::new().count(DeviceSearch::MAX_COUNT)
}

/// The tags and types on a page that are nearly the same as those of a selection.
pub(super) fn near_selection(selection: &Selection, page: &DeviceSearchPage) -> Selection {
    let near = |wanted: &[String], known: &[&String]| {
        let near = wanted.iter().flat_map(|typed| {
            let near = near_names(typed, known, 3).into_iter();
            near.filter(move |name| !name.eq_ignore_ascii_case(typed))
        });
        near.collect()
    };
    let tags = page.devices.iter().flat_map(|device| device.tags.iter().flatten());
    let tags: Vec<&String> = tags.map(|tag| &tag.name).collect();
    let types: Vec<&String> =
        page.devices.iter().filter_map(|it| it.device_type.as_ref()).collect();
    Selection {
        tags: near(&selection.tags, &tags),
        types: near(&selection.types, &types),
        ..Selection::default()
    }
}

/// The search for a host that is called as an id.
pub(super) fn host_search(did: DeviceId) -> DeviceSearch {
    let search = DeviceSearch::new().matching("hostname", &did.to_string());
    search.count(DeviceSearch::MAX_COUNT)
}

/// The other device of a page that is called as an id.
pub(super) fn named_like(did: DeviceId, page: DeviceSearchPage) -> Option<Device> {
    let digits = did.to_string();
    page.devices.into_iter().find(|device| {
        device.did != Some(did) && device.hostname.as_deref() == Some(digits.as_str())
    })
}
