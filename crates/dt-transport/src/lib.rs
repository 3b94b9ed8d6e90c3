//! Asks a Darktrace appliance: requests are built and signed, responses are read, and what comes
//! instead of an answer is told by what it means.
//!
//! ```
//! use dt_model::{DeviceId, DeviceInfoQuery, Exchange};
//! use dt_transport::{Client, Query, ReplayTransport};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let query = DeviceInfoQuery::new(DeviceId::new(230))?.similar_devices(5);
//! # let body = r#"{"deviceInfo":[{"did":230,"graphData":[{"time":1580000000000,"count":355}]}]}"#;
//! # let recorded = [Exchange::new(query.target().wire(), http::StatusCode::OK, body)];
//! let transport = ReplayTransport::new(recorded); // or `UreqTransport`, or your own
//! let credentials = dt_auth::Credentials::new("public-token", "private-token")?;
//! let client = Client::new(transport, "https://appliance.example".parse()?, credentials);
//!
//! match client.ask(&query) {
//!     Ok(info) => println!("{} buckets", info.subject.series.buckets().len()),
//!     Err(error) if error.is_clock() => println!("set the clock: {:?}", error.clock_offset()),
//!     Err(error) if error.is_permission() => println!("{error}"),
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! This project is unofficial: what the crate knows comes from public documentation and public
//! clients.
//!
//! # The decision behind it
//!
//! The core does no I/O. [`prepare`] makes a signed request, [`accept`] tells an answer from
//! everything else, a [`Query`] reads it, and [`RetryPolicy::decide`] says whether to try again:
//! four functions of their arguments, tested as text. [`Client`] and [`AsyncClient`] are loops of a
//! few lines around them, and a [`Transport`] or [`AsyncTransport`] does nothing but send. So the
//! blocking and the asynchronous client cannot differ in what they mean, neither is built on the
//! other, and another HTTP client is an `impl` of one method.
//!
//! Both have one method that asks, [`Client::ask`]: what can be asked is a type, in `dt-model` or your
//! own, and comes with the type of its answer.
//!
//! The price: a response is read whole before anything looks at it. An answer covers four weeks and
//! is a few hundred kilobytes; both backends bound it.
//!
//! # Several questions
//!
//! What is worth asking about a device depends on what was answered before. A
//! [`Plan`](dt_model::Plan) says what to ask next, and a [`Gatherer`] asks it, about one device or
//! many: what does not wait for something else is asked together, and what is refused leaves the rest
//! standing.
//!
//! However many threads, tasks and gatherers ask through one client and its clones, it keeps to its
//! [`Limits`]: so many requests under way at once, so many begun in a second, and none while the
//! appliance has asked for a pause. [`Traffic`] tells how many there were. A [`Cancel`] ends all waits
//! of a [`Gatherer`], and what was gathered until then is kept.
//!
//! # Devices by name
//!
//! [`Client::find_device`] finds the device of a [`DeviceName`](dt_model::DeviceName), and
//! [`Client::list_devices`] those of a [`Selection`](dt_model::Selection); [`AsyncClient`] has both, too.
//!
//! # Features
//!
//! None is on by default, and they add up.
//!
//! | feature | gives | brings along |
//! |---|---|---|
//! | `ureq` | `UreqTransport` | ureq, rustls |
//! | `reqwest` | `ReqwestTransport`, and `Blocking` to use it without a runtime of one's own | reqwest, tokio, rustls |
//!
//! Both backends take the same `HttpOptions`, and one suite of tests holds them to the same
//! behaviour: faults, TLS and proxies included.
//!
//! # What it does not do
//!
//! - No redirects: one would carry the signed headers elsewhere.
//! - No guessing: a request refused for its signature is not signed in another way, and a body that
//!   is not what was asked for is an error that quotes it.
//! - No requests that change something on the appliance.
//! - No logging by itself. A transport around another one sees every request and response, as
//!   [`LoggingTransport`] and [`RecordingTransport`] do; the headers that must not be shown are marked as
//!   sensitive.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod accept;
mod async_client;
#[cfg(any(feature = "reqwest", feature = "ureq"))]
mod backend;
mod base_url;
mod cancel;
mod client;
mod client_core;
mod clock;
mod devices;
#[cfg(any(feature = "reqwest", feature = "ureq"))]
pub mod diagnose;
mod error;
mod gather;
mod logging;
mod pace;
mod prepare;
mod query;
mod recording;
mod replay;
mod retry;
mod transport;
mod transport_error;

pub use accept::{accept, clock_offset};
pub use async_client::AsyncClient;
#[cfg(feature = "ureq")]
pub use backend::UreqTransport;
#[cfg(any(feature = "reqwest", feature = "ureq"))]
pub use backend::{
    Backend, BuildError, HttpOptions, InvalidPin, PresentedCertificate, ProxySetting, ProxyUrl,
    ProxyUrlError, TlsTrust, peer_certificate, proxy_for,
};
#[cfg(feature = "reqwest")]
pub use backend::{Blocking, ReqwestTransport};
pub use base_url::{BaseUrl, BaseUrlError, HttpPolicy, PrefixSigning};
pub use cancel::Cancel;
pub use client::Client;
pub use client_core::{Recorded, Recording};
pub use clock::{Clock, SystemClock};
pub use devices::FindError;
pub use error::Error;
pub use gather::{
    GatherError, GatherOptions, Gathered, Gatherer, Progress, SharedAnswers, Target, TargetOutcome,
};
pub use logging::LoggingTransport;
pub use pace::{Limits, Traffic, Wake};
pub use prepare::prepare;
pub use query::{BoxError, Query};
pub use recording::RecordingTransport;
pub use replay::ReplayTransport;
pub use retry::{Decision, RetryPolicy, Wait};
pub use transport::{AsyncTransport, Transport};
pub use transport_error::{TlsProblem, TransportError, TransportErrorKind};

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
