//! A `/deviceinfo` answer, read and put in order.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{Amount, Device, DeviceId, Peer, Port, Series, Share, Warning};

/// What an appliance reports about one device's communication, whichever dialect it spoke.
///
/// `None` means "not reported", never zero.
#[derive(Debug, Clone, PartialEq)]
pub struct DeviceInfo {
    /// The shape the answer had.
    pub dialect: Dialect,
    /// The device that was asked for.
    pub subject: Profile,
    /// Its similar devices, in the answer's order: most similar first.
    pub similar: Vec<SimilarProfile>,
    /// Every device the answer describes, if it was asked to.
    pub devices: Vec<Device>,
    /// The answer's own summary: the documented dialect's only.
    pub summary: Option<Summary>,
    /// What was odd about the answer.
    pub warnings: Vec<Warning>,
}

/// The two shapes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// The shape public client documentation shows.
    Documented,
    /// The shape appliances send.
    Appliance,
}

impl Dialect {
    /// The dialect's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Appliance => "appliance",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How one device communicated.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// Who it is.
    pub device: Device,
    /// The external domain the answer is restricted to.
    pub domain: Option<String>,
    /// Its communication over time.
    pub series: Series,
    /// The same over a longer time, `series` included, where answers of several times were
    /// [joined](DeviceInfo::joined).
    pub history: Option<Series>,
    /// Whom it talked to, counted: the documented dialect's only.
    pub destinations: Option<Vec<Destination>>,
    /// What its traffic consists of, in percent: the appliance dialect's only.
    pub breakdown: Option<Breakdown>,
}

/// A similar device, and how similar it is.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarProfile {
    /// From 0 to 1.
    pub similarity: Option<f64>,
    /// How it communicated.
    pub profile: Profile,
}

/// Whether something is inside the monitored network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Outside.
    External,
    /// Inside.
    Internal,
}

impl Scope {
    /// Its name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Internal => "internal",
        }
    }
}

/// A destination that was counted by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Destination {
    /// Its host name; never empty.
    pub hostname: Option<String>,
    /// Its address.
    pub ip: Option<String>,
    /// Its id, if it is a device.
    pub did: Option<DeviceId>,
    /// Connections to it.
    pub connections: u64,
    /// The first of them.
    pub first_seen: Option<Timestamp>,
    /// The last of them.
    pub last_seen: Option<Timestamp>,
    /// Bytes sent to it.
    pub bytes_sent: Option<u64>,
    /// Bytes received from it.
    pub bytes_received: Option<u64>,
    /// Ports used on it, as listed.
    pub ports: Vec<Port>,
    /// Protocols used with it, as listed.
    pub protocols: Vec<String>,
    /// Whether it is outside.
    pub scope: Option<Scope>,
    /// The country it is in.
    pub country: Option<String>,
}

/// What four weeks of traffic consist of, as the appliance dialect tells it: totals by side, and
/// lists of parts in whole percent. A list that is `None` was not reported.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Breakdown {
    /// The total on the client side. It need not equal the sum of the series.
    pub total_used: Option<u64>,
    /// What shares of the client side are taken of: [`total_used`](Self::total_used), or where that
    /// and the series contradict each other by a factor of two, what the series says.
    pub used_base: Option<u64>,
    /// The total on the server side.
    pub total_served: Option<u64>,
    /// What shares of the server side are taken of, as [`used_base`](Self::used_base) on the other.
    pub served_base: Option<u64>,
    /// Both sides together.
    pub total_devices_and_ports: Option<u64>,
    /// Ports the device connected to.
    pub ports_used: Option<Vec<BreakdownEntry<Port>>>,
    /// Ports it was reached on.
    pub ports_served: Option<Vec<BreakdownEntry<Port>>>,
    /// Whom it connected to.
    pub devices_used: Option<Vec<BreakdownEntry<Peer>>>,
    /// Who connected to it.
    pub devices_served: Option<Vec<BreakdownEntry<Peer>>>,
    /// Peers and ports together.
    pub devices_and_ports: Option<Vec<BreakdownEntry<PeerAndPort>>>,
    /// Domains it connected to: in an answer with `odid=0`.
    pub external_domains: Option<Vec<BreakdownEntry<NamedOrOthers>>>,
    /// Networks it connected to: in an answer with `odid=0`.
    pub external_asns: Option<Vec<BreakdownEntry<NamedOrOthers>>>,
}

