//! A fleet in order, from rows as a sweep keeps them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::borrow::Cow;

use dt_analysis::finding::{
    Confidence, Finding, FindingRecord, FindingState, Object, Origin, Rule, Unit,
};
use dt_analysis::{Level, Policy, priority};
use dt_fleet::ranking::{By, Change, Ranking, RunRows, Subject, rank};
use dt_fleet::rows::{DeviceRow, DomainRow, FindingRow, Stage};
use dt_fleet::{
    Candidate, Chance, Night, Prevalences, Promotion, PromotionReason, demote_common, rank_score,
};
use dt_model::{DeviceId, Dialect};
use jiff::{SignedDuration, Timestamp};

const BEGAN: &str = "2026-11-26T02:00:00Z";

fn began() -> Timestamp {
    BEGAN.parse().unwrap()
}

/// What was found about one device, and how long ago that began.
#[derive(Clone, Copy)]
struct Found {
    rule: Rule,
    severity: Level,
    domain: &'static str,
    hours_ago: i64,
}

fn new_domain(domain: &'static str, hours_ago: i64) -> Found {
    Found { rule: Rule::NewDomain, severity: Level::Medium, domain, hours_ago }
}

/// A fleet as a run keeps it.
#[derive(Default)]
struct Fleet {
    devices: Vec<DeviceRow>,
    findings: Vec<FindingRow>,
    chance: Chance,
}

impl Fleet {
    fn with(mut self, did: i64, found: &[Found]) -> Self {
        let did = DeviceId::new(did);
        let findings: Vec<Finding> = found.iter().map(|it| finding(*it)).collect();
        let policy = Policy::default();
        let priority = priority::of_findings(&findings, Some(began()), Vec::new(), &policy);
        let origin = Origin { appliance: Some("site-a"), did: Some(did) };
        self.devices.push(device(did, priority.score, priority.level, findings.first()));
        self.findings.extend(findings.into_iter().map(|finding| FindingRow {
            appliance: "site-a".to_owned(),
            did,
            state: FindingState::New,
            record: FindingRecord::new(finding, origin, "digest"),
            excluded: None,
        }));
        self
    }

    fn rank(&self, before: Option<&Self>, by: By) -> Ranking<'_> {
        let Self { devices, findings, chance } = self;
        let run = RunRows { began: began(), devices, findings, groups: &[], chance };
        // The former fleet lives as long as this one in these tests.
        let before = before.map(|fleet| &*Box::leak(Box::new(fleet.devices.as_slice().into())));
        rank(run, before, by, &Policy::default())
    }
}

fn finding(found: Found) -> Finding {
    let Found { rule, severity, domain, hours_ago } = found;
    Finding {
        rule,
        severity,
        message: format!("{domain} is new"),
        object: Object::Domain(domain.to_owned()),
        first_time: began() - SignedDuration::from_hours(hours_ago),
        last_time: began(),
        observed: None,
        expected: None,
        low: None,
        high: None,
        unit: Unit::Connections,
        p: None,
        n_used: 1,
        method: Cow::Borrowed("test"),
        confidence: Confidence::Medium,
        reasons: Vec::new(),
        doubts: Vec::new(),
        attack_candidates: Vec::new(),
        explains: Vec::new(),
        breaches: Vec::new(),
    }
}

fn device(did: DeviceId, score: f64, level: Level, top: Option<&Finding>) -> DeviceRow {
    DeviceRow {
        appliance: "site-a".to_owned(),
        did,
        hostname: Some(format!("host-{}", did.get())),
        ip: None,
        mac: None,
        device_type: None,
        os: None,
        label: None,
        vendor: None,
        tags: Vec::new(),
        subnet: None,
        first_seen: None,
        last_seen: None,
        asked: began(),
        data_until: Some(began()),
        dialect: Dialect::Appliance,
        stage: Stage::One,
        stage_wanted: Stage::One,
        score,
        level,
        importance: 1.0,
        rank_score: score,
        contributions: Vec::new(),
        missing: Vec::new(),
        findings: 0,
        findings_new: 0,
        top_rule: top.map(|finding| finding.rule.id().to_owned()),
        top_reason: top.map(|finding| finding.message.clone()),
        top_destination: None,
        top_since: top.map(|finding| finding.first_time),
        connections: None,
        external_bytes_out: None,
        external_share: None,
        listed_share: None,
        group: None,
    }
}

