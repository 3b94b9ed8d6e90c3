//! How devices are watched.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::args::Watch;
use crate::failure::{Failure, Result};
use crate::watch::Rhythm;

impl Rhythm {
    /// `since` is when what is told begins.
    pub(super) fn resolve(watch: &Watch, since: Option<Timestamp>) -> Result<Self> {
        Ok(Self {
            every: every(&watch.every)?,
            rounds: watch.rounds,
            since,
            state: watch.state.clone(),
        })
    }
}

/// At least a second: less would only keep a processor busy.
fn every(text: &str) -> Result<Duration> {
    let typed = text.parse::<SignedDuration>().ok();
    let every = typed.and_then(|typed| Duration::try_from(typed).ok());
    every.filter(|every| *every >= Duration::from_secs(1)).ok_or_else(|| {
        Failure::usage(format!("--every {text:?} is no time to wait"))
            .hint("use 30s, 15m or 2h; at least a second")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_wait_are_read_as_people_type_them() {
        for (text, seconds) in [("1s", 1), ("90s", 90), ("15m", 900), ("1h 30m", 5400)] {
            assert_eq!(every(text).unwrap(), Duration::from_secs(seconds), "{text}");
        }
        for text in ["", "0s", "10ms", "-5m", "soon", "15"] {
            assert!(every(text).is_err(), "{text}");
        }
    }
}
