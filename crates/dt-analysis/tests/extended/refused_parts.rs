//! What a watcher says of a device in a round in which part of the evidence is refused.

use dt_analysis::difference::{self, Moment, Side};
use dt_analysis::exclusions::ExclusionsAt;
use dt_analysis::finding::FindingState::{Ended, New};
use dt_analysis::finding::{
    FindingRecord, FindingState, FindingTracker, Observation, Origin, Rule,
};
use dt_analysis::{Level, Policy};
use dt_model::{
    DataType, DeviceId, DomainQuestion, Evidence, EvidencePart, Part, PartState, Refusal,
    RefusalKind,
};
use jiff::tz::TimeZone;

use crate::answers::{HOURS, answer, assessed, endpoint, entry, hour, known, office};

const DID: DeviceId = DeviceId::new(1);

/// Four hours of the last night.
const NIGHT: std::ops::Range<usize> = HOURS - 10..HOURS - 6;

fn sent(at: usize) -> u64 {
    1_000 * office(at) + if NIGHT.contains(&at) { 700_000_000 } else { 0 }
}

fn every_hour(_: usize) -> u64 {
    60
}

/// An upload of a night to a new domain, which is called every hour.
fn whole() -> Evidence {
    let about = |data_type, count: fn(usize) -> u64| {
        let mut about = answer(data_type, &[entry(1, count, "")]);
        about.subject.domain = Some("sync.example".to_owned());
        let question = DomainQuestion { domain: "sync.example".to_owned(), data_type };
        (question, Part::Answered(about))
    };
    let domains = r#""totalUsed":100000,"externalDomains":[
        {"domain":"sync.example","size":70},{"domain":"usual.example","size":30}]"#;
    let bytes = || answer(DataType::BytesOut, &[entry(1, sent, domains)]);
    let opened = |info| answer(DataType::Connections, &[entry(1, office, info)]);
    Evidence {
        connections: Part::Answered(opened("")),
        bytes_out: Part::Answered(bytes()),
        bytes_in: Part::Answered(answer(DataType::BytesIn, &[entry(1, office, "")])),
        external: Part::Answered(opened(domains)),
        external_out: Part::Answered(bytes()),
        by_domain: vec![about(DataType::BytesOut, sent), about(DataType::Connections, every_hour)],
        endpoints: known(vec![
            endpoint("sync.example", HOURS - 130, 1),
            endpoint("usual.example", 0, 40),
        ]),
        breaches: Part::Answered(Vec::new()),
        analyst: Part::Answered(Vec::new()),
        watched: Part::Answered(Vec::new()),
        ..Evidence::default()
    }
}

fn refused<T>() -> Part<T> {
    Part::Refused(Refusal::new(RefusalKind::Server, Some(500), String::new()))
}

/// The evidence without each of what could be refused, by its name.
fn with_one_refused() -> Vec<(String, Evidence)> {
    let without = |name: String, refuse: &dyn Fn(&mut Evidence)| {
        let mut evidence = whole();
        refuse(&mut evidence);
        (name, evidence)
    };
    let parts = EvidencePart::ALL.into_iter().filter(|part| part.data_type().is_some());
    let mut all: Vec<(String, Evidence)> = parts
        .map(|part| without(part.to_string(), &|it| *it.part_mut(part).unwrap() = refused()))
        .collect();
    all.push(without("hosts".to_owned(), &|it| it.endpoints[0].1 = refused()));
    for at in 0..2 {
        all.push(without(format!("domain {at}"), &|it| it.by_domain[at].1 = refused()));
    }
    let both = |it: &mut Evidence| it.by_domain.iter_mut().for_each(|(_, part)| *part = refused());
    all.push(without("domains".to_owned(), &both));
    all
}

/// What a watcher tells of a device that it looks at so many hours after the data ended.
fn look(
    tracker: &mut FindingTracker,
    evidence: &Evidence,
    later: usize,
) -> Vec<(Rule, FindingState)> {
    let origin = Origin { appliance: None, did: Some(DID) };
    let findings = assessed(evidence).findings.into_iter();
    let findings: Vec<FindingRecord> =
        findings.map(|finding| FindingRecord::new(finding, origin, "")).collect();
    let missing = evidence.missing().into_iter();
    let missing: Vec<EvidencePart> = missing
        .filter(|missing| missing.state == PartState::Refused)
        .map(|missing| missing.part)
        .collect();
    let until = Some(hour(HOURS + later));
    let look = Observation {
        did: DID,
        findings: &findings,
        excluded: &[],
        min_severity: Level::Low,
        until,
        missing: &missing,
        since: None,
    };
    tracker.updates(look).into_iter().map(|it| (it.record.finding.rule, it.state)).collect()
}

