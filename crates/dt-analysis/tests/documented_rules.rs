//! The documented rules against values recorded from the module document's own functions, which
//! `xtask/scripts/record_documented.py` executes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use dt_analysis::metrics::{self, DeviceMetrics};
use dt_analysis::risk::{FactorKind, Recommendation};
use dt_analysis::transfers::{BucketPeers, Pattern};
use dt_analysis::{
    DocumentedByteSize, Level, Measured, Policy, Slice, ZeroBaseline, connections, external, peers,
    transfers,
};
use dt_model::{Amount, DataType, DeviceInfo, Evidence, Part};
use serde_json::{Value, json};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/documented")
}

/// The recorded cases of a function.
fn cases(function: &str) -> Vec<Value> {
    let path = fixtures().join("recorded").join(function).with_extension("json");
    let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(!cases.is_empty(), "{function} has no cases");
    cases
}

/// A response that stands in a case, or the fixture it names.
fn response(case: &Value, data_type: DataType) -> DeviceInfo {
    let bytes = match case {
        Value::String(fixture) => std::fs::read(fixtures().join(fixture)).unwrap(),
        response => response.to_string().into_bytes(),
    };
    DeviceInfo::from_slice_as(&bytes, data_type).unwrap()
}

fn case_response(case: &Value) -> DeviceInfo {
    let held = case.get("response").or_else(|| case.get("fixture")).unwrap();
    response(held, DataType::Connections)
}

/// Compares what was computed with what was recorded, key by key, so that a failure names both.
fn assert_recorded(case: &Value, computed: &Value) {
    let recorded = &case["values"];
    for (key, computed) in computed.as_object().unwrap() {
        assert_eq!(*computed, recorded[key], "{key} of case {}", case["name"]);
    }
}

/// Counts as JSON whole numbers, so that 5 and 5.0 compare equal where Python had either.
fn number(value: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "whole numbers below 2^53")]
    if value.fract() == 0.0 { json!(value as i64) } else { json!(value) }
}

fn pairs<K: ToString>(slices: &[Slice<K>]) -> Value {
    slices
        .iter()
        .map(|slice| json!([slice.key.to_string(), number(slice.amount.unwrap().value())]))
        .collect()
}

#[test]
fn connections_as_recorded() {
    for case in cases("analyze_device_connections") {
        let found = connections::analyse(&case_response(&case), &Policy::documented());
        let mut computed = json!({});
        if let Some(statistics) = found.statistics {
            computed["total_connections"] = json!(u64::try_from(statistics.total).unwrap());
            computed["max_connections"] = json!(statistics.peak);
            assert_eq!(Some(statistics.mean), case["values"]["avg_connections"].as_f64());
        }
        for (key, list) in [
            ("protocols", found.protocols.map(|p| pairs(&p))),
            ("ports", found.ports.map(|p| pairs(&p))),
        ] {
            // The document prints no empty list.
            if let Some(list) = list.filter(|list| *list != json!([])) {
                computed[key] = list;
            }
        }
        if let Some(destinations) = found.destinations.filter(|d| d.total != Amount::Exact(0)) {
            computed["external_destinations"] = number(destinations.external.value());
            computed["internal_destinations"] = number(destinations.internal.value());
            computed["top_destinations"] = destinations
                .top
                .iter()
                .map(|top| {
                    let connections = number(top.connections.unwrap().value());
                    json!([top.name, connections, number(top.bytes.map_or(0.0, Amount::value))])
                })
                .collect();
        }
        assert_recorded(&case, &computed);
        for (key, recorded) in case["values"].as_object().unwrap() {
            let compared = computed.get(key).is_some() || key == "avg_connections";
            assert!(compared || *recorded == json!([]), "{key} of case {}", case["name"]);
        }
    }
}

#[test]
fn transfers_as_recorded() {
    let mut failed_in_the_document = 0;
    for case in cases("analyze_data_patterns") {
        let outbound = response(&case["out"], DataType::BytesOut);
        let inbound = response(&case["in"], DataType::BytesIn);
        let found = transfers::analyse(Some(&outbound), Some(&inbound), &Policy::documented());
        if case.get("failed").is_some() {
            // An empty series must not fail here.
            failed_in_the_document += 1;
            assert_eq!(found.ratio, None, "{}", case["name"]);
            continue;
        }
        let mut computed = json!({});
        for (name, traffic) in [("out", &found.outbound), ("in", &found.inbound)] {
            let statistics = traffic.as_ref().unwrap().statistics.unwrap();
            computed[format!("total_{name}")] = json!(u64::try_from(statistics.total).unwrap());
            computed[format!("max_{name}")] = json!(statistics.peak);
            let mean = case["values"][format!("avg_{name}")].as_f64();
            assert_eq!(Some(statistics.mean), mean, "{}", case["name"]);
        }
        assert_eq!(found.ratio, case["values"]["ratio"].as_f64(), "{}", case["name"]);
        let pattern = case["values"]["pattern"].as_str();
        let first_word = pattern.and_then(|pattern| pattern.split([' ', '-']).next());
        let computed_word = found.pattern.map(|pattern| match pattern {
            Pattern::UploadHeavy => "Upload",
            Pattern::DownloadHeavy => "Download",
            Pattern::Balanced => "Balanced",
        });
        assert_eq!(computed_word, first_word, "{}", case["name"]);
        computed["top_destinations"] = peer_lines(&found.outbound.unwrap().peers.unwrap());
        computed["top_sources"] = peer_lines(&found.inbound.unwrap().peers.unwrap());
        assert_recorded(&case, &computed);
    }
    assert!(failed_in_the_document > 0);
}

