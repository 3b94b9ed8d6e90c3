//! Each revision of a finding is reported once, however often a device is looked at.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod forgetting;
mod levels;

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

#[test]
fn findings_read_back_as_they_were_stored() {
    for record in FINDINGS.iter().cloned().map(record) {
        let text = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<FindingRecord>(&text).unwrap(), record);
        let unknown = text.replace(record.finding.rule.id(), "dt-from-the-future");
        let error = serde_json::from_str::<FindingRecord>(&unknown).unwrap_err().to_string();
        assert!(error.contains("dt-from-the-future"), "{error}");
    }
}

/// Later versions read what this one stores by these names.
#[test]
fn what_is_stored_is_named_as_in_the_output_contract() {
    let rules = Rule::ALL.iter().map(|it| (json!(it), it.id()));
    let techniques = Technique::ALL.into_iter().map(|it| (json!(it), it.id()));
    let units = Unit::ALL.into_iter().map(|it| (json!(it), it.as_str()));
    let levels = Level::ALL.into_iter().map(|it| (json!(it), it.as_str()));
    let confidences = Confidence::ALL.into_iter().map(|it| (json!(it), it.as_str()));
    let names = rules.chain(techniques).chain(units).chain(levels).chain(confidences);
    for (stored, name) in names {
        assert_eq!(stored, json!(name));
    }
    let hours = Object::Hours { start: at(20, 2), end: at(20, 5) };
    let stored = json!({"type": "hours", "key": "2026-11-20T02:00:00Z/2026-11-20T05:00:00Z"});
    assert_eq!(serde_json::to_value(hours).unwrap(), stored);
    let none = json!({"type": "hours", "key": "always"});
    assert!(serde_json::from_value::<Object>(none).is_err());
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
fn what_is_the_same_is_told_once() {
    let mut tracker = Watched::default();
    let found = [upload("a", at(20, 2), at(20, 5))];
    assert_eq!(tracker.look(at(20, 5), &found), update("a", 1, New));
    for hour in 6..23 {
        assert_eq!(tracker.look(at(20, hour), &found), [], "{hour}");
    }
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

/// Hours at the edge of what is usual: with each hour of data they are fewer and severe, or more and not.
#[test]
fn what_swings_between_two_descriptions_is_told_once_as_each() {
    let mut tracker = Watched::default();
    let mut long = upload("a", at(20, 2), at(20, 6));
    long.finding.severity = Level::Low;
    let short = upload("a", at(20, 2), at(20, 5));
    assert_eq!(tracker.look(at(20, 6), from_ref(&long)), update("a", 1, New));
    assert_eq!(tracker.look(at(20, 7), from_ref(&short)), update("a", 2, Updated));
    for hour in 8..12 {
        assert_eq!(tracker.look(at(20, hour), from_ref(&long)), [], "{hour}");
        assert_eq!(tracker.look(at(20, hour), from_ref(&short)), [], "{hour}");
    }
    long.finding.last_time = at(20, 12);
    assert_eq!(tracker.look(at(20, 12), from_ref(&long)), update("a", 3, Updated));
    assert_eq!(tracker.look(at(20, 13), from_ref(&short)), [], "it was as severe before");
    assert_eq!(tracker.look(at(21, 12), from_ref(&long)), update("a", 4, Ended));
}

#[test]
fn an_exclusion_that_is_taken_back_repeats_nothing() {
    let mut tracker = Watched::default();
    let until = |hour| [upload("a", at(20, 2), at(20, hour))];
    assert_eq!(tracker.look(at(20, 5), &until(5)), update("a", 1, New));
    assert_eq!(tracker.look(at(20, 6), &until(6)), update("a", 2, Updated));
    let excluded = until(6);
    let excluding = |look| Observation { excluded: &excluded, ..look };
    assert_eq!(tracker.look_with(at(20, 7), &[], excluding), update("a", 3, Ended));
    assert_eq!(tracker.look(at(20, 8), &until(6)), []);
    assert_eq!(tracker.look(at(20, 9), &until(9)), update("a", 4, Updated));
}

/// What seems to be over earlier than it was told to go on ends as it was told.
#[test]
fn an_end_is_that_of_what_was_told() {
    let mut tracker = FindingTracker::default();
    let mut look = |until, last| {
        let findings = [upload("a", at(20, 2), last)];
        tracker.updates(Observation { findings: &findings, until: Some(until), ..observation() })
    };
    look(at(20, 5), at(20, 5));
    look(at(20, 8), at(20, 8));
    let [ended] = &look(at(21, 6), at(20, 6))[..] else { panic!("one finding ended") };
    assert_eq!((ended.state, ended.record.finding.last_time), (Ended, at(20, 8)));
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
fn only_more_is_news() {
    let mut tracker = Watched::default();
    let as_level = |severity| {
        let record = upload("a", at(20, 2), at(20, 5));
        FindingRecord { finding: Finding { severity, ..record.finding }, ..record }
    };
    let mut look = |level| tracker.look(at(20, 5), &[as_level(level)]);
    assert_eq!(look(Level::Medium), update("a", 1, New));
    assert_eq!(look(Level::Low), []);
    assert_eq!(look(Level::Medium), []);
    assert_eq!(look(Level::High), update("a", 2, Updated));
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
fn what_could_not_be_looked_at_does_not_end() {
    let mut tracker = Watched::default();
    let times = at(19, 0)..at(19, 0);
    let port = about("port", Rule::NewPort, Object::Port(8443.into()), times);
    tracker.look(at(20, 0), &[domain("rare.example", at(19, 0)), port]);
    let missed = |look| Observation { missing: &[EvidencePart::Endpoints], ..look };
    // A port is known without the details of domains.
    assert_eq!(tracker.look_with(at(22, 0), &[], missed), update("port", 2, Ended));
    assert_eq!(tracker.look(at(22, 1), &[]), update("rare.example", 2, Ended));
}

/// An upload that is known to have gone to a domain.
fn upload_to(domain: &str, name: &str, first_time: Timestamp, last: Timestamp) -> FindingRecord {
    let mut record = upload(name, first_time, last);
    record.finding.explains = vec![Object::Domain(domain.to_owned())];
    record
}

/// An upload of which it is not known whether it went outside.
fn plain_upload(name: &str, first_time: Timestamp, last_time: Timestamp) -> FindingRecord {
    let object = Object::Hours { start: first_time, end: last_time };
    about(name, Rule::Upload, object, first_time..last_time)
}

fn without_external_out(look: Observation<'_>) -> Observation<'_> {
    Observation { missing: &[EvidencePart::ExternalOut], ..look }
}

#[test]
fn what_is_found_in_place_of_what_could_not_be_looked_at_is_not_new() {
    let mut tracker = Watched::default();
    let whole = |last| [upload_to("d.example", "a", at(20, 2), last)];
    assert_eq!(tracker.look(at(20, 5), &whole(at(20, 5))), update("a", 1, New));
    for hour in 6..9 {
        let until = at(20, hour);
        let found = [plain_upload("plain", at(20, 3), until), domain("d.example", at(19, 0))];
        assert_eq!(tracker.look_with(until, &found, without_external_out), [], "{hour}");
    }
    // It is told as what it is once that can be seen again, and nothing of the others.
    assert_eq!(tracker.look(at(20, 9), &whole(at(20, 9))), update("a", 2, Updated));
    assert_eq!(tracker.look(at(21, 9), &whole(at(20, 9))), update("a", 3, Ended));
}

#[test]
fn what_an_incident_told_of_stays_told_where_it_is_not_known_to_belong_to_it() {
    let mut tracker = Watched::default();
    tracker.look(at(20, 5), &[upload_to("d.example", "a", at(20, 2), at(20, 5))]);
    let rare = domain("d.example", at(19, 0));
    for (hour, revision) in [(6, 2), (7, 3)] {
        let until = at(20, hour);
        let found = [upload("a", at(20, 2), until), rare.clone()];
        assert_eq!(tracker.look(until, &found), update("a", revision, Updated));
    }
    // Even if it was not found for a while.
    assert_eq!(tracker.look(at(22, 7), &[]), update("a", 4, Ended));
    assert_eq!(tracker.look(at(22, 8), std::slice::from_ref(&rare)), []);
    // One of which it told nothing is new.
    let other = domain("other.example", at(19, 0));
    assert_eq!(tracker.look(at(22, 9), &[rare, other]), update("other.example", 1, New));
}

#[test]
fn only_the_same_hours_are_told_where_it_is_not_known_whether_an_upload_left() {
    let mut tracker = Watched::default();
    tracker.look(at(20, 5), &[upload("a", at(20, 2), at(20, 5))]);
    // Without what similar devices did outside it is more severe.
    let mut same = plain_upload("same", at(20, 2), at(20, 4));
    same.finding.severity = Level::High;
    let found = [same.clone(), plain_upload("later", at(20, 7), at(20, 9))];
    assert_eq!(tracker.look_with(at(20, 9), &found, without_external_out), update("later", 1, New));
    // With all there is to know, it is another one.
    let mut tracker = Watched::default();
    tracker.look(at(20, 5), &[upload("a", at(20, 2), at(20, 5))]);
    assert_eq!(tracker.look(at(20, 6), &[same]), update("same", 1, New));
}

#[test]
fn what_says_more_than_what_was_told_is_new() {
    let mut tracker = Watched::default();
    let rare = domain("d.example", at(19, 0));
    tracker.look(at(20, 0), std::slice::from_ref(&rare));
    let times = at(19, 0)..at(20, 1);
    let object = Object::Domain("d.example".to_owned());
    let generated = about("generated", Rule::GeneratedDomain, object, times);
    assert_eq!(tracker.look(at(20, 1), &[generated, rare]), update("generated", 1, New));
}

/// The change of one measure does not wait for the answers about the others.
#[test]
fn only_what_a_finding_itself_requires_holds_it() {
    let mut tracker = Watched::default();
    let change = |name, measure: &'static str| {
        let times = at(13, 0)..at(20, 0);
        about(name, Rule::ChangeFromPeers, Object::Metric(measure.into()), times)
    };
    tracker.look(at(20, 0), &[change("sent", "sizeout"), change("opened", "co")]);
    let missing = |look| Observation { missing: &[EvidencePart::BytesOut], ..look };
    assert_eq!(tracker.look_with(at(21, 0), &[], missing), update("opened", 2, Ended));
    assert_eq!(tracker.look(at(21, 1), &[]), update("sent", 2, Ended));
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

/// Receivers that go by what an event says would take a second such update for the first.
#[test]
fn an_update_that_would_say_the_same_as_the_last_one_waits_until_it_says_more() {
    let mut tracker = Watched::default();
    let sure = |confidence, last| {
        let record = upload("a", at(20, 2), last);
        FindingRecord { finding: Finding { confidence, ..record.finding }, ..record }
    };
    let mut look = |confidence, last| tracker.look(at(20, 6), &[sure(confidence, last)]);
    assert_eq!(look(Confidence::Low, at(20, 5)), update("a", 1, New));
    assert_eq!(look(Confidence::Medium, at(20, 5)), update("a", 2, Updated));
    assert_eq!(look(Confidence::High, at(20, 5)), []);
    assert_eq!(look(Confidence::High, at(20, 6)), update("a", 3, Updated));
}

#[test]
fn a_finding_is_found_by_the_beginning_of_its_id() {
    let findings = [domain("a", at(20, 1)), domain("b", at(20, 2))];
    let find = |text: &str| text.parse::<FindingIdPrefix>().unwrap().find(&findings).cloned();
    let whole = findings[1].id.to_string();
    assert_eq!(find(&whole.to_uppercase()).unwrap(), findings[1]);
    let several = find("000000").unwrap_err();
    assert!(several.to_string().starts_with("several findings"), "{several}");
    let none = find("ffffff").unwrap_err();
    assert_eq!(
        (none.to_string().as_str(), none.details().len()),
        ("the device has no finding ffffff", 2)
    );
}
