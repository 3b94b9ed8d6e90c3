//! Since when which endpoints answer 429 and nothing else.

use std::collections::BTreeMap;
use std::time::Duration;

/// The endpoints that are limited, by their paths.
///
/// A call has so long for one that is limited. If the limit holds for good, that time is spent once,
/// and not by every further call to the same endpoint.
#[derive(Debug, Default)]
pub(super) struct RateLimits(BTreeMap<String, Limited>);

#[derive(Debug, Clone, Copy)]
struct Limited {
    since: Duration,
    last: Duration,
}

impl RateLimits {
    /// `path` answered 429 at `now`, to a call that `started` then. Since when it has done nothing
    /// else; what lies further back than `within` is forgotten, for nobody has asked since.
    pub(super) fn met(
        &mut self,
        path: &str,
        started: Duration,
        now: Duration,
        within: Duration,
    ) -> Duration {
        let known = self.0.get(path).filter(|known| now.saturating_sub(known.last) <= within);
        let since = known.map_or(started, |known| known.since.min(started));
        self.0.insert(path.to_owned(), Limited { since, last: now });
        since
    }

    /// `path` answered something else.
    pub(super) fn over(&mut self, path: &str) {
        self.0.remove(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITHIN: Duration = Duration::from_secs(120);

    fn met(limits: &mut RateLimits, path: &str, started: u64, now: u64) -> u64 {
        let [started, now] = [started, now].map(Duration::from_secs);
        limits.met(path, started, now, WITHIN).as_secs()
    }

    #[test]
    fn a_limit_is_as_old_as_the_first_call_that_met_it() {
        let mut limits = RateLimits::default();
        assert_eq!(met(&mut limits, "/a", 10, 20), 10);
        assert_eq!(met(&mut limits, "/a", 90, 100), 10);
        assert_eq!(met(&mut limits, "/b", 90, 100), 90);
    }

    #[test]
    fn a_limit_ends_with_another_answer_or_when_nobody_asks() {
        let mut limits = RateLimits::default();
        met(&mut limits, "/a", 0, 1);
        limits.over("/a");
        assert_eq!(met(&mut limits, "/a", 50, 51), 50);
        assert_eq!(met(&mut limits, "/a", 3600, 3601), 3600);
    }
}
