//! Each revision of a finding is reported once, however often a device is looked at.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod forgetting;
mod levels;
mod missing;
mod once;
mod stored;

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::slice::from_ref;
use std::sync::LazyLock;

use dt_analysis::assessment::assess;
use dt_analysis::finding::FindingState::{Ended, New, Updated};
use dt_analysis::finding::{
    Confidence, Finding, FindingId, FindingIdPrefix, FindingRecord, FindingState, FindingTracker,
    Object, Observation, Origin, Rule, Technique, Unit, Untold,
};
use dt_analysis::{AsOf, Level, Policy};
use dt_model::{DeviceId, Diagnostic, Evidence, EvidencePart};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

const DID: DeviceId = DeviceId::new(12345);

/// Findings as they are made, of which tests change what matters to them.
static FINDINGS: LazyLock<Vec<Finding>> = LazyLock::new(|| {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/appliance");
    let read = |part| fs::read(fixtures.join(format!("ordinary.{part}.json"))).ok();
    let evidence = Evidence::from_parts(read).unwrap();
    let now = "2026-11-23T23:40:00Z".parse().unwrap();
    let as_of = AsOf { now, zone: &TimeZone::UTC };
    assess(&evidence, as_of, &Policy::default()).findings
});

fn record(finding: Finding) -> FindingRecord {
    let origin = Origin { appliance: Some("darktrace.example"), did: Some(DID) };
    FindingRecord::new(finding, origin, "a policy")
}

fn at(day: i8, hour: i8) -> Timestamp {
    format!("2026-11-{day:02}T{hour:02}:00:00Z").parse().unwrap()
}

/// An upload from one time to another.
fn upload(name: &str, first_time: Timestamp, last_time: Timestamp) -> FindingRecord {
    let object = Object::Hours { start: first_time, end: last_time };
    about(name, Rule::ExternalUpload, object, first_time..last_time)
}

/// A domain that was first seen at a time.
fn domain(name: &str, first_time: Timestamp) -> FindingRecord {
    let object = Object::Domain(name.to_owned());
    about(name, Rule::NewDomain, object, first_time..first_time)
}

fn about(name: &str, rule: Rule, object: Object, times: Range<Timestamp>) -> FindingRecord {
    let finding = Finding {
        rule,
        object,
        severity: Level::Medium,
        confidence: Confidence::Medium,
        first_time: times.start,
        last_time: times.end,
        ..FINDINGS[0].clone()
    };
    FindingRecord { id: id(name), ..record(finding) }
}

/// The same for the same name.
fn id(name: &str) -> FindingId {
    let number = name.bytes().fold(0_u64, |number, byte| number * 3 + u64::from(byte));
    format!("00000000-0000-0000-0000-{number:012}").parse().unwrap()
}

/// A look that finds nothing.
fn observation() -> Observation<'static> {
    Observation {
        did: DID,
        findings: &[],
        excluded: &[],
        min_severity: Level::Low,
        until: None,
        missing: &[],
        since: None,
    }
}

/// A tracker that is stored and read again between observations, as a watcher's is.
#[derive(Default)]
struct Watched(FindingTracker, Untold);

/// The id of a finding, its revision and what became of it.
type Update = (FindingId, u32, FindingState);

impl Watched {
    fn look(&mut self, until: Timestamp, findings: &[FindingRecord]) -> Vec<Update> {
        self.look_with(until, findings, |observation| observation)
    }

    fn look_with<'a>(
        &mut self,
        until: Timestamp,
        findings: &'a [FindingRecord],
        with: impl FnOnce(Observation<'a>) -> Observation<'a>,
    ) -> Vec<Update> {
        let until = Some(until);
        let observation = Observation { findings, until, ..observation() };
        let mut stored = self.0.clone();
        let (observed, left_out) = self.0.observe(with(observation));
        self.1 = left_out;
        stored.apply(read_again(&observed));
        assert_eq!(stored, self.0);
        // Whoever was killed before it was confirmed has the same to tell.
        let updates = read_again(&stored).pending(DID);
        assert_eq!(updates, self.0.pending(DID));
        stored.apply(read_again(&self.0.confirm(DID)));
        assert_eq!(stored, self.0);
        self.0 = read_again(&stored);
        updates.into_iter().map(|it| (it.record.id, it.revision, it.state)).collect()
    }
}

fn read_again<T: Serialize + DeserializeOwned>(stored: &T) -> T {
    serde_json::from_str(&serde_json::to_string(stored).unwrap()).unwrap()
}

fn update(name: &str, revision: u32, state: FindingState) -> Vec<Update> {
    vec![(id(name), revision, state)]
}

