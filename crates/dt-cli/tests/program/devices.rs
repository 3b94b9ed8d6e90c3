//! `dt devices`, and devices selected by what they are.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};

/// Runs `dt` with nothing in its environment.
fn dt(line: &str) -> Command {
    Command::new(cargo_bin!("dt")).env_clear().args(line.split_whitespace())
}

fn stdout(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

fn stderr(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stderr.clone()).unwrap()
}

/// The devices of `dt --demo devices ...`.
fn devices(more: &str) -> Vec<Value> {
    let printed = stdout(&dt(&format!("--demo devices -o ndjson {more}")).assert().code(0));
    printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The ids of devices that were selected, by an analysis.
fn analysed(more: &str) -> Vec<i64> {
    let run = dt(&format!("--demo connections -o json {more}")).assert().code(0);
    let answers: Value = serde_json::from_str(&stdout(&run)).unwrap();
    let id = |answer: &Value| answer["device"]["did"].as_i64().unwrap();
    answers.as_array().expect("several are an array").iter().map(id).collect()
}

#[test]
fn a_spreadsheet_gets_what_scripts_get() {
    let run = dt("--demo devices -o csv").assert().code(0);
    let printed = stdout(&run);
    let mut lines = printed.split("\r\n");
    let header = "did,hostname,ip,mac,type,os,label,tags,vendor,subnet,first_seen,last_seen";
    assert_eq!(lines.next(), Some(header));
    let listed = devices("");
    assert!(listed.len() >= 200);
    assert_eq!(lines.clone().count(), listed.len() + 1, "and the end of the last line");
    for (line, device) in lines.zip(&listed) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[0], device["did"].to_string());
        assert_eq!(cells[1], device["hostname"].as_str().unwrap());
        assert_eq!(cells[11].parse::<jiff::Timestamp>().unwrap().to_string(), device["last_seen"]);
    }
    assert_eq!(stderr(&run), "", "no terminal, no progress");
}

#[test]
fn devices_are_selected_by_what_they_are() {
    let all = devices("").len();
    for (selection, holds) in [
        (
            "--tag Finance",
            &(|device: &Value| device["tags"].to_string().contains("Finance"))
                as &dyn Fn(&Value) -> bool,
        ),
        ("--type laptop", &|device| device["type"] == "laptop"),
        ("--type LAP*", &|device| device["type"] == "laptop"),
        ("--subnet 10.20.4.0/24", &|device| device["ip"].as_str().unwrap().starts_with("10.20.4.")),
        ("--subnet 2004", &|device| device["subnet"] == 2004),
        ("workstation-* --type desktop --tag Sales --tag Finance", &|device| {
            let tags = device["tags"].to_string();
            device["type"] == "desktop" && (tags.contains("Sales") || tags.contains("Finance"))
        }),
    ] {
        let selected = devices(selection);
        assert!((1..all).contains(&selected.len()), "{selection}: {}", selected.len());
        assert!(selected.iter().all(holds), "{selection}");
        let expected = devices("").into_iter().filter(holds).count();
        assert_eq!(selected.len(), expected, "{selection}");
    }
}

#[test]
fn options_are_collected_from_both_sides() {
    let both = stdout(&dt("--demo --tag Sales devices --tag Finance -o csv").assert().code(0));
    let one = stdout(&dt("--demo devices --tag Sales -o csv").assert().code(0));
    assert!(both.lines().count() > one.lines().count());
    assert!(both.contains("Sales") && both.contains("Finance"));
}

#[test]
fn an_analysis_of_selected_devices_is_a_list() {
    let printers: Vec<i64> =
        devices("--type printer").iter().map(|device| device["did"].as_i64().unwrap()).collect();
    assert_eq!(analysed("--type printer"), printers);
    // Named ones come first, and one that is both is answered once.
    let mut expected = vec![12345, printers[1]];
    expected.extend(printers.iter().filter(|did| **did != printers[1]));
    assert_eq!(analysed(&format!("12345 {} --type printer", printers[1])), expected);
    assert_eq!(analysed("--subnet 10.20.4.17/32"), [12345], "a list of one is a list");
}

#[test]
fn what_selects_nothing_fails_and_near_names_are_suggested() {
    for command in ["devices", "connections", "connections 12345"] {
        let run = dt(&format!("--demo {command} --tag finanse")).assert().code(1);
        assert_eq!(stdout(&run), "");
        assert!(stderr(&run).contains("tag \"Finance\""), "{}", stderr(&run));
    }
    let run = dt("--demo devices workstaton-01").assert().code(1);
    assert!(stderr(&run).contains("workstation-01"), "{}", stderr(&run));
    dt("--demo devices --subnet 192.0.2.0/24").assert().code(1);
}

