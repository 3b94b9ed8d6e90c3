//! Each kind of bad input has its status, and none yields a number that is none.

use std::fmt;

use dt_analysis::SeriesOutlook;
use dt_model::{DataType, Evidence, Part};

use crate::answers::{HOURS, answer, assessed, entry, office};

/// What a device counts in an hour.
type Count = fn(usize) -> u64;

const OFFICE: Count = office;

/// What each analysis says about a device, whose similar devices do the other thing.
fn golden(counts: impl Fn(usize) -> u64 + Copy, info: &str, others: &[Count]) -> String {
    let entries: Vec<String> = std::iter::once(entry(1, counts, info))
        .chain(others.iter().zip(2..).map(|(count, did)| entry(did, count, info)))
        .collect();
    let of = |data_type| Part::Answered(answer(data_type, &entries));
    let evidence = Evidence {
        connections: of(DataType::Connections),
        bytes_out: of(DataType::BytesOut),
        bytes_in: of(DataType::BytesIn),
        external: of(DataType::Connections),
        external_out: of(DataType::BytesOut),
        ..Evidence::default()
    };
    sentences(&evidence)
}

fn sentences(evidence: &Evidence) -> String {
    let found = assessed(evidence);
    let debug = format!("{found:?}");
    assert!(!debug.contains("NaN") && !debug.contains("inf"), "{debug}");
    let lines = [
        said("timeline", found.timelines.connections.as_ref()),
        said("direction", found.direction.as_ref()),
        said("its change", found.change.balance.as_ref()),
        said("regularity", found.regularity.as_ref()),
        said("mix of ports", found.mix.ports.as_ref()),
        said("mix of peers", found.mix.peers.as_ref()),
        said("mix of domains", found.mix.domains.as_ref()),
        said("novelty", Some(&found.novelty)),
        said("counts", found.counts.as_ref()),
        heading("connections", found.outlook.connections.as_ref()),
        heading("sent outside", found.outlook.external_out.as_ref()),
        found.to_string(),
    ];
    lines.join("\n")
}

fn said(what: &str, found: Option<&impl fmt::Display>) -> String {
    let said = found.map_or_else(|| "not reported".to_owned(), ToString::to_string);
    format!("{what}: {said}")
}

fn heading(what: &str, heading: Option<&SeriesOutlook>) -> String {
    let trend = said(&format!("trend of {what}"), heading.map(|it| &it.trend));
    format!("{trend}\n{}", said(&format!("forecast of {what}"), heading.map(|it| &it.forecast)))
}

const PORTS: &str =
    r#""totalUsed":5000,"portsUsed":[{"port":443,"size":80},{"port":53,"size":20}]"#;

#[test]
fn all_zero() {
    insta::assert_snapshot!(golden(|_| 0, r#""totalUsed":0,"portsUsed":[]"#, &[OFFICE; 3]));
}

#[test]
fn constant() {
    insta::assert_snapshot!(golden(|_| 40, PORTS, &[OFFICE; 3]));
}

#[test]
fn one_spike() {
    let spike = |hour| if hour == 500 { 900_000_000 } else { 0 };
    insta::assert_snapshot!(golden(spike, PORTS, &[OFFICE; 3]));
}

#[test]
fn a_single_peer_and_identical_peers() {
    insta::assert_snapshot!("single", golden(office, PORTS, &[OFFICE]));
    insta::assert_snapshot!("identical", golden(office, PORTS, &[OFFICE; 5]));
}

#[test]
fn a_compromised_peer_group() {
    const UPLOAD: Count = |hour| if matches!(hour, 400..403) { 900_000_000 } else { office(hour) };
    insta::assert_snapshot!(golden(UPLOAD, PORTS, &[UPLOAD; 4]));
}

#[test]
fn totals_under_a_hundred_others_only_and_odd_percentages() {
    let few = r#""totalUsed":60,"portsUsed":[{"port":443,"size":100}]"#;
    insta::assert_snapshot!("few", golden(office, few, &[OFFICE; 3]));
    let others = r#""totalUsed":5000,"portsUsed":[{"port":"others","size":100}],
        "devicesUsed":[{"did":"others","size":100}],
        "externalDomains":[{"domain":"others","size":100}]"#;
    insta::assert_snapshot!("others", golden(office, others, &[OFFICE; 3]));
    let odd = r#""totalUsed":5000,"portsUsed":[{"port":443,"size":90},{"port":53,"size":90}]"#;
    insta::assert_snapshot!("odd", golden(office, odd, &[OFFICE; 3]));
}

#[test]
fn few_buckets_gaps_and_whole_days() {
    let cut = |keep: fn(usize) -> bool| {
        let graph: Vec<String> = (0..HOURS)
            .filter(|hour| keep(*hour))
            .map(|hour| {
                let time = crate::answers::hour(hour).as_millisecond();
                format!(r#"{{"time":{time},"count":{}}}"#, office(hour))
            })
            .collect();
        let entry = format!(r#"{{"did":1,"graphData":[{}],"info":{{{PORTS}}}}}"#, graph.join(","));
        let connections = Part::Answered(answer(DataType::Connections, &[entry]));
        sentences(&Evidence { connections, ..Evidence::default() })
    };
    insta::assert_snapshot!("few_buckets", cut(|hour| hour < 47));
    insta::assert_snapshot!("gaps", cut(|hour| hour % 24 > 7 && hour % 7 != 0));
    insta::assert_snapshot!("days", cut(|hour| hour % 24 == 0));
    insta::assert_snapshot!("nothing", sentences(&Evidence::default()));
}
