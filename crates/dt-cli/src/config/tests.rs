//! That what is resolved never shows a secret, whoever prints it.

use clap::Parser;
use jiff::Timestamp;

use super::{Environment, Job};
use crate::args::Cli;

const PUBLIC: &str = "4b1f-who";
const PRIVATE: &str = "9c2e-s3cret";
const PASSWORD: &str = "pa55word";

fn environment(name: &str) -> Option<String> {
    let value = match name {
        "DT_URL" => "https://appliance.example",
        "DT_PUBLIC_TOKEN" => PUBLIC,
        "DT_PRIVATE_TOKEN" => PRIVATE,
        _ => return None,
    };
    Some(value.to_owned())
}

fn job(line: &str, environment: &Environment<'_>) -> Job {
    let cli = Cli::parse_from(line.split(' '));
    Job::resolve(cli, Timestamp::UNIX_EPOCH, environment).unwrap()
}

#[test]
fn neither_debug_nor_a_panic_shows_a_secret() {
    for line in ["dt report 1", "dt doctor", "dt config show", "dt devices"] {
        let line = format!("{line} --proxy http://user:{PASSWORD}@proxy.example:1");
        let job = job(&line, &environment);
        let shown = format!("{job:?} {job:#?}");
        let panic = std::panic::catch_unwind(|| std::panic::panic_any(format!("{job:?}")));
        let panic = panic.unwrap_err().downcast::<String>().unwrap();
        for secret in [PUBLIC, PRIVATE, PASSWORD] {
            assert!(!shown.contains(secret) && !panic.contains(secret), "{shown}");
        }
    }
}

#[test]
fn empty_variables_say_nothing() {
    let emptied = |name: &str| match name {
        "DT_URL" | "DT_PUBLIC_TOKEN_FILE" | "DT_CA_FILE" | "DT_PROFILE" => Some(String::new()),
        name => environment(name),
    };
    let cli = Cli::parse_from(["dt", "devices"]);
    let failure = Job::resolve(cli, Timestamp::UNIX_EPOCH, &emptied).unwrap_err();
    assert!(failure.to_string().contains("no appliance is configured"), "{failure}");
}
