//! From answers to the lines of a journal.

#[cfg(feature = "groups")]
use std::collections::HashMap;
use std::collections::HashSet;

use dt_analysis::exclusions::ExcludedFinding;
use dt_analysis::finding::{FindingId, Origin};
use dt_analysis::{AsOf, DeviceReport, device_report};
#[cfg(feature = "groups")]
use dt_fleet::GroupQuality;
use dt_fleet::rows::{
    Assessed, DeviceRow, DomainRow, ErrorKind, ErrorRow, FindingRow, Profile, SeriesRow, Stage,
};
use dt_lake::DeviceLine;
use dt_model::{Device, Evidence, RefusalKind};
use jiff::Timestamp;

use super::FleetSweep;
use crate::{DeviceAnswer, DeviceError, SweepError};

/// Which device of which appliance, and how far it was looked at.
#[derive(Debug, Clone)]
pub(super) struct Looked<'a> {
    pub(super) appliance: &'a str,
    pub(super) identity: &'a str,
    pub(super) listed: Device,
    pub(super) stage: Stage,
    pub(super) asked: Timestamp,
}

/// All that is kept of a device; `None` if the answers say nothing about it.
pub(super) fn device(
    sweep: &FleetSweep<'_>,
    looked: Looked<'_>,
    answer: DeviceAnswer,
    before: &HashSet<FindingId>,
) -> Option<DeviceLine> {
    let Looked { appliance, identity, listed, stage, asked } = looked;
    let DeviceAnswer { did, evidence, .. } = answer;
    // A sweep may take hours: what the plan saw was as of its beginning.
    let as_of = AsOf { now: asked, zone: sweep.zone };
    let report = device_report(&evidence, None, as_of, sweep.policy);
    let report = report.excluding(sweep.exclusions.at(asked), &evidence, as_of, sweep.policy);
    note_excluded(sweep, &evidence, &report, Origin { appliance: Some(identity), did: Some(did) });
    let findings = FindingRow::all((appliance, identity), did, &report, before, sweep.policy);
    let assessed =
        Assessed { appliance, did, listed, evidence: &evidence, report: &report, asked, stage };
    Some(DeviceLine {
        device: DeviceRow::new(assessed, &findings, &sweep.options.importance)?,
        findings,
        domains: DomainRow::list(appliance, did, &evidence),
        series: SeriesRow::new(appliance, did, &evidence, asked),
        ports: Profile::new(appliance, did, &evidence).map_or_else(Vec::new, |it| it.ports),
    })
}

/// Remembers which exclusions matched, and warns of those that are not about the device any more.
fn note_excluded(
    sweep: &FleetSweep<'_>,
    evidence: &Evidence,
    report: &DeviceReport,
    origin: Origin<'_>,
) {
    let now = (sweep.now)();
    for ExcludedFinding { finding, by } in &report.excluded {
        if let Some(entry) = by.first() {
            sweep.exclusions.note(entry.id(), finding.id(origin), now);
        }
    }
    sweep.exclusions.parted(&evidence.device(), now).iter().for_each(|text| (sweep.warn)(text));
}

/// A device that could not be looked at.
pub(super) fn error(
    appliance: &str,
    stage: Stage,
    error: &DeviceError,
    asked: Timestamp,
) -> ErrorRow {
    let (kind, attempts) = match &error.error {
        SweepError::Asked(asked) => (kind(asked.refusal_kind()), asked.attempts()),
        SweepError::NothingAnswered => (ErrorKind::Answer, 1),
        _ => (ErrorKind::Refused, 1),
    };
    ErrorRow {
        appliance: appliance.to_owned(),
        did: error.did.map(dt_model::DeviceId::get),
        stage,
        kind,
        message: error.error.to_string(),
        attempts: u16::try_from(attempts).unwrap_or(u16::MAX),
        asked,
    }
}

/// What kind of failure a refusal is.
pub(super) fn kind(refusal: RefusalKind) -> ErrorKind {
    match refusal {
        RefusalKind::NotFound => ErrorKind::Gone,
        RefusalKind::Auth | RefusalKind::Clock | RefusalKind::Permission => ErrorKind::Permission,
        RefusalKind::Timeout
        | RefusalKind::Interrupted
        | RefusalKind::Unreachable
        | RefusalKind::Tls => ErrorKind::Network,
        RefusalKind::Unreadable
        | RefusalKind::OtherDevice
        | RefusalKind::TooLarge
        | RefusalKind::Html => ErrorKind::Answer,
        _ => ErrorKind::Refused,
    }
}

