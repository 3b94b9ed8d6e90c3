//! Each revision of a finding is told once, however often a device is looked at.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use dt_analysis::finding::{Confidence, Object, Rule};
use dt_analysis::{AsOf, Level, Policy};
use dt_model::{Evidence, EvidencePart};
use dt_report::contract::{Answer, Finding, Perspective, State, Told};
use dt_report::ledger::{Ledger, Look};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

const DID: i64 = 12345;

/// Findings as they are made, of which tests change what matters to them.
fn findings() -> Vec<Finding> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/appliance");
    let read = |part| fs::read(fixtures.join(format!("ordinary.{part}.json"))).ok();
    let evidence = Evidence::from_parts(read).unwrap();
    let now = "2026-11-23T23:40:00Z".parse().unwrap();
    let viewpoint = AsOf { now, zone: &TimeZone::UTC };
    let policy = &Policy::default();
    let perspective = Perspective { policy, viewpoint, appliance: Some("darktrace.example") };
    Answer::report(&evidence, perspective).unwrap().body.findings.unwrap()
}

fn at(day: i8, hour: i8) -> Timestamp {
    format!("2026-11-{day:02}T{hour:02}:00:00Z").parse().unwrap()
}

/// An upload from one time to another.
fn upload(id: &str, first_time: Timestamp, last_time: Timestamp) -> Finding {
    let about = Object::Hours { start: first_time, end: last_time };
    Finding {
        id: id.to_owned(),
        level: Level::Medium,
        severity: "medium",
        certainty: Confidence::Medium,
        object: (&about).into(),
        about,
        first_time,
        last_time,
        ..findings().swap_remove(0)
    }
}

/// A domain that was first seen at a time.
fn domain(name: &str, first_time: Timestamp) -> Finding {
    about(Rule::NewDomain, Object::Domain(name.to_owned()), name, first_time)
}

fn about(kind: Rule, about: Object, id: &str, first_time: Timestamp) -> Finding {
    Finding {
        id: id.to_owned(),
        kind,
        rule: kind.into(),
        object: (&about).into(),
        about,
        ..upload("", first_time, first_time)
    }
}

/// A ledger that is kept and read again between looks, as a watcher's is.
#[derive(Default)]
struct Watched(Ledger);

impl Watched {
    fn look(&mut self, until: Timestamp, findings: &[Finding]) -> Vec<(String, State)> {
        self.look_with(until, findings, |look| look)
    }

    fn look_with<'a>(
        &mut self,
        until: Timestamp,
        findings: &'a [Finding],
        with: impl FnOnce(Look<'a>) -> Look<'a>,
    ) -> Vec<(String, State)> {
        let until = Some(until);
        let look = Look { did: DID, findings, until, missed: &[], since: None };
        let told = self.0.news(with(look));
        self.0 = serde_json::from_str(&serde_json::to_string(&self.0).unwrap()).unwrap();
        told.into_iter().map(|Told { event_id, finding, .. }| (event_id, finding.state)).collect()
    }
}

fn told(id: &str, state: State) -> Vec<(String, State)> {
    vec![(id.to_owned(), state)]
}

#[test]
fn findings_read_back_as_they_were_written() {
    for finding in findings() {
        let text = serde_json::to_string(&finding).unwrap();
        assert_eq!(serde_json::from_str::<Finding>(&text).unwrap(), finding);
        let unknown = text.replace(finding.rule.id, "dt-from-the-future");
        let error = serde_json::from_str::<Finding>(&unknown).unwrap_err().to_string();
        assert!(error.contains("dt-from-the-future"), "{error}");
    }
}

#[test]
fn what_is_the_same_is_told_once() {
    let mut ledger = Watched::default();
    let found = [upload("a", at(20, 2), at(20, 5))];
    assert_eq!(ledger.look(at(20, 5), &found), told("a:1", State::New));
    for hour in 6..23 {
        assert_eq!(ledger.look(at(20, hour), &found), [], "{hour}");
    }
}

#[test]
fn an_incident_goes_on_and_ends() {
    let mut ledger = Watched::default();
    let mut look = |until, last| ledger.look(until, &[upload("a", at(20, 2), last)]);
    assert_eq!(look(at(20, 3), at(20, 3)), told("a:1", State::New));
    assert_eq!(look(at(20, 4), at(20, 4)), told("a:2", State::Updated));
    assert_eq!(look(at(21, 3), at(20, 4)), []);
    assert_eq!(look(at(21, 4), at(20, 4)), told("a:3", State::Ended));
    assert_eq!(look(at(21, 5), at(20, 4)), []);
    // It comes back.
    assert_eq!(look(at(21, 6), at(21, 6)), told("a:4", State::Updated));
}

#[test]
fn what_was_over_when_it_was_first_seen_is_told_with_its_end() {
    let mut ledger = Watched::default();
    let found = [upload("a", at(10, 2), at(10, 5))];
    let both = [told("a:1", State::New), told("a:2", State::Ended)].concat();
    assert_eq!(ledger.look(at(20, 5), &found), both);
    assert_eq!(ledger.look(at(20, 7), &found), []);
    assert_eq!(ledger.look(at(25, 6), &[]), []);
}

