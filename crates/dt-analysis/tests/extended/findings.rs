use dt_analysis::Level;
use dt_analysis::finding::{Confidence, Finding, Object, Rule};
use dt_model::{
    DataType, DeviceInfo, DomainQuestion, Evidence, EvidenceSource, Part, Refusal, RefusalKind,
};

use crate::answers::{
    HOURS, answer, asked_of_domains, assessed, endpoint, entry, hour, known, office,
};

/// Three hours of a night, five days before the data ends.
const NIGHT: std::ops::Range<usize> = HOURS - 118..HOURS - 115;

const OUTSIDE: &str = r#""totalUsed":1000000000,"externalDomains":[
    {"domain":"sync.example","size":90},{"domain":"usual.example","size":10}]"#;

fn usual(at: usize) -> u64 {
    1_000 * office(at)
}

fn upload(at: usize) -> u64 {
    usual(at) + if NIGHT.contains(&at) { 700_000_000 } else { 0 }
}

/// What was sent outside, by the device and by similar devices.
fn sent(own: impl Fn(usize) -> u64, others: &[fn(usize) -> u64]) -> DeviceInfo {
    let entries: Vec<String> = std::iter::once(entry(1, own, OUTSIDE))
        .chain(others.iter().map(|count| entry(2, count, OUTSIDE)))
        .collect();
    answer(DataType::BytesOut, &entries)
}

fn only(evidence: &Evidence) -> Finding {
    let mut findings = assessed(evidence).findings;
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.remove(0)
}

/// A finding as it is made, of which tests change what matters to them.
pub(crate) fn a_finding() -> Finding {
    only(&Evidence { external_out: Part::Answered(sent(upload, &[])), ..Evidence::default() })
}

#[test]
fn a_night_of_uploads_is_one_finding_with_its_hours() {
    let peers: [fn(usize) -> u64; 3] = [usual; 3];
    let evidence =
        Evidence { external_out: Part::Answered(sent(upload, &peers)), ..Evidence::default() };
    let finding = only(&evidence);
    assert_eq!((finding.rule, finding.severity), (Rule::ExternalUpload, Level::High));
    assert_eq!((finding.first_time, finding.last_time), (hour(NIGHT.start), hour(NIGHT.end)));
    assert!(finding.observed.unwrap() > 2.1e9 && finding.expected.unwrap() < 1e6);
    assert!(finding.reasons.iter().any(|reason| reason == "none of 3 similar devices did this"));
    assert!(finding.doubts.iter().any(|doubt| doubt.contains("backup")));
    assert!(finding.attack_candidates.iter().any(|technique| technique.id() == "T1567.002"));
}

#[test]
fn what_similar_devices_did_as_well_is_low() {
    let peers: [fn(usize) -> u64; 3] = [upload, upload, usual];
    let evidence =
        Evidence { external_out: Part::Answered(sent(upload, &peers)), ..Evidence::default() };
    let finding = only(&evidence);
    assert_eq!(finding.severity, Level::Low);
    assert!(finding.doubts.iter().any(|doubt| doubt == "2 of 3 similar devices did this too"));
}

#[test]
fn an_upload_leads_to_the_domains_that_may_explain_it() {
    let mut evidence = Evidence {
        external_out: Part::Answered(sent(upload, &[])),
        external: Part::Answered(answer(DataType::Connections, &[entry(1, office, OUTSIDE)])),
        endpoints: known(vec![endpoint("sync.example", HOURS - 130, 1)]),
        ..Evidence::default()
    };
    let first = assessed(&evidence);
    let question =
        |domain: &str| DomainQuestion { domain: domain.to_owned(), data_type: DataType::BytesOut };
    assert!(asked_of_domains(&evidence).contains(&question("sync.example")));
    assert!(first.findings[0].doubts.iter().any(|doubt| doubt == "to which domain is not known"));

    let about = |domain: &str, count: fn(usize) -> u64| {
        let mut about = answer(DataType::BytesOut, &[entry(1, count, "")]);
        about.subject.domain = Some(domain.to_owned());
        (question(domain), Part::Answered(about))
    };
    evidence.by_domain = vec![about("usual.example", usual), about("sync.example", upload)];
    let second = assessed(&evidence);
    assert!(!asked_of_domains(&evidence).contains(&question("sync.example")));
    let upload = &second.findings[0];
    assert_eq!((upload.rule, upload.severity), (Rule::ExternalUpload, Level::High));
    assert_eq!(upload.reasons[0], "2.10 GB of it to sync.example");
    // The new domain is a reason of the upload, not a finding of its own.
    assert!(second.findings.iter().all(|finding| finding.rule != Rule::NewDomain));
}

