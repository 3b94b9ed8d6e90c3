//! Which devices, or things on many devices, first?
//!
//! Rows are ordered by the level of their `rank_score`, then by whether they began within the last day, then by
//! `rank_score`. A device all of whose urgency is a [thing](crate::things) on many devices is
//! told there, and not once more by itself.

mod chance;
mod filter;
mod members;
mod several;

use std::cmp::Reverse;
use std::collections::HashMap;

use dt_analysis::{Level, Policy, priority};
use dt_model::DeviceId;
use jiff::{SignedDuration, Timestamp};

use crate::rows::{DeviceRow, DeviceStanding, FindingRow, GroupRow};
use crate::{Chance, Thing, rank_score, things};
use chance::judge_by_chance;
use members::ThingMembers;
use several::{of_several, several};

pub use filter::RankingFilter;
pub use several::{Several, SeveralKind};

/// What begins within this time before the run comes first among what is equally urgent.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// By what a fleet is ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// By things on many devices, and by devices with anything else.
    #[default]
    Both,
    /// By devices alone.
    Device,
    /// By things on many devices alone.
    Thing,
    /// By appliances, each by its most urgent device.
    Appliance,
    /// By groups of devices that do the same work, each by its most urgent device.
    Group,
}

/// What a run kept that a ranking is made of.
#[derive(Debug, Clone, Copy)]
pub struct RunRows<'a> {
    /// When the run began.
    pub began: Timestamp,
    /// Its devices.
    pub devices: &'a [DeviceRow],
    /// What was found about them.
    pub findings: &'a [FindingRow],
    /// Its groups of devices.
    pub groups: &'a [GroupRow],
    /// What ordinary days bring.
    pub chance: &'a Chance,
}

/// The devices of a run before, as far as a run is compared with them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Former {
    /// How each device stood.
    pub standings: Vec<DeviceStanding>,
    /// Those that were low or above.
    pub urgent: Vec<DeviceRow>,
}

/// How devices stood in a run before.
type Standings<'a> = HashMap<Key<'a>, &'a DeviceStanding>;

/// A fleet in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking<'a> {
    /// Whatever is low or above, the most urgent first.
    pub rows: Vec<RankedRow<'a>>,
    /// The devices that were low or above before, and are not any more or were not looked at, the most urgent first,
    /// as they were then.
    pub gone: Vec<RankedRow<'a>>,
}

/// A line of a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedRow<'a> {
    /// What it is about.
    pub subject: Subject<'a>,
    /// How urgent it is, from 0 to 1.
    pub score: f64,
    /// What that means.
    pub level: Level,
    /// How much the device matters, or that of these devices which matters most.
    pub importance: f64,
    /// The score with its importance.
    pub rank_score: f64,
    /// When it began.
    pub since: Option<Timestamp>,
    /// How it differs from the run before.
    pub change: Change,
    /// How many devices reach on an ordinary day what it reached by what began in its night alone; `None` if that is
    /// not known yet.
    pub chance: Option<f64>,
    /// That number beside how many reach it of those that began in the same night.
    pub q: Option<f64>,
}

/// What a line of a ranking is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject<'a> {
    /// A device.
    Device(&'a DeviceRow),
    /// One thing on several devices.
    Thing(Thing<'a>),
    /// Devices that have something in common.
    Several(Several<'a>),
}

/// How something differs from the run before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    /// It was not there.
    New,
    /// It was there, with a score that was lower by this much; higher if it is negative.
    By(f64),
    /// It was there, and is not any more.
    Gone,
    /// It was there; whether it still is, is not known, since it was not looked at.
    NotSwept,
    /// There is no run before that could tell.
    Unknown,
}

impl Change {
    /// A change by less than a point of a hundred is none.
    #[must_use]
    pub fn is_none(self) -> bool {
        matches!(self, Self::By(by) if by.abs() < 0.005)
    }
}

/// A device of a fleet.
type Key<'a> = (&'a str, DeviceId);

fn key(row: &DeviceRow) -> Key<'_> {
    (&row.appliance, row.did)
}

impl From<&[DeviceRow]> for Former {
    fn from(devices: &[DeviceRow]) -> Self {
        let urgent = devices.iter().filter(|row| row.level > Level::Minimal);
        Self {
            standings: devices.iter().map(Into::into).collect(),
            urgent: urgent.cloned().collect(),
        }
    }
}

/// Ranks a run, beside the devices of a run before if there is one.
#[must_use]
pub fn rank<'a>(
    run: RunRows<'a>,
    before: Option<&'a Former>,
    by: By,
    policy: &Policy,
) -> Ranking<'a> {
    let devices: HashMap<Key<'_>, &DeviceRow> =
        run.devices.iter().map(|row| (key(row), row)).collect();
    let former: Option<Standings<'_>> = before.map(|former| {
        former.standings.iter().map(|it| ((it.appliance.as_str(), it.did), it)).collect()
    });
    let mut rows: Vec<RankedRow<'_>> = match by {
        By::Appliance | By::Group => {
            several(run, by).into_iter().map(|it| of_several(it, former.as_ref())).collect()
        }
        By::Both | By::Device | By::Thing => {
            let things = if by == By::Device { Vec::new() } else { things(run.findings) };
            let told = ThingMembers::new(&things, run.findings);
            let of_devices = run.devices.iter().filter(|row| {
                by != By::Thing && row.level > Level::Minimal && !told.is_all_of(row, policy)
            });
            let of_devices = of_devices.map(|row| of_device(row, former.as_ref()));
            let of_things =
                things.into_iter().map(|thing| of_thing(thing, &devices, former.as_ref(), policy));
            let of_things = of_things.filter(|row| row.level > Level::Minimal);
            let mut rows: Vec<RankedRow<'_>> = of_devices.chain(of_things).collect();
            judge_by_chance(&mut rows, run, policy);
            rows
        }
    };
    rows.sort_by(|a, b| {
        order(a, run.began, policy).cmp(&order(b, run.began, policy)).then_with(|| tie(a, b))
    });
    let gone = before.map_or_else(Vec::new, |former| gone(&former.urgent, &devices));
    Ranking { rows, gone }
}

