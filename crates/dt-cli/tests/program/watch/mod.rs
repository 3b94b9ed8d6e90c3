//! Watching: what is new is told once, whatever happens to the program or the appliance.

mod kept;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use dt_appliance::{Appliance, Fault, Network, RetryAfter, RunningAppliance};
use dt_auth::Credentials;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use snapbox::cmd::cargo_bin;
use tempfile::TempDir;

const PUBLIC: &str = "public";
const PRIVATE: &str = "private";

/// An appliance whose data ended long ago, so that there can always be more.
fn appliance(hours_later: i64) -> Appliance {
    let end: Timestamp = "2026-11-23T23:00:00Z".parse().unwrap();
    let network = Network::generate(Appliance::SEED, end + SignedDuration::from_hours(hours_later));
    Appliance::new().network(network).credentials(Credentials::new(PUBLIC, PRIVATE).unwrap())
}

fn watch(appliance: &RunningAppliance, line: &str) -> Command {
    let mut dt = Command::new(cargo_bin!("dt"));
    dt.env_clear()
        .env("DT_URL", appliance.url())
        .env("DT_PUBLIC_TOKEN", PUBLIC)
        .env("DT_PRIVATE_TOKEN", PRIVATE)
        .arg("watch")
        .args(line.split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    dt
}

/// All that there is to tell, also in the first round.
const ALL: &str = "--min-severity low --since 28d";

fn done(mut dt: Command) -> Output {
    let output = dt.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// What was told: event id and state.
fn told(output: &[u8]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    std::str::from_utf8(output)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|news| (text(&news["event_id"]), text(&news["state"])))
        .collect()
}

fn state() -> (TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state").display().to_string();
    (directory, path)
}

#[test]
fn nothing_is_told_twice_across_restarts() {
    let running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 printer-03 {ALL} --every 1s -o ndjson --state {state}");
    let first = told(&done(watch(&running, &format!("{line} --rounds 3"))).stdout);
    let new = first.iter().filter(|(_, state)| state == "new").count();
    assert!(new > 3 && first.iter().all(|(_, state)| state != "updated"), "{first:?}");
    let ids: HashSet<&String> = first.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), first.len());
    assert_eq!(told(&done(watch(&running, &format!("{line} --rounds 2"))).stdout), []);
    // Without a state, there is nothing to go by.
    let again = done(watch(&running, &format!("12345 printer-03 {ALL} -o ndjson --rounds 1")));
    assert_eq!(told(&again.stdout), first);
}

#[test]
fn what_sets_a_device_apart_keeps_its_id_while_time_goes_on() {
    let id = |hours_later| {
        let running = appliance(hours_later).start().unwrap();
        let line = format!("12345 {ALL} --rounds 1 -o ndjson");
        let news = done(watch(&running, &line)).stdout;
        let news = std::str::from_utf8(&news).unwrap().lines();
        let mut news = news.map(|line| serde_json::from_str::<Value>(line).unwrap());
        let change = news.find(|it| it["rule"]["id"] == "dt-change-from-peers").unwrap();
        (change["id"].clone(), change["first_time"].clone())
    };
    let ((now, since), (later, since_later)) = (id(0), id(2));
    assert_ne!(since, since_later);
    assert_eq!(now, later);
}

#[test]
fn every_format_tells_the_same_events() {
    let running = appliance(0).start().unwrap();
    let ids = |format: &str, pointer: &str| -> Vec<String> {
        let output = done(watch(&running, &format!("12345 --rounds 1 -o {format}")));
        let text = String::from_utf8(output.stdout).unwrap();
        let events = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        let id = |event: Value| event.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        events.map(|event| id(event.unwrap())).collect()
    };
    let told = ids("ndjson", "/event_id");
    assert!(!told.is_empty());
    assert_eq!(ids("ecs", "/event/id"), told);
    assert_eq!(ids("ocsf", "/metadata/uid"), told);
    assert_eq!(ids("hec", "/event/event_id"), told);
    assert_eq!(ids("json", "/findings/0/event_id"), told[..1]);
}

