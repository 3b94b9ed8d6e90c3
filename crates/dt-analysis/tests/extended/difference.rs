use dt_analysis::difference::{
    self, Certainty, Change, Difference, List, Moment, Reason, Reassessed, Side, Why,
};
use dt_analysis::exclusions::ExclusionsAt;
use dt_analysis::finding::{Finding, Rule};
use dt_analysis::{Level, Policy};
use dt_model::{DataType, DeviceInfo, EndpointDetails, Evidence, Part};
use jiff::tz::TimeZone;

use crate::answers::{HOURS, answer, endpoint, entry, hour, known, office};

/// Between two looks that share most of their time.
const DAY: usize = 24;

fn beside(old: &Evidence, new: &Evidence) -> Difference {
    let old = Moment { evidence: old, asked: hour(HOURS - 7 * DAY) };
    let new = Moment { evidence: new, asked: hour(HOURS) };
    difference::analyse(old, new, &TimeZone::UTC, &Policy::default(), ExclusionsAt::NONE)
}

fn connections(info: &str) -> DeviceInfo {
    answer(DataType::Connections, &[entry(1, office, info)])
}

fn only(connections: DeviceInfo) -> Evidence {
    Evidence { connections: Part::Answered(connections), ..Evidence::default() }
}

/// Ports with the hour in which each was first used.
fn ports(ports: &[(&str, Option<usize>)]) -> Evidence {
    let part = |(port, first): &(&str, Option<usize>)| {
        let first = first.map_or_else(String::new, |first| {
            format!(r#","firstTime":{}"#, hour(first).as_millisecond())
        });
        format!(r#"{{"port":"{port}","size":10{first}}}"#)
    };
    let parts: Vec<String> = ports.iter().map(part).collect();
    only(connections(&format!(r#""totalUsed":1000,"portsUsed":[{}]"#, parts.join(","))))
}

fn told(changes: &[Change]) -> Vec<(String, Certainty)> {
    changes.iter().map(|change| (change.key.name.clone(), change.certainty)).collect()
}

#[test]
fn nothing_changed_where_nothing_did() {
    let same = ports(&[("443", None), ("53", None)]);
    let found = beside(&same, &same);
    assert!(found.new.is_empty() && found.gone.is_empty() && found.changed.is_empty());
    let changes = found.ports.clone().unwrap();
    assert_eq!((changes.new.len(), changes.gone.len(), changes.same), (0, 0, 2));
    assert!(found.to_string().starts_with("priority is the same"), "{found}");
}

#[test]
fn a_port_of_a_whole_list_is_surely_new_or_gone() {
    let found =
        beside(&ports(&[("443", None), ("53", None)]), &ports(&[("443", None), ("22", None)]));
    let changes = found.ports.unwrap();
    assert_eq!(told(&changes.new), [("22".to_owned(), Certainty::Certain)]);
    assert_eq!(told(&changes.gone), [("53".to_owned(), Certainty::Certain)]);
    assert_eq!(changes.same, 1);
    assert_eq!(changes.new[0].key.name, "22");
}

#[test]
fn where_small_ones_are_merged_one_is_only_newly_listed() {
    let found = beside(
        &ports(&[("443", None), ("53", None), ("others", None)]),
        &ports(&[("443", None), ("22", None), ("others", None)]),
    );
    let changes = found.ports.unwrap();
    assert_eq!(told(&changes.new), [("22".to_owned(), Certainty::Listed)]);
    assert_eq!(told(&changes.gone), [("53".to_owned(), Certainty::Listed)]);
}

#[test]
fn a_first_time_decides_whether_it_is_new() {
    let (before, after) = (Some(HOURS - 8 * DAY), Some(HOURS - DAY));
    let old = ports(&[("443", None), ("others", None)]);
    let changes = beside(&old, &ports(&[("22", after), ("23", before)])).ports.unwrap();
    assert_eq!(
        told(&changes.new),
        [("22".to_owned(), Certainty::Certain), ("23".to_owned(), Certainty::Listed)]
    );
    // Even if the older list were whole.
    let changes = beside(&ports(&[("443", None)]), &ports(&[("23", before)])).ports.unwrap();
    assert_eq!(told(&changes.new), [("23".to_owned(), Certainty::Listed)]);
}

#[test]
fn what_only_one_side_reports_is_never_new_or_gone() {
    let (with, without) = (ports(&[("443", None)]), only(connections(r#""totalUsed":1000"#)));
    for (old, new, side) in [(&without, &with, Side::Old), (&with, &without, Side::New)] {
        let found = beside(old, new);
        assert_eq!(found.ports, None);
        let ports = found.not_reported.iter().find(|missing| missing.list == List::Ports).unwrap();
        assert_eq!(ports.side, side);
    }
    let found = beside(&without, &without);
    let peers = found.not_reported.iter().find(|missing| missing.list == List::Peers).unwrap();
    assert_eq!((peers.side, found.peers), (Side::Both, None));
}

#[test]
fn a_device_is_the_same_whatever_it_is_called() {
    let evidence = |name: &str, others: &str| {
        let info = format!(
            r#""totalUsed":1000,"devicesUsed":[{{"did":7,"size":60}},{{"did":0,"size":10}},
               {{"did":{others},"size":30}}]"#
        );
        let mut answer = connections(&info);
        answer.devices = vec![dt_model::Device {
            hostname: Some(name.to_owned()),
            ..dt_model::Device::with_id(dt_model::DeviceId::new(7))
        }];
        only(answer)
    };
    let changes = beside(&evidence("files-01", "8"), &evidence("files-02", "9")).peers.unwrap();
    let names = |changes: &[Change]| -> Vec<String> {
        changes.iter().map(|change| change.key.name.clone()).collect()
    };
    // Everything outside is no peer.
    assert_eq!(
        (names(&changes.new), names(&changes.gone)),
        (vec!["did 9".into()], vec!["did 8".into()])
    );
    assert_eq!(changes.same, 1);
}

#[test]
fn domains_are_compared_by_what_is_registered_and_countries_as_far_as_they_are_known() {
    let place = |name: &str, country: &str| EndpointDetails {
        locations: vec![dt_model::EndpointLocation {
            country: Some(country.to_owned()),
            ..dt_model::EndpointLocation::default()
        }],
        ..endpoint(name, 0, 9)
    };
    let outside = |domains: &[&str], endpoints: Vec<EndpointDetails>| {
        let part = |name: &&str| format!(r#"{{"domain":"{name}","size":50}}"#);
        let parts: Vec<String> = domains.iter().map(part).collect();
        let info = format!(r#""totalUsed":1000,"externalDomains":[{}]"#, parts.join(","));
        Evidence {
            external: Part::Answered(connections(&info)),
            endpoints: known(endpoints),
            ..Evidence::default()
        }
    };
    let old = outside(
        &["a.one.example", "two.example"],
        vec![place("a.one.example", "Ireland"), place("two.example", "Norway")],
    );
    let new = outside(
        &["b.one.example", "three.example"],
        vec![place("b.one.example", "Ireland"), place("three.example", "Peru")],
    );
    let found = beside(&old, &new);
    let domains = found.domains.unwrap();
    // The network has known it since long before the older look.
    assert_eq!(told(&domains.new), [("three.example".to_owned(), Certainty::Listed)]);
    assert_eq!((told(&domains.gone).len(), domains.same), (1, 1));
    let countries = found.countries.unwrap();
    assert_eq!(told(&countries.new)[0].0, "Peru");
    assert_eq!(told(&countries.gone)[0].0, "Norway");
    assert_eq!(countries.same, 1);
}

/// Three hours of a night, five days before the data ends.
const NIGHT: std::ops::Range<usize> = HOURS - 118..HOURS - 115;

fn sent(upload: bool) -> Evidence {
    let count = move |at: usize| {
        let more = if upload && NIGHT.contains(&at) { 700_000_000 } else { 0 };
        1_000 * office(at) + more
    };
    let answer = answer(DataType::BytesOut, &[entry(1, count, r#""totalUsed":1"#)]);
    Evidence { external_out: Part::Answered(answer), ..Evidence::default() }
}

#[test]
fn a_rise_of_the_priority_comes_with_its_reason_and_a_fall_with_what_is_gone() {
    let (quiet, loud) = (sent(false), sent(true));
    let rise = beside(&quiet, &loud);
    assert_eq!(rise.new.len(), 1);
    assert_eq!(rise.new[0].rule, Rule::ExternalUpload);
    assert!(rise.after.priority.score > rise.before.priority.score);
    let text = rise.to_string();
    assert!(text.starts_with("priority rose from "), "{text}");
    assert!(text.contains("2.10 GB sent externally; usually"), "{text}");

    // The same time again, asked at its end both times.
    let at = |evidence| Moment { evidence, asked: hour(HOURS) };
    let zone = &TimeZone::UTC;
    let fall =
        difference::analyse(at(&loud), at(&quiet), zone, &Policy::default(), ExclusionsAt::NONE);
    assert_eq!(fall.gone.len(), 1);
    assert_eq!(fall.gone[0].1, Why::NotFound);
    assert!(fall.to_string().contains(", without: 2.10 GB sent externally"), "{fall}");

    let same =
        difference::analyse(at(&loud), at(&loud), zone, &Policy::default(), ExclusionsAt::NONE);
    assert_eq!((same.same, same.new.len(), same.gone.len()), (1, 0, 0));
}

#[test]
fn what_the_newer_answers_cannot_show_has_passed() {
    let loud = sent(true);
    let later = Evidence {
        external_out: loud.external_out.clone().map(|it| it.between(Some(hour(NIGHT.end)), None)),
        ..Evidence::default()
    };
    let at = |evidence| Moment { evidence, asked: hour(HOURS) };
    let found = difference::analyse(
        at(&loud),
        at(&later),
        &TimeZone::UTC,
        &Policy::default(),
        ExclusionsAt::NONE,
    );
    assert_eq!(found.gone.len(), 1);
    assert_eq!((found.gone[0].0.severity, found.gone[0].1), (Level::Medium, Why::Passed));
}

#[test]
fn the_reason_is_the_most_severe_of_what_came_and_what_became_worse() {
    let at = |evidence| Moment { evidence, asked: hour(HOURS) };
    let zone = &TimeZone::UTC;
    let (quiet, loud) = (sent(false), sent(true));
    let mut rise =
        difference::analyse(at(&quiet), at(&loud), zone, &Policy::default(), ExclusionsAt::NONE);
    let named = |level, message: &str| Finding {
        severity: level,
        message: message.to_owned(),
        ..rise.new[0].clone()
    };
    let changed = |before, after, message| Reassessed {
        before,
        finding: named(after, message),
        unlike: Vec::new(),
    };
    let worse = changed(Level::Low, Level::High, "what grew");
    let milder = changed(Level::High, Level::Low, "what shrank");
    assert_eq!(rise.reason(), Some(Reason::New(&rise.new[0])));
    rise.changed = vec![milder.clone(), worse.clone()];
    assert_eq!(rise.reason(), Some(Reason::Worse(&worse)));
    assert!(rise.to_string().ends_with("; more severe now: what grew"), "{rise}");

    let mut fall =
        difference::analyse(at(&loud), at(&quiet), zone, &Policy::default(), ExclusionsAt::NONE);
    assert_eq!(fall.reason(), Some(Reason::Gone(&fall.gone[0].0)));
    fall.changed = vec![worse, milder.clone()];
    assert_eq!(fall.reason(), Some(Reason::Milder(&milder)));
    assert!(fall.to_string().ends_with("; milder now: what shrank"), "{fall}");
}