/// What is equally urgent: less comes first.
fn order(row: &RankedRow<'_>, began: Timestamp, policy: &Policy) -> (Reverse<Level>, bool) {
    let is_old = row.since.is_none_or(|since| began.duration_since(since) > RECENT);
    (Reverse(policy.priority.level(row.rank_score)), is_old)
}

fn tie(a: &RankedRow<'_>, b: &RankedRow<'_>) -> std::cmp::Ordering {
    b.rank_score.total_cmp(&a.rank_score).then_with(|| a.subject.key().cmp(&b.subject.key()))
}

impl<'a> Subject<'a> {
    /// What is equal otherwise is ordered by this: things, then devices by appliance and id.
    fn key(&self) -> (&str, DeviceId) {
        match self {
            Self::Device(row) => key(row),
            Self::Thing(thing) => (thing.key.as_str(), DeviceId::new(0)),
            Self::Several(several) => (several.name, DeviceId::new(0)),
        }
    }

    /// The device, if it is one.
    #[must_use]
    pub const fn device(&self) -> Option<&'a DeviceRow> {
        match self {
            Self::Device(row) => Some(row),
            Self::Thing(_) | Self::Several(_) => None,
        }
    }
}

impl Ranking<'_> {
    /// How urgent the most urgent line is.
    #[must_use]
    pub fn urgency(&self) -> Level {
        self.rows.iter().map(|row| row.level).max().unwrap_or(Level::Minimal)
    }
}

fn of_device<'a>(row: &'a DeviceRow, former: Option<&Standings<'a>>) -> RankedRow<'a> {
    let change = match former.map(|former| former.get(&key(row))) {
        None => Change::Unknown,
        Some(None) => Change::New,
        Some(Some(before)) if is_other(row, before) => Change::New,
        Some(Some(before)) => Change::By(row.score - before.score),
    };
    RankedRow::of_device(row, change)
}

impl<'a> RankedRow<'a> {
    /// A device as its row has it.
    const fn of_device(row: &'a DeviceRow, change: Change) -> Self {
        Self {
            subject: Subject::Device(row),
            score: row.score,
            level: row.level,
            importance: row.importance,
            rank_score: row.rank_score,
            since: row.top_since,
            change,
            chance: None,
            q: None,
        }
    }
}

/// Whether what a device is told for now is another thing than before.
fn is_other(row: &DeviceRow, before: &DeviceStanding) -> bool {
    let is_near = |(a, b): (Timestamp, Timestamp)| a.duration_since(b).abs() <= RECENT;
    let is_same_time = row.top_since.zip(before.top_since).is_none_or(is_near);
    row.top_rule.is_some()
        && (row.top_rule != before.top_rule
            || (row.top_destination != before.top_destination && !is_same_time))
}

fn of_thing<'a>(
    thing: Thing<'a>,
    devices: &HashMap<Key<'a>, &'a DeviceRow>,
    former: Option<&Standings<'a>>,
    policy: &Policy,
) -> RankedRow<'a> {
    let members = || thing.members.iter().map(|row| (row.appliance.as_str(), row.did));
    let until = members().filter_map(|key| devices.get(&key)?.data_until).max();
    // By itself: that one of these devices does something else is told of that device.
    let by_itself = |row: &&FindingRow| {
        let finding = std::slice::from_ref(&row.record.finding);
        let priority = priority::of_findings(finding, until, Vec::new(), policy);
        (priority.score, priority.level)
    };
    let (score, level) = thing
        .members
        .iter()
        .map(by_itself)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap_or((0.0, Level::Minimal));
    let importance =
        members().filter_map(|key| Some(devices.get(&key)?.importance)).fold(1.0, f64::max);
    let was_told = |former: &Standings<'a>| {
        members().any(|key| {
            former.get(&key).is_some_and(|row| row.top_rule.as_deref() == Some(thing.rule.id()))
        })
    };
    let change = match former {
        None => Change::Unknown,
        Some(former) if was_told(former) => Change::By(0.0),
        Some(_) => Change::New,
    };
    RankedRow {
        score,
        level,
        importance,
        rank_score: rank_score(score, importance),
        since: Some(thing.since),
        change,
        chance: None,
        q: None,
        subject: Subject::Thing(thing),
    }
}

/// The devices of those that were urgent of which that is not known any more. One that failed may be as urgent as it was.
fn gone<'a>(urgent: &'a [DeviceRow], now: &HashMap<Key<'_>, &DeviceRow>) -> Vec<RankedRow<'a>> {
    let of_row = |row: &'a DeviceRow| {
        let change = match now.get(&key(row)) {
            None => Change::NotSwept,
            Some(now) if now.level == Level::Minimal => Change::Gone,
            Some(_) => return None,
        };
        Some(RankedRow::of_device(row, change))
    };
    let mut gone: Vec<RankedRow<'_>> = urgent.iter().filter_map(of_row).collect();
    gone.sort_by(tie);
    gone
}
