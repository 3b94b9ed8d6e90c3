//! The asynchronous client.

use std::fmt;
use std::sync::Arc;

use dt_auth::{Credentials, RequestTarget, SigningPolicy};
use dt_model::{
    Device, DeviceInfo, DeviceInfoQuery, DeviceSearchPage, EndpointDetails, SimilarDevice,
};
use http::Response;

use crate::call::{Caller, Step};
use crate::{
    AsyncTransport, BaseUrl, Clock, DeviceSearch, DevicesQuery, EndpointQuery, Error, List, Query,
    RetryPolicy, SimilarDevicesQuery, Status, StatusQuery,
};

/// Asks an appliance without blocking: [`Client`](crate::Client) for asynchronous programs.
///
/// Its futures are `Send`. Many calls may be under way at once through one shared client, which
/// keeps the connections.
///
/// ```
/// use dt_transport::{AsyncClient, Exchange, ReplayTransport};
///
/// # futures_util::FutureExt::now_or_never(async {
/// // In a program: `ReqwestTransport::new(&HttpOptions::default())?`.
/// let status = Exchange::new("/status?fast=true&format=json", http::StatusCode::OK, "{}");
/// let transport = ReplayTransport::new([status]);
/// let credentials = dt_auth::Credentials::new("public-token", "private-token")?;
/// let client = AsyncClient::new(transport, "https://appliance.example".parse()?, credentials);
/// assert_eq!(client.status().await?.version, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap().unwrap();
/// ```
///
/// # Errors
///
/// Every method that asks fails with the kinds in the table of [`Error`].
#[derive(Clone)]
pub struct AsyncClient<T> {
    transport: T,
    caller: Caller,
}

impl<T: AsyncTransport> AsyncClient<T> {
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
    pub async fn device_info(&self, query: &DeviceInfoQuery) -> Result<DeviceInfo, Error> {
        self.ask(query).await
    }

    /// Asks for devices (`/devices`).
    pub async fn devices(&self, query: &DevicesQuery) -> Result<List<Device>, Error> {
        self.ask(query).await
    }

    /// Searches devices (`/devicesearch`) and gives one page; [`DeviceSearch::next_page`] is the
    /// search for the next one.
    pub async fn device_search(&self, query: &DeviceSearch) -> Result<DeviceSearchPage, Error> {
        self.ask(query).await
    }

    /// Asks which devices behave most like one (`/similardevices`).
    pub async fn similar_devices(
        &self,
        query: &SimilarDevicesQuery,
    ) -> Result<List<SimilarDevice>, Error> {
        self.ask(query).await
    }

    /// Asks about a host outside (`/endpointdetails`).
    pub async fn endpoint_details(
        &self,
        query: &EndpointQuery,
    ) -> Result<List<EndpointDetails>, Error> {
        self.ask(query).await
    }

    /// Asks for version and clock (`/status`).
    pub async fn status(&self) -> Result<Status, Error> {
        self.ask(&StatusQuery).await
    }

    /// Asks anything that has a [`Query`].
    pub async fn ask<Q: Query + ?Sized>(&self, query: &Q) -> Result<Q::Answer, Error> {
        let target = query.target();
        let response = self.raw(&target).await?;
        self.caller.read(query, &target, &response)
    }

    /// Asks for any target, and gives the response byte for byte. It was a success, and is no HTML
    /// page; everything else is an error here, too.
    pub async fn raw(&self, target: &RequestTarget) -> Result<Response<Vec<u8>>, Error> {
        let mut call = self.caller.call(target);
        loop {
            let request = call.prepare()?;
            match call.judge(self.transport.send(request).await)? {
                Step::Done(response) => return Ok(response),
                Step::Again(after) => self.transport.sleep(after).await,
            }
        }
    }
}

impl<T> fmt::Debug for AsyncClient<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncClient")
            .field("base_url", &self.caller.base)
            .field("signing", &self.caller.signing)
            .field("retry", &self.caller.retry)
            .finish_non_exhaustive()
    }
}