#[test]
fn a_domain_whose_name_is_within_the_name_of_another_is_a_finding_of_its_own() {
    let rules = |destination: &str, new: &str| -> Vec<Rule> {
        let domains = format!(
            r#""totalUsed":1000000000,"externalDomains":[
            {{"domain":"{destination}","size":90}},{{"domain":"{new}","size":10}}]"#
        );
        let mut about = answer(DataType::BytesOut, &[entry(1, upload, "")]);
        about.subject.domain = Some(destination.to_owned());
        let question =
            DomainQuestion { domain: destination.to_owned(), data_type: DataType::BytesOut };
        let found = assessed(&Evidence {
            external_out: Part::Answered(answer(DataType::BytesOut, &[entry(1, upload, &domains)])),
            external: Part::Answered(answer(DataType::Connections, &[entry(1, office, &domains)])),
            endpoints: known(vec![endpoint(new, HOURS - 130, 1)]),
            by_domain: vec![(question, Part::Answered(about))],
            ..Evidence::default()
        });
        found.findings.iter().map(|finding| finding.rule).collect()
    };
    let both = [Rule::ExternalUpload, Rule::NewDomain];
    assert_eq!(rules("data.com", "zz.net"), both);
    assert_eq!(rules("data.com", "a.com"), both);
    assert_eq!(rules("x.data.com", "data.com"), both);
    assert_eq!(rules("data.com", "x.data.com"), both);
}

#[test]
fn what_stays_inside_is_a_lower_finding() {
    let evidence = Evidence {
        bytes_out: Part::Answered(answer(DataType::BytesOut, &[entry(1, upload, "")])),
        external_out: Part::Answered(sent(usual, &[])),
        ..Evidence::default()
    };
    let finding = only(&evidence);
    assert_eq!((finding.rule, finding.severity), (Rule::InternalUpload, Level::Low));
    let why = finding.doubts.iter().filter(|doubt| doubt.starts_with("low severity, as it stayed"));
    assert_eq!(why.count(), 1, "{:?}", finding.doubts);

    let unknown = Evidence { external_out: Part::Absent, ..evidence };
    let finding = only(&unknown);
    assert_eq!((finding.rule, finding.severity), (Rule::Upload, Level::Medium));
}

#[test]
fn a_port_that_nobody_else_uses_is_news() {
    let new = hour(HOURS - 40).as_millisecond();
    let port = |port: u16| {
        format!(
            r#""totalUsed":90000,"portsUsed":[{{"port":443,"size":94,"firstTime":1}},
               {{"port":{port},"size":6,"firstTime":{new}}}]"#
        )
    };
    let web = r#""totalUsed":90000,"portsUsed":[{"port":443,"size":100,"firstTime":1}]"#;
    let evidence = |own: u16, peers: &[&str]| {
        let peers = peers.iter().map(|info| entry(2, office, info));
        let entries: Vec<String> =
            std::iter::once(entry(1, office, &port(own))).chain(peers).collect();
        let connections = Part::Answered(answer(DataType::Connections, &entries));
        Evidence { connections, ..Evidence::default() }
    };
    let news = |evidence: &Evidence| {
        let findings = assessed(evidence).findings;
        findings.into_iter().find(|finding| finding.rule == Rule::NewPort).unwrap()
    };
    let found = news(&evidence(4444, &[web, web]));
    assert_eq!(found.object, Object::Port(4444.into()));
    assert_eq!(found.severity, Level::Medium);
    assert_eq!(news(&evidence(993, &[web, web])).severity, Level::Low, "a usual port");
    let known = port(4444);
    assert_eq!(news(&evidence(4444, &[web, &known])).severity, Level::Low, "a peer has it");
}

