//! What sweeps of many devices keep, as Parquet tables that any engine reads.
//!
//! A lake is a directory. Each *run* of a sweep adds a directory a table and appliance, and last of all its manifest:
//! a run without one does not exist for whoever reads.
//!
//! ```text
//! LAKE/devices/run=2026-11-26T02-00-00Z/appliance=site-a/devices-00000.parquet   and so for each Table
//! LAKE/known/known.parquet                                                        replaced by each run
//! LAKE/manifests/2026-11-26T02-00-00Z.json                                        written last
//! LAKE/_incoming/2026-11-26T02-00-00Z/                                            a run that is not finished
//! ```
//!
//! While a run goes on, what is learned is appended to a journal, so that a run that was killed goes on where it
//! ended. The columns are those of [`Table::schema`]; the run and the appliance are in the path alone.
//!
//! ```
//! use dt_lake::{Lake, RunId, RunPlan};
//!
//! let directory = tempfile::tempdir()?;
//! let lake = Lake::create(&directory.path().join("lake"))?;
//! let run = RunId::at("2026-11-26T02:00:00Z".parse()?);
//! let writer = lake.begin(run, RunPlan::default())?;
//! assert!(lake.manifests()?.is_empty(), "it is not there until it is finished");
//! # drop(writer);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No socket, no clock and no engine: those are others' business.

mod check;
mod columns;
mod contents;
mod error;
mod finish;
mod journal;
mod keep;
mod lake;
mod look_ups;
mod paths;
mod run;
mod run_id;
mod schema;
mod scratch;
mod table;

pub use check::{Damage, DamageKind, LakeCheck};
pub use columns::{FindingColumns, Row};
pub use contents::RunContents;
pub use dt_fleet::{ApplianceSummary, Manifest, TableFile, Totals};
pub use error::Error;
pub use finish::{Grouping, KeepSeries, RunEnd};
pub use journal::{DeviceLine, Line, Swept};
pub use keep::{Retention, Thinned};
pub use lake::Lake;
pub use look_ups::LookUp;
pub use paths::device_file_name;
pub use run::{RunPlan, RunWriter};
pub use run_id::{RunId, RunIdError};
pub use schema::Table;
pub use scratch::ScratchLake;
