//! Two times of which only one has some of the answers.

use dt_analysis::difference::{self, Basis, Difference, List, Moment, Reassessed, Side, Why};
use dt_analysis::exclusions::ExclusionsAt;
use dt_analysis::finding::{Finding, Rule};
use dt_analysis::{Level, Policy};
use dt_model::{DataType, DeviceInfo, Evidence, EvidencePart, Part};
use jiff::tz::TimeZone;

use crate::answers::{HOURS, answer, endpoint, entry, hour, known, office};

const DAY: usize = 24;

/// Three hours of a night, five days before the data ends.
const NIGHT: std::ops::Range<usize> = HOURS - 118..HOURS - 115;

/// Both asked at the end of the same data, unless the older one was asked some days before.
fn after_days(days: usize, old: &Evidence, new: &Evidence) -> Difference {
    let old = Moment { evidence: old, asked: hour(HOURS - days * DAY) };
    let new = Moment { evidence: new, asked: hour(HOURS) };
    difference::analyse(old, new, &TimeZone::UTC, &Policy::default(), ExclusionsAt::NONE)
}

fn beside(old: &Evidence, new: &Evidence) -> Difference {
    after_days(0, old, new)
}

fn sent(upload: bool) -> DeviceInfo {
    let count = move |at: usize| {
        let more = if upload && NIGHT.contains(&at) { 700_000_000 } else { 0 };
        1_000 * office(at) + more
    };
    answer(DataType::BytesOut, &[entry(1, count, r#""totalUsed":1"#)])
}

fn connections(info: &str) -> DeviceInfo {
    answer(DataType::Connections, &[entry(1, office, info)])
}

/// Connections that nothing is unusual about, and what was sent outside if that was answered.
fn outside(external_out: Option<DeviceInfo>) -> Evidence {
    let connections = Part::Answered(connections(r#""totalUsed":1000"#));
    Evidence { connections, external_out: external_out.into(), ..Evidence::default() }
}

/// What was sent, and what of it outside if that was answered.
fn all_and_outside(external_out: Option<DeviceInfo>) -> Evidence {
    Evidence {
        bytes_out: Part::Answered(sent(true)),
        external_out: external_out.into(),
        ..Evidence::default()
    }
}

fn rules<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Rule> {
    findings.into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn what_the_older_answers_could_not_show_is_not_new() {
    let found = beside(&outside(None), &outside(Some(sent(true))));
    assert_eq!((found.new.len(), found.gone.len(), found.worse().count()), (0, 0, 0));
    let [unreported] = found.unreported.as_slice() else { panic!("{:?}", found.unreported) };
    assert_eq!((unreported.finding.rule, unreported.side), (Rule::ExternalUpload, Side::Old));
    assert_eq!(unreported.missing, [Basis::Part(EvidencePart::ExternalOut)]);
    let [unlike] = found.unlike.as_slice() else { panic!("{:?}", found.unlike) };
    assert_eq!((unlike.part, unlike.side), (EvidencePart::ExternalOut, Side::Old));
}

#[test]
fn what_the_newer_answers_could_not_show_is_not_gone() {
    let found = beside(&outside(Some(sent(true))), &outside(None));
    assert_eq!((found.new.len(), found.gone.len(), found.better().count()), (0, 0, 0));
    let [unreported] = found.unreported.as_slice() else { panic!("{:?}", found.unreported) };
    assert_eq!((unreported.finding.rule, unreported.side), (Rule::ExternalUpload, Side::New));
}

#[test]
fn priorities_that_rest_on_different_answers_neither_rise_nor_fall() {
    let (less, more) = (outside(None), outside(Some(sent(true))));
    for (found, side) in [(beside(&less, &more), "old"), (beside(&more, &less), "new")] {
        assert!((found.after.priority.score - found.before.priority.score).abs() > 0.01);
        let text = found.to_string();
        assert!(!text.contains("rose") && !text.contains("fell"), "{text}");
        let end = format!("by other answers; external-out not in the {side} ones");
        assert!(text.ends_with(&end), "{text}");
    }
}

#[test]
fn what_began_after_the_older_answers_is_new_whatever_they_had() {
    let found = after_days(7, &outside(None), &outside(Some(sent(true))));
    assert_eq!(rules(&found.new), [Rule::ExternalUpload]);
    assert!(found.unreported.is_empty());
    let text = found.to_string();
    assert!(
        text.contains("by other answers; external-out not in the old ones; new: 2.10 GB"),
        "{text}"
    );
}

#[test]
fn what_neither_has_makes_no_difference() {
    let quiet = Evidence { bytes_out: Part::Answered(sent(false)), ..Evidence::default() };
    let (loud, quiet) = (all_and_outside(None), quiet);
    assert_eq!(rules(&beside(&quiet, &loud).new), [Rule::Upload]);
    assert_eq!(rules(beside(&loud, &quiet).gone.iter().map(|(it, _)| it)), [Rule::Upload]);
    assert!(beside(&quiet, &loud).to_string().starts_with("priority rose"));
}

#[test]
fn an_upload_is_the_same_where_only_one_side_knows_whither() {
    let unsure = all_and_outside(None);
    for (external_out, rule) in
        [(sent(true), Rule::ExternalUpload), (sent(false), Rule::InternalUpload)]
    {
        let sure = all_and_outside(Some(external_out));
        for (found, side) in
            [(beside(&unsure, &sure), Side::Old), (beside(&sure, &unsure), Side::New)]
        {
            assert!(
                found.new.is_empty() && found.gone.is_empty(),
                "{:?} {:?}",
                found.new,
                found.gone
            );
            let unreported: Vec<_> =
                found.unreported.iter().map(|it| (it.finding.rule, it.side)).collect();
            assert_eq!(unreported, [(rule, side)]);
        }
    }
}

#[test]
fn what_one_side_tells_as_a_part_of_another_finding_is_neither_new_nor_gone() {
    let opened = |at: usize| office(at) + if NIGHT.contains(&at) { 20_000 } else { 0 };
    let opened = answer(DataType::Connections, &[entry(1, opened, r#""totalUsed":1000"#)]);
    let alone = Evidence { connections: Part::Answered(opened), ..Evidence::default() };
    let together = Evidence { external_out: Part::Answered(sent(true)), ..alone.clone() };
    for (found, side) in
        [(beside(&alone, &together), Side::Old), (beside(&together, &alone), Side::New)]
    {
        assert!(found.new.is_empty() && found.gone.is_empty(), "{:?} {:?}", found.new, found.gone);
        let unreported: Vec<_> =
            found.unreported.iter().map(|it| (it.finding.rule, it.side)).collect();
        assert_eq!(unreported, [(Rule::ExternalUpload, side)]);
    }
}

/// A port since an hour, if ports were answered.
fn port(since: Option<usize>) -> Evidence {
    let ports = since.map_or_else(String::new, |since| {
        let first = hour(since).as_millisecond();
        format!(r#","portsUsed":[{{"port":"22","size":10,"firstTime":{first}}}]"#)
    });
    let connections = Part::Answered(connections(&format!(r#""totalUsed":1000{ports}"#)));
    Evidence { connections, ..Evidence::default() }
}

#[test]
fn a_list_that_is_missing_is_like_an_answer_that_is() {
    let found = beside(&port(None), &port(Some(HOURS - DAY)));
    assert!(found.new.is_empty(), "{:?}", found.new);
    let [unreported] = found.unreported.as_slice() else { panic!("{:?}", found.unreported) };
    assert_eq!(unreported.finding.rule, Rule::NewPort);
    assert_eq!(unreported.missing, [Basis::List(List::Ports)]);
    // Of a day before the newer answers, the older ones could not know.
    let found = after_days(3, &port(None), &port(Some(HOURS - DAY)));
    assert_eq!(rules(&found.new), [Rule::NewPort]);
}

#[test]
fn what_is_too_long_ago_to_be_new_has_passed() {
    let port = port(Some(HOURS - 8 * DAY));
    let found = after_days(7, &port, &port);
    let [(gone, why)] = found.gone.as_slice() else { panic!("{:?}", found.gone) };
    assert_eq!((gone.rule, *why), (Rule::NewPort, Why::Passed));
}

#[test]
fn a_severity_that_rests_on_different_answers_did_not_change() {
    let domain = |size| {
        format!(r#""totalUsed":1000,"externalDomains":[{{"domain":"new.example","size":{size}}}]"#)
    };
    let less = Evidence {
        external: Part::Answered(connections(&domain(1))),
        endpoints: known(vec![endpoint("new.example", HOURS - DAY, 1)]),
        ..Evidence::default()
    };
    let out = answer(DataType::BytesOut, &[entry(1, office, &domain(50))]);
    let more = Evidence { external_out: Part::Answered(out), ..less.clone() };
    let found = beside(&less, &more);
    let [Reassessed { before, finding, unlike }] = found.changed.as_slice() else {
        panic!("{:?}", found.changed)
    };
    assert_eq!((*before, finding.severity), (Level::Low, Level::Medium));
    assert_eq!(*unlike, [Basis::Part(EvidencePart::ExternalOut)]);
    assert_eq!((found.worse().count(), beside(&more, &less).better().count()), (0, 0));
}

#[test]
fn a_domain_that_is_told_among_many_by_now_is_not_gone() {
    let domains = |names: &[&str]| {
        let part = |name: &&str| format!(r#"{{"domain":"{name}","size":5}}"#);
        let parts: Vec<String> = names.iter().map(part).collect();
        let info = format!(r#""totalUsed":1000,"externalDomains":[{}]"#, parts.join(","));
        Evidence {
            external: Part::Answered(connections(&info)),
            endpoints: known(names.iter().map(|name| endpoint(name, HOURS - 4 * DAY, 1)).collect()),
            ..Evidence::default()
        }
    };
    let names: Vec<String> = (0..Policy::default().novelty.burst_of_domains)
        .map(|it| format!("d{it}.example"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let found = after_days(2, &domains(&names[..1]), &domains(&names));
    assert!(found.gone.is_empty(), "{:?}", found.gone);
    assert_eq!(rules(&found.new), [Rule::NewDomain]);
}
