//! Watching: what is new is told once, whatever happens to the program or the appliance.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

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

/// Every event that was told, by its id, of which each has one content for good.
#[derive(Debug, Default)]
struct Events(HashMap<String, Value>);

impl Events {
    /// Takes what a run has told.
    fn take(&mut self, output: &[u8]) {
        for line in output.split_inclusive(|byte| *byte == b'\n') {
            let mut event: Value = serde_json::from_slice(line).unwrap();
            // They are of when it was told, not of the finding.
            for key in ["data_until", "priority", "parts"] {
                event.as_object_mut().unwrap().remove(key);
            }
            let id = event["event_id"].as_str().unwrap().to_owned();
            if let Some(told) = self.0.insert(id, event.clone()) {
                assert_eq!(told, event);
            }
        }
    }

    fn ids(&self) -> HashSet<String> {
        self.0.keys().cloned().collect()
    }
}

/// An appliance goes on by a day, at the same address.
fn a_day_later(running: RunningAppliance, days: i64) -> RunningAppliance {
    let port = running.address().port();
    drop(running);
    appliance(24 * days).port(port).start().unwrap()
}

#[test]
fn one_event_id_has_one_content_after_a_kill_between_printing_and_keeping() {
    let mut running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 printer-03 -o ndjson --every 1h --state {state}");
    let mut all = Events::default();
    all.take(&done(watch(&running, "12345 printer-03 -o ndjson --rounds 1")).stdout);
    let mut told = Events::default();
    let mut dt = watch(&running, &line).spawn().unwrap();
    let mut lines = BufReader::new(dt.stdout.take().unwrap());
    let mut first = String::new();
    lines.read_line(&mut first).unwrap();
    dt.kill().unwrap();
    told.take(first.as_bytes());
    let mut rest = Vec::new();
    lines.read_to_end(&mut rest).unwrap();
    dt.wait().unwrap();
    // Whole lines, as far as it came.
    told.take(&rest);
    // Until it runs again, the data has gone on.
    running = a_day_later(running, 1);
    told.take(&done(watch(&running, &format!("{line} --rounds 1"))).stdout);
    // All that was found about the device was kept before the first of it was printed.
    let device = &serde_json::from_str::<Value>(&first).unwrap()["device"];
    let of_it = all.0.iter().filter(|(_, event)| event["device"] == *device);
    let of_it: HashSet<String> = of_it.map(|(id, _)| id.clone()).collect();
    assert!(of_it.len() > 1 && of_it.is_subset(&told.ids()), "{of_it:?} {told:?}");
    assert_eq!(done(watch(&running, &format!("{line} --rounds 1"))).stdout, b"");
}

#[cfg(unix)]
#[test]
fn one_event_id_has_one_content_when_nobody_read_it_before_the_data_went_on() {
    let mut running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 --rounds 1 -o ndjson --state {state}");
    let mut before = Events::default();
    before.take(&done(watch(&running, "12345 --rounds 1 -o ndjson")).stdout);
    let mut unread = watch(&running, &line).spawn().unwrap();
    drop(unread.stdout.take());
    assert_eq!(unread.wait().unwrap().code(), Some(0));
    running = a_day_later(running, 1);
    let output = done(watch(&running, &line)).stdout;
    let mut after = Events::default();
    after.take(&output);
    // What was to be told before is told first, in the words of then.
    let first: HashSet<String> =
        told(&output).into_iter().take(before.0.len()).map(|(id, _)| id).collect();
    assert_eq!(first, before.ids());
    assert!(after.0.len() > before.0.len());
    before.take(&output);
}

/// The file system takes no more than a block of each file.
#[cfg(unix)]
#[test]
fn what_a_full_disk_does_not_take_is_not_told_and_comes_when_there_is_room() {
    let running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 --rounds 1 -o ndjson --state {state}");
    let full = watch(&running, &line);
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]);
    limited.arg(full.get_program()).args(full.get_args()).env_clear();
    limited.envs(full.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = limited.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{said}");
    assert!(said.contains("failed to write"), "{said}");
    let with_room = told(&done(watch(&running, &line)).stdout);
    assert_eq!(with_room, told(&done(watch(&running, "12345 --rounds 1 -o ndjson")).stdout));
    assert_eq!(done(watch(&running, &line)).stdout, b"");
}

#[test]
fn one_event_id_has_one_content_after_the_state_was_deleted() {
    let mut running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 printer-03 --rounds 1 -o ndjson --state {state}");
    let mut events = Events::default();
    events.take(&done(watch(&running, &line)).stdout);
    fs::remove_dir_all(&state).unwrap();
    events.take(&done(watch(&running, &line)).stdout);
    running = a_day_later(running, 1);
    events.take(&done(watch(&running, &line)).stdout);
    fs::remove_dir_all(&state).unwrap();
    let known = events.0.len();
    events.take(&done(watch(&running, &line)).stdout);
    assert!(known > 3, "{known}");
}

