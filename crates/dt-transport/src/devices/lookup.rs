//! What takes several requests to know about devices: without asking.

use std::collections::VecDeque;

use dt_model::{Device, DeviceId, DeviceName, DeviceSearch, DeviceSearchPage, Selection};

use super::FindError;
use super::listing::{Listing, Reach, Request, beginnings, nearly};
use crate::Error;

/// Something about devices that takes several requests.
pub(super) trait Lookup {
    /// What is known in the end.
    type Found;

    /// What to ask next; `None` once it is known.
    fn request(&self) -> Option<Request>;

    /// Takes the answer.
    fn take(&mut self, answer: Result<DeviceSearchPage, Error>);

    /// What is known, once there is nothing to ask.
    fn found(self) -> Self::Found;
}

/// Names that are nearly the same as one that nobody has. An appliance that does not answer has none.
pub(super) struct Near<'a> {
    name: &'a DeviceName,
    searches: VecDeque<DeviceSearch>,
    nearly: Option<Result<DeviceId, FindError>>,
}

impl<'a> Near<'a> {
    pub(super) fn new(name: &'a DeviceName) -> Self {
        Self { name, searches: beginnings(name).collect(), nearly: None }
    }
}

impl Lookup for Near<'_> {
    /// The device itself where an appliance compares names letter by letter, else why there is none.
    type Found = Option<Result<DeviceId, FindError>>;

    fn request(&self) -> Option<Request> {
        self.searches.front().cloned().map(Request::Search)
    }

    fn take(&mut self, answer: Result<DeviceSearchPage, Error>) {
        self.searches.pop_front();
        self.nearly = answer.ok().and_then(|page| {
            let nearly = nearly(self.name, page);
            // What begins less alike is asked for only where this found nothing.
            nearly.inspect(|_| self.searches.clear())
        });
    }

    fn found(self) -> Self::Found {
        self.nearly
    }
}

/// The one device of a name.
pub(super) struct Named<'a> {
    name: &'a DeviceName,
    listing: Listing<'a>,
    devices: Vec<Device>,
    failure: Option<Error>,
    near: Near<'a>,
}

impl<'a> Named<'a> {
    /// `all` selects nothing.
    pub(super) fn new(name: &'a DeviceName, all: &'a Selection) -> Self {
        let listing = Listing::new(Some(name), all, Reach::FirstPage);
        Self { name, listing, devices: Vec::new(), failure: None, near: Near::new(name) }
    }
}

impl Lookup for Named<'_> {
    type Found = Result<DeviceId, FindError>;

    fn request(&self) -> Option<Request> {
        let is_known = self.failure.is_some() || !self.devices.is_empty();
        let near = || if is_known { None } else { self.near.request() };
        self.listing.request().or_else(near)
    }

    fn take(&mut self, answer: Result<DeviceSearchPage, Error>) {
        if self.listing.request().is_none() {
            return self.near.take(answer);
        }
        match self.listing.take(answer) {
            Some(Ok(page)) => self.devices.extend(page.devices),
            Some(Err(error)) => self.failure = Some(error),
            None => {}
        }
    }

    fn found(self) -> Self::Found {
        if let Some(error) = self.failure {
            return Err(error.into());
        }
        let nearly = if self.devices.is_empty() { self.near.found() } else { None };
        nearly.unwrap_or_else(|| FindError::only(self.name, self.devices))
    }
}

/// What is known of a device by its id.
pub(super) struct Described<'a> {
    did: DeviceId,
    listing: Listing<'a>,
    found: Option<Result<Device, Error>>,
}

impl<'a> Described<'a> {
    /// `name` is the id, and `all` selects nothing.
    pub(super) fn new(did: DeviceId, name: &'a DeviceName, all: &'a Selection) -> Self {
        Self { did, listing: Listing::new(Some(name), all, Reach::Whole), found: None }
    }
}

impl Lookup for Described<'_> {
    type Found = Result<Device, FindError>;

    fn request(&self) -> Option<Request> {
        if self.found.is_some() { None } else { self.listing.request() }
    }

    fn take(&mut self, answer: Result<DeviceSearchPage, Error>) {
        let is_meant = |device: &Device| device.did == Some(self.did);
        let of_page = |page: DeviceSearchPage| page.devices.into_iter().find(is_meant);
        self.found = self.listing.take(answer).and_then(|page| page.map(of_page).transpose());
    }

    fn found(self) -> Self::Found {
        let name = self.did.to_string();
        let found = self.found.ok_or(FindError::Unknown { name, near: Vec::new() })?;
        Ok(found?)
    }
}
