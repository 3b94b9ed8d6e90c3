//! Where the rules differ from the document's code on purpose, and where extended rules differ from
//! documented ones.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dt_analysis::{ByteSize, Level, Measured, Policy, connections, external, metrics, peers};
use dt_model::{Amount, DeviceInfo, Evidence, Part, Scope};
use serde_json::{Value, json};

fn read(json: &Value) -> DeviceInfo {
    DeviceInfo::from_slice(json.to_string().as_bytes()).unwrap()
}

#[test]
fn an_empty_host_name_is_no_name() {
    let info = read(&json!({"destinations": [{"hostname": "", "ip": "192.0.2.1"}, {}]}));
    let found = connections::analyse(&info, &Policy::documented()).destinations.unwrap();
    assert_eq!(found.top[0].name, "192.0.2.1");
    assert_eq!(found.top[1].name, "Unknown");
}

#[test]
fn a_null_flag_is_an_absent_one() {
    let info = read(&json!({"destinations": [{"is_external": null}, {"is_external": true}]}));
    let found = connections::analyse(&info, &Policy::documented()).destinations.unwrap();
    assert_eq!((found.external, found.internal), (Amount::Exact(1), Amount::Exact(0)));
    assert_eq!(found.top[0].scope, None);
    assert_eq!(found.top[1].scope, Some(Scope::External));
}

#[test]
fn small_sizes_are_bytes_everywhere() {
    assert_eq!(ByteSize(Amount::Exact(512)).to_string(), "512 bytes");
}

#[test]
fn a_zero_baseline_is_no_baseline_under_extended_rules() {
    let quiet = json!([{"timestamp": 0, "connections": 0, "unique_destinations": 0}]);
    let info = read(&json!({
        "graphdata": [{"timestamp": 0, "connections": 5, "unique_destinations": 1}],
        "similar_devices": [{"did": 2, "graphdata": quiet}],
    }));
    let documented = peers::compare(&info, &Policy::documented());
    assert_eq!(documented.primary_vs_baseline.connections, Some(Measured::exact(0.0)));
    assert_eq!(documented.anomalies[0].kind.as_str(), "low_connection_volume");

    let extended = peers::compare(&info, &Policy::default());
    assert_eq!(extended.primary_vs_baseline.connections, None);
    assert_eq!(extended.comparisons[0].deviations.total_connections, None);
    assert_eq!(extended.anomalies, []);
}

#[test]
fn domains_are_registrable_under_extended_rules() {
    let host = |name: &str| json!({"hostname": name, "connections": 1, "is_external": true});
    let info = read(&json!({"destinations": [host("a.example.co.uk"), host("b.other.co.uk")]}));
    let evidence = Evidence { connections: Part::Answered(info), ..Evidence::default() };
    let domains = |policy| {
        let found = external::analyse(&evidence, &policy).unwrap().domains.unwrap();
        found.into_iter().map(|slice| slice.key).collect::<Vec<_>>()
    };
    assert_eq!(domains(Policy::documented()), ["co.uk"]);
    assert_eq!(domains(Policy::default()), ["example.co.uk", "other.co.uk"]);
}

#[test]
fn an_unknown_country_is_no_risk_under_extended_rules() {
    let info = read(&json!({"destinations": [
        {"hostname": "a.example", "connections": 1, "is_external": true, "ports": [443]},
        {"hostname": "b.example", "connections": 1, "is_external": true, "ports": [443]}]}));
    let evidence = Evidence { connections: Part::Answered(info), ..Evidence::default() };
    let found = |policy| external::analyse(&evidence, &policy).unwrap();
    assert_eq!(found(Policy::documented()).risk.unwrap().level, Level::Low);
    let extended = found(Policy::default());
    assert_eq!(extended.countries.unwrap()[0].key, "Unknown");
    assert_eq!(extended.risk.unwrap().level, Level::Minimal);
}

#[test]
fn what_appliances_do_not_report_is_never_zero() {
    let info = read(&json!({"deviceInfo": [{"did": 1, "graphData": [{"time": 0, "count": 5}]}]}));
    for policy in [Policy::documented(), Policy::default()] {
        let found = metrics::of_device(&info.subject, info.dialect, &policy);
        assert_eq!((found.unique_destinations, found.external_ratio), (None, None));
    }
}

#[test]
fn buckets_that_cannot_be_read_make_a_sum_a_lower_bound() {
    let info = read(&json!({"graphdata": [
        {"timestamp": 0, "connections": 5}, {"timestamp": 3600, "connections": -1},
        {"timestamp": 7200, "connections": 3}]}));
    let found = connections::analyse(&info, &Policy::documented());
    assert_eq!(found.statistics.unwrap().amount(), Amount::AtLeast(8));
    assert_eq!(found.window.interval, Some(jiff::SignedDuration::from_hours(1)));
}

#[test]
fn buckets_repeated_at_one_time_count_once() {
    let info = read(&json!({"graphdata": [
        {"timestamp": 0, "connections": 5}, {"timestamp": 0, "connections": 7}]}));
    let found = connections::analyse(&info, &Policy::documented());
    assert_eq!(found.statistics.unwrap().total, 7);
    assert_eq!(info.warnings.len(), 1);
}
