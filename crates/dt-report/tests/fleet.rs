//! A fleet in order, in every format.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dt_analysis::{AsOf, Policy};
use dt_fleet::ranking::{By, RunRows, rank};
use dt_fleet::rows::{DeviceRow, FindingRow};
use dt_fleet::{ApplianceSummary, Chance, Manifest, Totals};
use dt_report::contract::{Document, Fleet, FleetRowKind, FleetRowState, FleetTotals, SweepRun};
use dt_report::schema::Object;
use dt_report::table::Options;
use dt_report::{PageFormat, Provenance, csv, json, table};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

fn now() -> Timestamp {
    "2026-11-26T02:00:00Z".parse().unwrap()
}

fn device(did: i64, name: &str, score: f64, level: &str) -> DeviceRow {
    let time = now().as_millisecond();
    serde_json::from_value(json!({
        "appliance": "site-a", "did": did, "hostname": name, "ip": null, "mac": null, "type": "laptop",
        "os": null, "label": null, "vendor": null, "tags": ["Finance"], "subnet": null, "asked": time,
        "dialect": "appliance", "stage": 1, "stage_wanted": 1, "score": score, "level": level,
        "importance": 1.0, "rank_score": score, "contributions": [], "missing": ["bytes sent: not asked"],
        "findings": 1, "findings_new": 1, "top_rule": "dt-external-upload",
        "top_reason": format!("{name} sent 2.40 GB externally"), "top_destination": "cdn-sync.example",
        "top_since": time - 3_600_000, "connections": 7, "external_bytes_out": 2_400_000_000_u64,
        "external_share": 0.5, "listed_share": 0.9, "group": null,
    }))
    .unwrap()
}

/// A new domain on a device.
fn finding(did: i64) -> FindingRow {
    serde_json::from_value(json!({
        "appliance": "site-a", "did": did, "state": "new",
        "record": {
            "id": format!("00000000-0000-5000-8000-{did:012}"), "rule_version": 1, "policy": "",
            "finding": {
                "rule": "dt-new-domain", "severity": "medium",
                "message": "new-everywhere.example is new",
                "object": {"type": "domain", "key": "new-everywhere.example"},
                "first_time": now(), "last_time": now(), "unit": "connections", "n_used": 1,
                "method": "test", "confidence": "medium",
            },
        },
    }))
    .unwrap()
}

fn manifest() -> Manifest {
    Manifest {
        format: 1,
        run: "2026-11-26T02-00-00Z".to_owned(),
        began: now(),
        ended: now(),
        complete: true,
        dt_version: "0.1.0".to_owned(),
        policy: "digest".to_owned(),
        appliances: vec![ApplianceSummary {
            name: "site-a".to_owned(),
            devices_listed: 303,
            swept: 302,
            deep: 1,
            deep_cut: 2,
            failed: 1,
            ..ApplianceSummary::default()
        }],
        files: Vec::new(),
        shard: None,
        selection: [("tag".to_owned(), "Finance".to_owned())].into(),
        chance: Chance::default(),
        groups: None,
    }
}

/// One device that is urgent, and 300 on which one domain is new.
fn fleet(top: usize) -> Fleet {
    let hostile = "<b>ws\u{202e}1</b>|=1+1";
    let mut devices = vec![device(1, hostile, 0.93, "high")];
    devices.extend((2..=301).map(|did| device(did, "quiet", 0.14, "minimal")));
    let findings: Vec<FindingRow> = (2..=301).map(finding).collect();
    let manifest = manifest();
    let run = RunRows {
        began: now(),
        devices: &devices,
        findings: &findings,
        groups: &[],
        chance: &manifest.chance,
    };
    let before = [device(999, "was urgent", 0.5, "medium")].as_slice().into();
    let ranking = rank(run, Some(&before), By::Both, &Policy::default());
    Fleet::new(&manifest, None, &devices, &ranking, top)
}

fn screen(fleet: Fleet) -> String {
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    let options = Options::new(viewpoint);
    let text = table::render(&Document::Fleet(fleet), &options);
    anstream::adapter::strip_str(&text).to_string()
}

