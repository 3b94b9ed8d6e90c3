//! Fuzzing for a bounded time: the targets below `fuzz/`, seeded from the fixtures.
//!
//! Coverage-guided mutation comes from `cargo-fuzz` and libFuzzer, which the project's own build
//! never needs.

mod seeds;

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use clap::{Args, ValueEnum};

/// What to fuzz, and for how long.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How long each target runs
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,

    /// Only this target; all of them by default
    #[arg(long, value_name = "NAME")]
    target: Option<Target>,

    /// What the compiler adds that watches memory
    #[arg(long, value_name = "KIND", default_value = "none")]
    sanitizer: Sanitizer,
}

/// A file below `fuzz/fuzz_targets`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Target {
    /// Any bytes, read as every answer
    #[value(name = "read_device_info")]
    ReadDeviceInfo,
    /// Any request, signed, changed and verified
    #[value(name = "sign")]
    Sign,
}

impl Target {
    const fn name(self) -> &'static str {
        match self {
            Self::ReadDeviceInfo => "read_device_info",
            Self::Sign => "sign",
        }
    }

    /// The longest input in bytes: a few entries of each list, or a request with a few parameters.
    const fn longest(self) -> usize {
        match self {
            Self::ReadDeviceInfo => 8192,
            Self::Sign => 2048,
        }
    }
}

/// Instrumentation of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sanitizer {
    /// Nothing: the project's crates hold no unsafe code, and run several times as often without
    None,
    /// Of addresses, for the unsafe code of dependencies
    Address,
}

impl Sanitizer {
    const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Address => "address",
        }
    }
}

/// Runs the targets one after another; an error if one of them found something.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).context("no project")?;
    demand_cargo_fuzz(project)?;
    let mut findings = Vec::new();
    for target in Target::value_variants() {
        if arguments.target.is_none_or(|wanted| wanted == *target) {
            let outcome = fuzz(project, *target, arguments)?;
            tell(&outcome.to_string());
            findings.extend(outcome.finding.map(|finding| (*target, finding)));
        }
    }
    if findings.is_empty() {
        return Ok(());
    }
    let sanitizer = arguments.sanitizer.name();
    let findings = findings.iter().map(|(target, finding)| {
        let (name, input) = (target.name(), finding.reproducer(project));
        format!(
            "{name}: {finding}\n  reproducer: {input}\n  again: cargo fuzz run -s {sanitizer} {name} \
             {input}\n  smaller: cargo fuzz tmin -s {sanitizer} {name} {input}"
        )
    });
    bail!("found a fault\n{}", findings.collect::<Vec<_>>().join("\n"));
}

fn cargo_fuzz(project: &Path, arguments: &[&str], sanitizer: Sanitizer) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(project).arg("fuzz").args(arguments);
    if sanitizer != Sanitizer::None {
        // A sanitizer is a nightly flag, which a stable compiler takes only from those who say so.
        command.env("RUSTC_BOOTSTRAP", "1");
    }
    command
}

fn demand_cargo_fuzz(project: &Path) -> anyhow::Result<()> {
    let output = cargo_fuzz(project, &["--version"], Sanitizer::None)
        .output()
        .context("failed to run cargo")?;
    ensure!(
        output.status.success(),
        "cargo-fuzz is missing\nhint: cargo install cargo-fuzz --locked (it needs a C++ compiler)"
    );
    Ok(())
}

fn fuzz(project: &Path, target: Target, arguments: &Arguments) -> anyhow::Result<Outcome> {
    let (name, sanitizer) = (target.name(), arguments.sanitizer);
    // By itself, so that its progress is seen and its time is not the target's.
    let built =
        cargo_fuzz(project, &["build", "-s", sanitizer.name(), name], sanitizer).status()?;
    ensure!(built.success(), "failed to build the fuzz target {name}");

    let fuzz = project.join("fuzz");
    // What earlier runs found worth keeping: the next one begins there.
    let corpus = fuzz.join("corpus").join(name);
    let seeds = fuzz.join("seeds").join(name);
    fs::create_dir_all(&corpus)
        .with_context(|| format!("failed to create {}", corpus.display()))?;
    let seeded = seeds::write(&project.join("fixtures"), &seeds, target)?;
    tell(&format!("{name}: {} s, {seeded} seeds", arguments.seconds));

    let mut run = cargo_fuzz(project, &["run", "-s", sanitizer.name(), name], sanitizer);
    run.args([&corpus, &seeds]).arg("--").args([
        format!("-max_total_time={}", arguments.seconds),
        format!("-max_len={}", target.longest()),
        format!("-dict={}", fuzz.join("dictionaries").join(name).with_extension("dict").display()),
        // Reading takes time in proportion to what is read; seconds would be a fault.
        "-timeout=10".to_owned(),
        "-rss_limit_mb=2048".to_owned(),
        "-print_final_stats=1".to_owned(),
    ]);
    let mut running = run
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("failed to run the fuzz target {name}"))?;
    let said = running.stderr.take().context("no standard error")?;
    let mut outcome = Outcome::new(target);
    let mut last = Vec::new();
    for line in BufReader::new(said).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        outcome.hear(&line);
        last.push(line);
        // Enough to explain a failure that is no finding.
        if last.len() > 20 {
            last.remove(0);
        }
    }
    let status = running.wait()?;
    ensure!(
        status.success() || outcome.finding.is_some(),
        "failed to run the fuzz target {name}:\n{}",
        last.join("\n")
    );
    Ok(outcome)
}

/// What a run came to, as libFuzzer tells it.
struct Outcome {
    target: Target,
    executions: u64,
    per_second: u64,
    /// Places in the code that were reached.
    coverage: u64,
    /// Places together with how often they were reached.
    features: u64,
    /// Inputs that reached something new.
    corpus: u64,
    finding: Option<Finding>,
}

