//! Did the device change, and its similar devices did not?
//!
//! For the device and each similar device, per data type:
//!
//! change = ln(1 + mean of the last 7 days) - ln(1 + mean of the 21 days before)
//!
//! with means per interval, over the intervals that are there. The device's change is judged among
//! theirs by the [moderated t](crate::moderated), beside its twin of median and MAD. Where
//! only one of the two finds it significant, one of the similar devices is an outlier itself, and
//! may be what should be looked at. Levels, ln(1 + mean of all 28 days), are judged in the same
//! way; they say that a device is unlike its similar devices and are secondary, since that may be
//! what it is there for.
//!
//! Which way the traffic goes is judged like them, from bytes sent and received together:
//! [`Balance`].
//!
//! A change is significant up to a q-value of 0.05 (Benjamini-Hochberg over the data types; over
//! their levels, and of the balance, separately). The windows end with the device's last interval, for all of them;
//! intervals that still run must have been left out before ([`Series::completed_before`]).
//!
//! It declines with fewer than three similar devices that can be compared. One cannot be if it is
//! silent in all of the 28 days, begins more than a day late, or lacks half of the intervals of
//! either part; the same holds for the device itself, except that silence is degenerate.

mod balance;
mod windows;

use std::borrow::Cow;
use std::fmt;

use dt_model::{DataType, DeviceInfo, Evidence, Part, Series};
use jiff::Timestamp;

use crate::false_discovery::benjamini_hochberg;
use crate::moderated::{Moderated, Prior, moderated_t, robust_t};
use crate::{ChangePolicy, Level, Policy, Status};
pub use balance::Balance;
pub use windows::Reason;
use windows::{Means, Windows};

/// The answers about one device and its similar devices. What is `None` is not judged.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answers<'a> {
    /// Of connections.
    pub connections: Option<&'a DeviceInfo>,
    /// Of bytes sent.
    pub bytes_out: Option<&'a DeviceInfo>,
    /// Of bytes received.
    pub bytes_in: Option<&'a DeviceInfo>,
}

impl<'a> From<&'a Evidence> for Answers<'a> {
    fn from(evidence: &'a Evidence) -> Self {
        Self {
            connections: evidence.connections.answer(),
            bytes_out: evidence.bytes_out.answer(),
            bytes_in: evidence.bytes_in.answer(),
        }
    }
}

/// A device's changes beside those of its similar devices.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Changes {
    /// Whether there was enough to go by for any data type.
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// How many data types were judged.
    pub n_used: usize,
    /// Each data type that was answered.
    pub metrics: Vec<MetricChange>,
    /// Which way the traffic goes, if both directions were answered.
    pub balance: Option<Balance>,
}

/// One data type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetricChange {
    /// What is counted.
    pub measure: DataType,
    /// The device's mean per interval in the 21 days before.
    pub before: Option<f64>,
    /// Its mean per interval in the last 7 days.
    pub recent: Option<f64>,
    /// Its change among theirs.
    pub change: Judgement,
    /// Its level among theirs.
    pub level: Judgement,
    /// The similar devices that could not be compared.
    pub left_out: Vec<Excluded>,
}

/// A value among those of the similar devices, on the scale ln(1 + x).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Judgement {
    /// Whether there was enough to go by.
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// How many similar devices were compared with.
    pub n_used: usize,
    /// The device's own.
    pub value: Option<f64>,
    /// What would be expected of it, and how far it is from that.
    pub moderated: Option<Moderated>,
    /// The same by median and MAD.
    pub twin: Option<Moderated>,
    /// The share of chance among what is at least as unlikely.
    pub q: Option<f64>,
    /// Whether that is little enough.
    pub significant: bool,
    /// Whether the twin thinks otherwise: then one of the similar devices is an outlier.
    pub peer_outlier: bool,
}

/// A similar device that could not be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// Its place in the answer.
    pub place: usize,
    /// Why.
    pub reason: Reason,
}

const METHOD: &str = "moderated t of ln(1 + mean), last 7 days against the 21 before";
const LEVEL_METHOD: &str = "moderated t of ln(1 + mean) of 28 days";

