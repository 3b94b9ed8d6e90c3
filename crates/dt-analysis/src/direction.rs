//! Does the device send more than it receives, and since when?
//!
//! The producer/consumer ratio PCR = (out - in) / (out + in) runs from -1 (it only receives) to 1 (it
//! only sends). A PCR of 1/3 is a ratio out / in of 2, from which on the module document calls a
//! device upload-heavy; 0.4 is 70 parts out to 30 in (Bullard and Gerth 2014).
//!
//! It is given for the whole time, and for the last seven days beside the time before, since four
//! weeks of downloads hide one night of uploads. Where less than 20 MB moved there is none. Whether
//! it changed unlike that of similar devices is a matter of [`change`](crate::change).

use std::fmt;

use dt_model::Series;
use jiff::Timestamp;
use serde::Serialize;

use crate::{Policy, Status};

/// Which way a device's traffic goes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Direction {
    /// Whether there was enough to go by.
    #[serde(flatten)]
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// How many pairs of buckets were used.
    pub n_used: usize,
    /// The ratio of the whole time.
    #[serde(rename = "value")]
    pub whole: Option<Pcr>,
    /// The ratio of the recent past.
    pub recent: Option<Pcr>,
    /// The ratio of the time before.
    pub before: Option<Pcr>,
}

/// A producer/consumer ratio, from -1 to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline, transparent))]
#[serde(transparent)]
pub struct Pcr(f64);

impl Pcr {
    /// The ratio of these bytes; `None` if nothing moved.
    #[must_use]
    pub fn of(out: u128, into: u128) -> Option<Self> {
        let (out, into) = (out as f64, into as f64);
        (out + into > 0.0).then(|| Self((out - into) / (out + into)))
    }

    /// The ratio of a balance ln(out / in) / 2.
    pub(crate) fn of_balance(balance: f64) -> Self {
        Self(balance.tanh())
    }

    /// The ratio itself.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

/// Analyses what was sent and received in the buckets that both series have.
#[must_use]
pub fn analyse(out: &Series, into: &Series, policy: &Policy) -> Direction {
    let policy = &policy.direction;
    let end = out.end().into_iter().chain(into.end()).min();
    let since = end.and_then(|end| end.checked_sub(policy.recent).ok());
    let mut recent = Sum::default();
    let mut before = Sum::default();
    for (start, out, into) in pairs(out, into) {
        let sum = if since.is_some_and(|since| start >= since) { &mut recent } else { &mut before };
        sum.add(out, into);
    }
    let whole = recent.and(before);
    let ratio =
        |sum: Sum| Pcr::of(sum.out, sum.into).filter(|_| sum.moved() >= policy.fewest_bytes.into());
    Direction {
        status: match ratio(whole) {
            Some(_) => Status::Ok,
            None if whole.buckets == 0 => {
                Status::Insufficient("no interval with both directions".to_owned())
            }
            None => Status::Insufficient(format!(
                "less than {} MB transferred",
                policy.fewest_bytes / 1_000_000
            )),
        },
        method: "producer/consumer ratio",
        n_used: whole.buckets,
        whole: ratio(whole),
        recent: ratio(recent),
        before: ratio(before),
    }
}

/// Bytes both ways.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    out: u128,
    into: u128,
    buckets: usize,
}

impl Sum {
    fn add(&mut self, out: u64, into: u64) {
        self.out += u128::from(out);
        self.into += u128::from(into);
        self.buckets += 1;
    }

    fn and(self, other: Self) -> Self {
        Self {
            out: self.out + other.out,
            into: self.into + other.into,
            buckets: self.buckets + other.buckets,
        }
    }

    fn moved(self) -> u128 {
        self.out + self.into
    }
}

/// The buckets that begin at the same time.
fn pairs<'a>(
    out: &'a Series,
    into: &'a Series,
) -> impl Iterator<Item = (Timestamp, u64, u64)> + 'a {
    let mut into = into.buckets().iter().peekable();
    out.buckets().iter().filter_map(move |out| {
        while into.next_if(|into| into.start < out.start).is_some() {}
        let into = into.next_if(|into| into.start == out.start)?;
        Some((out.start, out.count, into.count))
    })
}

impl fmt::Display for Pcr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+.2}", self.0)
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.status, self.whole, self.recent.zip(self.before)) {
            (Status::Insufficient(missing), ..) => write!(f, "not enough data: {missing}"),
            (_, Some(whole), Some((recent, before))) => {
                write!(
                    f,
                    "producer/consumer ratio {whole}; {recent} in the last 7 days, {before} before"
                )
            }
            (_, Some(whole), None) => write!(f, "producer/consumer ratio {whole}"),
            (_, None, _) => f.write_str("nothing transferred"),
        }
    }
}
