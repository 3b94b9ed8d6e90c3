//! A signal ends every command soon, whatever it is at.

#![cfg(unix)]

use std::io::Read;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use snapbox::cmd::cargo_bin;

/// What is asked of an appliance that never answers.
const ASKING: [&str; 11] = [
    "connections 12345",
    "transfers 12345",
    "compare 12345 30003",
    "external 12345",
    "timeline ws-042",
    "report ws-042",
    "snapshot 12345 --to kept",
    "evidence 12345 --to filed",
    "get 12345",
    "devices",
    "doctor",
];

fn dt(line: &str) -> Command {
    let mut dt = Command::new(cargo_bin!("dt"));
    dt.env_clear()
        .args(line.split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    dt
}

fn signal(dt: &Child, name: &str) {
    let kill = Command::new("kill").args([name, &dt.id().to_string()]).status().unwrap();
    assert!(kill.success());
}

/// The exit status of a command that gets a signal while its first request is under way, and what it printed
/// and told.
fn stopped_while_asking(line: &str, name: &str) -> (Option<i32>, String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let dt = dt(line)
        .current_dir(&directory)
        .stderr(Stdio::piped())
        .env("DT_URL", format!("http://{}", listener.local_addr().unwrap()))
        .env("DT_PUBLIC_TOKEN", "public")
        .env("DT_PRIVATE_TOKEN", "private")
        .spawn()
        .unwrap();
    let (_unanswered, _) = listener.accept().unwrap();
    signal(&dt, name);
    let ended = dt.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (ended.status.code(), text(ended.stdout), text(ended.stderr))
}

/// The exit status alone; what was printed are whole lines.
fn ended_while_asking(line: &str, name: &str) -> Option<i32> {
    let (status, printed, _) = stopped_while_asking(line, name);
    assert!(printed.is_empty() || printed.ends_with('\n'), "{line}: {printed}");
    status
}

#[test]
fn a_command_that_waits_for_an_answer_ends_as_a_shell_reports_a_signal() {
    for line in ASKING {
        assert_eq!(ended_while_asking(line, "-TERM"), Some(143), "{line}");
    }
    assert_eq!(ended_while_asking("report 12345", "-INT"), Some(130));
}

#[test]
fn what_goes_on_until_it_is_told_to_end_is_done_then() {
    for line in ["watch 12345", "watch ws-042 --state kept", "watch --tag Finance"] {
        for name in ["-TERM", "-INT"] {
            assert_eq!(ended_while_asking(line, name), Some(0), "{line}");
        }
    }
}

#[cfg(feature = "fleet")]
#[test]
fn a_sweep_that_is_stopped_says_what_is_kept() {
    let (status, _, told) = stopped_while_asking("sweep --to lake", "-TERM");
    assert!(told.contains("kept, and dt sweep --to lake --resume goes on"), "{told}");
    assert_eq!(status, Some(143));
}

/// Two documents are larger than a pipe.
#[test]
fn a_reader_that_has_stalled_keeps_no_command_from_ending() {
    for line in ["--demo get 12345", "--demo report 12345 -o html", "schema report"] {
        let mut dt = dt(line).spawn().unwrap();
        let mut first = [0];
        dt.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
        signal(&dt, "-TERM");
        let code = dt.wait().unwrap().code();
        // What fits into the pipe may have been printed before.
        assert!(matches!(code, Some(143 | 0)), "{line}: {code:?}");
    }
}

#[test]
fn a_command_that_reads_what_is_typed_ends() {
    let mut dt = dt("report --input -").stdin(Stdio::piped()).spawn().unwrap();
    let _typing = dt.stdin.take();
    // Its handlers are there by the time that it has opened what it reads; a signal that is earlier ends
    // it by itself. An interrupt might be ignored until then, as shells begin what runs in the background.
    signal(&dt, "-TERM");
    assert!(matches!(dt.wait().unwrap().code(), Some(143) | None));
}
