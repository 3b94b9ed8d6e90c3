use dt_analysis::novelty::{Rarity, analyse};
use dt_analysis::outside::KnownDomain;
use dt_analysis::{Policy, Status};
use dt_model::{
    DataType, EndpointDetails, Evidence, EvidenceSource, Part, Port, Refusal, RefusalKind,
};

use crate::answers::{HOURS, answer, endpoint, entry, hour, known, office};

fn info(first: usize) -> String {
    let (old, new) = (hour(0).as_millisecond() - 1, hour(first).as_millisecond());
    format!(
        r#""totalUsed":1000,"portsUsed":[{{"port":443,"size":90,"firstTime":{old}}},
           {{"port":4444,"size":10,"firstTime":{new}}}],"devicesUsed":[]"#
    )
}

fn found(first: usize, others: &[&str]) -> dt_analysis::novelty::Novelty {
    let own = entry(1, office, &info(first));
    let others = others.iter().map(|info| entry(2, office, info));
    let entries: Vec<String> = std::iter::once(own).chain(others).collect();
    let connections = Part::Answered(answer(DataType::Connections, &entries));
    let evidence = Evidence { connections, ..Evidence::default() };
    analyse(&evidence, Some(hour(HOURS)), &Policy::default())
}

#[test]
fn what_began_within_seven_days_is_new() {
    let new = found(HOURS - 7 * 24, &[]);
    assert_eq!(new.ports.entries.len(), 1);
    assert_eq!(new.ports.entries[0].key, Port::Number(4444));
    assert_eq!((new.ports.entries[0].rarity, new.n_used), (None, 2));
    assert!(found(HOURS - 7 * 24 - 1, &[]).ports.entries.is_empty());
}

#[test]
fn rarity_counts_the_similar_devices_that_list_it() {
    let web = r#""totalUsed":10,"portsUsed":[{"port":443,"size":100}]"#;
    let same = r#""totalUsed":10,"portsUsed":[{"port":4444,"size":100}]"#;
    let rarity = found(HOURS - 1, &[web, same, web]).ports.entries[0].rarity.unwrap();
    assert_eq!(rarity, Rarity::new(1, 3));
    assert!((rarity.bits - (8.0_f64 / 3.0).log2()).abs() < 1e-12);
    assert_eq!(Rarity::new(0, 5).to_string(), "none of 5 similar devices uses it");
}