/// Judges the change of a device, without the intervals that were not over at `now`.
#[must_use]
pub fn of_evidence(evidence: &Evidence, now: Timestamp, policy: &Policy) -> Changes {
    let connections = completed(&evidence.connections, now);
    let bytes_out = completed(&evidence.bytes_out, now);
    let bytes_in = completed(&evidence.bytes_in, now);
    let answers = Answers {
        connections: connections.as_deref(),
        bytes_out: bytes_out.as_deref(),
        bytes_in: bytes_in.as_deref(),
    };
    analyse(answers, policy)
}

fn completed(part: &Part<DeviceInfo>, now: Timestamp) -> Option<Cow<'_, DeviceInfo>> {
    Some(part.answer()?.completed_before(now))
}

/// Judges the change of a device among those of its similar devices.
#[must_use]
pub fn analyse(answers: Answers<'_>, policy: &Policy) -> Changes {
    let both = answers.bytes_out.zip(answers.bytes_in);
    let balance = both.map(|(out, into)| balance::analyse(out, into, policy));
    let policy = &policy.change;
    let answered = [
        (DataType::Connections, answers.connections),
        (DataType::BytesOut, answers.bytes_out),
        (DataType::BytesIn, answers.bytes_in),
    ];
    let metrics = answered.into_iter().filter_map(|(measure, info)| Some((measure, info?)));
    let mut metrics: Vec<MetricChange> =
        metrics.map(|(measure, info)| metric(measure, info, policy)).collect();
    decide(metrics.iter_mut().map(|metric| &mut metric.change), policy);
    decide(metrics.iter_mut().map(|metric| &mut metric.level), policy);
    let n_used = metrics.iter().filter(|metric| metric.change.status == Status::Ok).count();
    let first = metrics.first().map(|metric| metric.change.status.clone());
    let status = match first {
        _ if n_used > 0 => Status::Ok,
        Some(status) => status,
        None => Status::Insufficient("no series".to_owned()),
    };
    Changes { status, method: METHOD, n_used, metrics, balance }
}

fn metric(measure: DataType, info: &DeviceInfo, policy: &ChangePolicy) -> MetricChange {
    let own = &info.subject.series;
    let end = own.end().or_else(|| own.buckets().last().map(|bucket| bucket.start));
    let windows = end.and_then(|end| Windows::ending(end, policy));
    let read =
        |series: &Series| windows.map_or(Err(Reason::TooShort), |it| it.read(series, policy));
    let (mut similar, mut left_out) = (Vec::new(), Vec::new());
    for (place, peer) in info.similar.iter().enumerate() {
        match read(&peer.profile.series) {
            Ok(means) => similar.push(means),
            Err(reason) => left_out.push(Excluded { place, reason }),
        }
    }
    let own = read(own);
    let judge = |of: fn(&Means) -> f64, prior, method| {
        let values: Vec<f64> = similar.iter().map(of).collect();
        judge(own.as_ref().map(of).map_err(|reason| *reason), &values, prior, method, policy)
    };
    MetricChange {
        measure,
        before: own.ok().map(|means| means.before),
        recent: own.ok().map(|means| means.recent),
        change: judge(Means::change, policy.change, METHOD),
        level: judge(Means::level, policy.level, LEVEL_METHOD),
        left_out,
    }
}

fn judge(
    own: Result<f64, Reason>,
    similar: &[f64],
    prior: Prior,
    method: &'static str,
    policy: &ChangePolicy,
) -> Judgement {
    let (count, needed) = (similar.len(), policy.fewest_similar);
    let status = match own {
        Err(Reason::Silent) => Status::Degenerate,
        Err(Reason::TooShort) => Status::Insufficient("28 days of its own series".to_owned()),
        Err(Reason::Gaps) => Status::Insufficient("half of its own intervals".to_owned()),
        Err(Reason::Little) => Status::Insufficient("too few bytes transferred".to_owned()),
        Ok(_) if count < needed => {
            Status::Insufficient(format!("{count} comparable similar devices, {needed} needed"))
        }
        Ok(_) => Status::Ok,
    };
    let judged = own.ok().filter(|_| status == Status::Ok);
    Judgement {
        status,
        method,
        n_used: judged.map_or(0, |_| count),
        value: own.ok(),
        moderated: judged.and_then(|value| moderated_t(value, similar, prior)),
        twin: judged.and_then(|value| robust_t(value, similar, prior)),
        q: None,
        significant: false,
        peer_outlier: false,
    }
}