#[test]
fn what_only_an_earlier_answer_holds_is_found_as_well() {
    let whole = sent(upload, &[]);
    let newest = whole.clone().between(Some(hour(HOURS - 72)), None);
    let earlier = whole.between(None, Some(hour(HOURS - 48)));
    let of = |answer| Evidence { external_out: Part::Answered(answer), ..Evidence::default() };
    // Three days know too little of a week to be sure of anything.
    for found in assessed(&of(newest.clone())).findings {
        assert_ne!(found.first_time, hour(NIGHT.start));
        assert_eq!((found.severity, found.confidence), (Level::Low, Confidence::Low));
        assert!(found.doubts.contains(&"less than a week of data".to_owned()), "{found:?}");
    }
    let taken = vec![(hour(HOURS - 48), of(earlier)), (hour(HOURS), of(newest))];
    let (joined, _) = Evidence::joined(taken).unwrap();
    let finding = only(&joined);
    assert_eq!((finding.rule, finding.first_time), (Rule::ExternalUpload, hour(NIGHT.start)));
}

#[test]
fn a_time_of_which_only_all_bytes_are_known_is_not_said_to_be_internal() {
    let all = sent(upload, &[]);
    let outside = sent(usual, &[]);
    let rule = |external_out| {
        let evidence = Evidence {
            bytes_out: Part::Answered(all.clone()),
            external_out: Part::Answered(external_out),
            ..Evidence::default()
        };
        only(&evidence).rule
    };
    assert_eq!(rule(outside.clone()), Rule::InternalUpload);
    assert_eq!(rule(outside.between(Some(hour(NIGHT.end)), None)), Rule::Upload);
}

#[test]
fn what_left_the_network_as_usual_is_said_beside_what_did_not() {
    let finding = |outside: u64| {
        let all = move |at: usize| upload(at) + outside;
        only(&Evidence {
            bytes_out: Part::Answered(sent(all, &[])),
            external_out: Part::Answered(sent(move |_| outside, &[])),
            ..Evidence::default()
        })
    };
    let within = finding(100_000_000);
    assert_eq!((within.rule, within.severity), (Rule::InternalUpload, Level::Low));
    assert!(within.message.contains("300 MB of it externally"), "{}", within.message);
    assert!(!within.doubts.iter().any(|doubt| doubt.contains("nothing of it left")));
    // Mostly what usually leaves: that is no upload within the network, and no reason for alarm.
    let without = finding(1_500_000_000);
    assert_eq!((without.rule, without.severity), (Rule::Upload, Level::Low));
}

#[test]
fn what_leaves_evenly_over_a_day_is_found_though_no_hour_stands_out() {
    // Thrice the usual, where an hour has up to ten times as much as another one by itself.
    const HOURLY: [u64; 13] = [10, 12, 15, 18, 22, 26, 32, 38, 46, 56, 68, 83, 100];
    let slow = |at: usize| {
        let times = if (500..524).contains(&at) { 3 } else { 1 };
        100_000 * times * HOURLY[at * 7919 % HOURLY.len()]
    };
    let evidence =
        Evidence { external_out: Part::Answered(sent(slow, &[])), ..Evidence::default() };
    let finding = only(&evidence);
    assert_eq!((finding.rule, finding.severity), (Rule::ExternalUpload, Level::Low));
    // As soon as the day up to then is an alert.
    assert_eq!(finding.last_time.duration_since(finding.first_time).as_hours(), 24);
    assert!((hour(512)..=hour(524)).contains(&finding.last_time), "{}", finding.last_time);
}