#[test]
fn runs_of_one_round_tell_what_a_long_run_does() {
    let (_kept, state) = state();
    let single = |running: &RunningAppliance, told: &mut Events| {
        let line = format!("12345 --rounds 1 -o ndjson --state {state}/single");
        told.take(&done(watch(running, &line)).stdout);
    };
    fs::create_dir(&state).unwrap();
    let mut running = appliance(0).start().unwrap();
    // It ends by itself if what is waited for does not come.
    let line = format!("12345 --every 1s --rounds 600 --retries 0 -o ndjson --state {state}/long");
    let mut dt = watch(&running, &line).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(dt.stdout.take().unwrap());
    let (mut by_single, mut by_long) = (Events::default(), Events::default());
    for day in 1..=3 {
        single(&running, &mut by_single);
        while by_long.0.len() < by_single.0.len() {
            let mut next = String::new();
            assert!(lines.read_line(&mut next).unwrap() > 0, "it ended");
            by_long.take(next.as_bytes());
        }
        assert_eq!(by_long.ids(), by_single.ids(), "{day}");
        running = a_day_later(running, day);
    }
    end(dt);
}

#[test]
fn data_that_is_older_than_what_is_remembered_is_told_once() {
    let running = appliance(-60 * 24).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 -o ndjson --every 1s --state {state}");
    let first = told(&done(watch(&running, &format!("{line} --rounds 2"))).stdout);
    let ids: HashSet<&String> = first.iter().map(|(id, _)| id).collect();
    assert!(!first.is_empty() && ids.len() == first.len(), "{first:?}");
    assert_eq!(told(&done(watch(&running, &format!("{line} --rounds 1"))).stdout), []);
}

#[test]
fn other_options_on_a_state_are_refused_by_name() {
    let running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 --rounds 1 -o ndjson --state {state}");
    done(watch(&running, &line));
    let others = "--timezone Europe/Berlin --interval-hours 4 --similar-devices 0 --port 443";
    let output = watch(&running, &format!("{line} {others}")).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
    for difference in [
        "--timezone was UTC, and is Europe/Berlin",
        "--interval-hours was 1, and is 4",
        "--similar-devices was 5, and is 0",
        "--port was any, and is 443",
        "a new --state",
    ] {
        assert!(said.contains(difference), "{said}");
    }
    assert!(!said.contains("--rules"), "{said}");
    // Neither levels nor time are among them, nor what is the same by another word.
    let same = "--timezone UTC --interval-hours 1 --since 1d --fail-on high --every 1h";
    assert_eq!(watch(&running, &format!("{line} {same}")).output().unwrap().status.code(), Some(0));
}

/// A gateway in front of an appliance, which takes a path off every request.
fn gateway(appliance: &RunningAppliance, path: &'static str) -> String {
    let (listener, to) = (TcpListener::bind("127.0.0.1:0").unwrap(), appliance.address());
    let url = format!("http://{}{path}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut request = String::new();
            let mut lines = BufReader::new(client.try_clone().unwrap());
            while !request.ends_with("\r\n\r\n") && lines.read_line(&mut request).unwrap() > 0 {}
            let request =
                request.replacen(path, "", 1).replacen("\r\n", "\r\nConnection: close\r\n", 1);
            let mut server = TcpStream::connect(to).unwrap();
            server.write_all(request.as_bytes()).unwrap();
            io::copy(&mut server, &mut client).unwrap();
        }
    });
    url
}

#[test]
fn two_appliances_behind_one_host_are_two() {
    let running = appliance(0).start().unwrap();
    let (_kept, state) = state();
    let line = format!("12345 --rounds 1 -o ndjson --state {state}");
    let at = |path| {
        let mut dt = watch(&running, &line);
        dt.env("DT_URL", gateway(&running, path));
        dt
    };
    let output = done(at("/site-a")).stdout;
    let first: Value =
        serde_json::from_slice(output.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
    assert_eq!(first["appliance"], "127.0.0.1/site-a");
    assert_eq!(done(at("/site-a")).stdout, b"");
    let other = at("/site-b").output().unwrap();
    let said = String::from_utf8(other.stderr).unwrap();
    assert_eq!(other.status.code(), Some(2), "{said}");
    assert!(said.contains("is about 127.0.0.1/site-a"), "{said}");
    // What is found without a path has the id that it always had.
    let without = told(&done(watch(&running, "12345 --rounds 1 -o ndjson")).stdout);
    let of_path: HashSet<String> = told(&output).into_iter().map(|(id, _)| id).collect();
    assert!(without.iter().all(|(id, _)| !of_path.contains(id)), "{without:?}");
}
