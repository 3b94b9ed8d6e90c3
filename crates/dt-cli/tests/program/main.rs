//! The program, run as a program. It is one binary: each would be linked with all that `dt` is made of.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod appliance;
mod compare;
mod demo;
mod describe;
mod devices;
mod diff;
mod doctor;
mod errors;
mod events;
mod evidence;
mod exclusions;
mod formats;
#[cfg(feature = "mcp")]
mod mcp;
mod profiles;
mod query;
mod readme;
mod recorded_exchanges;
mod refusals;
mod saved_responses;
mod schemas;
mod siem;
mod signals;
mod snapshots;
mod timeline;
mod watch;