#[test]
fn what_is_refused_in_one_round_makes_nothing_new() {
    let mut tracker = FindingTracker::default();
    let first = look(&mut tracker, &whole(), 0);
    assert!(first.contains(&(Rule::ExternalUpload, New)), "{first:?}");
    assert!(first.contains(&(Rule::RegularCaller, New)), "{first:?}");
    // It tells of the domain, too.
    assert!(!first.iter().any(|(rule, _)| *rule == Rule::NewDomain), "{first:?}");
    for (name, evidence) in with_one_refused() {
        let mut tracker = tracker.clone();
        assert_eq!(look(&mut tracker, &evidence, 0), [], "{name}");
        assert_eq!(look(&mut tracker, &evidence, 0), [], "{name}, again");
        assert_eq!(look(&mut tracker, &whole(), 0), [], "{name}, and answered again");
    }
}

/// A day after the data ended, what was over by then has ended, and nothing that could not be looked at.
#[test]
fn what_needed_a_refused_part_does_not_end() {
    let mut tracker = FindingTracker::default();
    look(&mut tracker, &whole(), 0);
    for (name, evidence) in with_one_refused() {
        let mut tracker = tracker.clone();
        let ended = look(&mut tracker, &evidence, 24);
        let is_over = |rule| ended.contains(&(rule, Ended));
        let is_known = |part| evidence.state(part) != PartState::Refused;
        assert_eq!(is_over(Rule::ExternalUpload), is_known(EvidencePart::ExternalOut), "{name}");
        assert!(!is_over(Rule::RegularCaller), "{name}: {ended:?}");
    }
}

fn without_domains() -> Evidence {
    let mut evidence = whole();
    evidence.by_domain.iter_mut().for_each(|(_, part)| *part = refused());
    evidence
}

#[test]
fn single_domains_that_were_refused_are_missing() {
    let mut evidence = whole();
    let missing = |evidence: &Evidence| assessed(evidence).priority.missing;
    assert_eq!(missing(&evidence), <[String; 0]>::default());
    evidence.by_domain[1].1 = refused();
    let what = "bytes sent to each domain (domains)";
    assert_eq!(missing(&evidence), [format!("{what}: 1 of 2 questions refused: HTTP 500")]);
    assert_eq!(missing(&without_domains()), [format!("{what}: refused: HTTP 500")]);
    // Nothing called for a question.
    assert_eq!(missing(&Evidence { by_domain: Vec::new(), ..whole() }), <[String; 0]>::default());
}

#[test]
fn a_new_domain_says_what_was_refused_that_would_tell_more_about_it() {
    let doubts = |evidence: &Evidence| {
        let findings = assessed(evidence).findings.into_iter();
        let new = findings.filter(|finding| finding.rule == Rule::NewDomain);
        new.flat_map(|finding| finding.doubts).collect::<Vec<String>>()
    };
    let told = doubts(&without_domains());
    for doubt in [
        "how much was sent to sync.example, and when, is not known: refused: HTTP 500",
        "whether sync.example is contacted regularly is not known: refused: HTTP 500",
    ] {
        assert!(told.iter().any(|told| told == doubt), "{told:?}");
    }
    let not_asked = doubts(&Evidence { by_domain: Vec::new(), ..whole() });
    assert_eq!(not_asked, ["a new service, or a new name for an existing one, looks the same"]);
}

#[test]
fn what_rests_on_single_domains_is_neither_new_nor_gone_where_they_were_refused() {
    let compare = |old: &Evidence, new: &Evidence| {
        let at = |evidence| Moment { evidence, asked: hour(HOURS) };
        difference::analyse(
            at(old),
            at(new),
            &TimeZone::UTC,
            &Policy::default(),
            ExclusionsAt::NONE,
        )
    };
    let (whole, without) = (whole(), without_domains());
    for (found, side) in
        [(compare(&without, &whole), Side::Old), (compare(&whole, &without), Side::New)]
    {
        let [unlike] = found.unlike.as_slice() else { panic!("{:?}", found.unlike) };
        assert_eq!((unlike.part, unlike.side), (EvidencePart::Domains, side));
        assert!(found.new.is_empty() && found.gone.is_empty(), "{:?} {:?}", found.new, found.gone);
        let unreported: Vec<(Rule, Side)> =
            found.unreported.iter().map(|it| (it.finding.rule, it.side)).collect();
        assert_eq!(unreported, [(Rule::RegularCaller, side)]);
        assert!(found.changed.iter().all(|it| !it.is_worse() && !it.is_milder()));
    }
}