#[test]
fn a_listed_device_is_found_by_every_name_it_has() {
    let workstation = devices("12345");
    assert_eq!(workstation[0]["hostname"], "workstation-01");
    for name in [
        "WORKSTATION-01",
        "workstation-01.corp.example",
        "10.20.4.17",
        "::ffff:10.20.4.17",
        "02:00:5e:00:30:39",
        "02-00-5E-00-30-39",
        "0200.5e00.3039",
        "02005E003039",
        "host:workstation-01",
        "ip:10.20.4.17 --type laptop --subnet 10.20.4.0/24",
        "mac:0200.5e00.3039 --tag Finance",
    ] {
        assert_eq!(devices(name), workstation, "{name}");
    }
    let labelled = devices("label:*");
    let label = labelled[0]["label"].as_str().unwrap().replace(' ', "*");
    assert!(devices(&label).contains(&labelled[0]), "{label}");
    for (name, told) in [
        ("nobody", "lists all"),
        ("192.0.2.7", "no device matches"),
        ("0", "ids are whole numbers"),
        ("ip:nowhere", "is no address"),
        ("workstatoin-01.corp.example", "did you mean \"workstation-01\""),
    ] {
        let run = dt(&format!("--demo devices {name}")).assert();
        let said = stderr(&run);
        assert!(said.contains(told) && !said.contains("dt devices lists"), "{said}");
    }
}

#[test]
fn a_star_in_a_name_selects() {
    let printers: Vec<i64> =
        devices("printer-*").iter().map(|device| device["did"].as_i64().unwrap()).collect();
    assert!(printers.len() > 2);
    assert_eq!(analysed("printer-*"), printers);
    assert_eq!(analysed("printer-03*"), [30003], "a list of one is a list");
    let run = dt("--demo connections nobody-*").assert().code(1);
    assert!(stderr(&run).contains("no device matches \"nobody-*\""), "{}", stderr(&run));
}

#[test]
fn what_cannot_be_selected_is_a_usage_error() {
    for line in [
        "--demo devices --subnet 10.20.4.0/33",
        "--demo devices --subnet lab",
        "--demo get 12345 --tag Finance",
        "--demo get --tag Finance",
        "connections --input a.json --tag Finance",
    ] {
        let run = dt(line).assert().code(2);
        assert_eq!(stdout(&run), "", "{line}");
    }
    // Numbers of subnets can be negative, and are no options.
    let run = dt("--demo devices --subnet -9").assert().code(1);
    assert!(stderr(&run).contains("no device"), "{}", stderr(&run));
}

/// An appliance that knows 600 devices, and fails after the first page of them.
fn failing_after_a_page() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let request = lines.next().unwrap().unwrap();
            while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let answer = if request.contains("offset=") {
                "HTTP/1.1 500 Oh\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()
            } else {
                let devices: Vec<String> = (1..=300)
                    .map(|did| format!(r#"{{"did":{did},"hostname":"=d{did}"}}"#))
                    .collect();
                let body = format!(r#"{{"totalCount":600,"devices":[{}]}}"#, devices.join(","));
                let length = body.len();
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
                     content-length: {length}\r\nconnection: close\r\n\r\n{body}"
                )
            };
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

#[test]
fn lines_are_printed_page_by_page_and_the_rest_whole_or_not_at_all() {
    let url = failing_after_a_page();
    let printed = |format: &str| {
        let run = dt(&format!("devices --retries 0 -o {format}"))
            .env("DT_URL", &url)
            .env("DT_PUBLIC_TOKEN", "public")
            .env("DT_PRIVATE_TOKEN", "private")
            .assert()
            .code(1);
        assert!(stderr(&run).contains("500"), "{}", stderr(&run));
        stdout(&run)
    };
    assert_eq!(printed("ndjson").lines().count(), 300);
    let csv = printed("csv");
    assert_eq!(csv.lines().count(), 301);
    assert!(csv.contains("\r\n7,'=d7,"), "no cell is a formula");
    for format in ["table", "json", "md", "html"] {
        assert_eq!(printed(format), "", "{format}");
    }
}

#[test]
fn a_row_of_a_table_among_names_is_told_with_its_line() {
    let list = "# servers\nhostname,ip\nworkstation-01;10.20.4.17\nworkstation-01\n";
    let run = dt("--demo connections - -o ndjson").stdin(list).assert().code(1);
    let said = stderr(&run);
    assert!(said.contains("standard input: line 2, \"hostname,ip\""), "{said}");
    assert!(said.contains("as 1 more do"), "{said}");
    assert_eq!(stdout(&run).lines().count(), 1);
}
