//! `dt demo`, asked by `dt` and stopped.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};

use snapbox::cmd::cargo_bin;

fn dt(line: &str) -> Command {
    let mut dt = Command::new(cargo_bin!("dt"));
    dt.env_clear().args(line.split_whitespace()).stdin(Stdio::null());
    dt
}

/// A demo appliance in a program of its own, with what it said about itself.
struct Demo {
    program: Child,
    output: BufReader<ChildStdout>,
    access: BTreeMap<String, String>,
}

impl Demo {
    fn start(line: &str) -> Self {
        let mut program = dt(line).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let output = BufReader::new(program.stdout.take().unwrap());
        let mut demo = Self { program, output, access: BTreeMap::new() };
        for _ in 0..3 {
            let mut line = String::new();
            demo.output.read_line(&mut line).unwrap();
            let (name, value) = line.trim_end().split_once('=').unwrap();
            demo.access.insert(name.to_owned(), value.to_owned());
        }
        demo
    }

    fn ask(&self, line: &str) -> String {
        let output = dt(line).envs(&self.access).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Its exit status after a signal; it printed nothing but how it is reached.
    fn stop(mut self, name: &str) -> Option<i32> {
        let kill = Command::new("kill").args([name, &self.program.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let mut more = String::new();
        self.output.read_line(&mut more).unwrap();
        assert_eq!(more, "");
        self.program.wait().unwrap().code()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Nobody stops it where a test fails.
        let _ = self.program.kill();
    }
}

#[test]
fn its_first_lines_are_what_a_client_needs() {
    let demo = Demo::start("demo");
    let names: Vec<&String> = demo.access.keys().collect();
    assert_eq!(names, ["DT_PRIVATE_TOKEN", "DT_PUBLIC_TOKEN", "DT_URL"]);
    assert!(demo.access["DT_URL"].starts_with("http://127.0.0.1:"));
    assert_eq!(demo.ask("get 12345"), {
        let inside = dt("get 12345 --demo").output().unwrap();
        String::from_utf8(inside.stdout).unwrap()
    });
    assert_eq!(demo.stop("-TERM"), Some(0));
}

#[test]
fn it_speaks_either_dialect_over_any_network_and_fails_on_demand() {
    let demo = Demo::start("demo --dialect documented --seed 7 --fault 500@devices");
    let answer: serde_json::Value = serde_json::from_str(&demo.ask("get 12345")).unwrap();
    assert_eq!(answer["device"]["did"], 12345);
    let inside = dt("get 12345 --demo=documented").output().unwrap();
    let inside: serde_json::Value = serde_json::from_slice(&inside.stdout).unwrap();
    assert_ne!(answer["graphdata"], inside["graphdata"], "another seed is another network");
    let output = dt("devices --retries 0").envs(&demo.access).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(demo.stop("-INT"), Some(0));
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let output = dt(&format!("demo --port {port}")).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(output.stdout.is_empty());
    assert!(said.contains(&format!("127.0.0.1:{port}")), "{said}");
}