/// Groups of the devices of these appliances, and the group of each.
#[cfg(feature = "groups")]
pub(super) fn groups<'a>(
    writer: &dt_lake::RunWriter,
    names: impl Iterator<Item = &'a str>,
    before: &HashMap<(String, dt_model::DeviceId), i32>,
) -> Result<dt_lake::Grouping, dt_lake::Error> {
    let (mut profiles, mut hours, mut called) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        for line in writer.devices(name) {
            let line = line?;
            if line.ports.is_empty() {
                continue;
            }
            called.push(line.device.name());
            hours.push(line.series.as_ref().map(hours_of_day));
            profiles.push(Profile {
                appliance: name.to_owned(),
                did: line.device.did,
                device_type: line.device.device_type,
                ports: line.ports,
            });
        }
    }
    let Some(found) = dt_fleet::groups::find(&profiles) else {
        return Ok(dt_lake::Grouping::default());
    };
    let number = |group: usize| i32::try_from(group).unwrap_or(i32::MAX);
    let of = profiles.iter().zip(&found.of);
    let group_of: HashMap<_, _> =
        of.map(|(it, group)| ((it.appliance.clone(), it.did), number(*group))).collect();
    let quality = quality(&found, &profiles, &called, before);
    let rows = found.groups.iter().enumerate().map(|(place, group)| {
        let members = found.of.iter().zip(&hours).filter(|(of, _)| **of == place);
        dt_fleet::rows::GroupRow {
            group: number(place),
            name: group.name.clone(),
            devices: u32::try_from(group.devices).unwrap_or(u32::MAX),
            ports: group.ports.clone(),
            silhouette: group.silhouette,
            typical_hours: mean_hours(members.filter_map(|(_, hours)| hours.as_ref())),
        }
    });
    Ok(dt_lake::Grouping { rows: rows.collect(), of: group_of, quality: Some(quality) })
}

/// How good groups are, by themselves and beside those of the run before.
#[cfg(feature = "groups")]
fn quality(
    found: &dt_fleet::groups::Groups,
    profiles: &[Profile],
    called: &[String],
    before: &HashMap<(String, dt_model::DeviceId), i32>,
) -> GroupQuality {
    let (mut then, mut now, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for ((profile, group), name) in profiles.iter().zip(&found.of).zip(called) {
        if let Some(former) = before.get(&(profile.appliance.clone(), profile.did)) {
            then.push(*former);
            now.push(i32::try_from(*group).unwrap_or(i32::MAX));
            names.push(name);
        }
    }
    let quality = GroupQuality {
        silhouette: found.silhouette,
        type_agreement: found.type_agreement,
        last_agreement: (then.len() > 1).then(|| dt_fleet::groups::agreement(&then, &now)),
        moved: Vec::new(),
    };
    if quality.last_agreement.is_none() || quality.is_moved() {
        return quality;
    }
    let moved = dt_fleet::groups::moved(&then, &now);
    GroupQuality { moved: moved.into_iter().map(|place| names[place].clone()).collect(), ..quality }
}

/// How many connections a device has in each hour of the day, UTC.
#[cfg(feature = "groups")]
fn hours_of_day(series: &SeriesRow) -> [f64; 24] {
    let mut hours = [0.0; 24];
    let begin = series.start.as_second();
    let counts = series.connections.iter().flatten().enumerate();
    for (place, count) in counts {
        let time = begin + i64::try_from(place).unwrap_or(0) * i64::from(series.step_seconds);
        let hour = usize::try_from(time.div_euclid(3600).rem_euclid(24)).unwrap_or(0);
        hours[hour] += count.map_or(0.0, |count| count as f64);
    }
    hours
}

/// The shares of the hours, each device counting alike.
#[cfg(feature = "groups")]
fn mean_hours<'a>(devices: impl Iterator<Item = &'a [f64; 24]>) -> Vec<f64> {
    let mut shares = vec![0.0; 24];
    let mut all = 0.0;
    for hours in devices {
        let sum: f64 = hours.iter().sum();
        if sum > 0.0 {
            for (share, count) in shares.iter_mut().zip(hours) {
                *share += count / sum;
            }
            all += 1.0;
        }
    }
    if all > 0.0 {
        for share in &mut shares {
            *share /= all;
        }
    }
    shares
}
