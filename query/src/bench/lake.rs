//! A lake of made-up devices, written as a sweep writes it: a night after the other, a device after the other.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use dt_analysis::{Level, Policy};
use dt_fleet::Chance;
use dt_fleet::rows::{DeviceRow, DomainRow, ScoreTerm, SeriesRow, Stage};
use dt_lake::{DeviceLine, Grouping, KeepSeries, Lake, Line, RunEnd, RunId, RunPlan};
use dt_model::{DeviceId, Dialect};
use jiff::{SignedDuration, Timestamp};

use crate::Failure;

/// How large it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) devices: u32,
    pub(super) runs: u32,
    /// Devices of the first run whose series are kept.
    pub(super) series: u32,
}

/// When the newest run begins.
const NEWEST: i64 = 1_795_658_400;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Devices of one appliance.
const OF_APPLIANCE: u32 = 20_000;
/// Domains that a device lists in the first and the newest run, and in those between, of which no question asks.
const LISTED: u64 = 12;
const LISTED_BETWEEN: u64 = 2;
/// Domains that everybody uses.
const COMMON: u64 = 40;
/// One in so many devices uses the domain that is new that night.
const NEW_TO: u64 = 1_000;
const HOURS: i64 = 28 * 24;

impl Plan {
    /// Writes some of the runs.
    ///
    /// # Errors
    ///
    /// If one cannot be written, or this is to stop.
    pub(super) fn write(
        &self,
        lake: &Lake,
        runs: Range<u32>,
        is_stopped: &AtomicBool,
    ) -> Result<(), Failure> {
        let policy = Policy::default();
        for run in runs {
            let night = Night { plan: *self, run, began: self.began(run)? };
            let mut writer = lake.begin(RunId::at(night.began), RunPlan::default())?;
            for place in 0..self.devices {
                if is_stopped.load(Ordering::Relaxed) {
                    return Err(Failure::new("writing was stopped"));
                }
                let device = Device { night, place };
                let line = Line::Device(Box::new(device.line()));
                writer.record(&device.appliance(), &line)?;
            }
            writer.finish(RunEnd {
                ended: night.began + SignedDuration::from_hours(1),
                complete: true,
                dt_version: env!("CARGO_PKG_VERSION"),
                policy: &policy,
                appliances: Vec::new(),
                groups: Grouping { rows: Vec::new(), of: HashMap::new(), quality: None },
                chance: Chance::default(),
                keep_series: KeepSeries::All,
            })?;
        }
        Ok(())
    }

    fn began(&self, run: u32) -> Result<Timestamp, Failure> {
        let nights = i32::try_from(self.runs - 1 - run).unwrap_or(i32::MAX);
        let began =
            Timestamp::from_second(NEWEST).and_then(|newest| newest.checked_sub(DAY * nights));
        began.map_err(|error| Failure::usage("so many runs are not").because(&error.to_string()))
    }
}

/// A run.
#[derive(Debug, Clone, Copy)]
struct Night {
    plan: Plan,
    run: u32,
    began: Timestamp,
}

/// A device in a run. Who it is stays the same from night to night, what it does does not.
#[derive(Debug, Clone, Copy)]
struct Device {
    night: Night,
    place: u32,
}