/// What each row is about: a device's id, or how many devices have the thing.
fn subjects(ranking: &Ranking<'_>) -> Vec<String> {
    let subject = |subject: &Subject<'_>| match subject {
        Subject::Device(row) => row.did.get().to_string(),
        Subject::Thing(thing) => format!("{} on {}", thing.key.as_str(), thing.members.len()),
        Subject::Several(several) => format!("{} of {}", several.devices.len(), several.name),
    };
    ranking.rows.iter().map(|row| subject(&row.subject)).collect()
}

#[test]
fn one_domain_on_three_hundred_devices_is_one_row() {
    let everywhere = (1..=300).fold(Fleet::default(), |fleet, did| {
        fleet.with(did, &[new_domain("www.new-everywhere.example", 20)])
    });
    let ranking = everywhere.rank(None, By::Both);
    assert_eq!(subjects(&ranking), ["new-everywhere.example on 300"]);
    assert_eq!(everywhere.rank(None, By::Device).rows.len(), 300, "each by itself if asked for");
}

#[test]
fn a_device_that_does_something_else_as_well_keeps_its_row() {
    let shared = new_domain("shared.example", 20);
    let upload = Found {
        rule: Rule::ExternalUpload,
        severity: Level::High,
        ..new_domain("drop.example", 3)
    };
    let fleet = (1..=5).fold(Fleet::default(), |fleet, did| fleet.with(did, &[shared]));
    let fleet = fleet.with(6, &[upload, shared]);
    assert_eq!(subjects(&fleet.rank(None, By::Both)), ["6", "shared.example on 6"]);
}

#[test]
fn what_begins_days_apart_is_not_one_thing() {
    let fleet = (1..=4).fold(Fleet::default(), |fleet, did| {
        fleet.with(did, &[new_domain("slow.example", 48 * did)])
    });
    assert_eq!(fleet.rank(None, By::Thing).rows, []);
    assert_eq!(fleet.rank(None, By::Both).rows.len(), 4);
}

#[test]
fn two_devices_are_a_coincidence() {
    let fleet = (1..=2)
        .fold(Fleet::default(), |fleet, did| fleet.with(did, &[new_domain("pair.example", 5)]));
    assert_eq!(subjects(&fleet.rank(None, By::Both)), ["1", "2"]);
}

#[test]
fn what_began_within_a_day_comes_first_among_equals() {
    let fleet = Fleet::default()
        .with(1, &[new_domain("a.example", 90)])
        .with(2, &[new_domain("b.example", 2)])
        .with(3, &[Found { severity: Level::High, ..new_domain("c.example", 400) }]);
    assert_eq!(subjects(&fleet.rank(None, By::Both)), ["3", "2", "1"]);
}

#[test]
fn importance_orders_what_is_equal_otherwise() {
    let mut fleet = Fleet::default()
        .with(1, &[new_domain("a.example", 2)])
        .with(2, &[new_domain("b.example", 2)]);
    let controller = &mut fleet.devices[1];
    controller.importance = 2.0;
    controller.rank_score = rank_score(controller.score, 2.0);
    assert_eq!(subjects(&fleet.rank(None, By::Both)), ["2", "1"]);
}

