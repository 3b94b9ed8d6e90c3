//! The point in time and the time zone of an analysis.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The point in time and the time zone of an analysis.
#[derive(Debug, Clone, Copy)]
pub struct AsOf<'a> {
    /// Buckets that end after this are left out.
    pub now: Timestamp,
    /// Where days begin, and what an hour of day is.
    pub zone: &'a TimeZone,
}
