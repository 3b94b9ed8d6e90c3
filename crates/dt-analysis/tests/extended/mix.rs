use dt_analysis::finding::{Finding, Rule};
use dt_analysis::mix::analyse;
use dt_analysis::{Policy, Status};
use dt_model::{DataType, Evidence, Part};

use crate::answers::{answer, assessed, entry, office};

fn ports(total: u64, ports: &str) -> String {
    format!(r#""totalUsed":{total},"portsUsed":[{ports}]"#)
}

fn of(own: &str, others: &[&str]) -> dt_analysis::mix::Divergence {
    let entries: Vec<String> = std::iter::once(own)
        .chain(others.iter().copied())
        .zip(1..)
        .map(|(info, did)| entry(did, office, info))
        .collect();
    let connections = Part::Answered(answer(DataType::Connections, &entries));
    analyse(&Evidence { connections, ..Evidence::default() }, &Policy::default()).ports.unwrap()
}

const WEB: &str = r#"{"port":443,"size":80},{"port":53,"size":20}"#;

#[test]
fn the_same_mix_does_not_diverge() {
    let web = ports(10_000, WEB);
    let found = of(&web, &[&web, &web, &web]);
    assert!(found.bits.unwrap() < 1e-12 && !found.significant);
    assert_eq!((found.status, found.n_used), (Status::Ok, 3));
}

#[test]
fn nothing_in_common_is_one_bit_and_the_keys_say_why() {
    let (web, other) = (ports(10_000, WEB), ports(10_000, r#"{"port":4444,"size":100}"#));
    let found = of(&other, &[&web, &web]);
    assert!((found.bits.unwrap() - 1.0).abs() < 1e-12);
    assert_eq!(found.top[0].key, "4444");
    assert!(found.to_string().contains("4444 (100 %, similar devices 0 %)"), "{found}");
}

#[test]
fn a_small_sample_differs_by_chance() {
    let own = ports(120, r#"{"port":443,"size":90},{"port":53,"size":10}"#);
    let found = of(&own, &[&ports(150, WEB)]);
    assert!(found.bits.unwrap() > 0.0 && !found.significant, "{found}");
}

#[test]
fn too_few_connections_say_nothing() {
    let web = ports(10_000, WEB);
    let few = of(&ports(99, WEB), &[&web]);
    assert_eq!(few.to_string(), "not enough data: fewer than 100 connections");
    assert_eq!((few.bits, few.limit), (None, None));
    let alone = of(&web, &[&ports(10, WEB)]);
    assert!(matches!(alone.status, Status::Insufficient(_)));
}

#[test]
fn only_connections_with_names_are_a_sample_of_domains() {
    let own = |total: u64, unknown: u8, named: u8| {
        format!(
            r#""totalUsed":{total},"externalDomains":[{{"domain":"Unknown","size":{unknown}}},
            {{"domain":"a.example","size":{named}}}]"#
        )
    };
    let others = r#""totalUsed":10000,"externalDomains":[{"domain":"b.example","size":100}]"#;
    let of = |info: &str| {
        let entries = [entry(1, office, info), entry(2, office, others)];
        let external = Part::Answered(answer(DataType::Connections, &entries));
        let evidence = Evidence { external, ..Evidence::default() };
        let is_finding = |it: &Finding| it.rule == Rule::MixFromPeers;
        let is_found = assessed(&evidence).findings.iter().any(is_finding);
        (analyse(&evidence, &Policy::default()).domains.unwrap(), is_found)
    };
    let (half, is_found) = of(&own(200, 50, 50));
    assert!(half.significant && is_found, "{half}");
    let (least, is_found) = of(&own(10_000, 99, 1));
    assert!(least.significant && is_found, "{least}");
    for (total, unknown, named) in [(199, 50, 50), (9_999, 99, 1)] {
        let (few, is_found) = of(&own(total, unknown, named));
        assert_eq!(few.to_string(), "not enough data: fewer than 100 connections");
        assert!(!is_found);
    }
}

#[test]
fn others_are_a_key_and_percentages_need_not_add_up() {
    let own = ports(1_000, r#"{"port":"others","size":100}"#);
    let odd = ports(1_000, r#"{"port":"others","size":70},{"port":443,"size":70}"#);
    let found = of(&own, &[&odd]);
    let diversity = found.diversity.unwrap();
    assert!((diversity.effective - 1.0).abs() < 1e-12 && diversity.entropy.abs() < 1e-12);
    assert!((0.0..1.0).contains(&found.bits.unwrap()));
}