/// Corrects for several judgements being made, and decides.
fn decide<'a>(judgements: impl Iterator<Item = &'a mut Judgement>, policy: &ChangePolicy) {
    let mut judged: Vec<&mut Judgement> = judgements.filter(|it| it.moderated.is_some()).collect();
    let adjusted = |opinion: fn(&Judgement) -> Option<Moderated>| {
        let p = judged.iter().map(|it| opinion(it).map_or(1.0, |it| it.p));
        benjamini_hochberg(&p.collect::<Vec<f64>>())
    };
    let (first, second) = (adjusted(|it| it.moderated), adjusted(|it| it.twin));
    for ((judgement, q), twin) in judged.iter_mut().zip(first).zip(second) {
        judgement.q = Some(q);
        judgement.significant = q <= policy.significant_to;
        judgement.peer_outlier = judgement.significant != (twin <= policy.significant_to);
    }
}

impl Changes {
    /// The data types in which the device changed unlike its similar devices.
    pub fn significant(&self) -> impl Iterator<Item = &MetricChange> {
        self.metrics.iter().filter(|metric| metric.change.significant)
    }
}

impl MetricChange {
    /// How urgently the change should be looked at; `None` if it is that of the similar devices, too. It
    /// is low: it may be a new task as well as a new tenant.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        self.change.significant.then_some(Level::Low)
    }
}

impl fmt::Display for MetricChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.measure {
            DataType::Connections => "connections",
            DataType::BytesOut => "bytes sent",
            DataType::BytesIn => "bytes received",
        };
        let judged = self.change.moderated.zip(self.before.zip(self.recent));
        let Some((moderated, (before, recent))) = judged else {
            return match &self.change.status {
                Status::Insufficient(missing) => {
                    write!(f, "{what}: not enough data: {missing}")
                }
                _ => write!(f, "{what}: none"),
            };
        };
        let significant = self.change.significant;
        match (significant, before > 0.0) {
            (true, true) if recent < before => write!(f, "{what} fell to {:.1}x", recent / before)?,
            (true, true) => write!(f, "{what} rose {:.1}x", recent / before)?,
            (true, false) => write!(f, "{what} began, {recent:.1} per interval")?,
            (false, _) => write!(f, "{what} changed as on similar devices")?,
        }
        let count = self.change.n_used;
        if significant {
            let times = |change: f64| change.exp();
            write!(
                f,
                " in the last 7 days; {count} similar devices {:.1}x to {:.1}x",
                times(moderated.low),
                times(moderated.high)
            )?;
        }
        if self.change.peer_outlier {
            f.write_str("; one of them is itself an outlier")?;
        }
        not_compared(&self.left_out, f)
    }
}

/// Says how many similar devices could not be compared, and why.
fn not_compared(left_out: &[Excluded], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if left_out.is_empty() {
        return Ok(());
    }
    write!(f, "; {} not compared:", left_out.len())?;
    let count = |reason| left_out.iter().filter(|it| it.reason == reason).count();
    let counted = Reason::ALL.map(|reason| (count(reason), reason));
    for (place, (count, reason)) in counted.into_iter().filter(|(count, _)| *count > 0).enumerate()
    {
        write!(f, "{} {count} {reason}", if place == 0 { "" } else { "," })?;
    }
    Ok(())
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Status::Insufficient(missing), 0) = (&self.status, self.n_used) {
            return write!(f, "not enough data: {missing}");
        }
        let mut significant = self.significant().peekable();
        if significant.peek().is_none() {
            return f.write_str("changed as on similar devices");
        }
        for (place, metric) in significant.enumerate() {
            write!(f, "{}{metric}", if place == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}
