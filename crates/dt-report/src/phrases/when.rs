//! When a finding was.

use dt_analysis::AsOf;
use dt_analysis::finding::Object;
use jiff::Timestamp;

use super::times::day;
use crate::contract::Finding;

/// `Thu 19 Nov 02-05`, or since when.
pub(crate) fn when(finding: &Finding, from: AsOf<'_>) -> String {
    span(&finding.object, finding.first_time, finding.last_time, from)
}

/// The same, of something about an object from the first to the last time.
pub(crate) fn span(object: &Object, first: Timestamp, last: Timestamp, from: AsOf<'_>) -> String {
    if !matches!(object, Object::Hours { .. }) {
        return format!("since {}", day(first, from));
    }
    let hour = |time: Timestamp| from.zone.to_datetime(time).strftime("%H").to_string();
    let date = |time: Timestamp| from.zone.to_datetime(time).date();
    if date(first) == date(last) {
        return format!("{} {}-{}", day(first, from), hour(first), hour(last));
    }
    format!("{} {} to {} {}", day(first, from), hour(first), day(last, from), hour(last))
}
