use dt_analysis::novelty::{Rarity, analyse};
use dt_analysis::{Policy, Status};
use dt_model::{DataType, EndpointDetails, Evidence, Part, Port};

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
    assert_eq!(new.ports.len(), 1);
    assert_eq!(new.ports[0].key, Port::Number(4444));
    assert_eq!((new.ports[0].rarity, new.n_used), (None, 2));
    assert!(found(HOURS - 7 * 24 - 1, &[]).ports.is_empty());
}

#[test]
fn rarity_counts_the_similar_devices_that_list_it() {
    let web = r#""totalUsed":10,"portsUsed":[{"port":443,"size":100}]"#;
    let same = r#""totalUsed":10,"portsUsed":[{"port":4444,"size":100}]"#;
    let rarity = found(HOURS - 1, &[web, same, web]).ports[0].rarity.unwrap();
    assert_eq!(rarity, Rarity { users: 1, among: 3 });
    assert!((rarity.bits() - (8.0_f64 / 3.0).log2()).abs() < 1e-12);
    assert_eq!(Rarity { users: 0, among: 5 }.to_string(), "none of 5 similar devices lists it");
}

#[test]
fn without_first_times_nothing_is_new_and_that_is_said() {
    let plain = entry(1, office, r#""totalUsed":10,"portsUsed":[{"port":443,"size":100}]"#);
    let connections = Part::Answered(answer(DataType::Connections, &[plain]));
    let evidence = Evidence { connections, ..Evidence::default() };
    let found = analyse(&evidence, Some(hour(HOURS)), &Policy::default());
    assert_eq!(found.status, Status::Insufficient("no first times are reported".to_owned()));
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
        found.domains[0].is_rare(&policy.novelty)
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
