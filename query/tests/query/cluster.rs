//! The same questions of a scheduler with executors, each a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::cookbook::questions;
use crate::lake_path;
use crate::program::{asks, command, err};

/// A process that is ended with the test.
pub(crate) struct Process(Child);

impl Process {
    /// Starts it, and waits for its first line.
    pub(crate) fn start(arguments: &[&str]) -> (Self, String) {
        let mut child = command().args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (Self(child), line.trim().to_owned())
    }

    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn executor(scheduler: &str) -> Process {
    Process::start(&[
        "executor",
        "--scheduler",
        scheduler,
        "--threads",
        "2",
        "--limit-memory",
        "256M",
    ])
    .0
}

/// A cluster may lose its executors, and notices: no answer takes longer than this.
const LONGEST: Duration = Duration::from_secs(200);

/// What a process says until it ends, which it does in time.
pub(crate) fn ended(mut child: Child) -> Output {
    ends(&mut child);
    child.wait_with_output().unwrap()
}

/// How it ends, in time.
fn ends(child: &mut Child) -> ExitStatus {
    // Clocks are for programs; this counts what it waited itself.
    const STEP: Duration = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if waited > LONGEST {
            child.kill().unwrap();
            panic!("there was no end in time");
        }
        std::thread::sleep(STEP);
        waited += STEP;
    }
}

/// Judges every series so many times.
fn judging(times: u64) -> String {
    format!(
        "SELECT count(a['series_score']) AS judged FROM (SELECT dt_assess(start, step_seconds, co, external, \
         external_out, sizeout, sizein) AS a FROM series CROSS JOIN (SELECT unnest(range(0, {times})) AS again))"
    )
}

fn begin(sql: &str, url: &str) -> Child {
    let mut command = command();
    command.arg("query").arg(lake_path()).args([sql, "-o", "ndjson", "--engine", url]);
    // What an executor was busy with begins anew on another, which may have much else to do.
    command.args(["--time-limit", "180s"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Rows, whatever types an engine gives its texts.
pub(crate) fn values(output: &Output) -> Vec<Value> {
    assert_eq!(output.status.code(), Some(0), "{}", err(output));
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn both_engines_give_the_same_rows_and_a_lost_executor_ends_nothing_for_good() {
    // Whoever is silent for a minute is lost, as a rule; the test waits for less.
    let scheduler = ["scheduler", "--listen", "127.0.0.1:0", "--lost-after", "15"];
    let (_scheduler, url) = Process::start(&scheduler);
    let mut executors = [executor(&url), executor(&url)];
    for (name, sql) in questions() {
        let here = values(&asks(&sql, &["-o", "ndjson"]));
        let there = ended(begin(&sql, &url));
        assert_eq!(there.status.code(), Some(0), "{name}: {}", err(&there));
        assert_eq!(values(&there), here, "{name}");
        assert!(!here.is_empty(), "{name}");
    }
    // It would have its row twice.
    let union = "SELECT 'a' AS what, did FROM latest WHERE did = 30 UNION ALL SELECT 'all', count(*) FROM latest";
    let refused = ended(begin(union, &url));
    assert_eq!(refused.status.code(), Some(2), "{}", err(&refused));
    let told = values(&ended(begin("SHOW TABLES", &url)));
    assert!(!told.is_empty());

    // Enough to do that one of them can be killed meanwhile.
    let mut asked = begin(&judging(150), &url);
    std::thread::sleep(Duration::from_secs(2));
    assert!(asked.try_wait().unwrap().is_none(), "{:?}", asked.wait_with_output());
    executors[0].kill();
    // The other one does its work, too, once it is known to be lost; or Ballista 55.0 waits until there is no more time.
    let ended = ended(asked);
    match ended.status.code() {
        Some(0) => assert_eq!(values(&ended), [serde_json::json!({"judged": 1_800})]),
        other => assert!(matches!(other, Some(1 | 5)) && !err(&ended).is_empty(), "{other:?}"),
    }
    // Whatever became of that, the other one answers.
    let again = values(&self::ended(begin("SELECT count(*) > 0 AS is_there FROM latest", &url)));
    assert_eq!(again, [serde_json::json!({"is_there": true})]);
}

#[cfg(unix)]
#[test]
fn an_executor_that_is_told_to_stop_does_not_finish_what_would_take_hours() {
    let (_scheduler, url) = Process::start(&["scheduler", "--listen", "127.0.0.1:0"]);
    let mut executor = executor(&url);
    let mut asked = begin(&judging(1_000_000), &url);
    std::thread::sleep(Duration::from_secs(2));
    assert!(asked.try_wait().unwrap().is_none(), "{:?}", asked.wait_with_output());
    let told = Command::new("kill").args(["-TERM", &executor.0.id().to_string()]).status();
    assert!(told.unwrap().success());
    assert_eq!(ends(&mut executor.0).code(), Some(0));
    asked.kill().unwrap();
    asked.wait().unwrap();
}

#[test]
fn a_time_limit_ends_a_query_with_a_reason() {
    let sql = "SELECT count(*) FROM range(0, 100000000000)";
    let ended = asks(sql, &["--time-limit", "1s"]);
    assert_eq!(ended.status.code(), Some(1), "{}", err(&ended));
    assert!(err(&ended).contains("did not end within 1s"), "{}", err(&ended));
    assert_eq!(asks("SELECT 1", &["--time-limit", "0s"]).status.code(), Some(2));
}

#[test]
fn a_cluster_is_this_machines_own() {
    for options in [
        ["scheduler", "--listen", "0.0.0.0:50050"],
        ["scheduler", "--listen", "192.0.2.1:50050"],
        ["executor", "--scheduler", "df://192.0.2.1:50050"],
        ["executor", "--scheduler", "df://scheduler.example:50050"],
        ["executor", "--scheduler", "http://127.0.0.1:50050"],
    ] {
        let refused = command().args(options).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{options:?}: {}", err(&refused));
    }
    let refused = asks("SELECT 1", &["--engine", "df://192.0.2.1:50050"]);
    assert_eq!(refused.status.code(), Some(2), "{}", err(&refused));
    assert!(err(&refused).contains("tunnel"), "{}", err(&refused));
}

#[test]
fn nobody_there_is_told() {
    let failed = asks("SELECT 1", &["--engine", "df://127.0.0.1:9"]);
    assert_eq!(failed.status.code(), Some(5), "{}", err(&failed));
    assert!(err(&failed).contains("dt-query scheduler"), "{}", err(&failed));
}
