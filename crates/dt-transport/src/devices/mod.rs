//! Finds devices: by their names, or by what they are.

mod error;
mod listing;
mod lookup;

use std::ops::ControlFlow;

use dt_model::{Device, DeviceId, DeviceName, DeviceSearchPage, List, Selection};
use futures_util::{Stream, stream};

pub use error::FindError;

use crate::{AsyncClient, AsyncTransport, Client, Error, Transport};
use listing::{Listing, Reach, Request, named_like, near_of};
use lookup::{Described, Lookup, Named, Near};

impl<T: Transport> Client<T> {
    /// Lists the devices of a name, or those that are selected, or those of both, page after page as they
    /// are taken. A name that is a pattern has several; one that fits in several ways lists those whom
    /// it fits best. An error is the last thing it gives.
    ///
    /// Each device is listed once. What is odd about the list, such as that it ends early, is among the
    /// warnings of its pages.
    ///
    /// ```
    /// use dt_model::{Exchange, Selection};
    /// use dt_transport::{Client, ReplayTransport};
    /// use http::StatusCode;
    ///
    /// # let target = "/devicesearch?count=300&order=asc&orderBy=firstSeen&query=tag%3A%22Finance%22";
    /// # let body = r#"{"totalCount": 1, "devices": [{"did": 7, "ip": "10.20.4.17"}]}"#;
    /// let transport = ReplayTransport::new([Exchange::new(target, StatusCode::OK, body)]);
    /// let credentials = dt_auth::Credentials::new("pub", "priv")?;
    /// let client = Client::new(transport, "https://appliance.example".parse()?, credentials);
    ///
    /// let selection = Selection {
    ///     tags: vec!["Finance".to_owned()],
    ///     subnets: vec!["10.20.4.0/24".parse()?],
    ///     ..Selection::default()
    /// };
    /// for page in client.list_devices(None, &selection) {
    ///     assert_eq!(page?.devices.len(), 1);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn list_devices<'a>(
        &'a self,
        name: Option<&'a DeviceName>,
        selection: &'a Selection,
    ) -> impl Iterator<Item = Result<DeviceSearchPage, Error>> + 'a {
        let mut listing = Listing::new(name, selection, Reach::Whole);
        std::iter::from_fn(move || self.next_page(&mut listing))
    }

    /// Hands out the pages of a [list](Self::list_devices) that has to hold something, until `visit` breaks
    /// or fails. Only a list of all devices may be empty.
    ///
    /// # Errors
    ///
    /// If no device has the name, or is selected, with what is nearly the same; if the appliance does not
    /// answer; or whatever `visit` fails with.
    pub fn visit_devices<E: From<FindError>>(
        &self,
        name: Option<&DeviceName>,
        selection: &Selection,
        mut visit: impl FnMut(DeviceSearchPage) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let mut is_found = false;
        for page in self.list_devices(name, selection) {
            let page = page.map_err(FindError::from)?;
            is_found |= !page.devices.is_empty();
            if visit(page)?.is_break() {
                return Ok(());
            }
        }
        let nothing = match name {
            _ if is_found => return Ok(()),
            None if selection.is_empty() => return Ok(()),
            Some(name) if selection.is_empty() => {
                FindError::Unknown { name: name.to_string(), near: self.near_names(name) }
            }
            _ => FindError::NoneSelected { near: Box::new(self.near_selection(selection)) },
        };
        Err(nothing.into())
    }

    /// The device of a name.
    ///
    /// An id is taken at its word, and nothing is asked. An address is found for as long as the
    /// appliance knows anything of a device that had it, four weeks.
    ///
    /// ```
    /// use dt_model::{DeviceId, Exchange};
    /// use dt_transport::{Client, FindError, ReplayTransport};
    /// use http::StatusCode;
    ///
    /// # let target = "/devicesearch?count=300&query=hostname%3A%22ws-042%22";
    /// # let body = r#"{"totalCount": 1, "devices": [{"did": 7, "hostname": "WS-042"}]}"#;
    /// let transport = ReplayTransport::new([Exchange::new(target, StatusCode::OK, body)]);
    /// let credentials = dt_auth::Credentials::new("pub", "priv")?;
    /// let client = Client::new(transport, "https://appliance.example".parse()?, credentials);
    ///
    /// assert_eq!(client.find_device(&"ws-042".parse()?)?, DeviceId::new(7));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If no device is called so, with names that are nearly the same; if several are; or if the
    /// appliance does not answer.
    pub fn find_device(&self, name: &DeviceName) -> Result<DeviceId, FindError> {
        match name.did() {
            Some(did) => Ok(did),
            None => self.look_up(Named::new(name, &Selection::default())),
        }
    }

    /// What the appliance knows of a device by its id.
    ///
    /// # Errors
    ///
    /// If it knows no such device, or does not answer.
    pub fn describe_device(&self, did: DeviceId) -> Result<Device, FindError> {
        self.look_up(Described::new(did, &did.into(), &Selection::default()))
    }

    /// Up to three host names that are nearly the same as one that nobody has. An appliance that does not
    /// answer has none.
    pub fn near_names(&self, name: &DeviceName) -> Vec<String> {
        self.look_up(Near::new(name)).map(near_of).unwrap_or_default()
    }

    /// Tags and types that are nearly the same as those of a selection that nothing matches: of some of the
    /// devices. An appliance that does not answer has none.
    pub fn near_selection(&self, selection: &Selection) -> Selection {
        let some = self.ask(&listing::some_devices());
        some.map(|page| listing::near_selection(selection, &page)).unwrap_or_default()
    }

    /// The device whose host name is all digits, and the same as an id: another one may be meant by them.
    /// `None` if there is none, or the appliance does not say it.
    pub fn host_named_like(&self, did: DeviceId) -> Option<Device> {
        named_like(did, self.ask(&listing::host_search(did)).ok()?)
    }

    fn next_page(&self, listing: &mut Listing<'_>) -> Option<Result<DeviceSearchPage, Error>> {
        loop {
            let answer = self.answer(&listing.request()?);
            if let Some(page) = listing.take(answer) {
                return Some(page);
            }
        }
    }

    fn look_up<L: Lookup>(&self, mut lookup: L) -> L::Found {
        while let Some(request) = lookup.request() {
            lookup.take(self.answer(&request));
        }
        lookup.found()
    }

    fn answer(&self, request: &Request) -> Result<DeviceSearchPage, Error> {
        match request {
            Request::Devices(query) => self.ask(query).map(whole_page),
            Request::Search(search) => self.ask(search),
        }
    }
}

