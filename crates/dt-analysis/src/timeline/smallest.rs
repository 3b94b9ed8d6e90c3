//! What would have been told?

use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use super::{Expected, Timeline};

/// The smallest count that would have been told by itself at an hour of the week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SmallestRise {
    /// The day of the week, printed from 1, Monday, to 7,
    #[serde(serialize_with = "from_monday")]
    #[cfg_attr(feature = "schema", schemars(with = "i8"))]
    pub weekday: Weekday,
    /// and the hour of day, from 0 to 23.
    pub hour: i8,
    /// What is usual then, in the series' unit.
    pub usual: f64,
    /// From which count on an hour would have been told, in the series' unit.
    #[serde(rename = "count")]
    pub told_from: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference to the field")]
fn from_monday<S: Serializer>(day: &Weekday, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i8(day.to_monday_one_offset())
}

impl Timeline {
    /// By hour of the week from Monday on: the middle of what each of its buckets says. Hours of which
    /// nothing is known are left out.
    #[must_use]
    pub fn smallest_rises(&self, zone: &TimeZone) -> Vec<SmallestRise> {
        let known = self
            .points
            .iter()
            .filter_map(|point| Some((hour_of_week(point.start, zone), point.expected?)));
        let mut known: Vec<((i8, i8), Expected)> = known.collect();
        known.sort_by(|(hour, a), (other, b)| hour.cmp(other).then(a.high.total_cmp(&b.high)));
        let hours = known.chunk_by(|(hour, _), (other, _)| hour == other);
        hours.filter_map(smallest).collect()
    }
}

fn hour_of_week(start: Timestamp, zone: &TimeZone) -> (i8, i8) {
    let local = zone.to_datetime(start);
    (local.weekday().to_monday_zero_offset(), local.hour())
}

/// Of the buckets at one hour of the week, in ascending order.
fn smallest(buckets: &[((i8, i8), Expected)]) -> Option<SmallestRise> {
    let ((weekday, hour), Expected { value, high, .. }) = *buckets.get(buckets.len() / 2)?;
    let weekday = Weekday::from_monday_zero_offset(weekday).ok()?;
    Some(SmallestRise { weekday, hour, usual: value, told_from: high })
}
