//! Did the way a device's traffic goes change, and that of its similar devices did not?
//!
//! balance = ln((out + c) / (in + c)) / 2
//!
//! with means per interval, in bytes. But for c it is the inverse hyperbolic tangent of the
//! producer/consumer ratio of [`direction`](crate::direction), and spreads like a change of counts
//! where that ratio crowds at its ends. c, 1,000 bytes, keeps next to nothing from being a
//! direction: a device that received 500 bytes an hour and sent none has a balance of -0.2.
//!
//! The change of the balance, that of the last 7 days less that of the 21 before, is judged among
//! the changes of the similar devices as a [change](super) of counts is, by the same prior. Were the
//! two directions independent, their balance would spread 0.7 times as far, so that prior is wide.
//!
//! A device that moved less than 20 MB in the 28 days is not judged, and not compared with. One
//! direction may be silent. Similar devices are known by their id, since two answers need not list
//! them alike; one without an id, or in one answer only, is left out.

use std::fmt;

use dt_model::{DeviceInfo, Series};

use super::windows::{Reason, Windows};
use super::{Excluded, Judgement, decide, judge, not_compared};
use crate::direction::Pcr;
use crate::{Policy, Status};

const METHOD: &str =
    "moderated t of ln((out + c) / (in + c)) / 2, last 7 days against the 21 before";

/// Which way a device's traffic goes, lately and before, beside its similar devices.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Balance {
    /// The device's balance in the 21 days before.
    pub before: Option<f64>,
    /// Its balance in the last 7 days.
    pub recent: Option<f64>,
    /// Its change among theirs.
    pub change: Judgement,
    /// The similar devices that could not be compared, by their place among the bytes sent.
    pub left_out: Vec<Excluded>,
}

/// A balance lately and before.
#[derive(Clone, Copy)]
struct Balances {
    before: f64,
    recent: f64,
}

impl Balances {
    fn change(self) -> f64 {
        self.recent - self.before
    }

    fn read(
        windows: Windows,
        out: &Series,
        into: &Series,
        policy: &Policy,
    ) -> Result<Self, Reason> {
        let out = windows.means(out, &policy.change)?;
        let into = windows.means(into, &policy.change)?;
        if out.sum + into.sum < policy.direction.fewest_bytes.into() {
            return Err(Reason::Little);
        }
        let next_to_nothing = policy.direction.next_to_nothing;
        let of =
            |out: f64, into: f64| ((out + next_to_nothing) / (into + next_to_nothing)).ln() / 2.0;
        Ok(Self { before: of(out.before, into.before), recent: of(out.recent, into.recent) })
    }
}

/// Judges the change of a device's balance among those of its similar devices.
pub(super) fn analyse(out: &DeviceInfo, into: &DeviceInfo, policy: &Policy) -> Balance {
    let ends = [out, into].map(|answer| answer.subject.series.end());
    let end = ends.into_iter().flatten().min();
    let windows = end.and_then(|end| Windows::ending(end, &policy.change));
    let read = |out: &Series, into: Option<&Series>| {
        let (windows, into) = windows.zip(into).ok_or(Reason::TooShort)?;
        Balances::read(windows, out, into, policy)
    };
    let (mut similar, mut left_out) = (Vec::new(), Vec::new());
    for (place, peer) in out.similar.iter().enumerate() {
        let did = peer.profile.device.did;
        let same = into.similar.iter().find(|it| did.is_some() && it.profile.device.did == did);
        match read(&peer.profile.series, same.map(|it| &it.profile.series)) {
            Ok(balances) => similar.push(balances.change()),
            Err(reason) => left_out.push(Excluded { place, reason }),
        }
    }
    let own = read(&out.subject.series, Some(&into.subject.series));
    let policy = &policy.change;
    let mut change = judge(own.map(Balances::change), &similar, policy.change, METHOD, policy);
    decide(std::iter::once(&mut change), policy);
    Balance {
        before: own.ok().map(|balances| balances.before),
        recent: own.ok().map(|balances| balances.recent),
        change,
        left_out,
    }
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let judged = self.change.moderated.zip(self.before.zip(self.recent));
        let Some((moderated, (before, recent))) = judged else {
            return match &self.change.status {
                Status::Insufficient(missing) => write!(f, "not enough data: {missing}"),
                _ => f.write_str("nothing transferred"),
            };
        };
        let similar = self.change.n_used;
        if self.change.significant {
            let pcr = Pcr::of_balance;
            write!(
                f,
                "went from {} to {} in the last 7 days; {similar} similar devices {} to {}",
                pcr(before),
                pcr(recent),
                pcr(before + moderated.low),
                pcr(before + moderated.high)
            )?;
        } else {
            write!(f, "changed as on {similar} similar devices")?;
        }
        if self.change.peer_outlier {
            f.write_str("; one of them is itself an outlier")?;
        }
        not_compared(&self.left_out, f)
    }
}