#[test]
fn what_is_watched_becomes_one_document_where_it_ends() {
    let running = appliance(0).start().unwrap();
    let printed = |line: &str| {
        String::from_utf8(done(watch(&running, &format!("{line} {ALL} --every 1s"))).stdout)
            .unwrap()
    };
    let json = |line: &str| -> Value { serde_json::from_str(&printed(line)).unwrap() };
    let several = json("12345 printer-03 --rounds 2 -o json");
    let devices = several.as_array().unwrap().iter().map(|it| it["device"]["did"].clone());
    assert_eq!(devices.collect::<HashSet<_>>().len(), 2);
    assert!(json("12345 --rounds 2 -o json").is_array(), "each round may have an object");
    assert!(json("12345 --rounds 1 -o json").is_object());
    let page = printed("12345 printer-03 --rounds 1 -o html");
    assert_eq!((page.matches("<!DOCTYPE").count(), page.matches("<article").count()), (1, 2));
    assert_eq!(printed("12345 printer-03 --rounds 1 -o md").matches("\n# ").count(), 0);
    for format in ["json", "html", "md"] {
        let refused = watch(&running, &format!("12345 -o {format}")).output().unwrap();
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0), "{said}");
        assert!(said.contains("-o ndjson") && said.contains("--rounds"), "{said}");
    }
}

#[test]
fn what_waits_for_the_end_is_remembered_only_then() {
    let running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 printer-03 --every 1s --rounds 2 -o json --state {state}");
    let mut dt = watch(&running, &line).spawn().unwrap();
    drop(dt.stdout.take());
    assert_eq!(dt.wait().unwrap().code(), Some(0));
    let told = done(watch(&running, &line)).stdout;
    assert!(!serde_json::from_slice::<Vec<Value>>(&told).unwrap().is_empty(), "nobody read it");
    assert_eq!(String::from_utf8(done(watch(&running, &line)).stdout).unwrap(), "[]\n");
}

#[test]
fn an_appliance_may_be_restarted() {
    let running = appliance(0).start().unwrap();
    let port = running.address().port();
    let before = done(watch(&running, "12345 --rounds 1 -o ndjson"));
    let before: HashSet<String> = told(&before.stdout).into_iter().map(|(id, _)| id).collect();
    // It ends by itself if what is waited for does not come.
    let line = "12345 --every 1s --rounds 40 --retries 0 -o ndjson";
    let mut dt = watch(&running, line).spawn().unwrap();
    let mut lines = BufReader::new(dt.stdout.take().unwrap()).lines();
    let mut next = || told(lines.next().unwrap().unwrap().as_bytes()).swap_remove(0).0;
    for _ in &before {
        assert!(before.contains(&next()));
    }
    drop(running);
    let mut errors = BufReader::new(dt.stderr.take().unwrap()).lines();
    assert!(errors.any(|line| line.unwrap().contains("error")));
    // It is back a day later, and another night has had an upload.
    let _running = appliance(24).port(port).start().unwrap();
    assert!(!before.contains(&next()));
    end(dt);
}

