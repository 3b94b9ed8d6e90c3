//! Faults that `cargo lab fuzz` found, each named after what went wrong.

use dt_model::{Device, DeviceInfo, EndpointDetails, Problem};

fn read(json: &str) -> DeviceInfo {
    DeviceInfo::from_slice(json.as_bytes()).expect("a response")
}

fn refusal(json: &str) -> String {
    DeviceInfo::from_slice(json.as_bytes()).expect_err("no response").to_string()
}

fn warnings(info: &DeviceInfo) -> String {
    info.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A program prints the error as it is, and the response is not to be trusted.
#[test]
fn an_error_carried_what_a_terminal_acts_on() {
    // In the excerpt, in the path and among the keys.
    insta::assert_snapshot!(
        refusal("{\"devicedetails\":{\"12347\"\u{feff}\"hostname\":\"a\"}}"),
        @r#"failed to read the JSON at devicedetails, near `{"devicedetails":{"12347" "hostname":"a"}}`"#
    );
    insta::assert_snapshot!(
        refusal("{\"devicedetails\":{\"1\":{\"\\u001b[31m\u{202e}\":[}}}"),
        @r#"failed to read the JSON at devicedetails.1. [31m, near `ails":{"1":{"\u001b[31m ":[}}}`"#
    );
    insta::assert_snapshot!(
        refusal("{\"\u{202e}abc\":1}"),
        @"not a /deviceinfo response: an object with abc"
    );
}

/// Each of a hundred warnings repeats the key they are below.
#[test]
fn warnings_were_as_long_as_the_keys_of_the_response() {
    let key = "k".repeat(100_000);
    let info = read(&format!(r#"{{"devicedetails":{{"{key}":{{"hostname":1,"ip":[]}}}}}}"#));
    insta::assert_snapshot!(warnings(&info), @"
    devicedetails.kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk….hostname: expected text, found a number; left out
    devicedetails.kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk….ip: expected text, found a list; left out
    ");
    let twice = format!(r#""protocols":{{"{key}":1,"{key}":2}}"#);
    let info = read(&format!(r#"{{"graphdata":[{{"timestamp":0,"connections":1,{twice}}}]}}"#));
    insta::assert_snapshot!(warnings(&info), @r#"graphdata[0].protocols: holds "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…" more than once; the last counts"#);
}

#[test]
fn a_number_beyond_every_float_lost_the_response() {
    let info = read(
        r#"{"graphdata":[{"timestamp":0,"connections":1e999},{"timestamp":3600,"connections":2}],
            "similar_devices":[{"did":2,"similarity_score":-1e999}]}"#,
    );
    assert_eq!(info.subject.series.counts().collect::<Vec<_>>(), [2]);
    insta::assert_snapshot!(warnings(&info));

    let (endpoints, _) =
        EndpointDetails::list_from_slice(br#"{"hostname":"a","dgascore":1e999}"#).unwrap();
    assert_eq!(endpoints[0].dga_score, None);
}

/// An appliance that cuts a name in UTF-16 sends this.
#[test]
fn half_a_character_lost_the_response() {
    let json = r#"{"did":1,"hostname":"caf\ud83d","\udc00":0}"#;
    let (devices, warnings) = Device::list_from_slice(json.as_bytes()).unwrap();
    assert_eq!(devices[0].hostname.as_deref(), Some("caf\u{fffd}"));
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].problem, Problem::Replaced);
}

#[test]
fn a_deep_summary_lost_the_response() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let info =
        read(&format!(r#"{{"graphdata":[],"summary":{{"anomaly_indicators":["a"],"x":{deep}}}}}"#));
    let indicators = info.summary.as_ref().and_then(|summary| summary.anomaly_indicators());
    assert_eq!(indicators, Some(&serde_json::json!(["a"])));
    assert_eq!(info.warnings[0].problem, Problem::Replaced);
}

#[test]
fn another_document_was_called_deeply_nested() {
    assert_eq!(refusal(r#"{"a":1e999}"#), "not a /deviceinfo response: an object with a");
    let bytes = b"{\"a\":\"\xff\"}";
    let error = DeviceInfo::from_slice(bytes).unwrap_err();
    insta::assert_snapshot!(error, @"not a /deviceinfo response: an object with text that is no UTF-8");
}

#[test]
fn a_popularity_above_100_was_kept() {
    for odd in ["101", "-1", "1e300"] {
        let json = format!(r#"{{"hostname":"a","popularity":{odd}}}"#);
        let (endpoints, warnings) = EndpointDetails::list_from_slice(json.as_bytes()).unwrap();
        assert_eq!((endpoints[0].popularity, warnings.len()), (None, 1), "{odd}");
    }
}
