//! What a device's communication says: pure functions from [`dt_model`] to findings.
//!
//! One file answers one question. Each begins with the question, the formula, the units, and when
//! it declines to answer; its thresholds are in [`Policy`].
//!
//! | question | function |
//! |---|---|
//! | How much does the device talk, with what and with whom? | [`connections::analyse`] |
//! | Does it send or receive, and how much? | [`transfers::analyse`] |
//! | Does it differ from devices like it? | [`peers::compare`] |
//! | Does it send or receive more than they do? | [`peer_bytes::compare`] |
//! | Whom does it talk to outside, and is that risky? | [`external::analyse`] |
//! | What went where outside? | [`Flow::list`](flow::Flow::list) |
//! | Which domains does it talk to outside, and what is known about them? | [`OutsideDomain::list`](outside::OutsideDomain::list) |
//! | When was it unusual? | [`timeline::analyse`] |
//! | Does it send more than it receives, and since when? | [`direction::analyse`] |
//! | Is it regular? | [`regularity::analyse`] |
//! | Is its traffic made of other things than theirs? | [`mix::analyse`] |
//! | What is new about it, and rare? | [`novelty::analyse`] |
//! | Are there more connections than chance explains? | [`counts::analyse`] |
//! | Did it change, or the way its traffic goes, and its similar devices did not? | [`change::analyse`] |
//! | Does it do more from day to day? | [`trend::analyse`] |
//! | What will it do next week? | [`forecast::analyse`] |
//! | All of that together: what was found, and how soon to look? | [`assessment::assess`] |
//! | Everything about a device | [`device_report`](fn@device_report) |
//! | Which findings does somebody expect, and why? | [`DeviceReport::excluding`] |
//! | What changed between two times? | [`difference::analyse`] |
//! | What do the document's own rules say should be looked at? | [`concerns`] |
//! | In which hours of the week is it busy? | [`HoursOfWeek::of`](week::HoursOfWeek::of) |
//! | When to look again? | [`watch::is_due`] |
//!
//! ```
//! use dt_analysis::{Policy, connections};
//! use dt_model::DeviceInfo;
//!
//! let body = br#"{"deviceInfo":[{"did":230,"graphData":[
//!     {"time":1580000000000,"count":355},{"time":1580003600000,"count":45}]}]}"#;
//! let info = DeviceInfo::from_slice(body)?;
//! let connections = connections::analyse(&info, &Policy::default());
//! assert_eq!(
//!     connections.to_string(),
//!     "400 connections in 2 intervals, 200.0 on average and 355 at most"
//! );
//! # Ok::<(), dt_model::ReadError>(())
//! ```
//!
//! # The decision behind it
//!
//! Values go in, values come out: there is no clock, no I/O and no printing here, so every result
//! can be reproduced from a saved response. Results carry how well they are known ([`Amount`],
//! [`Share`]) and `None` for what was not reported. Their `Display` is the sentence an analyst
//! would say. What is printed as it is found is `Serialize` in the shape of the output contract, each
//! number under its [name](quantity), and so is what a [`FindingTracker`](finding::FindingTracker) keeps;
//! which object says what belongs to `dt-report`.
//!
//! [`Amount`]: dt_model::Amount
//! [`Share`]: dt_model::Share

pub mod alerts;
pub mod assessment;
pub mod change;
pub mod connections;
pub mod counts;
pub mod difference;
pub mod direction;
pub mod exclusions;
pub mod external;
pub mod finding;
pub mod flow;
pub mod forecast;
pub mod metrics;
pub mod mix;
pub mod novelty;
pub mod outside;
pub mod peer_bytes;
pub mod peers;
pub mod plan;
pub mod priority;
pub mod quantity;
pub mod regularity;
pub mod risk;
pub mod timeline;
pub mod told;
pub mod transfers;
pub mod trend;
pub mod watch;
pub mod week;

// The statistics below the analyses: public for the test vectors and benchmarks of the workspace, which
// check them against other implementations, and no part of what this crate promises.
#[doc(hidden)]
pub mod distribution;
#[doc(hidden)]
pub mod divergence;
#[doc(hidden)]
pub mod false_discovery;
#[doc(hidden)]
pub mod moderated;
#[doc(hidden)]
pub mod monotone;
#[doc(hidden)]
pub mod robust;

mod as_of;
mod bytesize;
mod cells;
mod concern;
mod device_report;
mod domain;
mod drops;
mod episode;
mod level;
mod measured;
mod namespace;
mod policy;
#[cfg(feature = "schema")]
mod schema;
mod series_analysis;
mod slice;
mod statistics;
mod status;
mod tally;
mod window;

pub use as_of::{AsOf, InvalidTime};
pub use bytesize::{ByteSize, DocumentedByteSize};
/// Times and zones in this crate's types are those of `jiff`.
pub use jiff;

pub use concern::{Concern, concerns};
pub use device_report::{DeviceReport, device_report};
pub use domain::{last_two_labels, registrable_domain};
pub use level::Level;
pub use measured::Measured;
pub use policy::{
    Analyses, ChangePolicy, CountPolicy, DirectionPolicy, DomainGrouping, DropPolicy, Estimates,
    ExternalPolicy, FindingPolicy, ForecastPolicy, LowerBounds, MixPolicy, NoveltyPolicy,
    PeerPolicy, Policy, PriorityPolicy, RegularityPolicy, RiskWeights, Tenths, Threshold,
    ThresholdGroup, ThresholdValue, TimelinePolicy, TransferPolicy, TrendPolicy, Unknowns,
    UnresolvedCountry, ZeroBaseline,
};
pub use series_analysis::{Outlook, SeriesAnalysis, SeriesOutlook};
pub use slice::Slice;
pub use statistics::{Statistics, Window};
pub use status::{Basis, Status};
