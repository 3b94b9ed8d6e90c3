//! Which of all devices first, and what changed since the last run: pure functions from assessed devices to
//! a ranking of a fleet.
//!
//! A *sweep* asks for every device of some appliances once and assesses each. What is kept of a device is a
//! few [rows](mod@rows); everything here is a function of these, so that a ranking can be made again from what
//! was kept, on another machine and much later.
//!
//! | question | answer |
//! |---|---|
//! | Which devices, or things on many devices, first? | [`rank`](ranking::rank) |
//! | How much does it matter that it is this device? | [`Importance`] |
//! | How common is a domain in this fleet? | [`Prevalences`], [`demote_common`] |
//! | Is that more than an ordinary day brings? | [`Chance`], and in a first run [`Hindsight`] |
//! | Which devices deserve a full report? | [`Promotion`] |
//! | Which former runs tell how devices were? | [`former_runs`] |
//! | Which devices are swept tonight? | [`Shard`] |
#![cfg_attr(feature = "groups", doc = "| Which devices do the same work? | [`groups::find`] |")]
//!
//! ```
//! use dt_fleet::rank_score;
//!
//! // A device that matters twice as much has twice the odds.
//! assert!((rank_score(0.5, 2.0) - 2.0 / 3.0).abs() < 1e-12);
//! ```
//!
//! No clock, no I/O and no file format: those are `dt-lake`'s and `dt-sweep`'s.

mod chance;
mod former;
#[cfg(feature = "groups")]
pub mod groups;
mod hindsight;
mod importance;
mod manifest;
mod prevalence;
mod promotion;
pub mod ranking;
pub mod rows;
mod shard;
mod things;

pub use chance::{Chance, Night};
pub use former::{FormerRun, MOST_FORMER_RUNS, former_runs};
pub use hindsight::{Hindsight, score_of_night};
pub use importance::{Importance, ImportanceError, rank_score};
pub use manifest::{ApplianceSummary, GroupQuality, Manifest, TableFile, Totals, UnknownAppliance};
pub use prevalence::{Prevalence, Prevalences, demote_common};
pub use promotion::{Candidate, FleetShare, FleetShareError, Promoted, Promotion, PromotionReason};
pub use shard::{Shard, ShardError};
pub use things::{Thing, ThingKey, things};

/// A domain that more of the swept devices use than this share is not rare in the fleet. RITA takes 2 %, too.
pub const COMMON_FROM: f64 = 0.02;
