//! The recipes of `docs/siem.md`, taken from there and run as far as that goes without the products.

// They are shell scripts and units of systemd.
#![cfg(unix)]

mod elastic;
mod machine;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use dt_appliance::{Appliance, Network, RunningAppliance};
use dt_auth::Credentials;
use serde_json::{Value, json};
use snapbox::cmd::cargo_bin;

use elastic::{Elastic, Fault};
use machine::Machine;
use server::serve;

const PUBLIC: &str = "public";
const PRIVATE: &str = "private";

/// One device tells enough.
const DEVICE: &str = "12345";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The code under a marker.
fn recipe(name: &str) -> String {
    let text = fs::read_to_string(root().join("docs/siem.md")).unwrap();
    let (_, rest) = text.split_once(&format!("<!-- {name} -->\n```")).unwrap();
    let (_, code) = rest.split_once('\n').unwrap();
    code.split_once("```").unwrap().0.to_owned()
}

/// Data that stays the same, so that looking again tells the same.
fn appliance() -> RunningAppliance {
    let network = Network::generate(Appliance::SEED, "2026-11-23T23:00:00Z".parse().unwrap());
    let credentials = Credentials::new(PUBLIC, PRIVATE).unwrap();
    Appliance::new().network(network).credentials(credentials).start().unwrap()
}

fn on(appliance: &RunningAppliance, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("DT_URL", appliance.url())
        .env("DT_PUBLIC_TOKEN", PUBLIC)
        .env("DT_PRIVATE_TOKEN", PRIVATE);
    command
}

fn watch(appliance: &RunningAppliance, line: &str) -> Command {
    let mut dt = on(appliance, cargo_bin!("dt"));
    dt.args(["watch", DEVICE, "--rounds", "1"]).args(line.split_whitespace());
    dt
}

fn told(appliance: &RunningAppliance, format: &str) -> Vec<Value> {
    let output = watch(appliance, &format!("-o {format}")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let events: Vec<Value> = one_after_another(&output.stdout).unwrap();
    assert!(events.len() > 1);
    events
}

fn one_after_another(body: &[u8]) -> serde_json::Result<Vec<Value>> {
    serde_json::Deserializer::from_slice(body).into_iter().collect()
}

/// What is at a path such as `finding.state`.
fn at<'a>(event: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(event, |value, key| value.get(key))
}

fn text(event: &Value, path: &str) -> String {
    at(event, path).and_then(Value::as_str).unwrap().to_owned()
}

fn demand(events: &[Value], paths: impl IntoIterator<Item = String>) {
    let mut demanded = 0;
    for path in paths {
        assert!(events.iter().any(|event| at(event, &path).is_some()), "no event has {path}");
        demanded += 1;
    }
    assert!(demanded > 0);
}

/// Whether recipes can be run with it. `.ci/run` sees to it that they can with curl.
#[expect(clippy::print_stderr, reason = "what a test leaves out has to be seen")]
fn has(program: &str) -> bool {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        eprintln!("not checked: there is no {program}");
    }
    there
}

#[test]
fn elastic_creates_each_event_once() {
    if !has("curl") {
        return;
    }
    let elastic = Arc::new(Mutex::new(Elastic::default()));
    let server = Arc::clone(&elastic);
    let url = serve(move |request| server.lock().unwrap().answer(request));
    let header = ("elastic-header", "Authorization: ApiKey secret\n");
    let addresses = [("https://elastic.example:9200", url.as_str())];
    let machine = Machine::with("elastic", "ecs", header, &addresses);
    let held = || elastic.lock().unwrap().documents.len();

    elastic.lock().unwrap().fault = Some(Fault::Away);
    assert!(machine.fails().contains("503"));
    elastic.lock().unwrap().fault = Some(Fault::Mapping);
    assert!(machine.fails().contains("document_parsing_exception"));
    assert_eq!(held(), 0);
    elastic.lock().unwrap().fault = None;
    machine.cut();
    machine.succeeds();
    let ids = |events: Vec<Value>| -> BTreeSet<String> {
        events.iter().map(|event| text(event, "event.id")).collect()
    };
    let all = ids(told(&machine.appliance, "ecs"));
    let documents: Vec<Value> = elastic.lock().unwrap().documents.values().cloned().collect();
    assert_eq!(ids(documents), all);
    // Nothing is new, and nothing is sent.
    machine.succeeds();
    assert_eq!(elastic.lock().unwrap().conflicts, 0);
    // What is told once more is not created once more, nor is that an error.
    machine.forget();
    machine.succeeds();
    assert_eq!(elastic.lock().unwrap().conflicts, all.len());
    assert_eq!(held(), all.len());
}