/// A fault.
#[derive(Default)]
struct Finding {
    what: Vec<String>,
    /// Whether what is said next still belongs to the panic's message.
    in_message: bool,
    input: Option<PathBuf>,
}

impl Outcome {
    fn new(target: Target) -> Self {
        Self {
            target,
            executions: 0,
            per_second: 0,
            coverage: 0,
            features: 0,
            corpus: 0,
            finding: None,
        }
    }

    fn hear(&mut self, line: &str) {
        let number = |text: &str| {
            let digits = text.trim_start().split(|c: char| !c.is_ascii_digit()).next();
            digits.and_then(|digits| digits.parse::<u64>().ok())
        };
        let after = |mark: &str| line.split_once(mark).and_then(|(_, rest)| number(rest));
        if line.starts_with('#') {
            for (mark, figure) in [
                ("#", &mut self.executions),
                (" cov: ", &mut self.coverage),
                (" ft: ", &mut self.features),
                (" corp: ", &mut self.corpus),
                (" exec/s: ", &mut self.per_second),
            ] {
                *figure = after(mark).unwrap_or(*figure);
            }
        } else if let Some(executions) = after("stat::number_of_executed_units:") {
            self.executions = executions;
        } else if let Some(per_second) = after("stat::average_exec_per_sec:") {
            self.per_second = per_second;
        } else {
            self.hear_fault(line);
        }
    }

    fn hear_fault(&mut self, line: &str) {
        const WRITTEN: &str = "Test unit written to ";
        if let Some((_, input)) = line.split_once(WRITTEN) {
            self.finding.get_or_insert_default().input = Some(input.trim().into());
        } else if let Some((_, place)) = line.split_once(" panicked at ") {
            let finding = self.finding.get_or_insert_default();
            finding.what.push(format!("panicked at {place}"));
            finding.in_message = true;
        } else if let Some((_, error)) = line.split_once("ERROR: ") {
            // After a panic this is only the signal that ended it.
            let finding = self.finding.get_or_insert_default();
            finding.in_message = false;
            if finding.what.is_empty() {
                finding.what.push(error.to_owned());
            }
        } else if let Some(finding) = self.finding.as_mut().filter(|finding| finding.in_message) {
            finding.in_message = !line.starts_with("note: ") && line != "stack backtrace:";
            if finding.in_message && !line.is_empty() {
                finding.what.push(line.chars().take(1000).collect());
            }
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = if self.finding.is_some() { "a FAULT" } else { "nothing" };
        write!(
            f,
            "{}: {} executions ({} a second), coverage {} ({} features), {} inputs kept, \
             found {found}",
            self.target.name(),
            self.executions,
            self.per_second,
            self.coverage,
            self.features,
            self.corpus
        )
    }
}

impl Finding {
    /// Where the input is, from the project's folder.
    fn reproducer(&self, project: &Path) -> String {
        let input = self.input.as_deref().unwrap_or(Path::new("was not written"));
        let input = input.strip_prefix(project).unwrap_or(input);
        <Path as AsRef<OsStr>>::as_ref(input).to_string_lossy().into_owned()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what.join("\n  "))
    }
}

#[expect(clippy::print_stdout, reason = "a chore says what it has done")]
fn tell(text: &str) {
    println!("{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(said: &str) -> Outcome {
        let mut outcome = Outcome::new(Target::Sign);
        said.lines().for_each(|line| outcome.hear(line));
        outcome
    }

    #[test]
    fn figures_are_the_last_that_were_told() {
        let outcome = heard(
            "INFO: Seed: 1\n\
             #2\tINITED cov: 12 ft: 13 corp: 1/1b exec/s: 0 rss: 30Mb\n\
             #4096\tDONE   cov: 250 ft: 613 corp: 61/5Kb lim: 80 exec/s: 1024 rss: 40Mb\n\
             Done 4096 runs in 4 second(s)\n\
             stat::number_of_executed_units: 4097\n\
             stat::average_exec_per_sec:     1025",
        );
        assert_eq!(
            outcome.to_string(),
            "sign: 4097 executions (1025 a second), coverage 250 (613 features), 61 inputs kept, \
             found nothing"
        );
    }

    #[test]
    fn a_panic_is_told_with_its_message_and_its_input() {
        let outcome = heard(
            "\nthread '<unnamed>' (7) panicked at fuzz_targets/sign.rs:7:5:\n\
             left is not right\n\
             note: run with `RUST_BACKTRACE=1`\n\
             ==7== ERROR: libFuzzer: deadly signal\n\
             SUMMARY: libFuzzer: deadly signal\n\
             artifact_prefix='/p/fuzz/'; Test unit written to /p/fuzz/artifacts/sign/crash-1",
        );
        let finding = outcome.finding.expect("a finding");
        assert_eq!(
            finding.to_string(),
            "panicked at fuzz_targets/sign.rs:7:5:\n  left is not right"
        );
        assert_eq!(finding.reproducer(Path::new("/p")), "fuzz/artifacts/sign/crash-1");
    }

    #[test]
    fn what_takes_too_long_is_a_finding() {
        let outcome = heard(
            "==9== ERROR: libFuzzer: timeout after 10 seconds\n\
             artifact_prefix='/p/'; Test unit written to /p/timeout-1",
        );
        let finding = outcome.finding.expect("a finding");
        assert_eq!(finding.to_string(), "libFuzzer: timeout after 10 seconds");
        assert_eq!(finding.reproducer(Path::new("/p")), "timeout-1");
    }
}
