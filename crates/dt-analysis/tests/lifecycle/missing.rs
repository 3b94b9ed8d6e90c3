//! What could not be looked at neither ends nor is found anew by another name.

use super::*;

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
