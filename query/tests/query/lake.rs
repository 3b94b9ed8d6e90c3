//! A small lake with something to hunt in it: three runs of two appliances, of which one has a name that no
//! directory can have.

use std::collections::HashMap;
use std::path::Path;

use dt_analysis::Policy;
use dt_analysis::finding::FindingRecord;
use dt_fleet::Chance;
use dt_fleet::rows::{DeviceRow, DomainRow, ErrorKind, ErrorRow, FindingRow, SeriesRow, Stage};
use dt_lake::{
    ApplianceSummary, DeviceLine, Grouping, KeepSeries, Lake, Line, RunEnd, RunId, RunPlan,
};
use dt_model::DeviceId;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// The first appliance, and the one with the odd name.
pub(crate) const SITES: [(&str, i64); 2] = [("site-a", 40), ("10.0.0.1/site b", 8)];
/// When the runs began.
pub(crate) const RUNS: [&str; 3] =
    ["2026-11-24T02:00:00Z", "2026-11-25T02:00:00Z", "2026-11-26T02:00:00Z"];
/// The newest run, by its name.
pub(crate) const NEWEST: &str = "2026-11-26T02-00-00Z";
const LAST: usize = RUNS.len() - 1;

/// A device with its place in the story, on one night.
struct Night {
    run: usize,
    appliance: &'static str,
    did: i64,
}

impl Night {
    fn began(&self) -> Timestamp {
        RUNS[self.run].parse().unwrap()
    }

    fn is(&self, appliance: &str, did: i64) -> bool {
        self.appliance == appliance && self.did == did
    }

    /// Who sends a lot to a domain that nobody knew, in the last night.
    fn is_thief(&self) -> bool {
        self.run == LAST && self.is("site-a", 3)
    }

    /// Who calls home, since the night before.
    fn is_caller(&self) -> bool {
        self.run >= 1 && self.is("site-a", 5)
    }

    /// Whether it was there at all: one goes and one comes in the last night.
    fn is_there(&self) -> bool {
        !(self.is("site-a", 39) && self.run == LAST || self.is("site-a", 40) && self.run < LAST)
    }

    fn sent(&self) -> u64 {
        if self.is_thief() { 2_240_000_000 } else { 1_000_000 + 1_000 * self.did.unsigned_abs() }
    }

    fn hostname(&self) -> String {
        match (self.appliance, self.did) {
            ("site-a", 10) => "ws-010\u{1b}[31m\u{202e}".to_owned(),
            ("site-a", 11) => "=HYPERLINK(\"http://evil.example\")".to_owned(),
            ("site-a", did) => format!("ws-{did:03}"),
            (_, did) => format!("cam-{did:03}"),
        }
    }

    fn device(&self) -> DeviceRow {
        let time = self.began().as_millisecond();
        let day = 86_400_000;
        let (score, level, rule, reason, destination) = if self.is_thief() {
            let reason = "2.24 GB sent outside; usually 1.003 MB";
            (0.93, "high", "dt-external-upload", reason, "cdn.evil.example")
        } else if self.is_caller() {
            let reason = "beacon.example is called every 300 s";
            (0.56, "medium", "dt-regular-caller", reason, "beacon.example")
        } else {
            (0.14, "minimal", "", "", "")
        };
        let some = |text: &str| if text.is_empty() { json!(null) } else { json!(text) };
        let tags = match self.did {
            1..=10 if self.appliance == "site-a" => json!(["Finance"]),
            11 | 12 if self.appliance == "site-a" => json!(["Domain Controller"]),
            _ => json!([]),
        };
        let first_seen = if self.is("site-a", 40) { time - day / 2 } else { time - 300 * day };
        let last_seen = if self.is("site-a", 30) { time - 20 * day } else { time };
        let (stage, wanted) = match self.did {
            _ if self.is_thief() || self.is_caller() => (2, 2),
            12 => (1, 2),
            _ => (1, 1),
        };
        let missing =
            if self.is("site-a", 13) { json!(["bytes sent: refused"]) } else { json!([]) };
        let is_blind = self.is("site-a", 9);
        let new = u16::from(self.is_thief() || self.is_caller() && self.run == 1);
        row(json!({
            "appliance": self.appliance, "did": self.did, "hostname": self.hostname(),
            "ip": format!("10.0.0.{}", self.did), "mac": null,
            "type": if self.appliance == "site-a" { "desktop" } else { "camera" },
            "os": null, "label": null, "vendor": null, "tags": tags, "subnet": 7,
            "first_seen": first_seen, "last_seen": last_seen, "asked": time, "data_until": time,
            "dialect": "appliance", "stage": stage, "stage_wanted": wanted, "score": score,
            "level": level, "importance": 1.0, "rank_score": score,
            "contributions": [{"family": null, "weight": -1.8, "message": "starting value"}],
            "missing": missing, "findings": self.findings().len(), "findings_new": new,
            "top_rule": some(rule), "top_reason": some(reason),
            "top_destination": some(destination),
            "top_since": if rule.is_empty() { json!(null) } else { json!(time - day / 4) },
            "connections": 4_000, "external_bytes_out": self.sent(), "external_share": 0.5,
            "listed_share": if is_blind { 0.1 } else { 0.9 }, "group": null,
        }))
    }