#[test]
fn splunk_gets_events_one_after_another() {
    if !has("curl") {
        return;
    }
    let collected = Arc::new(Mutex::new(None::<Vec<Value>>));
    let server = Arc::clone(&collected);
    let url = serve(move |request| {
        assert_eq!(request.path, "/services/collector/event");
        assert_eq!(request.header("authorization"), "Splunk secret");
        let mut collected = server.lock().unwrap();
        let Some(collected) = &mut *collected else { return (503, json!({})) };
        match one_after_another(&request.body) {
            Ok(events) => collected.extend(events),
            Err(_) => return (400, json!({ "text": "Invalid data format", "code": 6 })),
        }
        (200, json!({ "text": "Success", "code": 0 }))
    });
    let header = ("splunk-header", "Authorization: Splunk secret\n");
    let addresses = [("https://splunk.example:8088", url.as_str())];
    let machine = Machine::with("splunk", "hec", header, &addresses);
    assert!(machine.fails().contains("503"));
    *collected.lock().unwrap() = Some(Vec::new());
    machine.cut();
    machine.succeeds();
    machine.succeeds();
    let collected = collected.lock().unwrap().take().unwrap();
    let id = |event: &Value| text(event, "event.event_id");
    let all = told(&machine.appliance, "hec");
    assert_eq!(
        collected.iter().map(id).collect::<Vec<_>>(),
        all.iter().map(id).collect::<Vec<_>>()
    );
    for event in &collected {
        assert_eq!(text(event, "sourcetype"), "dt:finding");
        let keys: Vec<&String> = event.as_object().unwrap().keys().collect();
        let envelope = ["time", "host", "source", "sourcetype", "event"];
        assert!(keys.iter().all(|key| envelope.contains(&key.as_str())), "{keys:?}");
    }
}

#[test]
fn sentinel_gets_arrays_with_a_token() {
    if !has("curl") {
        return;
    }
    let taken = Arc::new(Mutex::new(None::<Vec<Value>>));
    let server = Arc::clone(&taken);
    let url = serve(move |request| {
        if request.path == "/TENANT/oauth2/v2.0/token" {
            assert_eq!(request.header("content-type"), "application/x-www-form-urlencoded");
            assert_eq!(request.body, b"grant_type=client_credentials");
            return (200, json!({ "token_type": "Bearer", "access_token": "given" }));
        }
        assert!(request.path.starts_with("/dataCollectionRules/RULE/streams/Custom-dt?"));
        assert_eq!(request.header("authorization"), "Bearer given");
        assert_eq!(request.header("content-type"), "application/json");
        let mut taken = server.lock().unwrap();
        let Some(taken) = &mut *taken else { return (429, json!({})) };
        taken.extend(serde_json::from_slice::<Vec<Value>>(&request.body).unwrap());
        (204, json!({}))
    });
    let login = ("azure-login", "grant_type=client_credentials\n");
    let addresses = [
        ("https://login.microsoftonline.com", url.as_str()),
        ("https://ENDPOINT.ingest.monitor.azure.com", url.as_str()),
    ];
    let machine = Machine::with("sentinel", "ocsf", login, &addresses);
    assert!(machine.fails().contains("429"));
    *taken.lock().unwrap() = Some(Vec::new());
    machine.cut();
    machine.succeeds();
    machine.succeeds();
    let id = |event: &Value| text(event, "metadata.uid");
    let taken = taken.lock().unwrap().take().unwrap();
    let all = told(&machine.appliance, "ocsf");
    assert_eq!(taken.iter().map(id).collect::<Vec<_>>(), all.iter().map(id).collect::<Vec<_>>());
}