#[test]
fn gigabytes_such_as_were_never_sent_within_the_network_are_medium_with_a_reason() {
    // Backups of each night, of up to 6 GB.
    let backups =
        |at: usize| if at % 24 == 1 { (3 + at as u64 / 24 % 4) * 1_000_000_000 } else { 0 };
    let finding = |gigabytes: u64| {
        let copied = move |at: usize| {
            let more = if NIGHT.contains(&at) { gigabytes * 1_000_000_000 } else { 0 };
            usual(at) + backups(at) + more
        };
        only(&Evidence {
            bytes_out: Part::Answered(answer(DataType::BytesOut, &[entry(1, copied, "")])),
            external_out: Part::Answered(sent(usual, &[])),
            ..Evidence::default()
        })
    };
    let much = finding(14);
    assert_eq!((much.rule, much.severity), (Rule::InternalUpload, Level::Medium));
    assert!(much.reasons.iter().any(|it| it.contains("times the most in as long a time, ")));
    // As much as a night's backup, and at another hour.
    let little = finding(2);
    assert_eq!((little.rule, little.severity), (Rule::InternalUpload, Level::Low));
    assert_eq!(little.reasons, [""; 0]);
}

#[test]
fn many_new_peers_are_a_scan_with_a_port_by_which_devices_are_taken_over() {
    let severity = |peers: usize, port: u16, port_began: usize| {
        let (new, began) = (hour(HOURS - 40).as_millisecond(), hour(port_began).as_millisecond());
        let device = |peer| format!(r#"{{"did":{},"size":1,"firstTime":{new}}}"#, 500 + peer);
        let devices: Vec<String> = (0..peers).map(device).collect();
        let info = format!(
            r#""totalUsed":90000,"portsUsed":[{{"port":443,"size":94,"firstTime":1}},
               {{"port":{port},"size":6,"firstTime":{began}}}],"devicesUsed":[{}]"#,
            devices.join(",")
        );
        let connections = Part::Answered(answer(DataType::Connections, &[entry(1, office, &info)]));
        let findings = assessed(&Evidence { connections, ..Evidence::default() }).findings;
        findings.into_iter().find(|it| it.rule == Rule::NewPeers).map(|it| it.severity)
    };
    assert_eq!(severity(60, 445, HOURS - 40), Some(Level::High));
    // A few, on a port that serves pages, or on a port that began before: looked at later.
    assert_eq!(severity(8, 445, HOURS - 40), Some(Level::Medium));
    assert_eq!(severity(60, 8080, HOURS - 40), Some(Level::Medium));
    assert_eq!(severity(60, 445, HOURS - 100), Some(Level::Medium));
}

/// Connections that stop for some hours, beside similar devices.
fn stopped(hours: std::ops::Range<usize>, others: &[fn(usize) -> u64]) -> Evidence {
    let own = move |at: usize| if hours.contains(&at) { 0 } else { office(at) };
    let entries: Vec<String> = std::iter::once(entry(1, own, ""))
        .chain(others.iter().map(|count| entry(2, count, "")))
        .collect();
    Evidence {
        connections: Part::Answered(answer(DataType::Connections, &entries)),
        ..Evidence::default()
    }
}

#[test]
fn a_silence_is_one_low_finding_with_its_hours() {
    // From a Tuesday's noon over two nights to the Thursday's noon.
    let (start, end) = (15 * 24 + 12, 17 * 24 + 12);
    let peers: [fn(usize) -> u64; 3] = [office; 3];
    let finding = only(&stopped(start..end, &peers));
    assert_eq!((finding.rule, finding.severity), (Rule::ConnectionDrop, Level::Low));
    assert_eq!((finding.first_time, finding.last_time), (hour(start), hour(end)));
    assert!(finding.message.starts_with("no connections; usually 5,"), "{}", finding.message);
    assert_eq!(finding.reasons, ["none of 3 similar devices did this"]);
    assert!(finding.attack_candidates.is_empty());
}

#[test]
fn a_silence_of_all_similar_devices_is_less_sure() {
    let peers: [fn(usize) -> u64; 3] =
        [|at| if (360..384).contains(&at) { 0 } else { office(at) }; 3];
    let finding = only(&stopped(360..384, &peers));
    assert_eq!(finding.confidence, Confidence::Low);
    assert!(finding.doubts.iter().any(|doubt| doubt == "3 of 3 similar devices did this too"));
}

