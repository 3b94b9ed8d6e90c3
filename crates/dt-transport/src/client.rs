//! The blocking client.

use std::fmt;
use std::sync::Arc;

use dt_auth::{Credentials, RequestTarget, SigningPolicy};
use dt_model::{
    Device, DeviceInfo, DeviceInfoQuery, DeviceSearchPage, EndpointDetails, SimilarDevice,
};
use http::Response;

use crate::call::{Caller, Step};
use crate::{
    BaseUrl, Clock, DeviceSearch, DevicesQuery, EndpointQuery, Error, List, Query, RetryPolicy,
    SimilarDevicesQuery, Status, StatusQuery, Transport,
};

/// Asks an appliance, and blocks until it has the answer.
///
/// It signs each attempt afresh, reads what the appliance means by its responses, and tries again
/// where that may help. It is cheap to share by reference, and `Send` and `Sync` if its transport
/// is.
///
/// ```
/// use dt_model::{DeviceId, DeviceInfoQuery};
/// use dt_transport::{Client, Exchange, Query, ReplayTransport};
///
/// let query = DeviceInfoQuery::new(DeviceId::new(230))?;
/// // In a program: `UreqTransport::new(&HttpOptions::default())?`.
/// let transport = ReplayTransport::new([Exchange::new(
///     query.target().wire(),
///     http::StatusCode::OK,
///     r#"{"deviceInfo":[{"did":230,"graphData":[{"time":1580000000000,"count":355}]}]}"#,
/// )]);
///
/// let credentials = dt_auth::Credentials::new("public-token", "private-token")?;
/// let client = Client::new(transport, "https://appliance.example".parse()?, credentials);
/// let info = client.device_info(&query)?;
/// assert_eq!(info.subject.series.buckets()[0].count, 355);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Every method that asks fails with the kinds in the table of [`Error`].
#[derive(Clone)]
pub struct Client<T> {
    transport: T,
    caller: Caller,
}

impl<T: Transport> Client<T> {
    /// A client for one appliance.
    #[must_use]
    pub fn new(transport: T, base_url: BaseUrl, credentials: Credentials) -> Self {
        Self { transport, caller: Caller::new(base_url, credentials) }
    }

    /// How requests are signed; by default decoded, with a spaced date.
    #[must_use]
    pub fn signing(mut self, signing: SigningPolicy) -> Self {
        self.caller.signing = signing;
        self
    }

    /// When requests are sent again; see [`RetryPolicy`] for the default.
    #[must_use]
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.caller.retry = retry;
        self
    }

    /// Where time comes from; by default from the system.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.caller.clock = Arc::new(clock);
        self
    }

    /// The appliance that is asked.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.caller.base
    }

    /// What sends the requests.
    #[must_use]
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Asks how a device communicated (`/deviceinfo`).
    pub fn device_info(&self, query: &DeviceInfoQuery) -> Result<DeviceInfo, Error> {
        self.ask(query)
    }

    /// Asks for devices (`/devices`).
    pub fn devices(&self, query: &DevicesQuery) -> Result<List<Device>, Error> {
        self.ask(query)
    }

    /// Searches devices (`/devicesearch`) and gives one page; [`device_pages`](Self::device_pages)
    /// gives all of them.
    pub fn device_search(&self, query: &DeviceSearch) -> Result<DeviceSearchPage, Error> {
        self.ask(query)
    }

    /// Searches devices, and gives page after page as they are taken: each is asked for when it is.
    /// An error is the last thing it gives.
    ///
    /// Devices that come or go meanwhile move the others from page to page. An order that does not
    /// change by itself, such as [`DeviceOrder::FirstSeen`](crate::DeviceOrder::FirstSeen), keeps them
    /// from being left out.
    ///
    /// ```
    /// use dt_transport::{Client, DeviceSearch, Exchange, Query, ReplayTransport};
    /// use http::StatusCode;
    ///
    /// let search = DeviceSearch::new().count(1);
    /// let page = |offset: u64, did: u64| {
    ///     let body = format!(r#"{{"totalCount": 2, "devices": [{{"did": {did}}}]}}"#);
    ///     Exchange::new(search.clone().offset(offset).target().wire(), StatusCode::OK, body)
    /// };
    /// let transport = ReplayTransport::new([page(0, 7), page(1, 9)]);
    /// let credentials = dt_auth::Credentials::new("pub", "priv")?;
    /// let client = Client::new(transport, "https://appliance.example".parse()?, credentials);
    ///
    /// let mut devices = Vec::new();
    /// for page in client.device_pages(search) {
    ///     devices.extend(page?.devices.into_iter().filter_map(|device| device.did));
    /// }
    /// assert_eq!(devices, [7, 9].map(dt_model::DeviceId::new));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn device_pages(
        &self,
        search: DeviceSearch,
    ) -> impl Iterator<Item = Result<DeviceSearchPage, Error>> {
        let mut next = Some(search);
        std::iter::from_fn(move || {
            let search = next.take()?;
            let page = self.device_search(&search);
            next = page.as_ref().ok().and_then(|page| search.next_page(page));
            Some(page)
        })
    }

    /// Asks which devices behave most like one (`/similardevices`).
    pub fn similar_devices(
        &self,
        query: &SimilarDevicesQuery,
    ) -> Result<List<SimilarDevice>, Error> {
        self.ask(query)
    }

    /// Asks about a host outside (`/endpointdetails`).
    pub fn endpoint_details(&self, query: &EndpointQuery) -> Result<List<EndpointDetails>, Error> {
        self.ask(query)
    }

    /// Asks for version and clock (`/status`).
    pub fn status(&self) -> Result<Status, Error> {
        self.ask(&StatusQuery)
    }

    /// Asks anything that has a [`Query`].
    pub fn ask<Q: Query + ?Sized>(&self, query: &Q) -> Result<Q::Answer, Error> {
        let target = query.target();
        let response = self.raw(&target)?;
        self.caller.read(query, &target, &response)
    }

    /// Asks for any target, and gives the response byte for byte. It was a success, and is no HTML
    /// page; everything else is an error here, too.
    pub fn raw(&self, target: &RequestTarget) -> Result<Response<Vec<u8>>, Error> {
        let mut call = self.caller.call(target);
        loop {
            let request = call.prepare()?;
            match call.judge(self.transport.send(request))? {
                Step::Done(response) => return Ok(response),
                Step::Again(after) => self.caller.clock.sleep(after),
            }
        }
    }
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.caller.base)
            .field("signing", &self.caller.signing)
            .field("retry", &self.caller.retry)
            .finish_non_exhaustive()
    }
}
