//! The asynchronous client.

use std::fmt;
use std::sync::Arc;

use dt_auth::{Credentials, RequestTarget, SigningPolicy};
use dt_model::{DevicePages, DeviceSearch, DeviceSearchPage};
use futures_util::{Stream, stream};
use http::Response;

use crate::client_core::{Call, CallOptions, ClientCore, Recorded, Step};
use crate::pace::{self, Pace, Traffic};
use crate::{
    AsyncTransport, BaseUrl, BoxError, Cancel, Clock, Error, Limits, Query, RetryPolicy, Wait,
};

/// Asks an appliance without blocking: [`Client`](crate::Client) for asynchronous programs.
///
/// Its futures are `Send`. Any number of calls may be under way at once through one shared client,
/// which keeps the connections and holds the calls to its [`Limits`]. Clones share the limits, too.
///
/// ```
/// use dt_model::{Exchange, StatusQuery};
/// use dt_transport::{AsyncClient, ReplayTransport};
///
/// # futures_util::FutureExt::now_or_never(async {
/// // In a program: `ReqwestTransport::new(&HttpOptions::default())?`.
/// let status = Exchange::new("/status?fast=true&format=json", http::StatusCode::OK, "{}");
/// let transport = ReplayTransport::new([status]);
/// let credentials = dt_auth::Credentials::new("public-token", "private-token")?;
/// let client = AsyncClient::new(transport, "https://appliance.example".parse()?, credentials);
/// assert_eq!(client.ask(&StatusQuery).await?.version, None);
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
    core: ClientCore,
}

impl<T: AsyncTransport> AsyncClient<T> {
    /// A client for one appliance.
    #[must_use]
    pub fn new(transport: T, base_url: BaseUrl, credentials: Credentials) -> Self {
        Self { transport, core: ClientCore::new(base_url, credentials) }
    }

    /// How requests are signed; by default decoded, with a spaced date.
    #[must_use]
    pub fn signing(mut self, signing: SigningPolicy) -> Self {
        self.core.signing = signing;
        self
    }

    /// When requests are sent again; see [`RetryPolicy`] for the default.
    #[must_use]
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.core.retry = retry;
        self
    }

    /// Tells `tell` of each [`Wait`] before it begins: it may be long, and somebody may be looking on. The
    /// task that asked calls it, and is held up by it.
    #[must_use]
    pub fn on_wait(mut self, tell: impl Fn(Wait<'_>) + Send + Sync + 'static) -> Self {
        self.core.tell_wait = Some(Arc::new(tell));
        self
    }

    /// Where time comes from; by default from the system.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.core.clock = Arc::new(clock);
        self
    }

    /// How much is asked at once; see [`Limits`] for the default. Clones made before keep to theirs.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.core.pace = Arc::new(Pace::new(limits));
        self
    }

    /// How many requests were begun so far, by this client and its clones.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        self.core.pace.traffic()
    }

    /// The appliance that is asked.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.core.base
    }

    /// All of it but its transport.
    pub(crate) fn core(&self) -> &ClientCore {
        &self.core
    }

    /// What sends the requests.
    #[must_use]
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Searches devices, and gives page after page, each asked for when it is polled. An error is the
    /// last thing it gives. What [`Client::device_pages`](crate::Client::device_pages) says of when it
    /// ends holds here, too.
    pub fn device_pages(
        &self,
        search: DeviceSearch,
    ) -> impl Stream<Item = Result<DeviceSearchPage, Error>> {
        stream::unfold(DevicePages::new(search), async |mut pages| {
            let page = self.ask(pages.search()?).await;
            let page = page.map(|page| pages.take(page)).inspect_err(|_| pages.end());
            Some((page, pages))
        })
    }

    /// Asks anything that has a [`Query`], and reads the answer: the queries of `dt-model`, or your own.
    pub async fn ask<Q: Query + ?Sized>(&self, query: &Q) -> Result<Q::Answer, Error> {
        let target = query.target();
        let response = self.raw(&target).await?;
        self.core.read(query, &target, &response)
    }

    /// Asks for any target, and gives the response byte for byte. It was a success, and is no HTML
    /// page; everything else is an error here, too.
    pub async fn raw(&self, target: &RequestTarget) -> Result<Response<Vec<u8>>, Error> {
        let cancel = Cancel::new();
        let options = CallOptions::new(&cancel, self.core.retry);
        let mut call = self.core.call(target, options);
        self.send(&mut call, &cancel).await
    }

    /// Asks for a target, and gives what was read and what was recorded.
    pub(crate) async fn exchange<A>(
        &self,
        target: &RequestTarget,
        options: CallOptions<'_>,
        read: impl Fn(&[u8]) -> Result<A, BoxError>,
    ) -> (Result<A, Error>, Vec<Recorded>) {
        let mut call = self.core.call(target, options);
        let outcome = self.send(&mut call, options.cancel).await;
        call.finish(outcome, read)
    }

    /// Sends until there is an answer, or none is to be expected.
    async fn send(&self, call: &mut Call<'_>, cancel: &Cancel) -> Result<Response<Vec<u8>>, Error> {
        let ClientCore { pace, clock, .. } = &self.core;
        let sleep = |time| self.transport.sleep(time);
        loop {
            let turn = pace.turn_async(&**clock, cancel, sleep).await;
            let turn = turn.map_err(|_| call.cancelled())?;
            // Signed after the wait, since the signature has its time in it.
            let request = call.prepare()?;
            let outcome = self.transport.send(request).await;
            // Before others have their turn: it may say that all have to wait.
            let step = call.judge(outcome);
            drop(turn);
            match step? {
                Step::Done(response) => return Ok(response),
                Step::Retry(after) => {
                    let waited = pace::wait_async(sleep(after), cancel).await;
                    waited.map_err(|_| call.cancelled())?;
                }
            }
        }
    }
}

impl<T> fmt::Debug for AsyncClient<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncClient")
            .field("base_url", &self.core.base)
            .field("signing", &self.core.signing)
            .field("retry", &self.core.retry)
            .finish_non_exhaustive()
    }
}
