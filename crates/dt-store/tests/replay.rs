//! What a snapshot says of its device is what the appliance said then, refusals included.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dt_model::{
    Answer, Device, DeviceId, DeviceInfoQuery, DomainQuestion, Evidence, EvidencePart, Exchange,
    List, Part, PartState, Question, Refusal, RefusalKind,
};
use dt_store::{About, Archive, NotAnswered, Snapshot, Subject};
use http::StatusCode;

const INFO: &str = r#"{"deviceInfo":[{"did":7,"graphData":[{"time":1580000000000,"count":355}]}]}"#;

fn about() -> About {
    About {
        device: Subject::new(DeviceId::new(7), &Device::default()),
        taken: "2026-11-24T12:00:00Z".parse().unwrap(),
        data_until: None,
        appliance: "appliance.example".to_owned(),
        address: "https://appliance.example/".to_owned(),
        dt_version: "0.1.0".to_owned(),
    }
}

fn kept(exchanges: Vec<Exchange>, evidence: &Evidence) -> Snapshot {
    let parent = tempfile::tempdir().unwrap();
    let archive = Archive::open(parent.path().join("snaps")).unwrap();
    let exchanges = exchanges.into_iter().map(|exchange| (exchange, None)).collect();
    let snapshot = archive.keep(about(), exchanges, NotAnswered::of(evidence)).unwrap();
    let read = Snapshot::open(&snapshot.path).unwrap();
    assert_eq!(read, snapshot);
    read
}

/// The evidence that was gathered: one part answered, and one of each kind refused.
fn gathered() -> Evidence {
    let query = DeviceInfoQuery::new(DeviceId::new(7)).unwrap();
    let mut evidence = Evidence::default();
    let mut take = |question: Question, refusal| evidence.take(question, Err(refusal));
    let timeout = Refusal::new(RefusalKind::Timeout, None, "no answer in time");
    take(Question::part(EvidencePart::BytesIn, &query), timeout);
    let unsendable = Refusal::new(RefusalKind::Unsendable, None, "'+' cannot be signed");
    take(Question::endpoint("a+b.example"), unsendable.clone());
    let about =
        DomainQuestion { domain: "a\r\nb".to_owned(), data_type: dt_model::DataType::BytesOut };
    take(Question::domain(about, &query), unsendable);
    let connections = Question::part(EvidencePart::Connections, &query);
    let answer = connections.read(INFO.as_bytes()).unwrap();
    evidence.take(connections, Ok(answer));
    let known = Question::endpoint("a.example");
    evidence.take(known, Ok(Answer::Endpoints(List::from((Vec::new(), Vec::new())))));
    evidence
}

#[test]
fn what_was_refused_is_refused_for_the_same_reason() {
    let evidence = gathered();
    let exchanges = vec![
        Exchange::new("/deviceinfo?datatype=co&did=7&intervalhours=1", StatusCode::OK, INFO),
        Exchange::new("/endpointdetails?hostname=a.example", StatusCode::OK, "[]"),
    ];
    let replayed = kept(exchanges, &evidence).evidence().evidence;
    assert_eq!(replayed.connections, evidence.connections);
    assert_eq!(replayed.bytes_in, evidence.bytes_in);
    assert_eq!(replayed.by_domain, evidence.by_domain);
    let by_name = |evidence: &Evidence| {
        let mut endpoints = evidence.endpoints.clone();
        endpoints.sort_by_key(|(name, _)| name.to_string());
        endpoints
    };
    assert_eq!(by_name(&replayed), by_name(&evidence));
}

#[test]
fn what_the_appliance_says_of_its_own_accord_is_kept_and_an_older_snapshot_was_not_told() {
    let targets = ["/modelbreaches", "/aianalyst/groups"]
        .map(|path| format!("{path}?did=7&endtime=2000&includeacknowledged=true&starttime=1000"));
    let exchanges = || {
        let [breaches, groups] = targets.clone();
        vec![
            Exchange::new("/deviceinfo?datatype=co&did=7", StatusCode::OK, INFO),
            Exchange::new(breaches, StatusCode::OK, r#"[{"pbid": 3, "time": 1500}]"#),
            Exchange::new(groups, StatusCode::FORBIDDEN, ""),
        ]
    };
    let live = kept(exchanges(), &Evidence::default()).evidence().evidence;
    let [breach] = live.breaches.answer().unwrap().as_slice() else { panic!() };
    assert_eq!((breach.pbid, breach.did), (3, Some(DeviceId::new(7))));
    let states = |evidence: &Evidence| {
        [EvidencePart::Breaches, EvidencePart::Analyst, EvidencePart::Watched]
            .map(|part| evidence.state(part))
    };
    assert_eq!(states(&live), [PartState::Answered, PartState::Refused, PartState::NotAsked]);
    // The refusal is kept without its exchange, too.
    let replayed = kept(exchanges()[..1].to_vec(), &live).evidence().evidence;
    let told = [PartState::NotAsked, PartState::Refused, PartState::NotAsked];
    assert_eq!(states(&replayed), told);
    assert_eq!(replayed.analyst, live.analyst);
}

#[test]
fn an_older_snapshot_tells_its_refusals_by_what_came() {
    let exchanges = vec![
        Exchange::new("/deviceinfo?datatype=co&did=7", StatusCode::OK, INFO),
        Exchange::new("/deviceinfo?datatype=sizein&did=7", StatusCode::INTERNAL_SERVER_ERROR, ""),
        Exchange::new("/deviceinfo?datatype=sizein&did=7", StatusCode::FORBIDDEN, ""),
        Exchange::new("/endpointdetails?hostname=a", StatusCode::NOT_FOUND, ""),
    ];
    let evidence = kept(exchanges, &Evidence::default()).evidence().evidence;
    assert_eq!(evidence.state(EvidencePart::Connections), PartState::Answered);
    let refusal = evidence.bytes_in.refusal().unwrap();
    assert_eq!(refusal.kind, RefusalKind::Permission, "the last attempt counts");
    assert_eq!(evidence.endpoints[0].1, Part::Answered(Vec::new()), "nothing is known of it");
    assert_eq!(evidence.state(EvidencePart::BytesOut), PartState::NotAsked);
}

#[test]
fn an_answer_about_another_device_is_refused() {
    let other = Exchange::new("/deviceinfo?datatype=co&did=8", StatusCode::OK, INFO);
    let broken = Exchange::new("/deviceinfo?datatype=sizeout&did=8", StatusCode::OK, "{");
    let evidence = kept(vec![other, broken], &Evidence::default()).evidence().evidence;
    assert_eq!(evidence.connections.refusal().unwrap().kind, RefusalKind::OtherDevice);
    assert_eq!(evidence.bytes_out.refusal().unwrap().kind, RefusalKind::Unreadable);
}
