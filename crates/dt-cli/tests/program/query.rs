//! `dt query` hands on to `dt-query`, which is beside it or in `PATH`.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use snapbox::cmd::cargo_bin;

/// A folder with a `dt`, beside which there is nothing yet.
fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let dt = folder.path().join("dt");
    fs::copy(cargo_bin!("dt"), &dt).unwrap();
    (folder, dt)
}

/// Puts a program there that says by which name and with what it was called.
fn put(folder: &Path, says: &str) {
    let program = folder.join("dt-query");
    let text = format!("#!/bin/sh\nprintf '{says}'\nprintf ' <%s>' \"$@\"\nexit 7\n");
    fs::write(&program, text).unwrap();
    fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
}

fn run(dt: &Path, path: &Path, arguments: &[&str]) -> Output {
    Command::new(dt).env_clear().env("PATH", path).args(arguments).output().unwrap()
}

#[test]
fn arguments_and_the_exit_status_are_handed_on() {
    let (folder, dt) = folder();
    let elsewhere = tempfile::tempdir().unwrap();
    put(elsewhere.path(), "in PATH");
    let asked = ["query", "lake", "select -1", "-o", "csv", "--engine", "df://h:1", "--help"];
    let ended = run(&dt, elsewhere.path(), &asked);
    let told = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(
        told,
        "in PATH <query> <lake> <select -1> <-o> <csv> <--engine> <df://h:1> <--help>"
    );
    assert_eq!(ended.status.code(), Some(7));

    put(folder.path(), "beside");
    let ended = run(&dt, elsewhere.path(), &["lake", "assess", "lake", "-o", "csv"]);
    assert_eq!(String::from_utf8(ended.stdout).unwrap(), "beside <assess> <lake> <-o> <csv>");
}

#[test]
fn without_it_is_said_what_to_install() {
    let (folder, dt) = folder();
    let ended = run(&dt, Path::new("/nowhere"), &["query", "lake", "select 1"]);
    let told = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2), "{told}");
    assert!(
        told.contains("dt-query is not installed") && told.contains("query/Cargo.toml"),
        "{told}"
    );
    drop(folder);
}