/// The peers in the form in which they were recorded.
fn peer_lines(buckets: &[BucketPeers]) -> Value {
    let lines = buckets.iter().flat_map(|bucket| {
        let peers = bucket.peers.iter().map(|peer| {
            let size = DocumentedByteSize(Amount::Exact(peer.bytes.unwrap().into()));
            format!("    {}: {size}", peer.ip.as_ref().unwrap())
        });
        std::iter::once(bucket.time.strftime("  %Y-%m-%d %H:%M:").to_string())
            .chain(peers)
            .collect::<Vec<_>>()
    });
    lines.collect()
}

fn recorded_metrics(metrics: &DeviceMetrics) -> Value {
    json!({
        "total_connections": number(metrics.total_connections.unwrap().value()),
        "unique_destinations": number(metrics.unique_destinations.unwrap().value()),
        "external_ratio": number(metrics.external_ratio.unwrap().value()),
        "peak_connections": metrics.peak_connections,
    })
}

#[test]
fn comparisons_as_recorded() {
    for case in cases("compare_similar_devices") {
        let found = peers::compare(&case_response(&case), &Policy::documented());
        let value = |measured: Option<Measured>| number(measured.unwrap().value);
        let comparisons: Value = found
            .comparisons
            .iter()
            .map(|peer| {
                let deviations = peer.deviations.by_metric();
                let deviations: serde_json::Map<String, Value> = deviations
                    .into_iter()
                    .map(|(metric, deviation)| (metric.as_str().to_owned(), value(deviation)))
                    .collect();
                json!({
                    "metrics": recorded_metrics(&peer.metrics),
                    "similarity_score": number(peer.similarity.unwrap_or(0.0)),
                    "deviations": deviations,
                })
            })
            .collect();
        let mut recorded = case.clone();
        whole_numbers(&mut recorded["values"]);
        let mut computed = json!({
            "primary_metrics": recorded_metrics(&found.primary),
            "comparisons": comparisons,
        });
        if let Some(baseline) = found.baseline {
            let ratios = found.primary_vs_baseline;
            computed["baseline_connections"] = value(baseline.connections);
            computed["baseline_destinations"] = value(baseline.destinations);
            computed["baseline_external"] = value(baseline.external_ratio);
            computed["connection_deviation"] = value(ratios.connections);
            computed["destination_deviation"] = value(ratios.destinations);
            computed["external_deviation"] = value(ratios.external_ratio);
            let anomalies = recorded["values"]["anomalies"].as_array().unwrap();
            let words: Vec<&str> =
                anomalies.iter().map(|line| anomaly(line.as_str().unwrap())).collect();
            let kinds: Vec<&str> =
                found.anomalies.iter().map(|found| found.kind.as_str()).collect();
            assert_eq!(kinds, words, "{}", case["name"]);
        }
        assert_recorded(&recorded, &computed);
    }
}

/// The kind of a recorded anomaly.
fn anomaly(line: &str) -> &'static str {
    let has = |word| line.contains(word);
    match () {
        () if has("low connection") => "low_connection_volume",
        () if has("high connection") => "high_connection_volume",
        () if has("destination") => "high_destination_diversity",
        () => "high_external_communication",
    }
}

/// Python writes 1.0 where it divided, and 1 where it counted.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => *value = self::number(number.as_f64().unwrap()),
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(object) => object.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

