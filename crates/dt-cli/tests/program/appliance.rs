//! `dt` against appliances: the one inside it, and ones that do not let it in.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use dt_appliance::{Appliance, Permission, RunningAppliance};
use dt_auth::Credentials;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};

const PUBLIC: &str = "4b1f-who";
const PRIVATE: &str = "9c2e-s3cret";

/// Runs `dt` with nothing in its environment.
fn dt(line: &str) -> Command {
    Command::new(cargo_bin!("dt")).env_clear().args(line.split_whitespace())
}

/// Runs `dt` against an appliance.
fn at(url: &str, line: &str) -> Command {
    dt(line).env("DT_URL", url).env("DT_PUBLIC_TOKEN", PUBLIC).env("DT_PRIVATE_TOKEN", PRIVATE)
}

fn stdout(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

/// What a failed run says; it prints nothing, and no secret.
fn failed(run: &OutputAssert) -> String {
    assert_eq!(stdout(run), "", "something was printed");
    let said = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    for secret in [PRIVATE, "DTAPI", "Signature"] {
        assert!(!said.contains(secret), "{said}");
    }
    said
}

fn json(run: &OutputAssert) -> Value {
    serde_json::from_str(&stdout(run)).unwrap()
}

fn appliance() -> Appliance {
    Appliance::new().credentials(Credentials::new(PUBLIC, PRIVATE).unwrap())
}

fn started(appliance: Appliance) -> RunningAppliance {
    appliance.start().unwrap()
}

#[test]
fn the_demo_answers_every_question_in_both_dialects_over_both_backends() {
    for demo in ["--demo", "--demo=documented"] {
        for backend in ["ureq", "reqwest"] {
            for command in ["connections", "transfers", "compare", "external", "report"] {
                let line = format!("{demo} --backend {backend} {command} 12345 -o json");
                let answer = json(&dt(&line).assert().code(0));
                assert_eq!(answer["device"]["did"], 12345, "{line}");
                let dialect = if demo == "--demo" { "appliance" } else { "documented" };
                assert_eq!(answer["dialect"], dialect, "{line}");
            }
        }
    }
}

#[test]
fn both_backends_give_the_same_answer() {
    let appliance = started(appliance());
    let report = |backend: &str| {
        let line = format!("report 12345 --backend {backend} -o json");
        json(&at(&appliance.url(), &line).assert().code(0))
    };
    assert_eq!(report("ureq"), report("reqwest"));
}

#[test]
fn the_appliance_dialect_has_countries_unless_they_are_not_wanted() {
    let external = json(&dt("--demo external workstation-01 -o json").assert().code(0));
    assert!(external["countries"].as_array().is_some_and(|list| !list.is_empty()));
    assert!(external["risk"]["factors"].as_array().is_some_and(|list| !list.is_empty()));
    let plain = json(&dt("--demo external workstation-01 --no-enrich -o json").assert().code(0));
    assert_eq!(plain["countries"], Value::Null);
    assert_eq!(plain["domains"], external["domains"]);
}

#[test]
fn what_is_known_about_domains_is_told_unless_it_was_not_asked_or_the_rules_are_the_documents() {
    let external = json(&dt("--demo external 12345 -o json").assert().code(0));
    let domains = external["extended"]["domains"].as_array().unwrap();
    let sync = domains.iter().find(|domain| domain["domain"] == "cdn-sync.example").unwrap();
    assert_eq!((&sync["is_new"], &sync["popularity"]), (&Value::from(true), &Value::from(0.01)));
    assert!(sync["bytes_out_share"].as_f64() > Some(0.5), "{sync}");
    let screen = stdout(&dt("--demo external 12345").assert().code(0));
    assert!(screen.contains("DOMAIN DETAILS"), "{screen}");

    for option in ["--no-enrich", "--rules documented"] {
        let line = format!("--demo external 12345 {option}");
        assert_eq!(json(&dt(&format!("{line} -o json")).assert().code(0))["extended"], Value::Null);
        assert!(!stdout(&dt(&line).assert().code(0)).contains("DOMAIN DETAILS"), "{option}");
    }
    let report = json(&dt("--demo report 12345 -o json").assert().code(0));
    // A report asks about similar devices as well, beside which a domain may be rare.
    let in_report = report["external"]["extended"]["domains"].as_array().unwrap();
    let first = in_report.iter().find(|domain| domain["domain"] == "cdn-sync.example").unwrap();
    assert_eq!((&sync["rarity"], &first["rarity"]["users"]), (&Value::Null, &Value::from(0)));
    assert_eq!(first["bytes_out_share"], sync["bytes_out_share"]);
    for analysis in ["regularity", "direction", "mix", "novelty", "counts", "trend", "forecast"] {
        assert!(report["extended"][analysis].is_object(), "{analysis}");
    }
}

#[test]
fn a_device_has_four_names() {
    for name in ["12345", "workstation-01", "WORKSTATION-01", "10.20.4.17", "02:00:5e:00:30:39"] {
        let answer = json(&dt(&format!("--demo connections {name} -o json")).assert().code(0));
        assert_eq!(answer["device"]["did"], 12345, "{name}");
    }
}

#[test]
fn unknown_devices_are_named_as_they_were_typed() {
    for name in ["ws-9", "99999", "192.0.2.1", "02:00:00:00:00:00"] {
        let said = failed(&dt(&format!("--demo report {name}")).assert().code(1));
        assert!(said.contains(name), "{said}");
    }
    failed(&dt("--demo report 0").assert().code(2));
}

#[test]
fn what_is_got_is_what_can_be_analysed() {
    let got = dt("--demo get 12345 --datatype sizeout --interval-hours 4").assert().code(0);
    let body = got.get_output().stdout.clone();
    let saved = dt("transfers --input sizeout=- --interval-hours 4 -o json").stdin(body);
    let saved = json(&saved.assert().code(0));
    let asked = json(&dt("--demo transfers 12345 -o json").assert().code(0));
    assert_eq!(saved["outbound"], asked["outbound"]);
    assert_eq!(saved["inbound"], Value::Null);
}

#[test]
fn restrictions_change_what_is_counted() {
    let total = |more: &str| {
        let answer =
            json(&dt(&format!("--demo connections 12345 -o json {more}")).assert().code(0));
        answer["metrics"]["total_connections"].as_u64().unwrap()
    };
    let all = total("");
    for restriction in ["--port 443", "--odid 0", "--external-domain google.com"] {
        assert!((1..all).contains(&total(restriction)), "{restriction}");
    }
    failed(&dt("--demo report 12345 --odid 5").assert().code(2));
    failed(&dt("--demo connections 12345 --datatype sizein").assert().code(2));
}

#[test]
fn several_devices_are_a_list() {
    let two = dt("--demo connections 12345 printer-03 -o json").assert().code(0);
    assert_eq!(json(&two).as_array().unwrap().len(), 2);

    let lines = dt("--demo connections - -o ndjson").stdin("workstation-01\n\nprinter-03\n");
    let lines = stdout(&lines.assert().code(0));
    let hosts: Vec<Value> =
        lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect();
    let names: Vec<&str> =
        hosts.iter().map(|host| host["device"]["hostname"].as_str().unwrap()).collect();
    assert_eq!(names, ["workstation-01", "printer-03"]);

    let some = dt("--demo connections 12345 nobody -o json").assert().code(1);
    assert_eq!(json(&some).as_array().unwrap().len(), 1);
    let one = dt("--demo connections - -o json").stdin("12345\n").assert().code(0);
    assert!(json(&one).is_array(), "a list of one is a list");
}

#[test]
fn devices_are_listed_page_by_page() {
    let all = json(&dt("--demo devices -o json").assert().code(0));
    assert!(all["total"].as_u64().unwrap() >= 200);
    let some = json(&dt("--demo devices printer-* -o json").assert().code(0));
    let devices = some["devices"].as_array().unwrap();
    assert!(!devices.is_empty());
    for device in devices {
        assert!(device["hostname"].as_str().unwrap().starts_with("printer-"), "{device}");
    }
}

#[test]
fn nothing_configured_names_the_demo() {
    let said = failed(&dt("report 12345").assert().code(2));
    assert!(said.contains("--demo") && said.contains("DT_URL"), "{said}");
    let said = failed(&dt("report 1").env("DT_URL", "https://a.example").assert().code(2));
    assert!(said.contains("DT_PUBLIC_TOKEN"), "{said}");
}

#[test]
fn addresses_that_cannot_be_are_refused() {
    for url in ["ftp://a.example", "a.example", "https://", "https://user:pw@a.example"] {
        failed(&at(url, "report 1").assert().code(2));
    }
    let said = failed(&at("http://192.0.2.1", "report 1").assert().code(2));
    assert!(said.contains("--allow-http"), "{said}");
}

#[test]
fn a_proxy_in_the_environment_does_not_stand_before_the_demo() {
    for backend in ["ureq", "reqwest"] {
        dt(&format!("--demo connections 12345 --backend {backend}"))
            .env("HTTP_PROXY", "http://127.0.0.1:1")
            .env("http_proxy", "http://127.0.0.1:1")
            .env("ALL_PROXY", "http://127.0.0.1:1")
            .assert()
            .code(0);
    }
}

#[test]
fn wrong_and_swapped_tokens_are_told() {
    let appliance = started(appliance());
    for (public, private) in [(PUBLIC, "wrong"), ("wrong", PRIVATE), (PRIVATE, PUBLIC)] {
        let run = dt("report 12345")
            .env("DT_URL", appliance.url())
            .env("DT_PUBLIC_TOKEN", public)
            .env("DT_PRIVATE_TOKEN", private)
            .assert()
            .code(4);
        let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(said.contains("token") && !said.contains(PRIVATE), "{said}");
    }
}

#[test]
fn a_clock_that_differs_is_told_in_minutes() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the appliance's clock is set beside the real one"
    )]
    let skewed = || Timestamp::now() - SignedDuration::from_mins(45);
    let appliance = started(appliance().clock(skewed));
    let said = failed(&at(&appliance.url(), "report 12345").assert().code(4));
    assert!(said.contains("clock") && said.contains("45 minutes"), "{said}");
}

