//! Runs of `dt watch`, each of one round.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use dt_transport::{Clock, SystemClock};

use super::site::Site;

const SHIM: &str = include_str!("clock.c");
/// How often it is seen what a run has written so far.
const GLANCE: Duration = Duration::from_millis(2);

/// What happens to a run.
#[derive(Debug, Clone, Copy)]
pub(super) enum Disturbance {
    /// It is killed after so long.
    Kill(Duration),
    /// No file takes more than half a kilobyte.
    FullDisk,
    /// The clock is so many hours off.
    Clock(i64),
}

/// Runs of a watcher that keeps its state in one directory.
pub(super) struct Runner<'a> {
    program: &'a Path,
    url: String,
    devices: u32,
    directory: PathBuf,
}

/// A run that came to its end.
pub(super) struct Whole {
    pub(super) printed: String,
    pub(super) took: Duration,
    /// What it wrote besides that.
    pub(super) written: u64,
}

impl<'a> Runner<'a> {
    pub(super) fn new(program: &'a Path, site: &Site, directory: PathBuf) -> anyhow::Result<Self> {
        fs::create_dir(&directory)?;
        fs::write(directory.join("clock.c"), SHIM)?;
        Ok(Self { program, url: site.url(), devices: site.devices(), directory })
    }

    /// A run that nothing happens to.
    pub(super) fn whole(&self) -> anyhow::Result<Whole> {
        let begin = SystemClock.monotonic();
        let mut running = self.watch(&[]).spawn()?;
        let mut written = 0;
        let status = loop {
            written = bytes_written(&running).unwrap_or(written);
            match running.try_wait()? {
                Some(status) => break status,
                None => thread::sleep(GLANCE),
            }
        };
        ensure!(status.success(), "a run that nothing happened to failed: {}", self.said()?);
        let printed = self.printed()?;
        let took = SystemClock.monotonic().saturating_sub(begin);
        let written = written.saturating_sub(printed.len() as u64);
        Ok(Whole { printed, took, written })
    }

    /// What a run printed that something happened to.
    pub(super) fn disturbed(&self, disturbance: Disturbance) -> anyhow::Result<String> {
        match disturbance {
            Disturbance::Kill(after) => {
                let mut running = self.watch(&[]).spawn()?;
                thread::sleep(after);
                running.kill()?;
                running.wait()?;
            }
            Disturbance::FullDisk => {
                // Its output goes through a pipe, which has no size.
                let limit = "trap '' XFSZ; { ulimit -f 1; exec \"$0\" \"$@\"; } | cat";
                self.watch(&["sh", "-c", limit]).status()?;
            }
            Disturbance::Clock(hours) => {
                let shim = self.shim()?;
                let mut watch = self.watch(&[]);
                watch.env("LD_PRELOAD", shim).env("CLOCK_SHIFT", (hours * 3600).to_string());
                watch.status()?;
            }
        }
        self.printed()
    }

    /// A watcher, run by another program if one is named.
    fn watch(&self, by: &[&str]) -> Command {
        let mut words = by.iter().map(Into::into).chain([self.program.as_os_str().to_owned()]);
        let first: std::ffi::OsString = words.next().unwrap_or_default();
        let mut command = Command::new(first);
        let output = |name| File::create(self.directory.join(name)).map(Stdio::from);
        command
            .args(words)
            .arg("watch")
            .args((1..=self.devices).map(|did| did.to_string()))
            .args(["--rounds", "1", "-o", "ndjson", "--no-enrich", "--similar-devices", "0"])
            .arg("--state")
            .arg(self.directory.join("state"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("DT_URL", &self.url)
            .env("DT_PUBLIC_TOKEN", "public")
            .env("DT_PRIVATE_TOKEN", "private")
            .stdin(Stdio::null())
            .stdout(output("printed").unwrap_or_else(|_| Stdio::null()))
            .stderr(output("said").unwrap_or_else(|_| Stdio::null()));
        command
    }

    fn printed(&self) -> anyhow::Result<String> {
        Ok(fs::read_to_string(self.directory.join("printed"))?)
    }

    fn said(&self) -> anyhow::Result<String> {
        Ok(fs::read_to_string(self.directory.join("said"))?)
    }

    /// What sets the clock of a program, made when it is needed first.
    fn shim(&self) -> anyhow::Result<PathBuf> {
        let shim = self.directory.join("clock.so");
        if !shim.exists() {
            let made = Command::new("cc")
                .args(["-shared", "-fPIC", "-O1", "-o"])
                .args([&shim, &self.directory.join("clock.c")])
                .status()
                .context("there is no C compiler to set a clock with")?;
            if !made.success() {
                bail!("failed to make what sets a clock");
            }
        }
        Ok(shim)
    }
}

/// How much a process has written, as the kernel counts it.
fn bytes_written(running: &Child) -> Option<u64> {
    let counts = fs::read_to_string(format!("/proc/{}/io", running.id())).ok()?;
    counts.lines().find_map(|line| line.strip_prefix("wchar: "))?.trim().parse().ok()
}
