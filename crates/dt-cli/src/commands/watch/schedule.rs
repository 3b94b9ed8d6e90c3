//! When to look, and whether there can be anything new.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The time until the next round: rounds begin at whole multiples of `every` after the first, and one
/// that takes longer costs those that would have begun in between.
pub(crate) fn wait(first: Duration, now: Duration, every: Duration) -> Duration {
    let gone = now.saturating_sub(first).as_nanos();
    let into = gone % every.as_nanos().max(1);
    let rest = every.as_nanos().saturating_sub(into);
    u64::try_from(rest).map_or(Duration::MAX, Duration::from_nanos)
}

/// Whether another whole bucket can be there, the last that was seen having ended at `until`.
pub(crate) fn is_due(until: Option<Timestamp>, bucket: SignedDuration, now: Timestamp) -> bool {
    until.is_none_or(|until| now.duration_since(until) >= bucket)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_keep_their_rhythm_however_long_one_takes() {
        let seconds = Duration::from_secs;
        let rest = |now| wait(seconds(100), seconds(now), seconds(60));
        assert_eq!(rest(101), seconds(59));
        assert_eq!(rest(159), seconds(1));
        assert_eq!(rest(160), seconds(60));
        assert_eq!(rest(290), seconds(50));
    }

    #[test]
    fn a_device_is_due_when_a_bucket_has_gone_by() {
        let hour = SignedDuration::from_hours(1);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let until = Some(at("2026-11-24T02:00:00Z"));
        assert!(!is_due(until, hour, at("2026-11-24T02:59:59Z")));
        assert!(is_due(until, hour, at("2026-11-24T03:00:00Z")));
        assert!(is_due(None, hour, at("2026-11-24T02:00:00Z")));
    }
}
