//! What a Darktrace appliance reports about a device, as Rust types.
//!
//! Two response shapes of `GET /deviceinfo` exist: the *documented dialect*, which public client
//! documentation shows, and the *appliance dialect*, which appliances send. [`DeviceInfo`] is what
//! both have in common once read: [`DeviceInfo::from_slice`] recognises the dialect from the
//! content, and everything downstream works on one type.
//!
//! ```
//! use dt_model::{Dialect, DeviceInfo};
//!
//! let body = br#"{"deviceInfo":[{"did":230,"graphData":[{"time":1580000000000,"count":355}]}]}"#;
//! let info = DeviceInfo::from_slice(body)?;
//! assert_eq!(info.dialect, Dialect::Appliance);
//! assert_eq!(info.subject.series.buckets()[0].count, 355);
//! assert!(info.warnings.is_empty());
//! # Ok::<(), dt_model::ReadError>(())
//! ```
//!
//! # The decision behind it
//!
//! Reading never gives up on a well-formed response because one leaf of it is strange. Every leaf
//! is read as *missing, a value, or an odd kind*; normalisation then keeps what is sound and turns
//! the rest into a [`Warning`] with its JSON path. The price is a second set of (private) wire
//! types between the bytes and [`DeviceInfo`]; in exchange a caller never meets a half-read tree,
//! and never a number that stands for "not reported".
//!
//! # What this crate does not do
//!
//! It sends nothing, signs nothing, reads no clock and draws no conclusions. The project is
//! unofficial and not affiliated with Darktrace.

mod alert;
mod amount;
mod appliance_pages;
mod device;
mod device_info;
mod device_name;
mod device_view;
mod diagnostic;
mod domain_question;
mod endpoint;
mod error;
mod evidence;
mod evidence_part;
mod exchange;
mod id;
mod join;
mod mac;
mod near_names;
mod no_traffic;
mod normalise;
mod part;
mod part_view;
mod pattern;
mod plain_json;
mod plan;
mod port;
mod printable;
mod query;
mod question;
mod read;
pub mod redact;
mod refusal;
mod repair;
#[cfg(feature = "schema")]
pub mod schema;
mod selection;
mod series;
mod services;
mod subject;
mod warning;
mod wire;

pub use alert::{IncidentGroup, ModelBreach, WatchedDomain};
pub use amount::{Amount, Share};
pub use appliance_pages::{AppliancePages, InvalidPagePath, PagePath};
pub use device::{Device, DeviceSearchPage, NetworkInterface, SeenIp, SimilarDevice, Tag};
pub use device_info::{
    Breakdown, BreakdownEntry, Destination, DeviceInfo, Dialect, Direction, NamedOrOthers,
    PeerAndPort, Profile, Scope, SimilarProfile, Summary,
};
pub use device_name::{DeviceName, InvalidDeviceName, NameField, NameFit, NameReading};
pub use device_view::{DeviceView, KnownDevice};
pub use diagnostic::{Diagnostic, FailureKind, Help, Topic, did_you_mean};
pub use domain_question::DomainQuestion;
pub use endpoint::{EndpointDetails, EndpointLocation};
pub use error::{LooksLike, Printed, ReadError, html_page};
pub use evidence::{Evidence, EvidenceSource, MissingPart};
pub use evidence_part::{EvidencePart, UnknownPart};
pub use exchange::Exchange;
pub use id::{DeviceId, InternalRange, Peer};
/// Times in this crate's types are those of `jiff`.
pub use jiff;
pub use join::{Discrepancy, Gap, JoinError, JoinReport};
pub use mac::{InvalidMacAddress, MacAddress};
pub use near_names::near_names;
pub use no_traffic::NoTraffic;
pub use part::{Part, PartState};
pub use part_view::{PartView, Unreported};
pub use plan::{Plan, Required};
pub use port::Port;
pub use printable::{is_unprintable, plain_ascii};
pub use query::{
    ApiQuery, DataType, DeviceDetails, DeviceInfoParameters, DeviceInfoQuery, DeviceOrder,
    DevicePages, DeviceSearch, DevicesQuery, EmptyBuckets, Endpoint, EndpointQuery, ExternalDomain,
    IncidentGroupsQuery, IntervalHours, InvalidParameter, List, ModelBreachesQuery, Pairs,
    SeenSince, SeenSinceError, SimilarDevicesQuery, SortOrder, Status, StatusQuery,
    WatchedDomainsQuery,
};
pub use question::{Answer, Question};
pub use refusal::{Refusal, RefusalKind, classify};
pub use selection::{InvalidSubnet, Selection, Subnet};
pub use series::{Bucket, BucketDetail, Series, SharedDetail, TrafficPeer};
pub use subject::{RefusalGroup, Subject};
pub use warning::{Conversion, JsonKind, Problem, Warning};

/// The examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
