//! What each command prints, on a page that is written by running them.
//!
//! The page is written by hand, but for what stands below a command line in its blocks of `console`. The
//! commands are run in the page's order, in one empty folder, so that one may read what another wrote.
//! `faketime` holds the clock still: the demo's network, and all that is measured, is the same every time.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail, ensure};

use crate::counts::help;
use crate::project::{self, Profile};

const PAGE: &str = "docs/commands.md";

/// When a command is run, unless a comment says otherwise.
const CLOCK: &str = "2026-11-20 12:00:05";

/// How many lines of an answer are shown, unless a comment says otherwise.
const LINES: usize = 24;

/// Runs every command of the page, and writes what it prints, or only compares.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let root = project::root()?;
    let program = project::dt(root, Profile::Dev)?;
    let path = root.join(PAGE);
    let page = fs::read_to_string(&path).with_context(|| format!("no page {PAGE}"))?;
    all_are_shown(&page, &program)?;
    let session = Session::begin(&program)?;
    let printed = written(&page, |line, clock| session.print(line, clock))?;
    if !check {
        return Ok(fs::write(path, printed)?);
    }
    let lines = || page.lines().zip(printed.lines()).enumerate();
    if let Some((number, (shown, printed))) = lines().find(|(_, (a, b))| a != b) {
        let number = number + 1;
        bail!("{PAGE}:{number} shows {shown:?}, dt prints {printed:?}\nhint: cargo xtask commands");
    }
    ensure!(page == printed, "{PAGE} is not what dt prints\nhint: cargo xtask commands");
    Ok(())
}

/// Fails with every command that has no heading, and every heading without a command.
fn all_are_shown(page: &str, program: &Path) -> anyhow::Result<()> {
    let headings = page.lines().filter_map(|line| line.strip_prefix("### `dt ")?.strip_suffix('`'));
    let headings: BTreeSet<&str> = headings.collect();
    let commands = help::commands_of(program)?;
    let names = commands.iter().filter_map(|it| it.first()).map(String::as_str);
    // It is a command, too, and has no help of its own.
    let names: BTreeSet<&str> = names.chain(["help"]).collect();
    let unlike: Vec<_> = names.symmetric_difference(&headings).collect();
    ensure!(unlike.is_empty(), "{PAGE} and dt --help differ in {unlike:?}");
    Ok(())
}

/// The page with what its commands print, as of each one's clock.
fn written(
    page: &str,
    mut print: impl FnMut(&str, &str) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    let mut out = String::new();
    let (mut clock, mut most, mut is_console) = (CLOCK, LINES, false);
    for line in page.lines() {
        if let Some(command) = line.strip_prefix("$ ").filter(|_| is_console) {
            push(&mut out, line);
            let printed = print(command, clock)?;
            let printed: Vec<&str> = printed.trim_end().lines().map(str::trim_end).collect();
            printed.iter().take(most).for_each(|it| push(&mut out, it));
            // How many would change with every line that some answer gets.
            if printed.len() > most {
                push(&mut out, "(and more)");
            }
            continue;
        }
        if line == "```" && is_console {
            (clock, most, is_console) = (CLOCK, LINES, false);
        } else if is_console {
            // What was printed the last time.
            continue;
        } else if line == "```console" {
            is_console = true;
        } else if let Some(at) = comment(line, "clock") {
            clock = at;
        } else if let Some(lines) = comment(line, "lines") {
            most = lines.parse().with_context(|| format!("{lines:?} is no number of lines"))?;
        }
        push(&mut out, line);
    }
    ensure!(!is_console, "a block is not closed");
    Ok(out)
}

/// What a comment before a block says of it, such as `<!-- lines: 8 -->`.
fn comment<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.strip_prefix("<!-- ")?.strip_suffix(" -->")?.strip_prefix(name)?.strip_prefix(": ")
}

fn push(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

/// A shell in a home of its own.
struct Session {
    home: tempfile::TempDir,
    path: OsString,
}

impl Session {
    fn begin(program: &Path) -> anyhow::Result<Self> {
        let folder = program.parent().context("dt is in no folder")?;
        let path = std::env::join_paths([folder, Path::new("/usr/bin"), Path::new("/bin")])?;
        Ok(Self { home: tempfile::tempdir()?, path })
    }

    /// What a command prints, on standard error as well, without what differs from machine to machine.
    fn print(&self, line: &str, clock: &str) -> anyhow::Result<String> {
        let home = self.home.path();
        let mut shell = Command::new("faketime");
        shell.args(["-f", clock, "sh", "-c", &format!("exec 2>&1; {line}")]);
        shell.current_dir(home).env_clear().env("PATH", &self.path);
        shell.envs([("HOME", home.as_os_str()), ("USER", "ada".as_ref()), ("TZ", "UTC".as_ref())]);
        let output =
            shell.output().context("failed to run faketime, which holds the clock still")?;
        let printed = String::from_utf8(output.stdout).context("what is printed is no text")?;
        ensure!(output.status.success(), "{line}: {}\n{printed}", output.status);
        Ok(without_port(&printed).replace(&home.display().to_string(), "/home/ada"))
    }
}

/// Without the free port that the demo found.
fn without_port(text: &str) -> String {
    const LOOPBACK: &str = "127.0.0.1:";
    let mut pieces = text.split(LOOPBACK);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, rest| {
        let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        text + LOOPBACK + "PORT" + rest
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_below_a_command_is_what_it_prints() {
        let page = "# Page\n$ no command\n\n<!-- lines: 2 -->\n```console\n$ dt a\nold\n$ dt b\n```\n\n\
                    <!-- clock: 2026-11-13 12:00:05 -->\n```console\n$ dt c\n```\n```text\n$ dt d\nkept\n```\n";
        let mut asked = Vec::new();
        let print = |line: &str, clock: &str| {
            asked.push((line.to_owned(), clock.to_owned()));
            Ok(if line == "dt a" { "1 \n2\n3\n4\n\n".to_owned() } else { "x\n".to_owned() })
        };
        let out = written(page, print).unwrap();
        assert_eq!(
            out,
            "# Page\n$ no command\n\n<!-- lines: 2 -->\n```console\n$ dt a\n1\n2\n(and more)\n\
             $ dt b\nx\n```\n\n<!-- clock: 2026-11-13 12:00:05 -->\n```console\n$ dt c\nx\n```\n\
             ```text\n$ dt d\nkept\n```\n"
        );
        let lines: Vec<&str> = asked.iter().map(|(line, _)| line.as_str()).collect();
        assert_eq!(lines, ["dt a", "dt b", "dt c"]);
        assert_eq!((asked[1].1.as_str(), asked[2].1.as_str()), (CLOCK, "2026-11-13 12:00:05"));
        // Written again, it is the same.
        let print =
            |line: &str, _: &str| Ok(if line == "dt a" { "1\n2\n3\n4" } else { "x" }.to_owned());
        assert_eq!(written(&out, print).unwrap(), out);
        assert!(written("```console\n$ dt\n", |_, _| Ok(String::new())).is_err());
    }

    #[test]
    fn ports_that_were_free_are_not_told() {
        assert_eq!(
            without_port("at 127.0.0.1:40123 and 127.0.0.1:1/x"),
            "at 127.0.0.1:PORT and 127.0.0.1:PORT/x"
        );
        assert_eq!(without_port("127.0.0.1 alone"), "127.0.0.1 alone");
    }
}
