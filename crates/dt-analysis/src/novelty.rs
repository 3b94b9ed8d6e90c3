//! What is new about the device, and what is rare?
//!
//! A port or a peer is new if the *device* first used it within the last seven days of the data; an
//! appliance remembers that from long before its four weeks. A domain is new if the *network* first
//! saw it then. Each comes with its share of the device's connections, and new traffic of less than
//! 2 % is told without weight (the age and the share are RITA's).
//!
//! The rarity of a key among N similar devices of which n list it is -log2((n + 1/2) / (N + 1)): 0
//! bits if all do. What an appliance merged into `others` may hide users, so it is an upper bound.
//! A domain also has the popularity that the appliance gives it in the whole network.
//!
//! What is not known is not taken for nothing new: each list says which part of the evidence is missing.
//!
//! It declines to answer where no first times are reported. In the documented dialect the first time
//! of a destination lies within the four weeks, so that nothing says whether it is new: only what
//! began in the last seven days of a longer series is called so.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::Hash;

use dt_model::{
    Amount, BreakdownEntry, DeviceInfo, EndpointDetails, Evidence, EvidencePart, MissingPart,
    NamedOrOthers, Peer, Port, Profile, Share,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::{NoveltyPolicy, Policy, Status};

/// What is new or rare about a device.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Novelty {
    /// Whether there was enough to go by.
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// How many ports, peers and domains with a first time were looked at.
    pub n_used: usize,
    /// What was first seen from then on is new; `None` where it is not known how far the data goes.
    pub since: Option<Timestamp>,
    /// New ports, largest first.
    pub ports: Listed<New<Port>>,
    /// New peers, largest first.
    pub peers: Listed<New<Peer>>,
    /// Domains outside about which the appliance was asked, largest first.
    pub domains: Listed<OutsideDomain>,
}

/// What the answers list, as far as that is known.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Listed<T> {
    /// What is known.
    pub entries: Vec<T>,
    /// Why there may be more.
    pub unknown: Option<Unknown>,
}

impl<T> Listed<T> {
    /// What is known.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.entries.iter()
    }
}

impl<'a, T> IntoIterator for &'a Listed<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Why it is not known what is new.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unknown {
    /// A part of the evidence is missing, or some of it.
    Missing(MissingPart),
    /// The answers list nothing, or report no first times.
    NotReported,
}

impl Unknown {
    /// Why what a part says is not known, though it may have been answered.
    fn about(evidence: &Evidence, part: EvidencePart) -> Self {
        let missing = evidence.missing().into_iter().find(|missing| missing.part == part);
        missing.map_or(Self::NotReported, Self::Missing)
    }

    /// The same, if a part is missing or some of it.
    fn about_missing(evidence: &Evidence, part: EvidencePart) -> Option<Self> {
        Some(Self::about(evidence, part)).filter(|unknown| *unknown != Self::NotReported)
    }
}

/// Something that a device began to use.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct New<K> {
    /// What it is.
    pub key: K,
    /// When the device first used it.
    pub first_seen: Timestamp,
    /// Its share of the device's connections.
    pub share: Share,
    /// How many connections that is.
    pub amount: Option<Amount>,
    /// How rare it is among the similar devices; `None` without any.
    pub rarity: Option<Rarity>,
}

/// How many similar devices use something.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Rarity {
    /// How many of them list it.
    pub users: usize,
    /// How many there are.
    pub among: usize,
    /// -log2((users + 1/2) / (among + 1)): 0 if everybody uses it.
    pub bits: f64,
}

impl Rarity {
    /// Of what so many of so many similar devices list.
    #[must_use]
    pub fn new(users: usize, among: usize) -> Self {
        let share = (users as f64 + 0.5) / (among as f64 + 1.0);
        // Adding zero makes a negative zero a zero.
        Self { users, among, bits: -share.log2().min(0.0) + 0.0 }
    }
}

/// What is known about a domain outside.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OutsideDomain {
    /// Its name, as the device's answer lists it.
    pub name: String,
    /// Its share of the device's connections with the outside.
    pub share: Share,
    /// How many connections that is.
    pub amount: Option<Amount>,
    /// Its share of the bytes the device sent outside.
    pub sent: Option<Share>,
    /// When the network first saw it.
    pub first_seen: Option<Timestamp>,
    /// Whether that is within the last days of the data.
    pub is_new: bool,
    /// What percentage of the network's devices talks to it.
    pub popularity: Option<f64>,
    /// How many devices connected to it recently.
    pub devices: Option<usize>,
    /// How much its name looks generated, of 100.
    pub dga_score: Option<f64>,
    /// The countries it is in.
    pub countries: Vec<String>,
    /// How rare it is among the similar devices.
    pub rarity: Option<Rarity>,
}

