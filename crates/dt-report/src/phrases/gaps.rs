//! Times of which nothing is known.

use jiff::tz::TimeZone;

use super::times;
use crate::contract::Gap;

/// How many are told: the newest. JSON has all of them.
const MOST: usize = 3;

/// The gaps as a sentence without its period; `None` if there are none.
pub(crate) fn gaps(gaps: &[Gap], zone: &TimeZone) -> Option<String> {
    let (first, told) = (gaps.len().saturating_sub(MOST), gaps.iter().rev().take(MOST).rev());
    let told = told.map(|gap| {
        format!("from {} to {}", times::moment(gap.start, zone), times::moment(gap.end, zone))
    });
    let told: Vec<String> = told.collect();
    let more = if first > 0 { format!(", and {first} times before") } else { String::new() };
    (!told.is_empty()).then(|| format!("No data {}{more}", told.join(", ")))
}
