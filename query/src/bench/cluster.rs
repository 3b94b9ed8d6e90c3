//! A scheduler and two executors on this machine, for as long as they are asked.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::figures::{mib, peak};
use super::this_program;
use crate::Failure;

pub(super) struct Cluster {
    url: String,
    scheduler: Process,
    executors: Vec<Process>,
    threads: usize,
}

const EXECUTORS: usize = 2;

impl Cluster {
    /// Starts it, with as many threads in all as the machine has, and one an executor at least.
    pub(super) fn start() -> Result<Self, Failure> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = (cores / EXECUTORS).max(1);
        let mut command = this_program()?;
        command.args(["scheduler", "--listen", "127.0.0.1:0"]);
        let (scheduler, url) = Process::start(command)?;
        let executors = (0..EXECUTORS).map(|_| {
            let mut command = this_program()?;
            command.args(["executor", "--scheduler", &url, "--threads", &threads.to_string()]);
            Ok(Process::start(command)?.0)
        });
        let executors = executors.collect::<Result<_, Failure>>()?;
        Ok(Self { url, scheduler, executors, threads })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The memory that each of its processes had at most, over all that it was asked.
    pub(super) fn peaks(&self) -> String {
        let peak = |process: &Process| {
            peak(&process.0.id().to_string()).map_or_else(|| "-".to_owned(), mib)
        };
        let executors: Vec<String> = self.executors.iter().map(peak).collect();
        format!(
            "cluster: a scheduler, peak {} MiB, and {EXECUTORS} executors with {} thread(s) each, \
             peak {} MiB",
            peak(&self.scheduler),
            self.threads,
            executors.join(" and "),
        )
    }
}

/// A process that ends with whoever started it.
struct Process(Child);

impl Process {
    /// Starts it, and waits for its first line.
    fn start(mut command: Command) -> Result<(Self, String), Failure> {
        let failed = |error: &std::io::Error| {
            Failure::new("a process of the cluster did not start").because(&error.to_string())
        };
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| failed(&error))?;
        let output = child.stdout.take();
        let process = Self(child);
        let mut line = String::new();
        if let Some(output) = output {
            BufReader::new(output).read_line(&mut line).map_err(|error| failed(&error))?;
        }
        if line.is_empty() {
            return Err(Failure::new("a process of the cluster ended before it began"));
        }
        Ok((process, line.trim().to_owned()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already. Executors remove what they exchanged when they are asked to end.
        let is_asked = cfg!(unix)
            && Command::new("kill")
                .args(["-TERM", &self.0.id().to_string()])
                .status()
                .is_ok_and(|status| status.success());
        if !is_asked {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}