#[cfg(unix)]
fn end(mut dt: Child) {
    let kill = Command::new("kill").args(["-TERM", &dt.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert_eq!(dt.wait().unwrap().code(), Some(0));
}

#[cfg(not(unix))]
fn end(mut dt: Child) {
    dt.kill().unwrap();
}

#[cfg(unix)]
#[test]
fn a_signal_ends_it_cleanly_while_it_waits() {
    let running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 --every 1h -o ndjson --state {state}");
    let mut dt = watch(&running, &line).spawn().unwrap();
    let mut out = BufReader::new(dt.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    // The round ends, and waiting begins.
    thread::sleep(Duration::from_millis(300));
    end(dt);
    let mut all = first;
    out.read_to_string(&mut all).unwrap();
    assert!(all.ends_with('\n'), "{all}");
    assert!(told(all.as_bytes()).len() > 1);
    assert_eq!(told(&done(watch(&running, &format!("{line} --rounds 1"))).stdout), []);
}

#[test]
fn two_watchers_do_not_share_a_state() {
    let running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 --every 1h -o ndjson --state {state}");
    let mut dt = watch(&running, &line).spawn().unwrap();
    BufReader::new(dt.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    let refused = || {
        let other = watch(&running, &line).output().unwrap();
        let said = String::from_utf8(other.stderr).unwrap();
        assert_eq!(other.status.code(), Some(1), "{said}");
        assert!(said.contains(&state), "{said}");
    };
    refused();
    // A lock is not in its file.
    fs::remove_file(Path::new(&state).join("state.lock")).unwrap();
    refused();
    dt.kill().unwrap();
    dt.wait().unwrap();
}

#[test]
fn a_state_is_about_one_appliance() {
    let running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    done(watch(&running, &format!("12345 --rounds 1 --state {state}")));
    let other = Command::new(cargo_bin!("dt"))
        .env_clear()
        .args(["--demo", "watch", "12345", "--rounds", "1", "--state", &state])
        .output()
        .unwrap();
    let said = String::from_utf8(other.stderr).unwrap();
    assert_eq!(other.status.code(), Some(2), "{said}");
    assert!(said.contains("127.0.0.1") && said.contains("--state"), "{said}");
}

#[test]
fn what_waiting_does_not_mend_ends_it_at_once() {
    let unfit = appliance(0).faults(Fault::Signature).start().unwrap();
    let output = watch(&unfit, "12345 --every 1s").output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
    let running = appliance(0).start().unwrap();
    let output = watch(&running, "nobody --every 1s").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    // One of several that is unknown does not keep the others from being watched.
    let output = watch(&running, "nobody 12345 --every 1s --rounds 2 -o ndjson").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!told(&output.stdout).is_empty());
    // An appliance that is starting may be there soon.
    let starting = appliance(0).faults(Fault::Unavailable(RetryAfter::Unsaid)).start().unwrap();
    let line = "12345 --every 1s --rounds 2 --retries 0";
    let output = watch(&starting, line).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.matches("error:").count()), (Some(1), 2), "{said}");
    // A network may come back, but not within the rounds that were asked for.
    let mut gone = watch(&running, line);
    drop(running);
    assert_eq!(gone.output().unwrap().status.code(), Some(5));
}

#[test]
fn a_device_that_has_nothing_new_keeps_the_others_from_being_hopeless() {
    // The demo's data is of this hour: a restart has nothing to look at.
    let (_kept, state) = state();
    let demo = |line: &str| {
        let mut dt = Command::new(cargo_bin!("dt"));
        dt.env_clear().args(["--demo", "watch", "12345", "nobody", "--state", &state]);
        dt.args(line.split_whitespace()).stdout(Stdio::null()).stderr(Stdio::piped());
        dt
    };
    demo("--rounds 1").output().unwrap();
    let mut dt = demo("--every 1s").spawn().unwrap();
    let mut errors = BufReader::new(dt.stderr.take().unwrap()).lines();
    for _ in 0..2 {
        let said = errors.find(|line| line.as_ref().unwrap().starts_with("error"));
        assert!(said.is_some(), "it ended");
    }
    end(dt);
}

#[cfg(unix)]
#[test]
fn what_nobody_reads_is_neither_told_nor_found() {
    let running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 --rounds 1 --fail-on low -o ndjson --state {state}");
    let mut dt = watch(&running, &line).spawn().unwrap();
    drop(dt.stdout.take());
    assert_eq!(dt.wait().unwrap().code(), Some(0));
    assert!(!told(&watch(&running, &line).output().unwrap().stdout).is_empty());
}

#[test]
fn since_bounds_the_first_run() {
    let running = appliance(0).start().unwrap();
    let all = told(&done(watch(&running, "12345 printer-03 --rounds 1 -o ndjson")).stdout);
    let (_kept, state) = state();
    let line = "12345 printer-03 --since 2026-11-23T12:00 --rounds 1 -o ndjson --state";
    let bounded = told(&done(watch(&running, &format!("{line} {state}"))).stdout);
    assert!(!bounded.is_empty() && bounded.len() < all.len(), "{bounded:?} of {all:?}");
    // What was left out stays out.
    let later = done(watch(&running, &format!("12345 printer-03 --rounds 1 --state {state}")));
    assert_eq!(later.stdout, b"");
}

#[test]
fn fail_on_is_told_by_the_status() {
    let running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 --fail-on medium --rounds 1 --state {state}");
    assert_eq!(watch(&running, &line).output().unwrap().status.code(), Some(3));
    assert_eq!(watch(&running, &line).output().unwrap().status.code(), Some(0));
}