#[test]
fn external_risk_as_recorded() {
    for case in cases("analyze_external_communications") {
        let connections = Part::Answered(case_response(&case));
        let evidence = Evidence { connections, ..Evidence::default() };
        let found = external::analyse(&evidence, &Policy::documented()).unwrap();
        let count = number(found.totals.destinations.unwrap().value());
        let mut computed = json!({ "external_destinations": count });
        let Some(risk) = &found.risk else {
            // The document stops where there is nothing external.
            assert_eq!(count, json!(0), "{}", case["name"]);
            assert_recorded(&case, &computed);
            continue;
        };
        computed["total_external_connections"] = number(found.totals.connections.unwrap().value());
        computed["sorted_countries"] = pairs(found.countries.as_ref().unwrap());
        // The document prints no empty list.
        if case["values"].get("sorted_domains").is_some() {
            computed["sorted_domains"] = pairs(found.domains.as_ref().unwrap());
        }
        let mut recorded = case.clone();
        if let Some(ports) = recorded["values"].get_mut("sorted_ports") {
            for port in ports.as_array_mut().unwrap() {
                port[0] = json!(port[0].to_string());
            }
            computed["sorted_ports"] = pairs(found.ports.as_ref().unwrap());
        }
        assert_recorded(&recorded, &computed);

        let values = &case["values"];
        let score = values["risk_score"].as_f64().unwrap();
        assert!((risk.score.value() - score).abs() < 1e-9, "{}: {score}", case["name"]);
        let level = match risk.level {
            Level::High => "HIGH",
            Level::Medium => "MEDIUM",
            Level::Low => "LOW",
            Level::Minimal => "MINIMAL",
        };
        assert!(values["risk_level"].as_str().unwrap().contains(level), "{}", case["name"]);

        let lines = |key: &str| -> Vec<String> {
            let lines = values[key].as_array().unwrap().iter();
            lines.map(|line| line.as_str().unwrap().to_owned()).collect()
        };
        let factors: Vec<(&str, Vec<f64>)> = risk.factors.iter().map(|f| factor(&f.kind)).collect();
        let recorded: Vec<(&str, Vec<f64>)> =
            lines("risk_factors").iter().map(|line| recorded_factor(line)).collect();
        assert_eq!(factors, recorded, "{}", case["name"]);

        let advice = lines("recommendations");
        assert_eq!(risk.recommendations.len(), advice.len(), "{}", case["name"]);
        for (given, recorded) in risk.recommendations.iter().zip(&advice) {
            assert!(recorded.contains(recommendation(*given)), "{given:?}: {recorded}");
        }
    }
}

/// A factor as its kind and its numbers.
fn factor(kind: &FactorKind) -> (&'static str, Vec<f64>) {
    let numbers = match kind {
        FactorKind::HighRiskCountries { connections, .. } => vec![connections.unwrap().value()],
        FactorKind::UnusualPorts { ports, connections } => {
            vec![ports.len() as f64, connections.unwrap().value()]
        }
        FactorKind::DestinationConcentration(largest) => vec![largest.amount.unwrap().value()],
        FactorKind::DestinationCount(count) => vec![count.value()],
    };
    (kind.as_str(), numbers)
}

fn recorded_factor(line: &str) -> (&'static str, Vec<f64>) {
    let kind = match () {
        () if line.contains("countries") => "high_risk_countries",
        () if line.contains("port") => "unusual_ports",
        () if line.contains("concentration") => "destination_concentration",
        () => "destination_count",
    };
    let (_, numbers) = line.split_once(':').unwrap();
    let numbers = numbers.split(' ').map(|word| word.replace(',', ""));
    (kind, numbers.filter_map(|word| word.parse().ok()).collect())
}

/// A word of the recorded recommendation that no other has.
fn recommendation(given: Recommendation) -> &'static str {
    match given {
        Recommendation::Investigate => "Investigate",
        Recommendation::ConsiderBlocking => "blocking",
        Recommendation::ReviewPorts => "port usage",
        Recommendation::ReviewCountries => "geographic",
        Recommendation::FilterEgress => "egress",
        Recommendation::NoAction => "normal",
        Recommendation::KeepMonitoring => "monitoring",
    }
}

#[test]
fn byte_sizes_as_recorded() {
    for case in cases("format_bytes") {
        let Some(bytes) = case["arguments"]["bytes_value"].as_u64() else {
            continue; // A mean: printed rounded here, in full there.
        };
        let text = DocumentedByteSize(Amount::Exact(bytes.into())).to_string();
        assert_eq!(case["values"]["text"], text, "{bytes}");
    }
}

#[test]
fn metrics_as_recorded() {
    for case in cases("calculate_device_metrics") {
        let response = json!({ "graphdata": case["arguments"]["graph_data"] });
        let info = self::response(&response, DataType::Connections);
        let found = metrics::of_device(&info.subject, info.dialect, &Policy::documented());
        assert_recorded(&case, &recorded_metrics(&found));
    }
}

#[test]
fn deviations_as_recorded() {
    for case in cases("calculate_deviations") {
        let arguments = &case["arguments"];
        for (metric, recorded) in case["values"].as_object().unwrap() {
            let number = |of: &str| Measured::exact(arguments[of][metric].as_f64().unwrap());
            let (primary, similar) = (number("primary_metrics"), number("similar_metrics"));
            let found = primary.deviation_from(similar, ZeroBaseline::RatioOfZero).unwrap();
            assert_eq!(Some(found.value), recorded.as_f64(), "{metric} of {}", case["name"]);
        }
    }
}
