//! One event id has one content, and nothing is lost, whatever is killed, full, deleted or changed.

use super::*;

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
        "name a new directory for these, or leave them as they were (--state)",
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
