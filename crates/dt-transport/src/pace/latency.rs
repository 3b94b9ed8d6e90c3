//! Whether an appliance takes longer to answer than it did.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use dt_auth::RequestTarget;

/// So many first answers say how long one usually takes.
const FIRST: usize = 50;

/// So many newest answers say how long one takes now.
const NEWEST: usize = 20;

/// By this factor an answer is slow. What takes less than `LEAST` is never: there a busy network differs as much.
const SLOW: f64 = 2.0;
const LEAST: Duration = Duration::from_millis(100);

/// How long answers take, by kind of question: each has a usual time of its own, and a sweep asks one kind first
/// and another one later.
#[derive(Debug, Default)]
pub(super) struct Latencies(HashMap<Kind, Latency>);

/// The path that is asked for, and the names of its parameters.
type Kind = Vec<String>;

#[derive(Debug, Default)]
struct Latency {
    first: Vec<Duration>,
    /// The median of the first answers, once they are known.
    usual: Option<Duration>,
    newest: VecDeque<Duration>,
}

impl Latencies {
    /// Notes how long an answer took, and tells whether the newest of its kind are slow.
    pub(super) fn is_slow(&mut self, target: &RequestTarget, took: Duration) -> bool {
        let names = target.pairs().map(|(name, _)| name);
        let kind = std::iter::once(target.path()).chain(names).map(str::to_owned).collect();
        self.0.entry(kind).or_default().is_slow(took)
    }
}

impl Latency {
    fn is_slow(&mut self, took: Duration) -> bool {
        let Some(usual) = self.usual else {
            self.first.push(took);
            if self.first.len() == FIRST {
                self.usual = Some(median(std::mem::take(&mut self.first)));
            }
            return false;
        };
        self.newest.push_back(took);
        if self.newest.len() <= NEWEST {
            return false;
        }
        self.newest.pop_front();
        let now = median(self.newest.iter().copied().collect());
        now >= LEAST && now > usual.mul_f64(SLOW)
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    let middle = times.len() / 2;
    *times.select_nth_unstable(middle).1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(latencies: &mut Latencies, target: &RequestTarget, millis: u64, times: usize) -> usize {
        let took = Duration::from_millis(millis);
        (0..times).filter(|_| latencies.is_slow(target, took)).count()
    }

    #[test]
    fn answers_are_slow_beside_the_first_of_their_kind() {
        let short = RequestTarget::new("/deviceinfo").param("did", 7);
        let long = RequestTarget::new("/deviceinfo").param("did", 7).param("similardevices", 5);
        let mut latencies = Latencies::default();
        assert_eq!(slow(&mut latencies, &short, 80, 100), 0);
        assert_eq!(slow(&mut latencies, &long, 900, 100), 0, "another kind takes longer");
        assert!(slow(&mut latencies, &short, 170, 30) > 0);
        assert_eq!(slow(&mut latencies, &long, 1_700, 100), 0, "not twice as long");
        assert_eq!(slow(&mut latencies, &short, 80, 100), 10, "until most are as they were");
    }

    #[test]
    fn what_is_quick_is_never_slow() {
        let target = RequestTarget::new("/deviceinfo");
        let mut latencies = Latencies::default();
        assert_eq!(slow(&mut latencies, &target, 4, 50), 0);
        assert_eq!(slow(&mut latencies, &target, 90, 100), 0);
    }
}
