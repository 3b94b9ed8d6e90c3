//! A demo appliance: signed HTTP on a loopback port, over a synthetic network in which a few things
//! are wrong.
//!
//! It answers what a Darktrace appliance answers about devices, in either dialect and with the same
//! errors, from data that is made up. The project is unofficial and not affiliated with Darktrace;
//! how appliances behave was taken from public documentation and public clients.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//!
//! use dt_appliance::Appliance;
//! use dt_auth::RequestTarget;
//!
//! let now: jiff::Timestamp = "2026-11-23T23:10:00Z".parse()?;
//! let appliance = Appliance::new().clock(move || now).start()?;
//!
//! let target = RequestTarget::new("/status").param("format", "json");
//! let headers = dt_auth::sign(&target, appliance.credentials(), now)?;
//! let mut stream = TcpStream::connect(appliance.address())?;
//! write!(stream, "GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n", target.wire())?;
//! for (name, value) in headers.pairs() {
//!     write!(stream, "{name}: {value}\r\n")?;
//! }
//! write!(stream, "\r\n")?;
//!
//! let mut response = String::new();
//! stream.read_to_string(&mut response)?;
//! assert!(response.starts_with("HTTP/1.1 200 OK"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The decision behind it
//!
//! Everything but the socket is a function. A [`Network`] follows from a seed and an end; a
//! [`Responder`] makes an answer of a network and a request; only then does [`Appliance`] put
//! signatures, a clock and HTTP around it. Tests and evaluations ask the responder, programs ask
//! the server, and both get the same bytes. Traffic is not stored but drawn from seeds of its own
//! when a device is asked about, so that a server over thousands of devices starts at once.
//!
//! The price: an answer about a server with many clients takes a few milliseconds to draw, and the
//! synthetic network knows no surprises beyond those that were planted in it.
//!
//! # What it answers
//!
//! | path | parameters |
//! |---|---|
//! | `/deviceinfo` | `did`, `datatype`, `odid`, `port`, `externaldomain`, `fulldevicedetails`, `showallgraphdata`, `similardevices`, `intervalhours` |
//! | `/devices` | `did`, `ip`, `mac`, `sid`, `seensince`, `count`, `includetags` |
//! | `/devicesearch` | `query`, `count`, `offset`, `orderBy`, `order`, `seensince` |
//! | `/similardevices` | `did`, `count`, `fulldevicedetails` |
//! | `/endpointdetails` | `hostname` or `ip`, `additionalinfo`, `devices`, `score` |
//! | `/modelbreaches` | `did`, `pbid`, `pid`, `starttime` and `endtime` or `from` and `to`, `minscore`, `includeacknowledged`, `minimal`, `deviceattop`, `historicmodelonly`, `expandenums`, `includesuppressed` |
//! | `/aianalyst/groups` | `did`, `groupid`, `starttime` and `endtime`, `minscore`, `maxscore`, `includeacknowledged`, `locale` |
//! | `/intelfeed` | `sources`, `source`, `fulldetails` |
//! | `/status` | `format`, `fast`, `includechildren` |
//!
//! Each takes `responsedata`, too: the names of top-level fields, separated by commas, to which the answer
//! (or each entry of it) is restricted.
//!
//! It is stricter than appliances are known to be: an unknown or repeated parameter is an
//! `INPUT ERROR`, so that a client's typing mistake shows.
//!
//! # What it refuses, in this order
//!
//! | because | answer |
//! |---|---|
//! | path and query are longer than 8 KiB | 414 |
//! | a page in a browser sent it: it has an `Origin` | 403 |
//! | it is addressed to no host, or to two | 400 |
//! | it is addressed to another host than this machine | 421 |
//! | the signature is wrong | 400 `API SIGNATURE ERROR` |
//! | the date is off by more than half an hour | 400 `API DATE ERROR` |
//! | there is no such endpoint | 302 to `/login` |
//! | the method is not `GET` | 405 |
//! | a [`Permission`] is missing | 302 to `/403` |
//! | a parameter is bad | 400 `INPUT ERROR` |
//! | there is no such device, or nothing is known of the host | 404 |
//!
//! # What goes wrong
//!
//! Whatever a client has to bear with can be had on request, from a seed: [`Appliance::faults`] takes
//! each [`Fault`] that HTTP can carry, for every request, for those of one [`FaultPart`], for some of
//! them, or by chance, as a [`FaultPlan`] says. Each [`WireFault`] below HTTP is made by a [`Forwarder`] that stands before
//! the appliance, and connections are refused by a [`RefusedPort`].
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | gives | brings along |
//! |---|---|---|
//! | `tls` | `Forwarder::tls`, with certificates that are sound or wrong in one way each | rcgen, rustls |
//!
//! # What it does not do
//!
//! It listens on the loopback interface only, and changes nothing: there are no endpoints that
//! write. The appliance itself speaks no TLS.
//!
//! A client cannot wear it out: 256 connections at once, 32 KiB and 64 headers before a request's body,
//! 30 seconds to send them, and as long to take more of an answer. What is beyond is refused (503, 431) or
//! closed. Whoever only waits for a fault that never answers may wait.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod addressing;
mod answer;
mod appliance;
mod dialect;
mod endpoints;
mod fault;
mod forwarder;
mod http;
mod in_flight;
mod network;
mod parameters;
mod permission;
mod records;
mod responder;
mod server;
mod service;

pub use answer::Answer;
pub use appliance::Appliance;
pub use fault::{Fault, FaultPart, FaultPlan, FaultRule, FaultTextError, RetryAfter};
#[cfg(feature = "tls")]
pub use forwarder::{Authority, CertificateError, CertificateFlaw, Identity};
pub use forwarder::{Forwarder, RefusedPort, RunningForwarder, WireFault};
pub use network::{
    Incident, IncidentKind, IncidentSize, Network, NetworkConfig, NetworkVersion, Pace,
};
pub use permission::Permission;
pub use responder::Responder;
pub use server::{RunningAppliance, StartError};
