//! Drives plans over many devices of an appliance, once or again and again.
//!
//! [`dt_transport`] asks about a device, and `dt-analysis` judges what was answered; this crate does both
//! for as many devices as there are. Nothing here prints, reads a configuration or listens to signals: what
//! is to be told goes to the caller, who can end a run by a [`Cancel`](dt_transport::Cancel).
//!
//! | | |
//! |---|---|
//! | [`NamedTarget`], [`list_targets`] | which devices are meant: by their names, or by what they are |
//! | [`Inquiry`] | what is asked about each, and by what it is judged |
//! | [`Sweep`] | asks about each device once, several under way together, and hands on the answers in order |
//! | [`Watcher`] | asks again whenever there can be new data, and tells each change of a finding once, across restarts |
//!
//! ```
//! use dt_analysis::plan::{AnalysisKind, Endpoints};
//! use dt_analysis::{AsOf, Policy, device_report};
//! use dt_appliance::Appliance;
//! use dt_sweep::{Inquiry, NamedTarget, Sweep};
//! use dt_transport::{Client, HttpOptions, UreqTransport};
//! use jiff::tz::TimeZone;
//! use std::ops::ControlFlow;
//!
//! let now = "2026-11-24T02:00:00Z".parse()?;
//! let appliance = Appliance::new().start()?; // or one of your own
//! let transport = UreqTransport::new(&HttpOptions::new())?;
//! let client = Client::new(transport, appliance.url().parse()?, appliance.credentials().clone());
//!
//! let policy = Policy::default();
//! let as_of = AsOf { now, zone: &TimeZone::UTC };
//! let inquiry = Inquiry {
//!     kind: AnalysisKind::Report,
//!     parameters: &AnalysisKind::Report.parameters(),
//!     endpoints: Endpoints::Omitted,
//!     policy: &policy,
//! };
//! let targets = ["12345", "printer-03"].map(|name| NamedTarget::typed(name));
//! let mut assessed = Vec::new();
//! Sweep::new(&client, inquiry, as_of).each(targets, |outcome| {
//!     if let Ok(answer) = outcome {
//!         let report = device_report(&answer.evidence, answer.series, as_of, &policy);
//!         assessed.push((answer.name, report.concerns.len()));
//!     }
//!     ControlFlow::Continue(())
//! });
//! assert_eq!(assessed.len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! This project is unofficial: what the crate knows comes from public documentation and public clients.

mod devices;
mod error;
mod exclusions;
#[cfg(feature = "fleet")]
pub mod fleet;
mod inquiry;
mod sweep;
pub mod watch;

pub use devices::{NamedTarget, list_targets, names_in, resolve_targets};
pub use error::{DeviceError, SweepError};
pub use exclusions::ExclusionList;
pub use inquiry::Inquiry;
pub use sweep::{DeviceAnswer, Progress, SnapshotOrigin, SnapshotParts, Sweep, SweepSummary};
pub use watch::Watcher;

/// The examples of the page for users of the crates.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/library.md")]
struct Library;