#[test]
fn a_missing_permission_is_told() {
    let appliance = started(appliance().permissions([Permission::Status]));
    let said = failed(&at(&appliance.url(), "report 12345").assert().code(4));
    assert!(said.contains("permission"), "{said}");
}

#[test]
fn nobody_there_is_a_network_failure() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for backend in ["ureq", "reqwest"] {
        let line = format!("report 12345 --retries 0 --backend {backend}");
        failed(&at(&format!("http://127.0.0.1:{port}"), &line).assert().code(5));
    }
}

/// A server that gives everyone the same answer.
pub(super) fn answering(response: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(response.as_bytes());
        }
    });
    url
}

#[test]
fn something_else_at_the_address_is_called_by_its_name() {
    let page = answering(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 43\r\n\
         connection: close\r\n\r\n<html><title>Portal, log in</title></html>\n",
    );
    let said = failed(&at(&page, "report 12345").assert().code(1));
    assert!(said.contains("Portal, log in"), "{said}");

    let closing = answering("");
    failed(&at(&closing, "report 12345 --retries 0").assert().code(5));
}

#[test]
fn a_long_wait_is_told_once_with_its_reason_and_a_short_one_is_not() {
    let waits = |fault: &str, more: &str| {
        let line = format!("--demo --demo-fault {fault}@co connections 12345 --retries 0 {more}");
        let said = failed(&dt(&line).assert().code(1));
        said.lines().filter(|line| line.starts_with("note: nothing is asked")).count()
    };
    assert_eq!(waits("429=3", ""), 1);
    assert_eq!(waits("429=3", "--quiet"), 0);
    assert_eq!(waits("429=1", ""), 0);
}

#[test]
fn token_files_must_be_the_owners_alone() {
    let folder = std::env::temp_dir().join(format!("dt-tokens-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("private");
    std::fs::write(&file, format!("{PRIVATE}\n")).unwrap();
    let appliance = started(appliance());
    let run = || {
        dt("connections 12345")
            .env("DT_URL", appliance.url())
            .env("DT_PUBLIC_TOKEN", PUBLIC)
            .env("DT_PRIVATE_TOKEN_FILE", &file)
            .assert()
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |mode| std::fs::set_permissions(&file, PermissionsExt::from_mode(mode)).unwrap();
        mode(0o644);
        let said = failed(&run().code(4));
        assert!(said.contains("private") && said.contains("chmod 600"), "{said}");
        mode(0o600);
    }
    run().code(0);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_was_asked_is_told_without_secrets() {
    let appliance = started(appliance());
    let run = at(&appliance.url(), "external 12345 -v").assert().code(0);
    let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(said.contains("odid=0") && said.contains("/endpointdetails"), "{said}");
    for secret in [PUBLIC, PRIVATE] {
        assert!(!said.contains(secret), "{said}");
    }
}