/// As of [`Client`].
impl<T: AsyncTransport> AsyncClient<T> {
    /// As [`Client::list_devices`]; each page is asked for when it is polled.
    pub fn list_devices<'a>(
        &'a self,
        name: Option<&'a DeviceName>,
        selection: &'a Selection,
    ) -> impl Stream<Item = Result<DeviceSearchPage, Error>> + 'a {
        let listing = Listing::new(name, selection, Reach::Whole);
        stream::unfold(listing, async |mut listing| {
            let page = self.next_page(&mut listing).await?;
            Some((page, listing))
        })
    }

    /// As [`Client::visit_devices`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn visit_devices<E: From<FindError>>(
        &self,
        name: Option<&DeviceName>,
        selection: &Selection,
        mut visit: impl FnMut(DeviceSearchPage) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let mut listing = Listing::new(name, selection, Reach::Whole);
        let mut is_found = false;
        while let Some(page) = self.next_page(&mut listing).await {
            let page = page.map_err(FindError::from)?;
            is_found |= !page.devices.is_empty();
            if visit(page)?.is_break() {
                return Ok(());
            }
        }
        let nothing = match name {
            _ if is_found => return Ok(()),
            None if selection.is_empty() => return Ok(()),
            Some(name) if selection.is_empty() => {
                FindError::Unknown { name: name.to_string(), near: self.near_names(name).await }
            }
            _ => FindError::NoneSelected { near: Box::new(self.near_selection(selection).await) },
        };
        Err(nothing.into())
    }

    /// As [`Client::find_device`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn find_device(&self, name: &DeviceName) -> Result<DeviceId, FindError> {
        match name.did() {
            Some(did) => Ok(did),
            None => self.look_up(Named::new(name, &Selection::default())).await,
        }
    }

    /// As [`Client::describe_device`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn describe_device(&self, did: DeviceId) -> Result<Device, FindError> {
        self.look_up(Described::new(did, &did.into(), &Selection::default())).await
    }

    /// As [`Client::near_names`].
    pub async fn near_names(&self, name: &DeviceName) -> Vec<String> {
        self.look_up(Near::new(name)).await.map(near_of).unwrap_or_default()
    }

    /// As [`Client::near_selection`].
    pub async fn near_selection(&self, selection: &Selection) -> Selection {
        let some = self.ask(&listing::some_devices()).await;
        some.map(|page| listing::near_selection(selection, &page)).unwrap_or_default()
    }

    /// As [`Client::host_named_like`].
    pub async fn host_named_like(&self, did: DeviceId) -> Option<Device> {
        named_like(did, self.ask(&listing::host_search(did)).await.ok()?)
    }

    async fn next_page(
        &self,
        listing: &mut Listing<'_>,
    ) -> Option<Result<DeviceSearchPage, Error>> {
        loop {
            let answer = self.answer(&listing.request()?).await;
            if let Some(page) = listing.take(answer) {
                return Some(page);
            }
        }
    }

    async fn look_up<L: Lookup>(&self, mut lookup: L) -> L::Found {
        while let Some(request) = lookup.request() {
            let answer = self.answer(&request).await;
            lookup.take(answer);
        }
        lookup.found()
    }

    async fn answer(&self, request: &Request) -> Result<DeviceSearchPage, Error> {
        match request {
            Request::Devices(query) => self.ask(query).await.map(whole_page),
            Request::Search(search) => self.ask(search).await,
        }
    }
}

/// What `/devices` answers, as a page that is all there is.
fn whole_page(list: List<Device>) -> DeviceSearchPage {
    let entries = list.items.len() as u64;
    DeviceSearchPage {
        total_count: Some(entries),
        entries,
        devices: list.items,
        warnings: list.warnings,
    }
}