#[test]
fn a_run_before_says_what_is_new_what_changed_and_what_is_gone() {
    let a = new_domain("a.example", 40);
    let before = Fleet::default()
        .with(
            1,
            &[
                Found { severity: Level::Low, ..a },
                Found { severity: Level::Low, ..new_domain("x.example", 90) },
            ],
        )
        .with(2, &[new_domain("b.example", 200)])
        .with(3, &[new_domain("c.example", 200)])
        .with(4, &[new_domain("d.example", 200)]);
    let now = Fleet::default()
        .with(1, &[a])
        .with(2, &[Found { rule: Rule::RegularCaller, ..new_domain("other.example", 3) }])
        .with(3, &[])
        .with(5, &[new_domain("e.example", 3)]);
    let ranking = now.rank(Some(&before), By::Both);
    let change = |did: i64| {
        let is_it = |row: &&dt_fleet::ranking::RankedRow<'_>| {
            row.subject.device().is_some_and(|row| row.did == DeviceId::new(did))
        };
        ranking.rows.iter().find(is_it).unwrap().change
    };
    assert!(matches!(change(1), Change::By(by) if by > 0.1), "{:?}", change(1));
    assert_eq!(change(2), Change::New, "another thing");
    assert_eq!(change(5), Change::New, "another device");
    let gone =
        ranking.gone.iter().filter_map(|row| Some((row.subject.device()?.did.get(), row.change)));
    assert_eq!(gone.collect::<Vec<_>>(), [(3, Change::Gone), (4, Change::NotSwept)]);
    assert_eq!(now.rank(None, By::Both).rows[0].change, Change::Unknown);
}

#[test]
fn a_row_that_ordinary_days_bring_has_a_high_q() {
    let usual = Night { scores: vec![0.5, 0.45, 0.4], until: None };
    let upload = Found {
        rule: Rule::ExternalUpload,
        severity: Level::High,
        ..new_domain("drop.example", 3)
    };
    let fleet = Fleet {
        chance: Chance::new(vec![usual; 7]),
        ..Fleet::default().with(1, &[new_domain("a.example", 3)]).with(2, &[upload])
    };
    let ranking = fleet.rank(None, By::Both);
    assert_eq!(ranking.rows[0].chance, Some(0.0), "no ordinary day reaches it");
    assert!(ranking.rows[0].q < Some(0.2) && ranking.rows[1].q > Some(0.9), "{:?}", ranking.rows);
    let unknown = Fleet { chance: Chance::default(), ..fleet };
    assert_eq!(unknown.rank(None, By::Both).rows[0].q, None);
}

#[test]
fn what_adds_up_over_weeks_is_held_against_a_night_by_what_the_night_brought() {
    let low = |rule, hours_ago| Found {
        rule,
        severity: Level::Low,
        ..new_domain("a.example", hours_ago)
    };
    // Every night, some devices have one low finding.
    let one = rank_score(1.0 / (1.0 + 1.6_f64.exp()), 1.0);
    let fleet = Fleet {
        chance: Chance::new(vec![Night { scores: vec![one; 5], until: None }; 14]),
        ..Fleet::default().with(
            1,
            &[
                low(Rule::ExternalUpload, 3),
                low(Rule::ConnectionRise, 100),
                low(Rule::NewDomain, 200),
            ],
        )
    };
    let ranking = fleet.rank(None, By::Device);
    let row = &ranking.rows[0];
    assert!(row.score > one, "together they are more than any night brings");
    assert_eq!((row.chance, row.q), (Some(5.0), Some(1.0)), "but this night brought no more");
}

fn uses(did: i64, domain: &str) -> DomainRow {
    let row = serde_json::json!({
        "appliance": "site-a", "did": did, "domain": domain, "registrable": domain,
    });
    serde_json::from_value(row).unwrap()
}