    fn findings(&self) -> Vec<FindingRow> {
        let mut found = Vec::new();
        let mut add = |rule: &str,
                       severity: &str,
                       kind: &str,
                       key: &str,
                       p: Option<f64>,
                       new: bool| {
            let number = 100 * self.did + i64::try_from(found.len()).unwrap();
            let time = self.began() - SignedDuration::from_hours(6);
            let record: FindingRecord = row(json!({
                "id": format!("00000000-0000-5000-8000-{number:012}"),
                "rule_version": 1, "policy": "",
                "finding": {
                    "rule": rule, "severity": severity, "message": format!("{rule}: {key}"),
                    "object": {"type": kind, "key": key}, "first_time": time,
                    "last_time": self.began(), "observed": 3.0, "unit": "connections", "p": p,
                    "n_used": 12, "method": "test", "confidence": "high",
                    "attack_candidates": if rule == "dt-external-upload" { json!(["T1041"]) } else { json!([]) },
                },
            }));
            found.push(FindingRow {
                appliance: self.appliance.to_owned(),
                did: DeviceId::new(self.did),
                state: row(json!(if new { "new" } else { "updated" })),
                record,
                excluded: (self.did == 7).then(|| "records cameras".to_owned()),
            });
        };
        if self.is_thief() {
            add("dt-external-upload", "high", "domain", "cdn.evil.example", Some(1e-9), true);
        }
        if self.is_caller() {
            let is_new = self.run == 1;
            add("dt-regular-caller", "medium", "domain", "beacon.example", Some(0.02), is_new);
        }
        if self.run == LAST && (20..24).contains(&self.did) {
            add("dt-new-domain", "low", "domain", "update.vendor.example", Some(0.3), true);
        }
        if self.is("site-a", 7) {
            add("dt-new-domain", "medium", "domain", "records.example", Some(1e-6), true);
        }
        found
    }

    fn domains(&self) -> Vec<DomainRow> {
        let domain = |name: &str, share: u8, dga: Option<f64>, countries: Value| {
            row(json!({
                "appliance": self.appliance, "did": self.did, "domain": name,
                "registrable": dt_analysis::registrable_domain(name).unwrap(),
                "share_connections": share, "share_bytes_out": share, "connections": 40.0,
                "bytes_out": 1e6, "firsttime": null, "popularity": dga.map(|_| 1.0),
                "dga_score": dga, "countries": countries,
            }))
        };
        let mut domains = vec![domain("mail.example.com", 60, None, json!(null))];
        if self.is_thief() {
            domains.push(domain("cdn.evil.example", 40, Some(81.0), json!(["Moldova"])));
        }
        if self.is_caller() {
            domains.push(domain("beacon.example", 5, Some(12.0), json!(["Iceland", "Norway"])));
        }
        domains
    }

