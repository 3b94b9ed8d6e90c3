//! What the analyses say about every fixture, in sentences, under both sets of rules.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use dt_analysis::{Policy, concerns, connections, external, peers, transfers};
use dt_model::Evidence;

/// The case whose `co` part this is, with all its parts.
fn evidence(co: &Path) -> Evidence {
    let case = co.to_str().unwrap().strip_suffix(".co.json").unwrap();
    Evidence::from_parts(|part| fs::read(format!("{case}.{part}.json")).ok()).unwrap()
}

fn sentences(evidence: &Evidence, policy: &Policy) -> String {
    let info = evidence.connections.answer().unwrap();
    let (out, into) = (evidence.bytes_out.answer(), evidence.bytes_in.answer());
    let transfers = transfers::analyse(out, into, policy);
    let comparison = peers::compare(info, policy);
    let external = external::analyse(evidence, policy);
    let mut lines = vec![
        format!("connections: {}", connections::analyse(info, policy)),
        format!("transfers: {transfers}"),
        format!("peers: {comparison}"),
    ];
    if let Some(external) = &external {
        lines.push(format!("external: {external}"));
        let advice = external.risk.iter().flat_map(|risk| &risk.recommendations);
        lines.extend(advice.map(|advice| format!("  {advice}")));
    }
    let concerns = concerns(Some(&transfers), Some(&comparison), external.as_ref());
    lines.extend(concerns.iter().map(|concern| format!("concern, {concern}")));
    lines.join("\n")
}

#[test]
fn sentences_over_every_fixture() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        let evidence = evidence(co);
        let documented = sentences(&evidence, &Policy::documented());
        let extended = sentences(&evidence, &Policy::default());
        insta::assert_snapshot!(format!(
            "documented rules\n{documented}\n\nextended rules\n{extended}"
        ));
    });
}
