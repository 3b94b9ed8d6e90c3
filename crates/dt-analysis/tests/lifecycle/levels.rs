//! What is below a level, or excluded, and what becomes of it.

use super::*;

/// The same finding with another severity.
fn with(severity: Level, record: &FindingRecord) -> FindingRecord {
    FindingRecord { finding: Finding { severity, ..record.finding.clone() }, ..record.clone() }
}

fn from_medium(look: Observation<'_>) -> Observation<'_> {
    Observation { min_severity: Level::Medium, ..look }
}

#[test]
fn what_is_below_the_level_is_counted_and_new_once_it_rises() {
    let mut tracker = Watched::default();
    let found = upload("a", at(20, 2), at(20, 5));
    let (low, high) = (with(Level::Low, &found), with(Level::High, &found));
    let low = [low, domain("rare.example", at(19, 0))];
    assert_eq!(tracker.look_with(at(20, 6), &low, from_medium), update("rare.example", 1, New));
    assert_eq!(tracker.1, Untold { low: 1, ..Untold::default() });
    // It is counted once.
    assert_eq!(tracker.look_with(at(20, 7), &low, from_medium), []);
    assert_eq!(tracker.1, Untold::default());
    let risen = [high, low[1].clone()];
    assert_eq!(tracker.look_with(at(20, 8), &risen, from_medium), update("a", 1, New));
    // What was reported is followed to its end, however severe it is by then.
    let on = with(Level::Low, &upload("a", at(20, 2), at(20, 9)));
    let on = [on, low[1].clone()];
    assert_eq!(tracker.look_with(at(20, 9), &on, from_medium), update("a", 2, Updated));
    assert_eq!(tracker.look_with(at(21, 9), &on, from_medium), update("a", 3, Ended));
}

#[test]
fn what_was_never_reported_does_not_end() {
    let mut tracker = Watched::default();
    let low = [with(Level::Low, &upload("a", at(20, 2), at(20, 5)))];
    assert_eq!(tracker.look_with(at(20, 6), &low, from_medium), []);
    assert_eq!(tracker.look_with(at(21, 6), &low, from_medium), []);
    assert_eq!(tracker.look_with(at(21, 7), &[], from_medium), []);
}

#[test]
fn a_lower_level_reports_what_was_held_back_and_is_recent() {
    let mut tracker = Watched::default();
    let (recent, old) = (upload("b", at(20, 2), at(20, 5)), upload("c", at(17, 2), at(17, 5)));
    let low = [with(Level::Low, &recent), with(Level::Low, &old)];
    tracker.look_with(at(20, 4), &low, from_medium);
    assert_eq!(tracker.look(at(20, 8), &low), update("b", 1, New));
}

#[test]
fn a_first_look_tells_what_is_high_goes_on_or_ended_within_three_days() {
    let old = upload("old", at(10, 2), at(10, 5));
    let high = with(Level::High, &upload("high", at(11, 2), at(11, 5)));
    let recent = upload("recent", at(18, 2), at(18, 5));
    let found = [old.clone(), high, recent, domain("rare.example", at(1, 0))];
    let mut tracker = Watched::default();
    let told = tracker.look(at(20, 12), &found);
    let [high, recent] = ["high", "recent"].map(id);
    let expected = [(high, 1, New), (high, 2, Ended), (recent, 1, New), (recent, 2, Ended)];
    assert_eq!(told, [&expected[..], &update("rare.example", 1, New)].concat());
    assert_eq!(tracker.1, Untold { older: 1, ..Untold::default() });
    // An earliest time says otherwise.
    let since = |look| Observation { since: Some(at(1, 0)), ..look };
    let told = Watched::default().look_with(at(20, 12), &[old], since);
    assert_eq!(told, [update("old", 1, New), update("old", 2, Ended)].concat());
}

#[test]
fn what_is_excluded_ends_if_it_was_reported_and_is_back_if_it_goes_on_without() {
    let mut tracker = Watched::default();
    let found = [upload("a", at(20, 2), at(20, 5)), upload("b", at(20, 2), at(20, 5))];
    let excluding = |look| Observation { findings: &found[1..], excluded: &found[..1], ..look };
    assert_eq!(tracker.look(at(20, 5), &found[..1]), update("a", 1, New));
    let told = tracker.look_with(at(20, 6), &[], excluding);
    assert_eq!(told, [update("b", 1, New), update("a", 2, Ended)].concat());
    assert_eq!(tracker.look_with(at(20, 7), &[], excluding), []);
    assert_eq!(tracker.look(at(20, 8), &found), update("a", 3, Updated));
    assert_eq!(tracker.look(at(20, 9), &found), []);
}

#[test]
fn what_was_excluded_from_the_first_is_new_without() {
    let mut tracker = Watched::default();
    let found = [upload("a", at(20, 2), at(20, 5)), domain("rare.example", at(19, 0))];
    let excluding = |look| Observation { excluded: &found, ..look };
    assert_eq!(tracker.look_with(at(20, 6), &[], excluding), []);
    // It ends without a word, too.
    assert_eq!(tracker.look_with(at(22, 6), &[], excluding), []);
    assert_eq!(tracker.look(at(22, 7), &found[1..]), update("rare.example", 1, New));
}

/// An excluded finding tells nobody of what it explains.
#[test]
fn what_only_an_excluded_finding_told_is_told() {
    let mut tracker = Watched::default();
    let rare = domain("rare.example", at(20, 2));
    let mut main = upload("a", at(20, 2), at(20, 5));
    main.finding.explains = vec![rare.finding.object.clone()];
    let main = [main];
    let excluding = |look| Observation { excluded: &main, ..look };
    let found = [rare];
    assert_eq!(tracker.look_with(at(20, 6), &found, excluding), update("rare.example", 1, New));
}

#[test]
fn what_is_held_is_stored_again_only_if_more_than_its_numbers_and_its_end_moved() {
    let first = with(Level::Low, &domain("a", at(20, 3)));
    let mut tracker = FindingTracker::default();
    let mut stored = |found: &FindingRecord, hour| {
        let look = Observation { findings: std::slice::from_ref(found), ..observation() };
        let look = Observation { until: Some(at(20, hour)), ..from_medium(look) };
        serde_json::to_string(&tracker.observe(look).0).unwrap()
    };
    let held = stored(&first, 4);
    assert!(held.contains("record") && !held.contains(&first.finding.message), "{held}");
    let mut moved = first.clone();
    (moved.finding.observed, moved.finding.message) = (Some(7.0), "7 connections".to_owned());
    let again = stored(&moved, 5);
    assert!(!again.contains("record") && again.len() < 130, "{again}");
    moved.finding.last_time = at(20, 5);
    assert!(!stored(&moved, 6).contains("record"), "it goes on");
    moved.finding.first_time = at(20, 2);
    assert!(
        stored(&moved, 6).contains("record"),
        "it began earlier, which for a domain is another beginning"
    );
    // What is told is what was found then.
    moved.finding.message = "8 connections".to_owned();
    let risen = stored(&with(Level::Medium, &moved), 7);
    assert!(risen.contains("8 connections") && risen.contains("new"), "{risen}");
}