    /// Four weeks of hours with a day's rhythm, and what the story adds.
    fn series(&self) -> SeriesRow {
        let start = self.began() - SignedDuration::from_hours(HOURS);
        let mut noise = Noise(self.did.unsigned_abs() + 1);
        let mut counts = |scale: f64| -> Vec<u64> {
            let hour = |at: i64| {
                let of_day = (at + 2).rem_euclid(24);
                let daily = if (7..19).contains(&of_day) { 1.0 } else { 0.15 };
                let count = (scale * daily * (0.7 + 0.6 * noise.next())).round();
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "whole, and not negative"
                )]
                let count = count as u64;
                count
            };
            (0..HOURS).map(hour).collect()
        };
        let (connections, external) = (counts(300.0), counts(120.0));
        let (mut sent, all_sent, received) =
            (counts(60_000.0), counts(200_000.0), counts(900_000.0));
        if self.is_thief() {
            for at in HOURS - 10..HOURS - 5 {
                sent[usize::try_from(at).unwrap()] += 448_000_000;
            }
        }
        row(json!({
            "appliance": self.appliance, "did": self.did, "start": start.as_millisecond(),
            "step_seconds": 3600, "co": connections, "external": external,
            "external_out": sent,
            "sizeout": if self.did == 2 { json!(null) } else { json!(all_sent) },
            "sizein": received, "asked": self.began().as_millisecond(),
        }))
    }
}

const HOURS: i64 = 28 * 24;

/// The same on every machine.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }
}

fn row<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// The series of the device that sends a lot in the last night.
pub(crate) fn thief() -> SeriesRow {
    Night { run: LAST, appliance: "site-a", did: 3 }.series()
}

/// Writes the lake, and a run that is not finished.
pub(crate) fn write(path: &Path) {
    let lake = Lake::create(path).unwrap();
    for (run, began) in RUNS.into_iter().enumerate() {
        let began: Timestamp = began.parse().unwrap();
        let mut writer = lake.begin(RunId::at(began), RunPlan::default()).unwrap();
        for (appliance, devices) in SITES {
            for did in 1..=devices {
                let night = Night { run, appliance, did };
                if !night.is_there() {
                    continue;
                }
                let line = DeviceLine {
                    device: night.device(),
                    findings: night.findings(),
                    domains: night.domains(),
                    series: (run == LAST && did <= 6).then(|| night.series()),
                    ports: Vec::new(),
                };
                writer.record(appliance, &Line::Device(Box::new(line))).unwrap();
            }
        }
        for (did, kind) in [(41, ErrorKind::Gone), (42, ErrorKind::Network)] {
            if run > 0 || did == 41 {
                writer.record("site-a", &Line::Error(error(did, kind, began))).unwrap();
            }
        }
        writer.finish(end(began)).unwrap();
    }
    // Published and without a manifest: a run that was killed just before its end.
    let files = path.join(format!("devices/run={NEWEST}"));
    copy(&files, &path.join("devices/run=2026-11-27T02-00-00Z"));
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn error(did: i64, kind: ErrorKind, asked: Timestamp) -> ErrorRow {
    let message = format!("failed: {}", kind.as_str());
    let (appliance, did, stage) = ("site-a".to_owned(), Some(did), Stage::One);
    ErrorRow { appliance, did, stage, kind, message, attempts: 3, asked }
}

fn end(began: Timestamp) -> RunEnd<'static> {
    static POLICY: std::sync::LazyLock<Policy> = std::sync::LazyLock::new(Policy::default);
    let appliance = |(name, devices): (&str, i64)| ApplianceSummary {
        name: name.to_owned(),
        devices_listed: u64::try_from(devices).unwrap() + 2,
        requests: 130,
        deep_cut: 1,
        seconds: 12.5,
        ..ApplianceSummary::default()
    };
    RunEnd {
        ended: began + SignedDuration::from_hours(1),
        complete: true,
        dt_version: "0.1.0",
        policy: &POLICY,
        appliances: SITES.map(appliance).to_vec(),
        groups: Grouping { rows: Vec::new(), of: HashMap::new(), quality: None },
        chance: Chance::default(),
        keep_series: KeepSeries::All,
    }
}
