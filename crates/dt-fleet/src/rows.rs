//! What is kept of a sweep: rows of plain values, one type a table.
//!
//! The tables of `dt-lake` have these columns, and a sweep's journal has these rows as JSON.

mod device;
mod domain;
mod error;
mod finding;
mod group;
mod known;
mod ports;
mod series;
mod standing;
mod with;

pub use device::{Assessed, DeviceRow, ScoreTerm, Stage};
pub use domain::DomainRow;
pub use error::{ErrorKind, ErrorRow};
pub use finding::FindingRow;
pub use group::GroupRow;
pub use known::KnownRow;
pub use ports::{PortShare, Profile, Side};
pub use series::SeriesRow;
pub use standing::DeviceStanding;