#[test]
fn what_went_on_and_ended_while_nobody_looked_is_told_as_ended() {
    let mut ledger = Watched::default();
    let until = |last| [upload("a", at(20, 2), last)];
    assert_eq!(ledger.look(at(20, 3), &until(at(20, 3))), told("a:1", State::New));
    assert_eq!(ledger.look(at(22, 0), &until(at(20, 9))), told("a:2", State::Ended));
    // And once more, after it came back.
    assert_eq!(ledger.look(at(25, 0), &until(at(23, 9))), told("a:3", State::Ended));
    assert_eq!(ledger.look(at(25, 1), &until(at(23, 9))), []);
}

#[test]
fn an_incident_keeps_its_id_though_its_first_hour_moves() {
    let mut ledger = Watched::default();
    ledger.look(at(20, 5), &[upload("a", at(20, 2), at(20, 5))]);
    // Looked at an hour later, it seems to have begun earlier.
    let found = [upload("b", at(20, 1), at(20, 6))];
    assert_eq!(ledger.look(at(20, 6), &found), told("a:2", State::Updated));
    assert_eq!(ledger.look(at(20, 7), &found), []);
}

#[test]
fn two_incidents_stay_two() {
    let mut ledger = Watched::default();
    let first = upload("a", at(20, 2), at(20, 5));
    ledger.look(at(20, 5), std::slice::from_ref(&first));
    // The second is listed first, and would overlap what the first one was.
    let found = [upload("b", at(20, 4), at(20, 9)), first];
    assert_eq!(ledger.look(at(20, 9), &found), told("b:1", State::New));
}

#[test]
fn only_more_is_news() {
    let mut ledger = Watched::default();
    let as_level = |level: Level| Finding {
        level,
        severity: level.as_str(),
        ..upload("a", at(20, 2), at(20, 5))
    };
    let mut look = |level| ledger.look(at(20, 5), &[as_level(level)]);
    assert_eq!(look(Level::Medium), told("a:1", State::New));
    assert_eq!(look(Level::Low), []);
    assert_eq!(look(Level::Medium), []);
    assert_eq!(look(Level::High), told("a:2", State::Updated));
}

#[test]
fn a_domain_ends_a_day_after_it_was_last_found() {
    let mut ledger = Watched::default();
    let found = [domain("rare.example", at(19, 0))];
    assert_eq!(ledger.look(at(20, 0), &found), told("rare.example:1", State::New));
    // It comes and goes at the edge of a threshold.
    assert_eq!(ledger.look(at(20, 1), &[]), []);
    assert_eq!(ledger.look(at(20, 2), &found), []);
    assert_eq!(ledger.look(at(21, 1), &[]), []);
    assert_eq!(ledger.look(at(21, 2), &[]), told("rare.example:2", State::Ended));
    assert_eq!(ledger.look(at(21, 3), &[]), []);
    assert_eq!(ledger.look(at(21, 4), &found), told("rare.example:3", State::Updated));
}

#[test]
fn what_could_not_be_looked_at_does_not_end() {
    let mut ledger = Watched::default();
    let port = about(Rule::NewPort, Object::Port(8443.into()), "port", at(19, 0));
    ledger.look(at(20, 0), &[domain("rare.example", at(19, 0)), port]);
    let missed = |look| Look { missed: &[EvidencePart::Endpoints], ..look };
    // A port is known without the details of domains.
    assert_eq!(ledger.look_with(at(22, 0), &[], missed), told("port:2", State::Ended));
    assert_eq!(ledger.look(at(22, 1), &[]), told("rare.example:2", State::Ended));
}

#[test]
fn since_leaves_out_what_ended_before_until_it_comes_back() {
    let mut ledger = Watched::default();
    let since = |look| Look { since: Some(at(19, 0)), ..look };
    let (old, new) = (upload("a", at(10, 2), at(10, 5)), upload("b", at(19, 2), at(19, 5)));
    let found = [old.clone(), new.clone()];
    assert_eq!(ledger.look_with(at(20, 0), &found, since), told("b:1", State::New));
    // Neither is it told by a run without that, nor what was only missing from the first look.
    assert_eq!(ledger.look(at(20, 0), &found), []);
    let found = [old, new, upload("c", at(18, 2), at(18, 5))];
    assert_eq!(ledger.look_with(at(20, 0), &found, since), []);
    let found = [upload("a", at(10, 2), at(20, 1)), found[1].clone(), found[2].clone()];
    assert_eq!(ledger.look(at(20, 1), &found), told("a:1", State::New));
}

#[test]
fn what_is_long_over_is_forgotten() {
    let mut ledger = Watched::default();
    let start = at(1, 0);
    let quiet = |days: i64| start + SignedDuration::from_hours(24 * days);
    let knows = |ledger: &Watched, id: &str| serde_json::to_string(&ledger.0).unwrap().contains(id);
    ledger.look(quiet(0), &[upload("an-upload", start, start), domain("rare.example", start)]);
    ledger.look(quiet(1), &[]);
    assert!(knows(&ledger, "an-upload"));
    // Even what could not be looked at since.
    let missed = |look| Look { missed: &[EvidencePart::Endpoints], ..look };
    ledger.look_with(quiet(40), &[], missed);
    assert!(!knows(&ledger, "an-upload") && !knows(&ledger, "rare.example"));
    ledger.0.forget(quiet(60));
    assert_eq!(ledger.0.until(DID), Some(quiet(40)));
    ledger.0.forget(quiet(80));
    assert_eq!(ledger.0.until(DID), None);
}
