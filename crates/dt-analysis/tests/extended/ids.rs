//! What must stay the same from version to version: ids of findings, and names of thresholds.

use dt_analysis::finding::{Finding, FindingId, Object, Origin, Rule};
use dt_analysis::{FindingPolicy, Policy, ThresholdValue};
use dt_model::{DeviceId, Port};

use crate::answers::{HOURS, hour};
use crate::findings::a_finding;

fn id(rule: Rule, object: Object) -> String {
    let (first_time, last_time) = (hour(0), hour(HOURS));
    let finding = Finding { rule, object, first_time, last_time, ..a_finding() };
    let origin = Origin { appliance: Some("appliance.example"), did: Some(DeviceId::new(230)) };
    finding.id(origin).to_string()
}

#[test]
fn ids_are_those_that_were_given_before() {
    let hours = Object::Hours { start: hour(0), end: hour(3) };
    let domain = Object::Domain("files.example".to_owned());
    let known = [
        (Rule::ExternalUpload, hours.clone(), "eff7c46d-3f0f-5da8-8d6f-a34029b9239b"),
        (Rule::NewPort, Object::Port(Port::Number(8443)), "052210ea-405f-50e4-b07a-0e662eb3d77e"),
        (
            Rule::NewPort,
            Object::Port(Port::Range { low: 1024, high: 2047 }),
            "34179b07-23b4-57ad-96ca-193f7cd3f0d2",
        ),
        (Rule::NewDomain, domain, "24071bd4-9123-55d5-9255-d668447b06e6"),
        (Rule::NewPeers, Object::Peers(7), "dc122bd0-844b-5fae-922d-8a2e6994e003"),
        (
            Rule::ChangeFromPeers,
            Object::Metric("connections".into()),
            "aaa515da-e245-59ee-89a4-e8800746c90a",
        ),
        (Rule::NewPeers, Object::Peer(DeviceId::new(17)), "bd788b79-ffba-57b2-a23d-b9a249242840"),
    ];
    for (rule, object, expected) in known {
        assert_eq!(id(rule, object.clone()), expected, "{rule:?} {object}");
    }
}

#[test]
fn what_moves_from_look_to_look_is_no_part_of_an_id() {
    let hours = |end| Object::Hours { start: hour(0), end: hour(end) };
    assert_eq!(id(Rule::ExternalUpload, hours(3)), id(Rule::ExternalUpload, hours(5)));
    assert_eq!(id(Rule::NewPeers, Object::Peers(5)), id(Rule::NewPeers, Object::Peers(9)));
    assert_ne!(id(Rule::ExternalUpload, hours(3)), id(Rule::Upload, hours(3)));
    let finding = a_finding();
    let ids = ["one.example", "other.example"]
        .map(|it| finding.id(Origin { appliance: Some(it), did: None }));
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ids[0].to_string().parse::<FindingId>().unwrap(), ids[0]);
}

#[test]
fn thresholds_keep_their_names() {
    let known = [
        (
            "timeline",
            "least_time widest fewest_in_cell fewest_residuals scale smallest_spread pooled edge \
             windows apart level lowered prior_days prior_scale prior_locations notice_from \
             alert_from continues_from ends_after again_from learning_days fall fall_from fall_to \
             fall_least trailing",
        ),
        ("silence", "windows up_to least_usual fewest_others others_up_to"),
        (
            "finding",
            "least_bytes many_bytes many_bytes_within far_above unheard_of \
             least_connections least_port_connections explains_from domains_asked",
        ),
        (
            "novelty",
            "within least_share rare_up_to_popularity generated_from burst_of_peers scan_of_peers remote_ports \
             burst_of_domains",
        ),
        ("direction", "fewest_bytes exports_from recent next_to_nothing"),
        ("regularity", "fewest_buckets steady_up_to filled_above periodic_from fewest_periods"),
        ("mix", "fewest least_bits times_chance"),
        ("priority", "base weights further family_cap appliance_cap half_life levels"),
        ("counts", "fewest_buckets fewest_in_cell reported_below outbreak_below"),
        (
            "change",
            "recent before late_at_most fewest_share fewest_similar change level \
             significant_to",
        ),
        ("trend", "fewest_days whole_from significant_to"),
        (
            "forecast",
            "fewest_buckets fewest_in_cell trailing ahead present lasting damping \
             hours_around fewest_in_band",
        ),
        ("transfers", "upload_heavy_above download_heavy_below"),
        (
            "peers",
            "significant_above high_connections_above low_connections_below \
             high_destinations_above high_external_above",
        ),
        (
            "external",
            "high_risk_countries weight_of_high_risk_countries usual_ports \
             weight_of_unusual_ports concentration_above weight_of_concentration \
             many_destinations_above weight_of_many_destinations levels investigate_from \
             review_ports_above filter_destinations_above",
        ),
    ];
    let known = known.map(|(group, names)| (group, names.split(' ').collect::<Vec<_>>()));
    let thresholds = Policy::default().thresholds();
    let groups = thresholds.chunk_by(|a, b| a.group == b.group);
    let named = groups.map(|of| (of[0].group.name, of.iter().map(|it| it.name).collect()));
    assert_eq!(named.collect::<Vec<(&str, Vec<&str>)>>(), known);
}

#[test]
fn a_digest_stays_the_same_until_something_is_judged_otherwise() {
    let policy = Policy::default();
    assert_eq!(policy.digest(), "bf8891d06a1c51359713ced626921fb9");
    let finding = FindingPolicy { least_bytes: 21e6, ..policy.finding };
    assert_ne!(Policy { finding, ..policy.clone() }.digest(), policy.digest());
    // What is not looked at makes no difference to the documented rules.
    let documented = Policy::documented();
    assert_eq!(documented.digest(), "d261da9c74a15b40ba7ff2de96124442");
    assert_eq!(Policy { finding, ..documented.clone() }.digest(), documented.digest());
    // A choice does, though it is no threshold.
    let estimates = policy.estimates;
    assert_ne!(Policy { estimates, ..documented.clone() }.digest(), documented.digest());
}

#[test]
fn a_threshold_tells_how_much_it_is() {
    let thresholds = Policy::default().thresholds();
    let found = thresholds.iter().find(|it| it.name == "least_bytes").unwrap();
    assert_eq!(found.value, ThresholdValue::Bytes(20e6));
}