#[test]
fn without_first_times_nothing_is_new_and_that_is_said() {
    let plain = entry(1, office, r#""totalUsed":10,"portsUsed":[{"port":443,"size":100}]"#);
    let connections = Part::Answered(answer(DataType::Connections, &[plain]));
    let evidence = Evidence { connections, ..Evidence::default() };
    let found = analyse(&evidence, Some(hour(HOURS)), &Policy::default());
    assert_eq!(found.status, Status::Insufficient("no first-seen times are reported".to_owned()));
}

#[test]
fn what_is_not_known_is_not_taken_for_nothing_new() {
    let listed = r#""totalUsed":100,"externalDomains":[{"domain":"a.example","size":60}]"#;
    let outside = || Part::Answered(answer(DataType::Connections, &[entry(1, office, listed)]));
    let all = || {
        let own = entry(1, office, &info(0));
        let connections = Part::Answered(answer(DataType::Connections, &[own]));
        let endpoints = known(vec![endpoint("a.example", 0, 1)]);
        Evidence { connections, external: outside(), endpoints, ..Evidence::default() }
    };
    let said =
        |evidence: &Evidence| analyse(evidence, Some(hour(HOURS)), &Policy::default()).to_string();
    let refused = || Refusal::new(RefusalKind::Server, Some(500), String::new());
    let refused_host = |name: &str| (name.into(), Part::Refused(refused()));
    assert_eq!(said(&all()), "new: 0 ports, 0 peers, 0 domains");
    let without = Evidence { connections: Part::Refused(refused()), ..all() };
    assert_eq!(
        said(&without),
        "new: ports not known (refused: HTTP 500), peers not known (refused: HTTP 500), 0 domains"
    );
    let no_domains = |evidence: Evidence, why: &str| {
        assert_eq!(said(&evidence), format!("new: 0 ports, 0 peers, domains not known ({why})"));
    };
    no_domains(Evidence { external: Part::Refused(refused()), ..all() }, "refused: HTTP 500");
    no_domains(Evidence { external: Part::Absent, ..all() }, "not asked");
    no_domains(Evidence { endpoints: Vec::new(), ..all() }, "not asked");
    let given = EvidenceSource::Given;
    no_domains(Evidence { endpoints: Vec::new(), source: given, ..all() }, "not given");
    let dateless = EndpointDetails { first_seen: None, ..endpoint("a.example", 0, 1) };
    no_domains(Evidence { endpoints: known(vec![dateless]), ..all() }, "not reported");
    let mut some = all();
    some.endpoints.push(refused_host("b.example"));
    no_domains(some.clone(), "1 of 2 hosts refused: HTTP 500");
    some.endpoints[0] = known(vec![endpoint("a.example", HOURS - 9, 1)]).remove(0);
    assert_eq!(said(&some), "new: 0 ports, 0 peers, 1 domains (1 of 2 hosts refused: HTTP 500)");
    // Without domains outside there is nothing to ask about.
    let none = answer(DataType::Connections, &[entry(1, office, r#""externalDomains":[]"#)]);
    let alone = Evidence { external: Part::Answered(none), endpoints: Vec::new(), ..all() };
    assert_eq!(said(&alone), "new: 0 ports, 0 peers, 0 domains");
    // Of nothing it says why.
    let nothing = Evidence { connections: Part::Refused(refused()), ..Evidence::default() };
    assert_eq!(said(&nothing), "not enough data: co: refused: HTTP 500");
}

#[test]
fn what_is_said_of_a_domain_has_to_agree_that_it_is_rare() {
    let policy = Policy::default();
    let is_rare = |devices: Option<usize>, popularity: Option<f64>| {
        let external = Part::Answered(answer(
            DataType::Connections,
            &[entry(
                1,
                office,
                r#""totalUsed":10,"externalDomains":[{"domain":"a.example","size":10}]"#,
            )],
        ));
        let details = EndpointDetails { devices, popularity, ..endpoint("a.example", 0, 1) };
        let evidence =
            Evidence { external, endpoints: known(vec![details]), ..Evidence::default() };
        let found = analyse(&evidence, Some(hour(HOURS)), &policy);
        found.domains.entries[0].is_rare(&policy.novelty)
    };
    assert!(is_rare(Some(1), None) && is_rare(None, Some(1.0)) && is_rare(Some(1), Some(1.0)));
    // One device was seen with it of late, but it is widely known.
    assert!(!is_rare(Some(1), Some(60.0)) && !is_rare(Some(9), Some(1.0)));
    assert!(!is_rare(None, None) && !is_rare(Some(0), None));
}

#[test]
fn a_domain_is_rare_if_nobody_else_uses_it() {
    let listed = r#""totalUsed":100,"externalDomains":[{"domain":"a.example","size":60},
        {"domain":"b.example","size":40}]"#;
    let usual = r#""totalUsed":100,"externalDomains":[{"domain":"b.example","size":99}]"#;
    let entries = [entry(1, office, listed), entry(2, office, usual)];
    let evidence = Evidence {
        external: Part::Answered(answer(DataType::Connections, &entries)),
        endpoints: known(vec![
            endpoint("a.example", HOURS - 5, 1),
            endpoint("b.example", HOURS - 5, 1),
        ]),
        ..Evidence::default()
    };
    let policy = Policy::default();
    let found = analyse(&evidence, Some(hour(HOURS)), &policy);
    let rare: Vec<bool> =
        found.domains.iter().map(|domain| domain.is_rare(&policy.novelty)).collect();
    assert_eq!(rare, [true, false]);
    assert!(found.domains.iter().all(|domain| domain.is_new));
}

#[test]
fn a_domain_of_which_only_bytes_are_listed_is_new_as_any_other() {
    let sent = r#""totalUsed":100,"externalDomains":[{"domain":"a.example","size":60},
        {"domain":"b.example","size":40}]"#;
    let evidence = Evidence {
        external_out: Part::Answered(answer(DataType::BytesOut, &[entry(1, office, sent)])),
        endpoints: known(vec![
            endpoint("a.example", HOURS - 5, 1),
            endpoint("b.example", HOURS - 8 * 24, 1),
        ]),
        ..Evidence::default()
    };
    let found = analyse(&evidence, Some(hour(HOURS)), &Policy::default());
    let listed = KnownDomain::list(&evidence, &found);
    let is_new: Vec<Option<bool>> = listed.iter().map(|domain| domain.is_new).collect();
    assert_eq!(is_new, [Some(true), Some(false)]);
}
