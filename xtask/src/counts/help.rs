//! How long `--help` is, for each command.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

/// Each command as it is typed, and the lines of its help.
pub(super) fn lines(program: &Path) -> anyhow::Result<Vec<(String, usize)>> {
    let lines = each(program)?.into_iter().map(|(command, help)| {
        let typed = ["dt"].into_iter().chain(command.iter().map(String::as_str));
        (typed.collect::<Vec<_>>().join(" "), help.lines().count())
    });
    Ok(lines.collect())
}

/// Each command as the words that follow the program's name, which for the program itself are none.
pub(crate) fn commands_of(program: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    Ok(each(program)?.into_iter().map(|(command, _)| command).collect())
}

/// Each command and its help.
fn each(program: &Path) -> anyhow::Result<Vec<(Vec<String>, String)>> {
    let mut found = Vec::new();
    let mut waiting = vec![Vec::new()];
    while let Some(command) = waiting.pop() {
        let help = print(program, &command)?;
        waiting.extend(commands(&help).into_iter().map(|name| {
            let mut longer: Vec<String> = command.clone();
            longer.push(name);
            longer
        }));
        found.push((command, help));
    }
    Ok(found)
}

fn print(program: &Path, command: &[String]) -> anyhow::Result<String> {
    // Without the caller's settings, which the help may tell; not on a terminal, so as wide everywhere.
    let mut help = Command::new(program);
    let output = help.env_clear().args(command).arg("--help").output()?;
    ensure!(output.status.success(), "dt {} --help failed", command.join(" "));
    String::from_utf8(output.stdout).context("help is no text")
}

/// The commands that a help lists, but for `help` itself, which has none.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| {
        let entry = line.strip_prefix("  ").filter(|entry| !entry.starts_with(' '))?;
        entry.split_whitespace().next()
    });
    names.filter(|name| *name != "help").map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_from_where_they_are_listed() {
        let help = "What it is\n\nUsage: dt <COMMAND>\n\nCommands:\n  a     One\n  b-c   Two,\n        \
                    in two lines\n  help  Print this\n\nOptions:\n  -h, --help\n";
        assert_eq!(commands(help), ["a", "b-c"]);
        assert!(commands("Options:\n  -h\n").is_empty());
    }
}
