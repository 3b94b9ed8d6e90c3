//! Two devices compared with each other.

use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};

fn dt(line: &str) -> Command {
    Command::new(cargo_bin!("dt")).env_clear().args(line.split_whitespace())
}

fn printed(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

fn told(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stderr.clone()).unwrap()
}

fn json(line: &str) -> Value {
    serde_json::from_str(&printed(&dt(line).assert().code(0))).unwrap()
}

#[test]
fn two_devices_are_compared_with_each_other_alone() {
    for demo in ["--demo", "--demo=documented"] {
        let both = json(&format!("{demo} compare 12345 12346 -o json"));
        assert_eq!(both["schema"], "dt.compare/1");
        assert_eq!(both["device"]["did"], 12345);
        let comparisons = both["comparisons"].as_array().unwrap();
        assert_eq!(comparisons.len(), 1);
        assert_eq!(comparisons[0]["device"]["did"], 12346);
        assert_eq!(comparisons[0]["similarity"], Value::Null);
        assert_eq!(both["change"], Value::Null);
        // Each has the metrics that it has alone.
        for (did, metrics) in
            [(12345, &both["primary"]["metrics"]), (12346, &comparisons[0]["metrics"])]
        {
            let alone = json(&format!("{demo} compare {did} -o json"));
            assert_eq!(&alone["primary"]["metrics"], metrics, "{demo} {did}");
        }
        // With buckets of a day, the busiest of both is of a day.
        let daily = json(&format!("{demo} compare 12345 12346 --interval-hours 24 -o json"));
        let peaks = |value: &Value| {
            [&value["primary"], &value["comparisons"][0]]
                .map(|device| device["metrics"]["peak_connections"].as_u64().unwrap())
        };
        let (narrow, wide) = (peaks(&both), peaks(&daily));
        assert!(wide[0] > narrow[0] && wide[1] > narrow[1], "{narrow:?} {wide:?}");
    }
}

#[test]
fn the_other_device_is_called_by_its_name_and_not_similar() {
    let other = json("--demo compare 12346 -o json")["device"]["hostname"].clone();
    let other = other.as_str().unwrap();
    for format in ["table", "md", "html"] {
        let text = printed(&dt(&format!("--demo compare 12345 12346 -o {format}")).assert());
        assert!(text.contains(&format!("this device / {other}")), "{format}: {text}");
        // But for the names of thresholds.
        for word in ["a similar device", "its similar devices", "Similar devices", ">similar<"] {
            assert!(!text.contains(word), "{format} {word}: {text}");
        }
    }
    // An anomaly is told of it, too, and meets --fail-on.
    let run = dt("--demo compare 12345 12346 -o json --fail-on low").assert();
    let both: Value = serde_json::from_str(&printed(&run)).unwrap();
    let anomalies = both["anomalies"].as_array().unwrap();
    run.code(if anomalies.is_empty() { 0 } else { 3 });
    for anomaly in anomalies {
        assert!(anomaly["message"].as_str().unwrap().contains(other), "{anomaly}");
    }
}

#[test]
fn names_that_are_not_one_device_or_two_are_refused() {
    for (line, text) in [
        ("--demo compare 12345 12346 12347", "compare takes one device, or two"),
        ("--demo compare -", "compare takes one device, or two"),
        ("--demo compare 12345 --tag Finance", "compare has no --tag"),
        ("--demo compare 12345 12345", "both names are of the same device"),
        ("--demo compare 12345 12346 --similar-devices 3", "leave out --similar-devices"),
        ("compare a b --input saved.json", "name at most one"),
        ("--demo compare", "no device is named"),
    ] {
        let run = dt(line).assert().code(2);
        assert!(told(&run).contains(text), "{line}: {}", told(&run));
        assert!(printed(&run).is_empty(), "{line}");
    }
}

#[test]
fn a_device_that_fails_fails_the_comparison() {
    let run = dt("--demo compare 12345 nobody").assert().code(1);
    assert!(told(&run).contains("nobody"), "{}", told(&run));
    assert!(printed(&run).is_empty());
}
