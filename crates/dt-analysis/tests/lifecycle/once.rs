//! Nothing is told twice.

use super::*;

#[test]
fn what_is_the_same_is_told_once() {
    let mut tracker = Watched::default();
    let found = [upload("a", at(20, 2), at(20, 5))];
    assert_eq!(tracker.look(at(20, 5), &found), update("a", 1, New));
    for hour in 6..23 {
        assert_eq!(tracker.look(at(20, hour), &found), [], "{hour}");
    }
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