/// An entry of a breakdown: one key and its share of the total.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakdownEntry<K> {
    /// What the entry is about.
    pub key: K,
    /// How much of its base it is, rounded to a whole percentage.
    pub share: Share,
    /// The share times its base; `None` if the base was not reported.
    pub amount: Option<Amount>,
    /// When it was first seen, perhaps long before the four weeks.
    pub first_seen: Option<Timestamp>,
}

/// A name in a breakdown: a domain or a network.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NamedOrOthers {
    /// One by its name.
    One(String),
    /// Traffic without a name, which an answer lists as `Unknown`: nothing that could be looked up.
    Unnamed,
    /// Names too small to be listed, merged by the appliance.
    Others,
}

/// A peer and a port in a breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PeerAndPort {
    /// One peer and port.
    One {
        /// Who connected to whom.
        direction: Option<Direction>,
        /// Who is at the other end.
        peer: Peer,
        /// On which port.
        port: Port,
    },
    /// Pairs too small to be listed, merged by the appliance.
    Others,
}

/// Who opened a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The peer did.
    In,
    /// The device did.
    Out,
}

/// The summary a documented answer carries, as it came. What it says is the appliance's own
/// finding: it is passed on, not computed with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary(pub Map<String, Value>);

impl Summary {
    /// What the appliance itself found anomalous, as it came.
    #[must_use]
    pub fn anomaly_indicators(&self) -> Option<&Value> {
        self.0.get("anomaly_indicators").filter(|value| !value.is_null())
    }
}

impl DeviceInfo {
    /// Cuts the answer to the buckets that begin at or after `since` and before `until`.
    ///
    /// Only the series can be cut. Breakdowns and destinations are about the whole four weeks and
    /// say nothing about a part of them, so they are no longer reported.
    #[must_use]
    pub fn between(mut self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        if since.is_none() && until.is_none() {
            return self;
        }
        let similar = self.similar.iter_mut().map(|similar| &mut similar.profile);
        for profile in std::iter::once(&mut self.subject).chain(similar) {
            let longest = profile.history.take();
            let longest = longest.unwrap_or_else(|| std::mem::take(&mut profile.series));
            profile.series = longest.between(since, until);
            profile.destinations = None;
            profile.breakdown = None;
        }
        self
    }

    /// Only the buckets that were over at `now`, of the device and of its similar devices: one that
    /// still runs counts too little. Borrowed where that is all of them.
    #[must_use]
    pub fn completed_before(&self, now: Timestamp) -> Cow<'_, Self> {
        let similar = || self.similar.iter().map(|similar| &similar.profile);
        let mut profiles = std::iter::once(&self.subject).chain(similar());
        if profiles.all(|profile| profile.series.end().is_none_or(|end| end <= now)) {
            return Cow::Borrowed(self);
        }
        let mut over = self.clone();
        let similar = over.similar.iter_mut().map(|similar| &mut similar.profile);
        for profile in std::iter::once(&mut over.subject).chain(similar) {
            profile.series = std::mem::take(&mut profile.series).completed_before(now);
            profile.history = profile.history.take().map(|history| history.completed_before(now));
        }
        Cow::Owned(over)
    }

    /// Says how wide the buckets are that were asked for, which their spacing may not show.
    #[must_use]
    pub fn with_interval(mut self, interval: crate::IntervalHours) -> Self {
        let width = jiff::SignedDuration::from_hours(interval.get().into());
        let similar = self.similar.iter_mut().map(|similar| &mut similar.profile);
        for profile in std::iter::once(&mut self.subject).chain(similar) {
            profile.series = std::mem::take(&mut profile.series).with_width(width);
            profile.history = profile.history.take().map(|history| history.with_width(width));
        }
        self
    }

    /// What the answer says about the device with this id.
    #[must_use]
    pub fn device(&self, did: DeviceId) -> Option<&Device> {
        self.devices.iter().find(|device| device.did == Some(did))
    }
}

impl fmt::Display for NamedOrOthers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(name) => f.write_str(name),
            Self::Unnamed => f.write_str("without a name"),
            Self::Others => f.write_str("others"),
        }
    }
}
