//! The program from start to exit, against one that only reads and parses the same file.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use super::{Limit, Paired, build, programs, responses, tell};

/// How many times both programs are started.
const STARTS: usize = 50;

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
    Ok(())
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