impl OutsideDomain {
    /// How many devices connected to it recently, in words.
    pub(crate) fn users(&self) -> Option<String> {
        let devices = self.devices.filter(|devices| *devices > 0)?;
        let noun = if devices == 1 { "device" } else { "devices" };
        Some(format!("used by {devices} {noun}"))
    }

    /// Whether hardly anybody else in the network talks to it.
    #[must_use]
    pub fn is_rare(&self, policy: &NoveltyPolicy) -> bool {
        let unused = self.rarity.is_none_or(|rarity| rarity.users == 0);
        // The devices are the recent ones, the popularity is that of a longer time.
        let alone = self.devices.filter(|devices| *devices > 0).map(|devices| devices == 1);
        let unpopular =
            self.popularity.map(|popularity| popularity <= policy.rare_up_to_popularity);
        let mut signs = [alone, unpopular].into_iter().flatten().peekable();
        unused && signs.peek().is_some() && signs.all(|is_rare| is_rare)
    }
}

/// Looks for what is new in the answers, whose data ends at `until`.
#[must_use]
pub fn analyse(evidence: &Evidence, until: Option<Timestamp>, policy: &Policy) -> Novelty {
    let policy = &policy.novelty;
    let since = until.and_then(|until| until.checked_sub(policy.within).ok());
    let (ports, dated_ports) =
        new_activity(evidence, since, |profile| profile.breakdown.as_ref()?.ports_used.as_deref());
    let (peers, dated_peers) = new_activity(evidence, since, |profile| {
        profile.breakdown.as_ref()?.devices_used.as_deref()
    });
    let domains = domains(evidence, since);
    let dated_domains = domains.iter().filter(|domain| domain.first_seen.is_some()).count();
    let n_used = dated_ports + dated_peers + dated_domains;
    Novelty {
        status: match n_used {
            0 => Status::Insufficient(no_first_times([&ports.unknown, &domains.unknown])),
            _ => Status::Ok,
        },
        method: "first seen within the last days of the data",
        n_used,
        since,
        ports,
        peers,
        domains,
    }
}

/// Why there are no first times at all: what was refused, or what the answers do not say.
fn no_first_times(unknown: [&Option<Unknown>; 2]) -> String {
    let refused = unknown.into_iter().flatten().filter_map(|unknown| match unknown {
        Unknown::Missing(missing) if missing.refusal.is_some() => {
            Some(format!("{}: {missing}", missing.part))
        }
        _ => None,
    });
    let refused: Vec<String> = refused.collect();
    if refused.is_empty() {
        "no first-seen times are reported".to_owned()
    } else {
        refused.join("; ")
    }
}

/// What began after `since`, and how many first times there were.
fn new_activity<K: Clone + Eq + Hash>(
    evidence: &Evidence,
    since: Option<Timestamp>,
    parts: impl Fn(&Profile) -> Option<&[BreakdownEntry<K>]>,
) -> (Listed<New<K>>, usize) {
    let answer = evidence.connections.answer();
    let own = answer.and_then(|answer| parts(&answer.subject));
    let Some(((answer, own), since)) = answer.zip(own).zip(since) else {
        let unknown = Some(Unknown::about(evidence, EvidencePart::Connections));
        return (Listed { entries: Vec::new(), unknown }, 0);
    };
    let users = Users::of(answer, &parts);
    let mut new: Vec<New<K>> = own
        .iter()
        .filter_map(|part| {
            let first_seen = part.first_seen.filter(|first| *first >= since)?;
            Some(New {
                key: part.key.clone(),
                first_seen,
                share: part.share,
                amount: part.amount,
                rarity: users.rarity(&part.key),
            })
        })
        .collect();
    new.sort_by(|a, b| b.share.value().total_cmp(&a.share.value()));
    let dated = own.iter().filter(|part| part.first_seen.is_some()).count();
    let unknown = (dated == 0 && !own.is_empty()).then_some(Unknown::NotReported);
    (Listed { entries: new, unknown }, dated)
}

/// Which similar devices list what.
struct Users<'a, K> {
    among: usize,
    counts: HashMap<&'a K, usize>,
}

