//! The program from start to exit, against one that only reads and parses the same file.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use dt_appliance::{Appliance, Authority, Forwarder};
use dt_auth::{Credentials, RequestTarget};
use dt_transport::{Clock, SystemClock};

use super::{Limit, Paired, build, programs, responses, tell};

/// How many times both programs are started.
const STARTS: usize = 50;

/// Who is asked about, and who asks.
const DEVICE: &str = "12345";
const TOKENS: (&str, &str) = ("public", "private");

/// How large the response is.
const SIZE: usize = 1_500_000;

pub(super) fn start() -> anyhow::Result<()> {
    let (here, bin) = (std::env::current_exe()?, programs()?);
    build()?;
    let response = Response::write()?;
    let (dt, bare) = (bin.join("dt"), bin.join("read-and-parse"));

    let run = |program: &Path, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).arg(&response.0).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().expect("both programs were built");
        assert!(status.success(), "{} failed", program.display());
    };
    let paired = Paired::run(STARTS, || run(&dt, &["connections", "--input"]), || run(&bare, &[]));
    tell("start to exit, 1.5 MB", paired.time(), Limit::AtMost(2.0), &paired.detail());

    let output = Command::new(&here)
        .arg("peak")
        .arg(&dt)
        .args(["connections", "--input"])
        .arg(&response.0)
        .output()?;
    let peak: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    let file = SIZE as f64 / 1024.0;
    // The limit is five times the file and 15 MiB.
    let limit = 5.0 * file + 15.0 * 1024.0;
    let detail = format!("{peak:.0} KiB of {limit:.0} KiB");
    tell("peak memory, of 5 x the file + 15 MiB", peak / limit, Limit::AtMost(1.0), &detail);
    version(&dt);
    loopback(&dt, &bin.join("ask-and-parse"))
}

/// Doing nothing, against the program that does nothing.
fn version(dt: &Path) {
    let nothing = || finish(&mut Command::new("true"));
    let paired = Paired::run(4 * STARTS, || finish(Command::new(dt).arg("--version")), nothing);
    tell("dt --version, by true", paired.time(), Limit::AtMost(1.8), &paired.detail());
}

/// A question to an appliance on this machine, against a client that does little else; and over TLS
/// with a CA file, against curl.
fn loopback(dt: &Path, bare: &Path) -> anyhow::Result<()> {
    let appliance = Appliance::new().credentials(Credentials::new(TOKENS.0, TOKENS.1)?).start()?;
    let asking = |program: &Path, words: &[&str], url: &str| {
        let (credentials, mut command) = (TOKENS, Command::new(program));
        command.args(words).arg(DEVICE).env("DT_URL", url);
        finish(
            command.env("DT_PUBLIC_TOKEN", credentials.0).env("DT_PRIVATE_TOKEN", credentials.1),
        );
    };
    let appliance_url = appliance.url();
    let ours = || asking(dt, &["connections"], &appliance_url);
    let paired = Paired::run(4 * STARTS, ours, || asking(bare, &[], &appliance_url));
    tell("dt connections, by a bare client", paired.time(), Limit::AtMost(0.9), &paired.detail());

    let authority = Authority::new()?;
    let secure = Forwarder::to(appliance.address()).tls(authority.sound()?).start()?;
    let mut ca = tempfile::NamedTempFile::new()?;
    ca.write_all(authority.pem().as_bytes())?;
    let ca = ca.path().to_str().context("a path of this machine is text")?;
    let url = secure.url();
    let ours = || asking(dt, &["connections", "--ca-file", ca], &url);
    let target = RequestTarget::new("/deviceinfo").params([("datatype", "co"), ("did", DEVICE)]);
    let credentials = Credentials::new(TOKENS.0, TOKENS.1)?;
    let curl = || {
        let signed =
            dt_auth::sign(&target, &credentials, SystemClock.now()).expect("it is signable");
        let mut command = Command::new("curl");
        command.args(["--silent", "--fail", "--cacert", ca]);
        for (name, value) in signed.pairs() {
            command.arg("--header").arg(format!("{name}: {value}"));
        }
        finish(command.arg(format!("{url}{}", target.wire())));
    };
    let paired = Paired::run(STARTS, ours, curl);
    tell("TLS with a CA file, by curl", paired.time(), Limit::AtMost(0.6), &paired.detail());
    Ok(())
}

/// Runs a program to its end, which is a good one.
fn finish(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let status = status.expect("it can be run");
    assert!(status.success(), "{command:?} failed: {status}");
}

/// A response in a file that is removed afterwards.
struct Response(PathBuf);

impl Response {
    /// Repeats destinations until the response is as large as it should be.
    fn write() -> anyhow::Result<Self> {
        let mut json = responses::documented();
        let place = json.find("\"destinations\":[").context("no destinations")?;
        let mut more = String::new();
        while json.len() + more.len() < SIZE {
            let _ = write!(
                more,
                r#"{{"ip":"198.51.100.7","hostname":"h{}.example","connections":1,"is_external":true,"country":"Ireland","ports":[443],"protocols":["TCP"]}},"#,
                more.len()
            );
        }
        json.insert_str(place + "\"destinations\":[".len(), &more);
        let path = std::env::temp_dir().join(format!("dt-bench-{}.json", std::process::id()));
        fs::write(&path, json)?;
        Ok(Self(path))
    }
}

impl Drop for Response {
    fn drop(&mut self) {
        // Left behind, it would only be one more file among the temporary ones.
        let _ = fs::remove_file(&self.0);
    }
}
