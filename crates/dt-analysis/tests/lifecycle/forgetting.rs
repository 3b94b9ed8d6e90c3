//! How long a finding and a device are remembered, and what data that ended, or ends earlier, bring.

use super::*;

#[test]
fn what_is_long_over_is_forgotten() {
    let mut tracker = Watched::default();
    let start = at(1, 0);
    let quiet = |days: i64| start + SignedDuration::from_hours(24 * days);
    let knows = |tracker: &Watched, name| {
        serde_json::to_string(&tracker.0).unwrap().contains(&id(name).to_string())
    };
    tracker.look(quiet(0), &[upload("an-upload", start, start), domain("rare.example", start)]);
    tracker.look(quiet(1), &[]);
    assert!(knows(&tracker, "an-upload"));
    // Even what could not be looked at since.
    let missed = |look| Observation { missing: &[EvidencePart::Endpoints], ..look };
    tracker.look_with(quiet(40), &[], missed);
    assert!(!knows(&tracker, "an-upload") && !knows(&tracker, "rare.example"));
}

/// A round in which another device has newer data, and some were looked at.
fn end_round(tracker: &mut Watched, until: Timestamp, looked_at: &[DeviceId]) {
    let other = DeviceId::new(1);
    let observation = Observation { did: other, until: Some(until), ..observation() };
    tracker.0.updates(observation);
    let mut stored = tracker.0.clone();
    let looked_at = looked_at.iter().copied().chain([other]).collect();
    if let Some(ended) = tracker.0.end_round(&looked_at) {
        stored.apply(read_again(&ended));
    }
    assert_eq!(stored, tracker.0);
}

#[test]
fn a_device_is_forgotten_when_the_others_have_gone_on_without_it() {
    let mut tracker = Watched::default();
    let start = at(1, 0);
    let later = |days: i64| start + SignedDuration::from_hours(24 * days);
    tracker.look(start, &[upload("a", start, start)]);
    // Nothing was answered about any: nothing has gone on, whatever a clock says.
    assert_eq!(tracker.0.end_round(&BTreeSet::new()), None);
    end_round(&mut tracker, later(35), &[]);
    assert_eq!(tracker.0.until(DID), Some(start));
    end_round(&mut tracker, later(36), &[]);
    assert_eq!(tracker.0.until(DID), None);
}

#[test]
fn data_that_ended_long_ago_is_told_once() {
    let mut tracker = Watched::default();
    let start = at(1, 0);
    let found = [domain("rare.example", start)];
    assert_eq!(tracker.look(start, &found), update("rare.example", 1, New));
    for days in [40, 80, 81] {
        // It is looked at, and has nothing newer.
        assert_eq!(tracker.look(start, &found), [], "{days}");
        end_round(&mut tracker, start + SignedDuration::from_hours(24 * days), &[DID]);
    }
    // It may fail for a while.
    end_round(&mut tracker, start + SignedDuration::from_hours(24 * 100), &[]);
    assert_eq!(tracker.look(start, &found), []);
}

#[test]
fn what_was_not_reported_is_kept_until_it_is() {
    let mut tracker = Watched::default();
    let start = at(1, 0);
    let found = [upload("a", start, start)];
    let observation = Observation { findings: &found, until: Some(start), ..observation() };
    assert!(tracker.0.observe(observation).0.has_pending());
    end_round(&mut tracker, start + SignedDuration::from_hours(24 * 40), &[]);
    assert_eq!(tracker.0.unreported().collect::<Vec<_>>(), [DID]);
    let [pending] = &tracker.0.pending(DID)[..] else { panic!("one finding is pending") };
    assert_eq!((pending.revision, pending.state, &pending.record), (1, New, &found[0]));
    tracker.0.confirm(DID);
    assert_eq!(tracker.0.unreported().count(), 0);
    // By then it may be over for longer than findings are remembered.
    let until = Some(start + SignedDuration::from_hours(24 * 40));
    tracker.0.observe(Observation { findings: &[], until, ..observation });
    let [ended] = &tracker.0.pending(DID)[..] else { panic!("one finding ended") };
    assert_eq!((ended.revision, ended.state, ended.record.id), (2, Ended, id("a")));
}

#[test]
fn data_that_ends_earlier_than_what_was_looked_at_brings_nothing_back() {
    let mut tracker = Watched::default();
    let found = [upload("a", at(20, 2), at(20, 5)), domain("rare.example", at(19, 0))];
    assert_eq!(tracker.look(at(20, 6), &found).len(), 2);
    assert_eq!(tracker.look(at(21, 6), &[]).len(), 2);
    // The clock was set back: the same hours are looked at again, and then go on.
    assert_eq!(tracker.look(at(20, 6), &found), []);
    assert_eq!(tracker.look(at(21, 7), &[]), []);
}
