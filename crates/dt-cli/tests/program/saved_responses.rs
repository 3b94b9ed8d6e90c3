//! `dt` over saved responses, as its users run it.

use std::path::Path;

use snapbox::cmd::{Command, OutputAssert, cargo_bin};
use snapbox::str;

/// Runs `dt` at the top of the repository, as the README does.
fn dt(line: &str) -> Command {
    Command::new(cargo_bin!("dt"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .env_clear()
        .args(line.split_whitespace())
}

fn stdin(line: &str, input: impl AsRef<[u8]>) -> OutputAssert {
    dt(line).stdin(input.as_ref().to_vec()).assert()
}

/// What a failed run says.
fn failed(run: &OutputAssert) -> String {
    assert!(run.get_output().stdout.is_empty(), "something was printed");
    String::from_utf8(run.get_output().stderr.clone()).expect("text")
}

#[test]
fn a_report_is_one_screen() {
    dt("report --input co=fixtures/appliance/ordinary.co.json \
        --input sizeout=fixtures/appliance/ordinary.sizeout.json \
        --input sizein=fixtures/appliance/ordinary.sizein.json \
        --input external=fixtures/appliance/ordinary.external.json \
        --input external-out=fixtures/appliance/ordinary.external-out.json \
        --input endpoints=fixtures/appliance/ordinary.endpoints.json")
    .assert()
    .code(0)
    .stderr_eq(str![""])
    .stdout_eq(str![[r#"
workstation-01   10.20.4.17   laptop, Windows 10 and newer, Finance    did 12345
26 Oct [..]23:00 to 23 Nov [..]23:00 UTC, hourly. Newest hour ended [..] ago.

PRIORITY 78/100 HIGH  (triage order, not a probability)
  1 MEDIUM  Thu 19 Nov 02-05  2.40 GB sent externally; usually 282 KB
  2 MEDIUM  since Tue 17 Nov  cdn-sync.example is new to the network: ≈ 712 ext…
  3 MEDIUM  since Tue 17 Nov  port 8443 is new: ≈ 740 connections, 2 %

WHY
  supports        57 times the most in as long a time, 441 at these hours
  weighs against  a backup or a cloud sync is not ruled out; to which domain is
                  not known
  not visible     protocols; port and address of these bytes; the last [..]

OUTBOUND: 3.57 GB        bytes   share  country      first seen
  cdn-sync.example   ≈ 2.18 GB  ≈ 61 %  Netherlands  17 Nov 2026
  video.example       ≈ 677 MB  ≈ 19 %  Netherlands  8 Feb 2024
  backup.example      ≈ 250 MB   ≈ 7 %  Ireland      2 Mar 2026
  and 4 more
  out  ▁▁▁▁▁▁▁ ▁▁▁▁▁▁▁ ▁▁▁▁▁▁▁ ▁▁▁█▁▁▁ ▁   by day, from Mon, max 2.45 GB
next  dt --input ... timeline 12345 --datatype sizeout --odid 0   which hours
next  dt --input ... exclude --device 12345 --finding 77c093 --reason WHY   or e625db, 8bb8c0
next  add --all for 2 more findings, ports, peers ([..] lines)

"#]]);
}

#[test]
fn options_may_stand_before_and_after_the_command() {
    let after = dt("transfers --input sizeout=fixtures/documented/four-hour.sizeout.json \
                    --input fixtures/documented/four-hour.sizein.json -o json");
    let around =
        dt("--input sizeout=fixtures/documented/four-hour.sizeout.json -o json transfers \
                     --input fixtures/documented/four-hour.sizein.json");
    let (after, around) = (after.assert().code(0), around.assert().code(0));
    assert_eq!(after.get_output().stdout, around.get_output().stdout);
}

#[test]
fn standard_input_is_an_input() {
    let body =
        br#"{"graphdata":[{"timestamp":0,"connections":3},{"timestamp":3600,"connections":1}]}"#;
    stdin("connections --input - -o json", body).code(0).stdout_eq(str![[r#"
{
  "schema": "dt.connections/1",
  "dialect": "documented",
  "data_until": "1970-01-01T02:00:00Z",
  "device": {
    "did": null,
    "hostname": null,
    "ip": null,
    "mac": null,
    "type": null,
    "os": null,
    "label": null,
    "tags": null
  },
  "window": {
    "start": "1970-01-01T00:00:00Z",
    "end": "1970-01-01T02:00:00Z",
    "interval_hours": 1,
    "intervals": 2
  },
  "metrics": {
    "total_connections": 4,
...
  },
  "protocols": null,
  "ports": null,
  "destinations": null,
  "summary": null,
  "anomaly_indicators": null
}

"#]]);
}

#[test]
fn findings_decide_the_exit_status_if_asked() {
    let risky = "external --input fixtures/documented/many-destinations.co.json";
    dt(risky).assert().code(0);
    dt(&format!("{risky} --fail-on high")).assert().code(3);
    let quiet = "external --input fixtures/documented/ordinary.co.json";
    dt(&format!("{quiet} --fail-on low")).assert().code(3);
    dt(&format!("{quiet} --fail-on medium")).assert().code(0);
    dt("compare --input fixtures/documented/ten-similar.co.json --fail-on medium").assert().code(3);
    dt("connections --input fixtures/documented/ordinary.co.json --fail-on low").assert().code(0);
}

#[test]
fn a_cut_is_applied_to_whole_buckets() {
    let input = "--input fixtures/documented/ordinary.co.json -o json";
    let run =
        dt(&format!("connections {input} --since 2026-11-19T02:00Z --until 2026-11-19T05:00Z"));
    let run = run.assert().code(0);
    let printed = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    assert!(printed.contains("\"intervals\": 3"), "{printed}");
    assert!(printed.contains("\"destinations\": null"), "{printed}");
}

#[test]
fn the_device_is_checked_against_the_response() {
    let input = "--input fixtures/documented/ordinary.co.json -o json";
    for device in ["12345", "workstation-01", "WORKSTATION-01", "10.20.4.17"] {
        dt(&format!("connections {device} {input}")).assert().code(0);
    }
    let run = dt(&format!("connections ws-9 {input}")).assert().code(1);
    let message = failed(&run);
    assert!(message.contains("\"ws-9\"") && message.contains("workstation-01"), "{message}");
}

#[test]
fn colour_is_for_terminals_or_whoever_asks() {
    let report = "report --input fixtures/documented/ordinary.co.json";
    let escapes = |run: OutputAssert| run.get_output().stdout.contains(&0x1b);
    assert!(!escapes(dt(report).assert().code(0)));
    assert!(escapes(dt(&format!("{report} --color always")).assert().code(0)));
    let hostile = "connections --input fixtures/documented/hostile.co.json --color never";
    assert!(!escapes(dt(hostile).assert().code(0)));
}

#[test]
fn warnings_are_few_unless_asked_for() {
    let odd = "connections --input fixtures/documented/odd.co.json";
    let lines = |line: &str| {
        let run = dt(line).assert().code(0);
        String::from_utf8_lossy(&run.get_output().stderr).lines().count()
    };
    let few = lines(odd);
    assert!((2..=6).contains(&few), "{few}");
    assert!(lines(&format!("{odd} -v")) > few);
    assert_eq!(lines(&format!("{odd} -q")), 0);
}

/// Bad input: each is told in a clear message, with nothing printed and no panic.
#[test]
fn what_is_no_response_fails() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let cases: &[(&str, &[u8])] = &[
        ("empty", b""),
        ("html", b"<html><title>Log in</title>"),
        ("truncated", br#"{"deviceInfo":[{"did":1,"graphData":[{"ti"#),
        ("null", b"null"),
        ("array", b"[]"),
        ("object", b"{}"),
        ("other", br#"{"totalCount":3,"devices":[]}"#),
        ("deep", deep.as_bytes()),
        ("gzip", b"\x1f\x8b\x08\0"),
    ];
    let said: Vec<String> = cases
        .iter()
        .map(|(name, body)| {
            let run = stdin("report --input -", body).code(1);
            format!("{name}\n{}", failed(&run))
        })
        .collect();
    insta::assert_snapshot!(said.concat());
}

#[test]
fn what_cannot_be_asked_for_is_a_usage_error() {
    for line in [
        "",
        "nonsense",
        "connections",
        "connections --input a -o yaml",
        "connections --input co=a --input co=b",
        "connections --input - --input co=-",
        "connections a b --input fixtures/documented/ordinary.co.json",
        "connections --input a --since never",
        "connections --input a --since 2026-11-02 --until 2026-11-01",
        "compare --input a --since 7d",
        "connections --input a --timezone Mars/Olympus",
        "connections --input a --interval-hours 0",
        "transfers --input fixtures/appliance/ordinary.sizeout.json",
        "connections --input sizeout=fixtures/appliance/ordinary.sizeout.json",
        "connections --input fixtures/documented/ordinary.co.json \
         --input fixtures/documented/four-hour.co.json",
        "report --input fixtures/documented/ordinary.co.json \
         --input sizeout=fixtures/appliance/ordinary.sizeout.json",
    ] {
        let run = dt(line).assert().code(2);
        assert!(!failed(&run).is_empty(), "{line}");
    }
}

#[test]
fn a_similar_device_never_stands_in_for_the_one_asked_for() {
    let similar = r#"{"did":2,"similarityScore":80,"graphData":[{"time":0,"count":5}]}"#;
    for first in ["null", "7", "\"others\"", "[]"] {
        let body = format!(r#"{{"deviceInfo":[{first},{similar}]}}"#);
        let said = failed(&stdin("connections --input - -o json", body).code(1));
        assert!(said.contains("the device asked for"), "{said}");
    }
}

#[test]
fn endpoints_are_endpoints() {
    let external = "external --input external=fixtures/appliance/ordinary.external.json -o json";
    for body in ["{}", r#"{"error":"nope"}"#, r#"[1,"x",null]"#, r#"{"deviceInfo":[]}"#] {
        failed(&stdin(&format!("{external} --input endpoints=-"), body).code(1));
    }
    stdin(&format!("{external} --input endpoints=-"), "[]").code(0);
}

#[test]
fn long_words_leave_room_for_numbers() {
    let long = "x".repeat(90);
    let body = format!(
        r#"{{"graphdata":[{{"timestamp":0,"connections":7,"ports":{{"443":5,"{long}":2}}}}],
            "summary":{{"external_ratio":1e308,"peak_activity_hour":99,"anomaly_indicators":[
            {{"type":"{long}","description":"Uncommon port usage detected"}}]}}}}"#
    );
    let run = stdin("connections --input -", body).code(0);
    let printed = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    assert!(printed.contains("71.4 %") && printed.contains("Uncommon port usage"), "{printed}");
    assert!(!printed.contains("inf") && !printed.contains("99:00"), "{printed}");
}

#[test]
fn what_a_terminal_acts_on_is_escaped_in_json() {
    let body = "{\"device\":{\"hostname\":\"a\u{9b}2J\u{7f}\u{202e}b\u{e0041}\"},\"graphdata\":[]}";
    for format in ["json", "ndjson"] {
        let run = stdin(&format!("connections --input - -o {format}"), body).code(0);
        let printed = String::from_utf8(run.get_output().stdout.clone()).expect("text");
        assert!(printed.chars().all(|c| c == '\n' || (' '..='~').contains(&c)), "{printed:?}");
        assert!(printed.contains(r"a\u009b2J\u007f\u202eb\udb40\udc41"), "{printed}");
    }
}

#[test]
fn an_estimate_has_to_clear_the_limit() {
    let entry = |did: u32, external: u32| {
        format!(
            r#"{{"did":{did},"graphData":[{{"time":0,"count":100}}],"info":{{"totalUsed":100,
                "devicesUsed":[{{"did":0,"size":{external}}},{{"did":9,"size":90}}]}}}}"#
        )
    };
    let body = format!(r#"{{"deviceInfo":[{},{}]}}"#, entry(1, 3), entry(2, 1));
    let compare = "compare --input - --fail-on medium";
    stdin(compare, &body).code(0);
    stdin(&format!("{compare} --rules documented"), &body).code(3);
}

#[test]
fn a_label_that_the_response_contradicts_fails() {
    let run = dt("transfers --input sizeout=fixtures/documented/ordinary.co.json").assert().code(1);
    let message = failed(&run);
    assert!(message.contains("counts co, but sizeout was expected"), "{message}");
}

#[test]
fn odd_numbers_are_values_not_panics() {
    for body in [
        r#"{"graphdata":[],"destinations":[]}"#,
        r#"{"graphdata":[{"timestamp":0,"connections":0}],"destinations":[{"connections":0,"is_external":true}]}"#,
        r#"{"graphdata":[{"timestamp":0,"connections":-5},{"timestamp":-9223372036854775808}]}"#,
        r#"{"graphdata":[{"timestamp":0,"connections":18446744073709551615},
            {"timestamp":3600,"connections":18446744073709551615}]}"#,
        r#"{"deviceInfo":[{"did":9223372036854775807,"graphData":[{"time":253402207200000,"count":1}]}]}"#,
    ] {
        for command in ["connections", "compare", "external", "report", "report --all"] {
            for format in ["table", "json"] {
                let run = stdin(&format!("{command} --input - -o {format}"), body).code(0);
                let printed = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
                assert!(!printed.contains("NaN") && !printed.contains("inf\n"), "{printed}");
            }
        }
    }
}

fn said(line: &str, input: &str) -> String {
    let run = stdin(line, input).code(0);
    let output = run.get_output();
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

#[test]
fn a_missing_series_is_not_reported_and_the_rest_is_shown() {
    let input = r#"{"deviceInfo": [{"did": 179, "info": {"totalUsed": 1000, "portsUsed":
        [{"port": 514, "size": 64}]}}], "devices": [{"did": 179, "hostname": "log-01"}]}"#;
    let screen = said("connections --input co=-", input);
    assert!(screen.contains("Connections over time are not reported."), "{screen}");
    assert!(screen.contains("514") && !screen.contains("empty"), "{screen}");
    let json = said("connections --input co=- -o json", input);
    assert!(json.contains(r#""is_not_reported": true"#), "{json}");
    let empty = said("connections --input co=- -o json", r#"{"deviceInfo": [{"graphData": []}]}"#);
    assert!(!empty.contains("is_not_reported"), "{empty}");
}

#[test]
fn zeros_that_measure_nothing_are_told_as_that() {
    let answer = |devices: &str| {
        format!(
            r#"{{"deviceInfo": [{{"did": 7, "graphData": [{{"time": 1790000000000, "count": 0}},
                {{"time": 1790003600000, "count": 0}}]}}], "devices": [{devices}]}}"#
        )
    };
    let saas = answer(r#"{"did": 7, "hostname": "SaaS::Office365: a@b.example"}"#);
    let quiet = answer(r#"{"did": 7, "hostname": "quiet-01"}"#);
    for command in ["connections", "report"] {
        for (input, why) in
            [(&saas, "cloud service's identity"), (&answer(""), "knows no such device")]
        {
            let screen = said(&format!("{command} --input co=-"), input);
            let screen = screen.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(screen.contains("warning: ") && screen.matches(why).count() >= 2, "{screen}");
            assert!(!screen.contains("nothing stands out"), "{screen}");
        }
        let screen = said(&format!("{command} --input co=-"), &quiet);
        assert!(!screen.contains("identity") && !screen.contains("no such device"), "{screen}");
    }
    let json = said("report --input co=- -o json", &saas);
    assert!(json.contains(r#""no_traffic": "saas_identity""#), "{json}");
}
