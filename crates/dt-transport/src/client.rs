//! The blocking client.

use std::fmt;
use std::sync::Arc;

use dt_auth::{Credentials, RequestTarget, SigningPolicy};
use dt_model::{DevicePages, DeviceSearch, DeviceSearchPage};
use http::Response;

use crate::client_core::{Call, CallOptions, ClientCore, Recorded, Step};
use crate::pace::{self, Pace, Traffic};
use crate::{BaseUrl, BoxError, Cancel, Clock, Error, Limits, Query, RetryPolicy, Transport, Wait};

/// Asks an appliance, and blocks until it has the answer.
///
/// It signs each attempt afresh, reads what the appliance means by its responses, and tries again
/// where that may help. [`gather`](Self::gather) asks all that a plan needs about a device.
///
/// It is cheap to share by reference: any number of threads may ask through one client at once, which
/// holds them to its [`Limits`]. Clones share the limits, too.
///
/// ```
/// use dt_model::{DeviceId, DeviceInfoQuery, Exchange};
/// use dt_transport::{Client, Query, ReplayTransport};
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
/// let info = client.ask(&query)?;
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
    core: ClientCore,
}

impl<T: Transport> Client<T> {
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
    /// thread that asked calls it, and is held up by it.
    ///
    /// ```
    /// # fn of(client: dt_transport::Client<dt_transport::ReplayTransport>) {
    /// let client = client.on_wait(|wait| eprintln!("{}; waiting {:?}", wait.error, wait.time));
    /// # }
    /// ```
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

    /// Searches devices, and gives page after page as they are taken: each is asked for when it is.
    /// An error is the last thing it gives.
    ///
    /// Which page follows, and when there are no more, [`DevicePages`] decides: it ends, whatever the
    /// appliance answers, and each device is there once.
    ///
    /// ```
    /// use dt_model::{DeviceOrder, DeviceSearch, Exchange, SortOrder};
    /// use dt_transport::{Client, Query, ReplayTransport};
    /// use http::StatusCode;
    ///
    /// let order = (DeviceOrder::FirstSeen, SortOrder::Ascending);
    /// let search = DeviceSearch::new().count(1).order_by(order.0, order.1);
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
        let mut pages = DevicePages::new(search);
        std::iter::from_fn(move || {
            let page = self.ask(pages.search()?);
            Some(page.map(|page| pages.take(page)).inspect_err(|_| pages.end()))
        })
    }

    /// Asks anything that has a [`Query`], and reads the answer: the queries of `dt-model`, or your own.
    pub fn ask<Q: Query + ?Sized>(&self, query: &Q) -> Result<Q::Answer, Error> {
        let target = query.target();
        let response = self.raw(&target)?;
        self.core.read(query, &target, &response)
    }

    /// Asks for any target, and gives the response byte for byte. It was a success, and is no HTML
    /// page; everything else is an error here, too.
    pub fn raw(&self, target: &RequestTarget) -> Result<Response<Vec<u8>>, Error> {
        let cancel = Cancel::new();
        let options = CallOptions::new(&cancel, self.core.retry);
        let mut call = self.core.call(target, options);
        self.send(&mut call, &cancel)
    }

    /// Asks for a target, and gives what was read and what was recorded.
    pub(crate) fn exchange<A>(
        &self,
        target: &RequestTarget,
        options: CallOptions<'_>,
        read: impl Fn(&[u8]) -> Result<A, BoxError>,
    ) -> (Result<A, Error>, Vec<Recorded>) {
        let mut call = self.core.call(target, options);
        let outcome = self.send(&mut call, options.cancel);
        call.finish(outcome, read)
    }

    /// Sends until there is an answer, or none is to be expected.
    fn send(&self, call: &mut Call<'_>, cancel: &Cancel) -> Result<Response<Vec<u8>>, Error> {
        let ClientCore { pace, clock, .. } = &self.core;
        loop {
            let turn = pace.turn(&**clock, cancel).map_err(|_| call.cancelled())?;
            // Signed after the wait, since the signature has its time in it.
            let request = call.prepare()?;
            let outcome = self.transport.send(request);
            // Before others have their turn: it may say that all have to wait.
            let step = call.judge(outcome);
            drop(turn);
            match step? {
                Step::Done(response) => return Ok(response),
                Step::Retry(after) => {
                    pace::wait(after, &**clock, cancel).map_err(|_| call.cancelled())?;
                }
            }
        }
    }
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.core.base)
            .field("signing", &self.core.signing)
            .field("retry", &self.core.retry)
            .finish_non_exhaustive()
    }
}