#[test]
fn elastic_asks_for_fields_that_are_told() {
    let filebeat = recipe("filebeat");
    let copied = filebeat.lines().filter_map(|line| line.split_once("- from: "));
    let mut paths: Vec<String> = copied.map(|(_, path)| path.to_owned()).collect();
    assert_eq!(paths, ["event.id"]);
    let search: Value = serde_json::from_str(&recipe("elastic-search")).unwrap();
    paths.push(text(&search, "collapse.field"));
    paths.extend(search["sort"][0].as_object().unwrap().keys().cloned());
    let shown = search["_source"].as_array().unwrap();
    paths.extend(shown.iter().map(|path| path.as_str().unwrap().to_owned()));
    let appliance = appliance();
    let events = told(&appliance, "ecs");
    demand(&events, paths);
    for event in events {
        assert_eq!(text(&event, "event.dataset"), "darktrace.finding");
        // Where the id ends up must not depend on what else is in a line.
        assert_eq!(event.to_string().matches(r#""event":{"#).count(), 1);
    }
}

#[test]
fn splunk_asks_for_fields_that_are_told() {
    let envelope = |field: &str| match field {
        "_time" => "time".to_owned(),
        "host" => field.to_owned(),
        field => format!("event.{field}"),
    };
    let mut fields = Vec::new();
    for search in [recipe("splunk-events"), recipe("splunk-latest")] {
        let mut parts = search.split('|').map(str::trim);
        assert_eq!(parts.next(), Some("sourcetype=\"dt:finding\""));
        for (command, rest) in parts.map(|part| part.split_once(' ').unwrap()) {
            let words = rest.split(' ').filter(|word| *word != "sortby");
            match command {
                "dedup" | "table" => {
                    fields.extend(words.map(|word| envelope(word.trim_start_matches('-'))));
                }
                "where" => fields.push(envelope(rest.split('\'').nth(1).unwrap())),
                other => unreachable!("{other} is not checked"),
            }
        }
    }
    let events = told(&appliance(), "hec");
    demand(&events, fields);
    let conf = recipe("splunk-conf");
    assert!(conf.contains("[dt:finding]") && conf.contains(r#"sourcetype="dt:finding""#));
    // The prescribed values of the data model.
    for event in events {
        assert!(["low", "medium", "high"].contains(&text(&event, "event.severity").as_str()));
        let calls = text(&event, "event.severity") != "low"
            && text(&event, "event.finding.state") != "ended";
        assert_eq!(text(&event, "event.type"), if calls { "alert" } else { "event" });
        assert_eq!(text(&event, "event.id"), text(&event, "event.event_id"));
    }
}

/// What a transform may call, as its documentation lists it; of what is listed, what is used.
const CALLABLE: [&str; 3] = ["datetime", "parse_json", "tostring"];

#[test]
fn sentinel_makes_its_table_of_what_is_told() {
    let events = told(&appliance(), "ocsf");
    let rule: Value = serde_json::from_str(&recipe("sentinel-rule")).unwrap();
    let columns = rule["properties"]["streamDeclarations"]["Custom-dt"]["columns"].as_array();
    let mut declared = BTreeSet::new();
    for column in columns.unwrap() {
        let (name, kind) = (text(column, "name"), text(column, "type"));
        let values: Vec<&Value> = events.iter().filter_map(|event| event.get(&name)).collect();
        assert!(!values.is_empty(), "no event has {name}");
        let fits = |value: &&Value| match kind.as_str() {
            "string" => value.is_string(),
            "long" => value.is_i64(),
            "int" => value.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
            "dynamic" => value.is_object() || value.is_array(),
            _ => false,
        };
        assert!(values.iter().all(fits), "{name} is no {kind}");
        declared.insert(name);
    }

    let transform = recipe("sentinel-transform");
    for (before, _) in transform.split('(').zip(transform.split('(').skip(1)) {
        let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
        assert!(CALLABLE.contains(&name), "{name}");
    }
    let (_, rest) = transform.split_once("| extend ").unwrap();
    let (extend, project) = rest.split_once("| project\n").unwrap();
    let aliases: BTreeMap<&str, &str> = extend
        .split(", ")
        .map(|part| part.trim().trim_end_matches(')').split_once(" = parse_json(").unwrap())
        .collect();
    let mut made = BTreeSet::new();
    for (column, from) in project.lines().map(|line| line.split_once(" = ").unwrap()) {
        made.insert(column.trim().to_owned());
        let from = from.trim_end_matches(',');
        if let Some(path) = from.strip_prefix("tostring(") {
            let (alias, path) = path.trim_end_matches(')').split_once('.').unwrap();
            assert!(declared.contains(aliases[alias]));
            demand(&events, [format!("{}.{path}", aliases[alias])]);
        } else {
            let name = from.trim_start_matches("datetime(1970-01-01) + [\"");
            assert!(declared.contains(name.trim_end_matches("\"] * 1ms")), "{from}");
        }
    }

    let table = recipe("sentinel-table");
    let columns: BTreeSet<String> =
        table.split_whitespace().filter_map(|word| Some(word.split_once('=')?.0.into())).collect();
    assert_eq!(made, columns);
    let query = recipe("sentinel-query");
    let (_, shown) = query.split_once("| project ").unwrap();
    let by = query.lines().filter_map(|line| line.split_once(" by ")).map(|(_, name)| name);
    for name in by.chain(shown.trim().split(", ")) {
        assert!(columns.contains(name), "{name}");
    }
}

#[test]
fn an_end_is_told_as_the_searches_expect() {
    let schema = fs::read_to_string(root().join("schemas/watch.json")).unwrap();
    assert!(schema.contains("\"ended\""));
    for search in ["splunk-latest", "sentinel-query"] {
        assert!(recipe(search).contains("!=\"ended\"") || recipe(search).contains("!= \"ended\""));
    }
}

#[test]
fn a_line_that_was_cut_short_does_not_spoil_the_next() {
    let unit = recipe("watch-service");
    let (_, rest) = unit.split_once("ExecStartPre=/bin/sh -c '").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("findings.ndjson");
    let script = rest.split_once('\'').unwrap().0.replace("$$", "$");
    let script = script.replace("/var/log/dt/findings.ndjson", &file.display().to_string());
    for (before, after) in [("", ""), ("{}\n", "{}\n"), ("{}\n{\"a", "{}\n{\"a\n")] {
        fs::write(&file, before).unwrap();
        let stdout = OpenOptions::new().append(true).open(&file).unwrap();
        let ran = Command::new("/bin/sh").args(["-c", &script]).stdout(stdout).status().unwrap();
        assert!(ran.success());
        assert_eq!(fs::read_to_string(&file).unwrap(), after);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing() {
    let appliance = appliance();
    let directory = tempfile::tempdir().unwrap();
    let line = format!("-o ecs --state {}", directory.path().join("state").display());
    let full = fs::File::create("/dev/full").unwrap();
    assert_eq!(watch(&appliance, &line).stdout(full).status().unwrap().code(), Some(1));
    let ids = |events: &[Value]| -> Vec<String> {
        events.iter().map(|event| text(event, "event.id")).collect()
    };
    let later = watch(&appliance, &line).output().unwrap();
    assert_eq!(ids(&one_after_another(&later.stdout).unwrap()), ids(&told(&appliance, "ecs")));
}

#[test]
fn systemd_takes_the_units() {
    if !has("systemd-analyze") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut verify = Command::new("systemd-analyze");
    verify.arg("verify");
    for name in ["watch-service", "round-service", "round-timer"] {
        let unit = recipe(name);
        let (_, file) = unit.lines().next().unwrap().rsplit_once('/').unwrap();
        // It looks whether programs exist.
        let program = cargo_bin!("dt").display().to_string();
        let unit = unit.replace("/usr/local/bin/dt-round", &program);
        let unit = unit.replace("/usr/local/bin/dt", &program);
        let path = directory.path().join(file);
        fs::write(&path, unit).unwrap();
        verify.arg(path);
    }
    let output = verify.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    // What it says of units of the machine is not about these.
    let about: Vec<&str> = said.lines().filter(|line| line.contains("dt-")).collect();
    assert!(about.is_empty(), "{said}");
}

#[test]
fn the_units_ask_for_what_dt_knows() {
    for (name, command) in [("watch-service", "ExecStart=/usr/local/bin/"), ("round", "")] {
        let code = recipe(name);
        let line = code.lines().find_map(|line| line.strip_prefix(command)?.strip_prefix("dt "));
        let line = line.unwrap().split(" > ").next().unwrap();
        let help = Command::new(cargo_bin!("dt")).args(["watch", "--help"]).output().unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        for option in line.split(' ').filter(|word| word.starts_with('-')) {
            assert!(help.contains(&format!("{option} ")), "{option}");
        }
    }
}