impl<'a, K: Eq + Hash> Users<'a, K> {
    fn of(
        answer: &'a DeviceInfo,
        parts: impl Fn(&'a Profile) -> Option<&'a [BreakdownEntry<K>]>,
    ) -> Self {
        let mut users = Self { among: 0, counts: HashMap::new() };
        for parts in answer.similar.iter().filter_map(|similar| parts(&similar.profile)) {
            users.among += 1;
            // Once a device, however often it is listed.
            for key in parts.iter().map(|part| &part.key).collect::<HashSet<_>>() {
                *users.counts.entry(key).or_default() += 1;
            }
        }
        users
    }

    fn rarity(&self, key: &K) -> Option<Rarity> {
        let users = self.counts.get(key).copied().unwrap_or(0);
        (self.among > 0).then(|| Rarity::new(users, self.among))
    }
}

fn domains(evidence: &Evidence, since: Option<Timestamp>) -> Listed<OutsideDomain> {
    let endpoints: HashMap<&str, &EndpointDetails> = evidence
        .endpoint_details()
        .filter_map(|endpoint| Some((endpoint.hostname.as_deref()?, endpoint)))
        .collect();
    let sent: HashMap<&str, Share> = evidence
        .external_out
        .answer()
        .into_iter()
        .flat_map(|answer| named(&answer.subject))
        .map(|(name, part)| (name, part.share))
        .collect();
    let answer = evidence.external.answer();
    let Some(answer) = answer.filter(|answer| lists_domains(&answer.subject)) else {
        let unknown = Some(Unknown::about(evidence, EvidencePart::External));
        return Listed { entries: Vec::new(), unknown };
    };
    let users =
        Users::of(answer, |profile| profile.breakdown.as_ref()?.external_domains.as_deref());
    let mut domains: Vec<OutsideDomain> = named(&answer.subject)
        .filter_map(|(name, part)| {
            let endpoint = endpoints.get(name)?;
            Some(OutsideDomain {
                name: name.to_owned(),
                share: part.share,
                amount: part.amount,
                sent: sent.get(name).copied(),
                first_seen: endpoint.first_seen,
                is_new: is_new(endpoint.first_seen, since).unwrap_or_default(),
                popularity: endpoint.popularity,
                devices: endpoint.devices,
                dga_score: endpoint.dga_score,
                countries: endpoint.countries().map(str::to_owned).collect(),
                rarity: users.rarity(&part.key),
            })
        })
        .collect();
    domains.sort_by(|a, b| b.share.value().total_cmp(&a.share.value()));
    let is_named = named(&answer.subject).next().is_some();
    let is_dated = domains.iter().any(|domain| domain.first_seen.is_some());
    let unknown = Unknown::about_missing(evidence, EvidencePart::Endpoints)
        .or_else(|| (!is_dated).then_some(Unknown::NotReported))
        // Without a domain there is nothing to ask about.
        .filter(|_| is_named);
    Listed { entries: domains, unknown }
}

/// Whether what was first seen then is new; `None` where that cannot be said.
fn is_new(first_seen: Option<Timestamp>, since: Option<Timestamp>) -> Option<bool> {
    first_seen.zip(since).map(|(first_seen, since)| first_seen >= since)
}

impl Novelty {
    /// Whether what was first seen then is new; `None` where that cannot be said.
    #[must_use]
    pub fn is_new(&self, first_seen: Option<Timestamp>) -> Option<bool> {
        is_new(first_seen, self.since)
    }
}

fn lists_domains(profile: &Profile) -> bool {
    profile.breakdown.as_ref().is_some_and(|breakdown| breakdown.external_domains.is_some())
}

/// The domains that a profile lists by name.
pub(crate) fn named(
    profile: &Profile,
) -> impl Iterator<Item = (&str, &BreakdownEntry<NamedOrOthers>)> {
    let breakdown = profile.breakdown.as_ref();
    let parts = breakdown.and_then(|breakdown| breakdown.external_domains.as_deref());
    parts.unwrap_or_default().iter().filter_map(|part| match &part.key {
        NamedOrOthers::One(name) => Some((name.as_str(), part)),
        NamedOrOthers::Unnamed | NamedOrOthers::Others => None,
    })
}

impl fmt::Display for Rarity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.users {
            0 => write!(f, "none of {} similar devices uses it", self.among),
            users => write!(f, "{users} of {} similar devices use it", self.among),
        }
    }
}

impl fmt::Display for Novelty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Status::Insufficient(missing) = &self.status {
            return write!(f, "not enough data: {missing}");
        }
        let domains = self.domains.iter().filter(|domain| domain.is_new).count();
        let counted = [
            ("ports", self.ports.entries.len(), &self.ports.unknown),
            ("peers", self.peers.entries.len(), &self.peers.unknown),
            ("domains", domains, &self.domains.unknown),
        ];
        for (place, (what, count, unknown)) in counted.into_iter().enumerate() {
            f.write_str(if place == 0 { "new: " } else { ", " })?;
            match unknown {
                None if count == 1 => write!(f, "1 {}", what.trim_end_matches('s'))?,
                None => write!(f, "{count} {what}")?,
                Some(why) if count == 0 => write!(f, "{what} not known ({why})")?,
                Some(why) => write!(f, "{count} {what} ({why})")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(missing) => missing.fmt(f),
            Self::NotReported => f.write_str("not reported"),
        }
    }
}
