//! What the appliance itself says, beside what is found.

use dt_analysis::alerts::{ApplianceAlerts, MOST_BREACHES};
use dt_analysis::assessment::Assessment;
use dt_analysis::exclusions::ExclusionsAt;
use dt_analysis::finding::Family;
use dt_analysis::plan::{Alerts, ReportPlan};
use dt_analysis::{AsOf, Level, Policy, device_report};
use dt_model::{
    DataType, DeviceId, DeviceInfoQuery, Evidence, EvidencePart, Part, PartState, Plan, Refusal,
    RefusalKind,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::answers::{HOURS, answer, assessed, entry, hour, office};

/// When much is sent, for three hours.
const NIGHT: usize = HOURS - 30;

/// Minutes after an hour began.
fn at(begin: usize, minutes: i64) -> Timestamp {
    hour(begin) + SignedDuration::from_mins(minutes)
}

/// A breach of device 1 as an appliance tells it.
fn breach(pbid: usize, time: Timestamp, more: &str) -> String {
    let time = time.as_millisecond();
    format!(r#"{{"pbid": {pbid}, "time": {time}, "device": {{"did": 1}}{more}}}"#)
}

const TRANSFER: &str =
    r#", "score": 0.8, "model": {"then": {"name": "Unusual Activity::Transfer", "priority": 4}}"#;

/// Evidence about device 1, which sends much in a night or nothing unusual, and what the appliance says.
fn evidence(is_loud: bool, breaches: &[String]) -> Evidence {
    let sent = move |at: usize| {
        let night = is_loud && (NIGHT..NIGHT + 3).contains(&at);
        1_000 * office(at) + if night { 900_000_000 } else { 0 }
    };
    let domains = r#""totalUsed":1000,"externalDomains":[{"domain":"cdn.bad.example","size":60},
        {"domain":"notbad.example","size":40}]"#;
    let external_out = Part::Answered(answer(DataType::BytesOut, &[entry(1, sent, domains)]));
    let mut evidence = Evidence { external_out, ..Evidence::default() };
    let body = format!("[{}]", breaches.join(","));
    let warnings = evidence.add_saved(EvidencePart::Breaches, body.as_bytes()).unwrap();
    assert!(warnings.is_empty(), "{warnings:?}");
    evidence
}

/// What the appliance adds to the priority.
fn added(found: &Assessment) -> Option<f64> {
    let mut terms = found.priority.contributions.iter();
    Some(terms.find(|it| it.family == Some(Family::Appliance))?.weight)
}

#[test]
fn a_breach_belongs_to_the_finding_within_which_it_was() {
    let within = [at(NIGHT, 14), at(NIGHT + 2, 59), at(NIGHT + 3, 30)];
    let outside = [at(NIGHT, -1), at(NIGHT + 4, 1), at(NIGHT - 200, 0)];
    let times = || within.iter().chain(&outside);
    let breaches: Vec<String> =
        (1..).zip(times()).map(|(n, it)| breach(n, *it, TRANSFER)).collect();
    let found = assessed(&evidence(true, &breaches));
    let [finding] = found.findings.as_slice() else { panic!("{:?}", found.findings) };
    assert_eq!((finding.first_time, finding.last_time), (hour(NIGHT), hour(NIGHT + 3)));
    assert!(finding.breaches.iter().map(|breach| breach.time).eq(within), "the oldest first");
    assert_eq!(finding.breaches[0].model.as_deref(), Some("Unusual Activity::Transfer"));

    let told = found.alerts.breaches.unwrap();
    assert_eq!(told.len(), 6, "one without a finding is told, too");
    assert!(told.is_sorted_by_key(|it| std::cmp::Reverse(it.breach.time)), "the newest first");
    for it in told {
        assert_eq!(it.finding, within.contains(&it.breach.time).then_some(0), "{it:?}");
    }
}

#[test]
fn a_breach_is_told_once_whatever_is_excluded() {
    let evidence = evidence(true, &[breach(1, at(NIGHT, 14), TRANSFER)]);
    let as_of = AsOf { now: hour(HOURS), zone: &TimeZone::UTC };
    let policy = Policy::default();
    let report = device_report(&evidence, None, as_of, &policy);
    let again = report.clone().excluding(ExclusionsAt::NONE, &evidence, as_of, &policy);
    assert_eq!(report, again);
    assert_eq!(again.assessment.unwrap().findings[0].breaches.len(), 1);
}

#[test]
fn a_breach_is_a_reason_and_never_stands_for_a_finding() {
    let strongest = |pbid| {
        let model = r#", "score": 1, "model": {"name": "A::B", "priority": 5}"#;
        breach(pbid, hour(HOURS - 1), model)
    };
    let none = assessed(&evidence(false, &[]));
    assert_eq!((added(&none), none.priority.level), (None, Level::Minimal));
    let many: Vec<String> = (1..100).map(strongest).collect();
    let found = assessed(&evidence(false, &many));
    assert!(found.findings.is_empty());
    assert_eq!(added(&found), Some(Policy::default().priority.appliance_cap));
    assert_eq!(found.priority.level, Level::Low, "{}", found.priority);
    let message = &found.priority.contributions.last().unwrap().message;
    assert_eq!(message, r#"the appliance breached "B", and 98 more"#);

    let alone = assessed(&evidence(true, &[]));
    let both = assessed(&evidence(true, &many));
    assert!(both.priority.score > alone.priority.score);
    assert_eq!(both.findings[0].severity, alone.findings[0].severity);
}

#[test]
fn a_breach_weighs_by_score_priority_and_age_and_nothing_once_it_is_acknowledged() {
    let weight = |time, more: &str| added(&assessed(&evidence(false, &[breach(1, time, more)])));
    let recent = hour(HOURS);
    assert_eq!(
        weight(recent, r#", "score": 0.5, "model": {"name": "A", "priority": 4}"#),
        Some(0.4)
    );
    assert_eq!(weight(recent, ""), Some(0.25), "what is not known counts as half");
    let old = weight(hour(HOURS - 14 * 24), "").unwrap();
    assert!((old - 0.125).abs() < 1e-9, "{old}");
    let acknowledged = r#", "acknowledged": {"username": "a", "time": 1}"#;
    let evidence = evidence(false, &[breach(1, recent, acknowledged)]);
    let found = assessed(&evidence);
    assert_eq!(added(&found), None);
    let [told] = found.alerts.breaches.as_deref().unwrap() else { panic!() };
    assert!(told.breach.acknowledged, "it is told, and marked");
}

#[test]
fn only_the_newest_breaches_are_told_and_the_cut_is_counted() {
    let breaches: Vec<String> = (0..MOST_BREACHES + 3)
        .map(|n| {
            breach(n, at(NIGHT - 100, 0) + SignedDuration::from_mins(i64::try_from(n).unwrap()), "")
        })
        .collect();
    let found = ApplianceAlerts::of(&evidence(false, &breaches));
    let told = found.breaches.unwrap();
    assert_eq!((told.len(), found.left_out), (MOST_BREACHES, 3));
    assert_eq!(told.last().unwrap().breach.pbid, 3);
}

#[test]
fn what_is_said_about_other_devices_is_left_out() {
    let other = |text: String| text.replace(r#""did": 1"#, r#""did": 2"#);
    let breaches = [breach(1, hour(1), ""), other(breach(2, hour(2), "")), breach(1, hour(1), "")];
    let mut evidence = evidence(false, &breaches);
    let groups = br#"[{"id": "a", "devices": [1, 2]}, {"id": "b", "devices": [2]}]"#;
    evidence.add_saved(EvidencePart::Analyst, groups).unwrap();
    let found = ApplianceAlerts::of(&evidence);
    let pbids: Vec<i64> = found.breaches.iter().flatten().map(|it| it.breach.pbid).collect();
    assert_eq!(pbids, [1], "and what is said twice is told once");
    let groups: Vec<String> = found.incidents.into_iter().flatten().map(|it| it.id).collect();
    assert_eq!(groups, ["a"]);
}

#[test]
fn watched_domains_mark_what_is_below_them() {
    let mut evidence = evidence(false, &[]);
    let feed = br#"["other.example", {"name": "Bad.Example.", "description": "Loader"}]"#;
    evidence.add_saved(EvidencePart::Watched, feed).unwrap();
    let watched = ApplianceAlerts::of(&evidence).watched.unwrap();
    let [it] = watched.as_slice() else { panic!("{watched:?}") };
    assert_eq!(it.domain, "cdn.bad.example");
    assert_eq!(it.watched.description.as_deref(), Some("Loader"));
}

#[test]
fn what_is_refused_is_missing_and_the_rest_is_assessed() {
    let mut evidence = evidence(true, &[]);
    let refusal =
        Refusal::new(RefusalKind::Permission, Some(403), "the token's user lacks a permission");
    evidence.refuse(EvidencePart::Breaches, refusal);
    let found = assessed(&evidence);
    assert_eq!(found.alerts.breaches, None);
    assert_eq!(found.findings.len(), 1);
    let missing = found.priority.missing;
    let refused =
        "model breaches (breaches): refused: HTTP 403, the token's user lacks a permission";
    assert!(missing.iter().any(|it| it == refused), "{missing:?}");
    assert!(missing.iter().any(|it| it == "watched domains (watched): not asked"), "{missing:?}");

    // Saved responses seldom hold them: nobody misses them there.
    let given = Evidence::given();
    assert_eq!(given.state(EvidencePart::Breaches), PartState::NotGiven);
    assert!(given.missing().iter().all(|missing| !missing.part.is_own_accord()));
}

#[test]
fn a_report_asks_about_the_device_or_once_about_all_of_them() {
    let first = |alerts: Option<Alerts>, policy: &Policy| -> Vec<String> {
        let query = DeviceInfoQuery::new(DeviceId::new(1)).unwrap();
        let as_of = AsOf { now: hour(HOURS), zone: &TimeZone::UTC };
        let plan = ReportPlan::new(query, as_of, policy);
        let mut plan = match alerts {
            Some(alerts) => plan.alerts(alerts),
            None => plan,
        };
        let questions = plan.next(&Evidence::default());
        let told = questions[5..].iter().map(|question| {
            let pairs = question.pairs().unwrap();
            let value = |key| pairs.iter().find(|(name, _)| *name == key).map(|(_, it)| &**it);
            let back = value("starttime").map(|start| {
                let time = |text: &str| Timestamp::from_millisecond(text.parse().unwrap()).unwrap();
                let since = time(value("endtime").unwrap()).duration_since(time(start));
                format!(" {} days", since.as_hours() / 24)
            });
            let did = value("did").map_or(String::new(), |did| format!(" of {did}"));
            format!("{question}{did}{}", back.unwrap_or_default())
        });
        told.collect()
    };
    let policy = Policy::default();
    assert_eq!(first(None, &policy), ["breaches of 1 28 days", "analyst of 1 28 days", "watched"]);
    let all = first(Some(Alerts::OfAll), &policy);
    assert_eq!(all, ["breaches 28 days", "analyst 28 days", "watched"]);
    assert!(first(Some(Alerts::Omitted), &policy).is_empty());
    assert!(first(None, &Policy::documented()).is_empty());
}
