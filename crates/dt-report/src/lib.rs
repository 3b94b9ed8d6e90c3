//! Device analyses for people and for scripts.
//!
//! [`contract`] holds what is said, as structs whose fields are the names scripts rely on;
//! [`json`], [`csv`] and [`table`] each hold one way to say it, [`PageFormat`] two more. `now` is an
//! argument: nothing here reads a clock, a file or the network, and everything is rendered whole
//! before a byte is printed.
//!
//! ```
//! use dt_analysis::Policy;
//! use dt_model::DeviceInfo;
//! use dt_report::contract::{Answer, Document};
//!
//! let info = DeviceInfo::from_slice(br#"{"deviceInfo":[{"did":230,"graphData":[]}]}"#)?;
//! let now = "2026-11-24T02:00:00Z".parse()?;
//! let answer = Answer::connections(&info, &Policy::default(), now);
//! let json = dt_report::json::render(&Document::Connections(Box::new(answer)));
//! assert!(json.starts_with("{\n  \"schema\": \"dt.connections/1\",\n  \"dialect\": \"appliance\""));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What this crate does not do
//!
//! It decides nothing: which number is large, and how large, is `dt-analysis`' business. Text from
//! the network is kept as it is in JSON and made harmless by [`clean`] for a terminal, and wherever
//! else people read it.

pub mod contract;
pub mod csv;
pub mod event;
mod html;
pub mod json;
mod markdown;
pub mod schema;
pub mod table;

mod chart;
mod clean;
mod pages;
mod phrases;
mod samples;
mod unit;
mod view;

pub use clean::clean;
pub use pages::{PageFormat, Pages};
pub use samples::{Samples, Sparkline};
pub use view::Provenance;

/// The examples of the README, compiled and run where every crate can be reached.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
