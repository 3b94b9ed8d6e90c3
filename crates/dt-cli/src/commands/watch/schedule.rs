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

/// Whether another whole bucket can be there, the last that was seen having ended at `until`. A clock that
/// is behind that is no reason to wait until it is there again.
pub(crate) fn is_due(until: Option<Timestamp>, bucket: SignedDuration, now: Timestamp) -> bool {
    until.is_none_or(|until| now < until || now.duration_since(until) >= bucket)
}

/// By how much a clock may be corrected between two rounds without a word.
const CORRECTION: SignedDuration = SignedDuration::from_mins(1);

/// Notices a clock that was set.
#[derive(Debug, Default)]
pub(crate) struct ClockCheck {
    /// The time of the last round, by the clock and since some moment.
    last: Option<(Timestamp, Duration)>,
    /// Whether it was behind the data then.
    is_behind: bool,
}

impl ClockCheck {
    /// What is to be said of the clock at the beginning of a round: `elapsed` goes on evenly, and `newest`
    /// is the end of data that was there before.
    pub(crate) fn round(
        &mut self,
        now: Timestamp,
        elapsed: Duration,
        newest: Option<Timestamp>,
    ) -> Vec<String> {
        let mut said = Vec::new();
        if let Some((then, before)) = self.last.replace((now, elapsed)) {
            let went = SignedDuration::try_from(elapsed.saturating_sub(before));
            let jump = now.duration_since(then) - went.unwrap_or(SignedDuration::MAX);
            if jump.abs() >= CORRECTION {
                let way = if jump.is_negative() { "back" } else { "ahead" };
                let by = SignedDuration::from_mins((jump.abs().as_secs() + 30) / 60);
                said.push(format!(
                    "the clock was set {way} by {by:#}; what was reported stays reported"
                ));
            }
        }
        let behind = newest.filter(|newest| now < *newest);
        if let Some(newest) = behind.filter(|_| !self.is_behind) {
            said.push(format!(
                "the clock says {now:.0}, and there was data until {newest}; devices are assessed \
                 all the same"
            ));
        }
        self.is_behind = behind.is_some();
        said
    }
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
        // The clock was set back.
        assert!(is_due(until, hour, at("2026-11-24T01:00:00Z")));
    }

    #[test]
    fn a_clock_that_was_set_is_told_once() {
        let mut clock = ClockCheck::default();
        let start: Timestamp = "2026-11-24T02:30:00Z".parse().unwrap();
        let newest = "2026-11-24T02:00:00Z".parse().ok();
        let mut round = |minutes: i64, set_by| {
            let now = start + SignedDuration::from_mins(minutes + set_by);
            clock.round(now, Duration::from_secs(60 * minutes.unsigned_abs()), newest)
        };
        assert!(round(0, 0).is_empty());
        assert!(round(15, 0).is_empty());
        let ahead = round(30, 600);
        assert_eq!(ahead, ["the clock was set ahead by 10h; what was reported stays reported"]);
        assert!(round(45, 600).is_empty());
        let back = round(60, -180);
        assert_eq!(back.len(), 2, "{back:?}");
        assert!(back[0].contains("set back by 13h"), "{back:?}");
        assert!(back[1].contains("data until 2026-11-24T02:00:00Z"), "{back:?}");
        assert!(round(75, -180).is_empty());
    }

    /// Each run is one round: there is nothing but the data to go by.
    #[test]
    fn a_clock_behind_the_data_is_told_by_the_first_round() {
        let now: Timestamp = "2026-11-23T02:30:00Z".parse().unwrap();
        let newest = "2026-11-24T02:00:00Z".parse().ok();
        assert_eq!(ClockCheck::default().round(now, Duration::ZERO, newest).len(), 1);
    }
}
