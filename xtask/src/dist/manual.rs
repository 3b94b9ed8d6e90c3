//! Manual pages and completions, as the program itself prints them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::ensure;

use crate::counts::help;

/// Each shell, and what it calls the file with a program's completions.
const SHELLS: [(&str, &str); 4] =
    [("bash", "dt"), ("zsh", "_dt"), ("fish", "dt.fish"), ("powershell", "dt.ps1")];

/// Writes a page a command to `man`, and a file a shell to `completions`.
pub(super) fn write(program: &Path, to: &Path) -> anyhow::Result<()> {
    let (man, completions) = (to.join("man"), to.join("completions"));
    for folder in [&man, &completions] {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
    }
    for command in help::commands_of(program)? {
        let mut words = vec!["man"];
        words.extend(command.iter().map(String::as_str));
        let name = ["dt"].into_iter().chain(words[1..].iter().copied()).collect::<Vec<_>>();
        fs::write(man.join(format!("{}.1", name.join("-"))), print(program, &words)?)?;
    }
    for (shell, name) in SHELLS {
        fs::write(completions.join(name), print(program, &["completions", shell])?)?;
    }
    Ok(())
}

fn print(program: &Path, words: &[&str]) -> anyhow::Result<Vec<u8>> {
    let output = Command::new(program).env_clear().args(words).output()?;
    ensure!(output.status.success(), "dt {} failed", words.join(" "));
    Ok(output.stdout)
}