/// By then the rule or the policy may be another one.
#[test]
fn what_ended_says_by_what_it_was_found() {
    let mut tracker = FindingTracker::default();
    let findings = [FindingRecord { rule_version: 7, ..upload("a", at(20, 2), at(20, 5)) }];
    let seen = Observation { findings: &findings, until: Some(at(20, 5)), ..observation() };
    tracker.updates(seen);
    let gone = Observation { findings: &[], until: Some(at(21, 5)), ..seen };
    let [ended] = &tracker.updates(gone)[..] else { panic!("one finding ended") };
    assert_eq!((ended.state, &ended.record), (Ended, &findings[0]));
}

#[test]
fn an_incident_goes_on_and_ends() {
    let mut tracker = Watched::default();
    let mut look = |until, last| tracker.look(until, &[upload("a", at(20, 2), last)]);
    assert_eq!(look(at(20, 3), at(20, 3)), update("a", 1, New));
    assert_eq!(look(at(20, 4), at(20, 4)), update("a", 2, Updated));
    assert_eq!(look(at(21, 3), at(20, 4)), []);
    assert_eq!(look(at(21, 4), at(20, 4)), update("a", 3, Ended));
    assert_eq!(look(at(21, 5), at(20, 4)), []);
    // It comes back.
    assert_eq!(look(at(21, 6), at(21, 6)), update("a", 4, Updated));
}

#[test]
fn what_was_over_when_it_was_first_seen_is_told_with_its_end() {
    let mut tracker = Watched::default();
    let found = [upload("a", at(10, 2), at(10, 5))];
    let both = [update("a", 1, New), update("a", 2, Ended)].concat();
    assert_eq!(tracker.look(at(12, 5), &found), both);
    assert_eq!(tracker.look(at(12, 7), &found), []);
    assert_eq!(tracker.look(at(25, 6), &[]), []);
}

#[test]
fn what_went_on_and_ended_while_nobody_looked_is_told_as_ended() {
    let mut tracker = Watched::default();
    let until = |last| [upload("a", at(20, 2), last)];
    assert_eq!(tracker.look(at(20, 3), &until(at(20, 3))), update("a", 1, New));
    assert_eq!(tracker.look(at(22, 0), &until(at(20, 9))), update("a", 2, Ended));
    // And once more, after it came back.
    assert_eq!(tracker.look(at(25, 0), &until(at(23, 9))), update("a", 3, Ended));
    assert_eq!(tracker.look(at(25, 1), &until(at(23, 9))), []);
}

#[test]
fn an_incident_keeps_its_id_though_its_first_hour_moves() {
    let mut tracker = Watched::default();
    tracker.look(at(20, 5), &[upload("a", at(20, 2), at(20, 5))]);
    // Looked at an hour later, it seems to have begun earlier.
    let found = [upload("b", at(20, 1), at(20, 6))];
    assert_eq!(tracker.look(at(20, 6), &found), update("a", 2, Updated));
    assert_eq!(tracker.look(at(20, 7), &found), []);
}

#[test]
fn two_incidents_stay_two() {
    let mut tracker = Watched::default();
    let first = upload("a", at(20, 2), at(20, 5));
    tracker.look(at(20, 5), std::slice::from_ref(&first));
    // The second is listed first, and would overlap what the first one was.
    let found = [upload("b", at(20, 4), at(20, 9)), first];
    assert_eq!(tracker.look(at(20, 9), &found), update("b", 1, New));
}

#[test]
fn a_domain_ends_a_day_after_it_was_last_found() {
    let mut tracker = Watched::default();
    let found = [domain("rare.example", at(19, 0))];
    assert_eq!(tracker.look(at(20, 0), &found), update("rare.example", 1, New));
    // It comes and goes at the edge of a threshold.
    assert_eq!(tracker.look(at(20, 1), &[]), []);
    assert_eq!(tracker.look(at(20, 2), &found), []);
    assert_eq!(tracker.look(at(21, 1), &[]), []);
    assert_eq!(tracker.look(at(21, 2), &[]), update("rare.example", 2, Ended));
    assert_eq!(tracker.look(at(21, 3), &[]), []);
    assert_eq!(tracker.look(at(21, 4), &found), update("rare.example", 3, Updated));
}

#[test]
fn since_leaves_out_what_ended_before_until_it_comes_back() {
    let mut tracker = Watched::default();
    let since = |look| Observation { since: Some(at(19, 0)), ..look };
    let (old, new) = (upload("a", at(10, 2), at(10, 5)), upload("b", at(19, 2), at(19, 5)));
    let found = [old.clone(), new.clone()];
    assert_eq!(tracker.look_with(at(20, 0), &found, since), update("b", 1, New));
    // Neither is it told by a run without that, nor what was only missing from the first look.
    assert_eq!(tracker.look(at(20, 0), &found), []);
    let found = [old, new, upload("c", at(18, 2), at(18, 5))];
    assert_eq!(tracker.look_with(at(20, 0), &found, since), []);
    let found = [upload("a", at(10, 2), at(20, 1)), found[1].clone(), found[2].clone()];
    assert_eq!(tracker.look(at(20, 1), &found), update("a", 1, New));
}