#[test]
fn a_silence_over_a_weekend_up_to_now_is_one_and_goes_on() {
    // From the last Friday but one on.
    let findings = assessed(&stopped(18 * 24..HOURS, &[])).findings;
    // Half of the weekends that are known are silent: beside these, the others are much.
    let drops = findings.into_iter().filter(|it| it.rule != Rule::ConnectionRise);
    let [finding] = &drops.collect::<Vec<_>>()[..] else { panic!("not one drop") };
    assert_eq!(finding.rule, Rule::ConnectionDrop);
    assert_eq!(finding.last_time, hour(HOURS));
    assert!(finding.reasons.iter().any(|reason| reason.contains("still silent")));
}

#[test]
fn who_is_often_away_is_not_told_of_each_time() {
    let afternoons = |at: usize| match (at / 24 % 3, at % 24) {
        (0, 12..) => 0,
        _ => office(at),
    };
    let answer = answer(DataType::Connections, &[entry(1, afternoons, "")]);
    let evidence = Evidence { connections: Part::Answered(answer), ..Evidence::default() };
    assert_eq!(assessed(&evidence).findings, []);
}

#[test]
fn a_device_that_was_not_there_yet_did_not_fall_silent() {
    assert_eq!(assessed(&stopped(0..7 * 24, &[])).findings, []);
}

#[test]
fn times_of_which_nothing_is_known_are_no_silence() {
    let mut evidence = stopped(0..0, &[]);
    let answer = evidence.connections.answer_mut().unwrap();
    let series = &answer.subject.series;
    let known = series.buckets().iter().filter(|bucket| bucket.start < hour(360));
    let later = series.buckets().iter().filter(|bucket| bucket.start >= hour(408));
    let buckets = known.chain(later).cloned().collect();
    answer.subject.series = dt_model::Series::new(Some(DataType::Connections), buckets);
    assert_eq!(assessed(&evidence).findings, []);
}

fn refused<T>() -> Part<T> {
    Part::Refused(Refusal::new(RefusalKind::Server, Some(500), String::new()))
}

fn doubts(finding: &Finding, doubt: &str) -> bool {
    finding.doubts.iter().any(|known| known == doubt)
}

#[test]
fn an_upload_says_why_it_is_not_known_to_which_domain() {
    let question =
        |domain: &str| DomainQuestion { domain: domain.to_owned(), data_type: DataType::BytesOut };
    let mut evidence = Evidence {
        external_out: Part::Answered(sent(upload, &[])),
        by_domain: vec![
            (question("sync.example"), refused()),
            (question("usual.example"), refused()),
        ],
        ..Evidence::default()
    };
    let finding = only(&evidence);
    assert!(doubts(&finding, "to which domain is not known: refused: HTTP 500"));
    assert!(!doubts(&finding, "to which domain is not known"));

    let mut about = answer(DataType::BytesOut, &[entry(1, upload, "")]);
    about.subject.domain = Some("sync.example".to_owned());
    evidence.by_domain[0].1 = Part::Answered(about);
    evidence.endpoints = vec![("sync.example".into(), refused())];
    let finding = only(&evidence);
    assert!(finding.reasons.iter().any(|reason| reason.ends_with("of it to sync.example")));
    for doubt in [
        "how much of it went to usual.example is not known: refused: HTTP 500",
        "whether sync.example is new or rare is not known: refused: HTTP 500",
    ] {
        assert!(doubts(&finding, doubt), "{:?}", finding.doubts);
    }
}

#[test]
fn an_upload_says_why_it_is_not_known_whether_it_left() {
    let sent = || Part::Answered(sent(upload, &[]));
    let asked = Evidence { bytes_out: sent(), ..Evidence::default() };
    let given = Evidence { source: EvidenceSource::Given, ..asked.clone() };
    let failed = Evidence { external_out: refused(), ..asked.clone() };
    for (evidence, why) in
        [(&asked, "not asked"), (&given, "not given"), (&failed, "refused: HTTP 500")]
    {
        let finding = only(evidence);
        assert_eq!(finding.rule, Rule::Upload);
        let doubt = format!("whether it left the network is not known: {why}");
        assert!(doubts(&finding, &doubt), "{:?}", finding.doubts);
    }
}