#[test]
fn a_new_domain_that_many_devices_use_is_low_and_their_scores_follow() {
    let common = new_domain("common.example", 3);
    let upload = Found { rule: Rule::ExternalUpload, ..new_domain("drop.example", 3) };
    let fleet =
        Fleet::default().with(1, &[common, upload]).with(2, &[new_domain("rare.example", 3)]);
    let (mut devices, mut findings) = (fleet.devices.clone(), fleet.findings.clone());
    let domains: Vec<DomainRow> = (1..=30)
        .map(|did| uses(did, "common.example"))
        .chain([uses(2, "rare.example"), uses(1, "drop.example")])
        .collect();
    let prevalences = Prevalences::new(100, &domains);
    let (of_first, of_second) = findings.split_at_mut(2);
    for (device, findings) in devices.iter_mut().zip([of_first, of_second]) {
        demote_common(device, findings, &prevalences, &Policy::default());
    }

    assert!(devices[0].score < fleet.devices[0].score);
    assert_eq!(
        devices[0].top_rule.as_deref(),
        Some(Rule::ExternalUpload.id()),
        "the worst is first"
    );
    let severities: Vec<Level> = findings.iter().map(|row| row.record.finding.severity).collect();
    assert_eq!(severities, [Level::Medium, Level::Low, Level::Medium]);
    assert_eq!(
        findings[1].record.finding.doubts,
        ["common in the fleet: at least 30 of 100 (30 %) devices"]
    );
    assert_eq!(devices[1], fleet.devices[1], "what is rare stays as it is");
}

#[test]
fn devices_are_promoted_for_a_reason_and_the_rest_is_counted() {
    let rows: Vec<DeviceRow> = (1..=1_000)
        .map(|did| {
            let (score, level) =
                if did <= 70 { (0.5, Level::Medium) } else { (0.1, Level::Minimal) };
            device(DeviceId::new(did), score, level, None)
        })
        .collect();
    let candidates: Vec<Candidate<'_>> = rows
        .iter()
        .map(|row| Candidate {
            row,
            rare_share: 0.0,
            is_new_domain: false,
            before: None,
            is_breached: row.did == DeviceId::new(900),
        })
        .collect();
    let promoted = Promotion::default().choose(candidates.len(), &candidates);
    assert_eq!((promoted.chosen.len(), promoted.cut.len()), (50, 21), "5 % of 1,000");
    assert!(promoted.cut.contains(&899), "a better score comes first");

    let promotion = Promotion::default();
    let quiet = Candidate {
        row: &rows[500],
        rare_share: 0.0,
        is_new_domain: false,
        before: None,
        is_breached: false,
    };
    let reason = |candidate| promotion.reason(&candidate);
    assert_eq!(reason(quiet), None);
    assert_eq!(reason(Candidate { rare_share: 0.02, ..quiet }), Some(PromotionReason::RareDomain));
    assert_eq!(
        reason(Candidate { before: Some(Level::Medium), ..quiet }),
        Some(PromotionReason::LastRun)
    );
    assert_eq!(reason(Candidate { before: Some(Level::Low), ..quiet }), None);
    assert_eq!(
        reason(Candidate { is_breached: true, ..quiet }),
        Some(PromotionReason::ModelBreach)
    );
}

#[test]
fn what_matters_more_comes_first_and_what_is_excluded_counts_for_nothing() {
    let mut fleet = Fleet::default()
        .with(1, &[new_domain("one.example", 30)])
        .with(2, &[new_domain("other.example", 30)])
        .with(3, &[new_domain("x.example", 1)])
        .with(4, &[new_domain("x.example", 1)])
        .with(5, &[new_domain("x.example", 1)]);
    let device = &mut fleet.devices[1];
    device.importance = 20.0;
    device.rank_score = rank_score(device.score, 20.0);
    let ranking = fleet.rank(None, By::Device);
    assert_eq!(ranking.rows[0].subject.device().unwrap().did.get(), 2, "its odds make it high");

    assert_eq!(fleet.rank(None, By::Thing).rows.len(), 1);
    fleet.findings[4].excluded = Some("known".to_owned());
    assert_eq!(fleet.rank(None, By::Thing).rows.len(), 0, "on two devices it is no thing");

    let appliances = fleet.rank(None, By::Appliance);
    let [row] = appliances.rows.as_slice() else { panic!("{appliances:?}") };
    let Subject::Several(several) = &row.subject else { panic!("{row:?}") };
    assert_eq!((several.name, several.devices.len(), row.importance), ("site-a", 5, 20.0));
}