#[test]
fn json_is_what_the_schemas_say() {
    let documents = [
        (Object::Fleet, Document::Fleet(fleet(20))),
        (Object::Sweep, Document::Sweep(SweepRun::new(&manifest()))),
    ];
    for (object, document) in documents {
        let printed: Value = serde_json::from_str(&json::render(&document)).unwrap();
        let validator =
            jsonschema::options().should_validate_formats(true).build(&object.schema()).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&printed).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{object:?}: {faults:?}");
    }
}

#[test]
fn rows_are_devices_things_and_what_is_gone() {
    let fleet = fleet(20);
    let kinds: Vec<_> = fleet.rows.iter().map(|row| (row.rank, row.kind, row.state)).collect();
    assert_eq!(
        kinds,
        [
            (Some(1), FleetRowKind::Device, Some(FleetRowState::New)),
            (Some(2), FleetRowKind::Thing, Some(FleetRowState::New)),
            (None, FleetRowKind::Device, Some(FleetRowState::NotSwept)),
        ]
    );
    let thing = &fleet.rows[1];
    assert_eq!(
        (thing.devices, thing.names.len(), thing.destination.as_deref()),
        (300, 5, Some("new-everywhere.example"))
    );
    assert_eq!(self::fleet(1).more, 1);
}

#[test]
fn what_was_urgent_and_was_not_looked_at_is_not_over() {
    let screen = screen(fleet(20));
    let (_, after) = screen.split_once("NOT LOOKED AT: AS IT WAS BEFORE").unwrap();
    assert!(after.contains("was urgent") && !screen.contains("NO LONGER URGENT"), "{screen}");
}

#[test]
fn how_many_are_urgent_does_not_depend_on_how_many_are_shown() {
    let sentence = |top| {
        let screen = screen(fleet(top));
        let line = screen.lines().find(|line| line.starts_with("FLEET")).unwrap();
        line.split_once('.').unwrap().0.to_owned()
    };
    assert_eq!(sentence(0), sentence(20));
    let fleet = fleet(0);
    assert_eq!((fleet.totals.high, fleet.totals.medium, fleet.totals.low), (1, 0, 0));
}

#[test]
fn where_nothing_was_looked_at_nothing_is_said_to_be_usual() {
    let mut fleet = fleet(20);
    fleet.rows.clear();
    let devices = Totals { listed: 30, swept: 0, failed: 30, ..fleet.totals.devices };
    fleet.totals = FleetTotals { devices, high: 0, medium: 0, low: 0 };
    let screen = screen(fleet);
    assert!(screen.contains("No device could be assessed"), "{screen}");
}

#[test]
fn the_screen_says_how_many_first_and_what_was_not_seen() {
    let screen = screen(fleet(20));
    // Lines are broken where they are full.
    let text = screen.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("302 of 303 devices were looked at, 1 of them in full; 1 failed."),
        "{screen}"
    );
    assert!(screen.contains("300 devices (99.7 %)"), "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    assert!(text.contains("2 more devices deserved a full report"), "{screen}");
    assert!(text.contains("not known yet"), "{screen}");
    assert!(!screen.contains('\u{202e}'), "{screen}");
}

#[test]
fn a_name_becomes_no_markup() {
    let policy = Policy::default();
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    let made = Provenance { viewpoint, source: "lake", policy: Some(&policy) };
    let documents = [Document::Fleet(fleet(20))];
    let page = PageFormat::Html.render(&documents, &made);
    assert!(page.contains("&#60;b&#62;ws") && !page.contains("<b>ws"), "{page}");
    assert!(!PageFormat::Markdown.render(&documents, &made).contains("<b>ws"));
}

#[test]
fn a_change_is_a_number_to_a_spreadsheet_and_what_became_of_it_a_word() {
    let mut fleet = fleet(20);
    fleet.rows[0].state = Some(FleetRowState::Changed);
    fleet.rows[0].change = Some(-0.12);
    let document = Document::Fleet(fleet);
    let text = csv::header(&document) + &csv::rows(&document);
    let mut table = ::csv::Reader::from_reader(text.as_bytes());
    let place = |header: &::csv::StringRecord, name| header.iter().position(|it| it == name);
    let header = table.headers().unwrap().clone();
    let [state, change] = ["state", "change"].map(|name| place(&header, name).unwrap());
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    let told: Vec<_> = rows.iter().map(|row| (&row[state], &row[change])).collect();
    assert_eq!(told, [("changed", "-0.12"), ("new", ""), ("not swept", "")]);
}
