//! Devices that have something in common, each ranked by its most urgent one.

use std::collections::{BTreeMap, HashMap};

use dt_analysis::Level;

use super::{By, Change, RankedRow, RunRows, Standings, Subject, key};
use crate::rows::DeviceRow;

/// Devices that have something in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Several<'a> {
    /// What they have in common.
    pub kind: SeveralKind,
    /// What they are called together.
    pub name: &'a str,
    /// All of them, the most urgent first.
    pub devices: Vec<&'a DeviceRow>,
}

/// What devices have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeveralKind {
    /// One appliance sees them.
    Appliance,
    /// They do the same work.
    Group,
}

/// The devices of a run, by what they have in common.
pub(super) fn several(run: RunRows<'_>, by: By) -> Vec<Several<'_>> {
    let groups: HashMap<i32, &str> =
        run.groups.iter().map(|group| (group.group, group.name.as_str())).collect();
    // Two groups may have one name.
    let mut found: BTreeMap<(i32, &str), Vec<&DeviceRow>> = BTreeMap::new();
    for row in run.devices {
        let of = match by {
            By::Group => row.group.and_then(|group| Some((group, *groups.get(&group)?))),
            _ => Some((0, row.appliance.as_str())),
        };
        if let Some(of) = of {
            found.entry(of).or_default().push(row);
        }
    }
    let kind = if by == By::Group { SeveralKind::Group } else { SeveralKind::Appliance };
    let several = found.into_iter().map(|((_, name), mut devices)| {
        devices.sort_by(|a, b| {
            b.rank_score.total_cmp(&a.rank_score).then_with(|| key(a).cmp(&key(b)))
        });
        Several { kind, name, devices }
    });
    several.collect()
}

/// A line about several devices: that of the most urgent one.
pub(super) fn of_several<'a>(
    several: Several<'a>,
    former: Option<&Standings<'a>>,
) -> RankedRow<'a> {
    let most = several.devices.first();
    let score = most.map_or(0.0, |row| row.score);
    let before = former.map(|former| {
        let scores = several.devices.iter().filter_map(|row| Some(former.get(&key(row))?.score));
        scores.fold(0.0, f64::max)
    });
    RankedRow {
        score,
        level: most.map_or(Level::Minimal, |row| row.level),
        importance: most.map_or(1.0, |row| row.importance),
        rank_score: most.map_or(0.0, |row| row.rank_score),
        since: most.and_then(|row| row.top_since),
        change: before.map_or(Change::Unknown, |before| Change::By(score - before)),
        chance: None,
        q: None,
        subject: Subject::Several(several),
    }
}
