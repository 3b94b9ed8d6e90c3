//! When is there something new to look at, and can the clock be trusted?
//!
//! For programs that look at devices again and again. The times are arguments, as everywhere in this
//! crate.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The time until the next round: rounds begin at whole multiples of `every` after the first, and one
/// that takes longer costs those that would have begun in between. `first` and `now` are read from a
/// clock that nobody sets.
#[must_use]
pub fn until_next_round(first: Duration, now: Duration, every: Duration) -> Duration {
    let gone = now.saturating_sub(first).as_nanos();
    let into = gone % every.as_nanos().max(1);
    let rest = every.as_nanos().saturating_sub(into);
    u64::try_from(rest).map_or(Duration::MAX, Duration::from_nanos)
}

/// Whether another whole bucket can be there, the last that was seen having ended at `until`. A clock that
/// is behind that is no reason to wait until it is there again.
#[must_use]
pub fn is_due(until: Option<Timestamp>, bucket: SignedDuration, now: Timestamp) -> bool {
    until.is_none_or(|until| now < until || now.duration_since(until) >= bucket)
}

/// By how much a clock may be corrected between two rounds without a word.
const CORRECTION: SignedDuration = SignedDuration::from_mins(1);

/// Notices a clock that was set.
///
/// ```
/// use std::time::Duration;
///
/// use dt_analysis::watch::ClockCheck;
/// use jiff::Timestamp;
///
/// let mut clock = ClockCheck::default();
/// let first: Timestamp = "2026-11-24T02:00:00Z".parse()?;
/// assert!(clock.round(first, Duration::from_secs(0), None).is_empty());
///
/// let second = "2026-11-24T05:15:00Z".parse()?;
/// let notices = clock.round(second, Duration::from_secs(15 * 60), None);
/// assert_eq!(notices[0].to_string(), "the clock was set ahead by 3h; what was reported stays reported");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct ClockCheck {
    /// The time of the last round, by the clock and since some moment.
    last: Option<(Timestamp, Duration)>,
    /// Whether it was behind the data then.
    is_behind: bool,
}

/// What is odd about a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockNotice {
    /// It was set by so much, to the minute, since the last round: back, if that is negative.
    Set(SignedDuration),
    /// It is behind the end of data that was there before.
    BehindData {
        /// What it says.
        now: Timestamp,
        /// The end of that data.
        newest: Timestamp,
    },
}

impl ClockCheck {
    /// What is to be said of the clock at the beginning of a round: `elapsed` goes on evenly, and `newest`
    /// is the end of data that was there before.
    pub fn round(
        &mut self,
        now: Timestamp,
        elapsed: Duration,
        newest: Option<Timestamp>,
    ) -> Vec<ClockNotice> {
        let mut notices = Vec::new();
        if let Some((then, before)) = self.last.replace((now, elapsed)) {
            let went = SignedDuration::try_from(elapsed.saturating_sub(before));
            let jump = now.duration_since(then) - went.unwrap_or(SignedDuration::MAX);
            if jump.abs() >= CORRECTION {
                let minutes = (jump.abs().as_secs() + 30) / 60;
                notices.push(ClockNotice::Set(SignedDuration::from_mins(
                    minutes * i64::from(jump.signum()),
                )));
            }
        }
        let behind = newest.filter(|newest| now < *newest);
        if let Some(newest) = behind.filter(|_| !self.is_behind) {
            notices.push(ClockNotice::BehindData { now, newest });
        }
        self.is_behind = behind.is_some();
        notices
    }
}

impl fmt::Display for ClockNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(by) => {
                let way = if by.is_negative() { "back" } else { "ahead" };
                write!(
                    f,
                    "the clock was set {way} by {:#}; what was reported stays reported",
                    by.abs()
                )
            }
            Self::BehindData { now, newest } => write!(
                f,
                "the clock says {now:.0}, and there was data until {newest}; devices are assessed \
                 all the same"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_keep_their_rhythm_however_long_one_takes() {
        let seconds = Duration::from_secs;
        let rest = |now| until_next_round(seconds(100), seconds(now), seconds(60));
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
        assert_eq!(round(30, 600), [ClockNotice::Set(SignedDuration::from_hours(10))]);
        assert!(round(45, 600).is_empty());
        let back = round(60, -180);
        assert_eq!(back[0], ClockNotice::Set(SignedDuration::from_hours(-13)));
        assert!(back[0].to_string().contains("set back by 13h"), "{back:?}");
        assert!(back[1].to_string().contains("data until 2026-11-24T02:00:00Z"), "{back:?}");
        assert_eq!(back.len(), 2, "{back:?}");
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