/// A number that looks like chance and is the same everywhere.
fn mixed(of: u64, and: u64) -> u64 {
    let mut mixed = of.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(and);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Device {
    fn appliance(&self) -> String {
        format!("site-{:02}", self.place / OF_APPLIANCE + 1)
    }

    fn did(&self) -> DeviceId {
        DeviceId::new(i64::from(self.place % OF_APPLIANCE) + 1)
    }

    /// Chance of this night.
    fn chance(&self, of: u64) -> u64 {
        mixed(u64::from(self.place) << 32 | u64::from(self.night.run), of)
    }

    fn line(&self) -> DeviceLine {
        let has_series = self.night.run == 0 && self.place < self.night.plan.series;
        DeviceLine {
            device: self.row(),
            findings: Vec::new(),
            domains: self.domains(),
            series: has_series.then(|| self.series()),
            ports: Vec::new(),
        }
    }

    /// Few devices are urgent, as in a fleet.
    fn urgency(&self) -> (f64, Level) {
        let small = (self.chance(1) % 10_000) as f64 / 100_000.0;
        match self.chance(2) % 1_000 {
            0..2 => (0.8 + small, Level::High),
            2..12 => (0.5 + small, Level::Medium),
            12..50 => (0.25 + small, Level::Low),
            _ => (0.03 + small, Level::Minimal),
        }
    }

    fn row(&self) -> DeviceRow {
        let Self { night, place } = *self;
        let (score, level) = self.urgency();
        let is_urgent = level >= Level::Low;
        let sent = 1_000_000 + self.chance(3) % 50_000_000;
        let [_, _, high, low] = place.to_be_bytes();
        let asked = night.began + SignedDuration::from_millis(i64::from(place % 3_000_000));
        let kinds = ["desktop", "laptop", "server", "printer", "iotdevice"];
        let tags = ["Finance", "Engineering", "Guests", "Domain Controller"];
        let one_of = |names: &[&str], salt: u64| {
            let places = names.len() as u64;
            let at = usize::try_from(mixed(place.into(), salt) % places).unwrap_or_default();
            names[at].to_owned()
        };
        let mut contributions =
            vec![ScoreTerm { family: None, weight: -1.8, message: "starting value".to_owned() }];
        if is_urgent {
            contributions.push(ScoreTerm {
                family: Some("timeline".to_owned()),
                weight: score,
                message: format!("{sent} bytes sent outside"),
            });
        }
        DeviceRow {
            appliance: self.appliance(),
            did: self.did(),
            hostname: Some(format!("host-{place:06}")),
            ip: Some(format!("10.{}.{high}.{low}", place >> 16)),
            mac: Some(format!("02:00:00:{:02x}:{high:02x}:{low:02x}", place >> 16)),
            device_type: Some(one_of(&kinds, 11)),
            os: None,
            label: None,
            vendor: Some(one_of(&["Vendor One", "Vendor Two", "Vendor Three"], 12)),
            tags: if place.is_multiple_of(3) { vec![one_of(&tags, 13)] } else { Vec::new() },
            subnet: Some(i64::from(place / 250)),
            first_seen: Some(night.plan.began(0).unwrap_or(night.began) - 100 * DAY),
            last_seen: Some(asked),
            asked,
            data_until: Some(night.began),
            dialect: Dialect::Appliance,
            stage: if is_urgent { Stage::Two } else { Stage::One },
            stage_wanted: if is_urgent { Stage::Two } else { Stage::One },
            score,
            level,
            importance: 1.0,
            rank_score: score,
            contributions,
            missing: Vec::new(),
            findings: u16::from(is_urgent),
            findings_new: u16::from(is_urgent && self.chance(4).is_multiple_of(2)),
            top_rule: is_urgent.then(|| "dt-external-upload".to_owned()),
            top_reason: is_urgent.then(|| format!("{sent} bytes sent outside; usually 1.2 MB")),
            top_destination: is_urgent.then(|| rare(self.chance(5), night.plan)),
            top_since: is_urgent.then_some(night.began),
            connections: Some(self.chance(6) % 20_000),
            external_bytes_out: Some(sent),
            external_share: Some((self.chance(7) % 100) as f64 / 100.0),
            listed_share: Some((self.chance(8) % 100) as f64 / 100.0),
            group: None,
        }
    }

    /// Each once: most of them many use, one few do, and some devices have one that nobody had before.
    fn domains(&self) -> Vec<DomainRow> {
        let Night { plan, run, .. } = self.night;
        let is_asked_about = run == 0 || run + 1 == plan.runs;
        let listed = if is_asked_about { LISTED } else { LISTED_BETWEEN };
        let first = mixed(self.place.into(), 21);
        // 7 and 40 have no common divisor, so that none comes twice.
        let common = (1..listed)
            .map(|at| format!("service-{:02}.example", first.wrapping_add(7 * at) % COMMON));
        let few = std::iter::once(rare(first, plan));
        let is_first = self.chance(9).is_multiple_of(NEW_TO) || self.place == 0;
        let new = is_first.then(|| format!("new-{run}.example"));
        let shares = (0_u64..).map(|at| u8::try_from(self.chance(30 + at) % 30).unwrap_or(0));
        common
            .chain(few)
            .chain(new)
            .zip(shares)
            .map(|(name, share)| self.lists(name, share))
            .collect()
    }

    fn lists(&self, domain: String, share: u8) -> DomainRow {
        DomainRow {
            appliance: self.appliance(),
            did: self.did(),
            registrable: domain.clone(),
            domain,
            share_connections: Some(share),
            share_bytes_out: Some(share / 2),
            connections: None,
            bytes_out: None,
            first_time: None,
            popularity: None,
            dga_score: None,
            countries: None,
        }
    }

    /// Four weeks of hours with a day's rhythm.
    fn series(&self) -> SeriesRow {
        let counts = |kind: u64, usual: u64| {
            let hour = |hour: i64| {
                let hour = hour.unsigned_abs();
                let daily = if (7..19).contains(&(hour % 24)) { 100 } else { 15 };
                Some(usual * daily * (70 + self.chance(1_000 * kind + hour) % 60) / 10_000)
            };
            Some((0..HOURS).map(hour).collect())
        };
        SeriesRow {
            appliance: self.appliance(),
            did: self.did(),
            start: self.night.began - SignedDuration::from_hours(HOURS),
            step_seconds: 3_600,
            connections: counts(1, 300),
            external: counts(2, 120),
            external_out: counts(3, 60_000),
            bytes_out: counts(4, 200_000),
            bytes_in: counts(5, 900_000),
            asked: self.night.began,
        }
    }
}

/// A domain that about fifty devices use.
fn rare(chance: u64, plan: Plan) -> String {
    format!("rare-{}.example", chance % (u64::from(plan.devices) / 50 + 1))
}
