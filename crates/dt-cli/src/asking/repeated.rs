//! With which options the same place is asked again, for the commands that are suggested.

use std::ffi::{OsStr, OsString};

use dt_report::contract::Repeated;
use dt_store::command_line;

/// Options that say who answers, and in which buckets.
const PLACE: [&str; 11] = [
    "--demo",
    "--demo-fault",
    "--profile",
    "--url",
    "--allow-http",
    "--ca-file",
    "--pin-sha256",
    "--insecure",
    "--proxy",
    "--input",
    "--interval-hours",
];
/// Those that stand alone: the demo has its dialect behind an equals sign, or none.
const FLAGS: [&str; 3] = ["--demo", "--allow-http", "--insecure"];
/// Options that ask for a part of the traffic.
const PART: [&str; 2] = ["--port", "--external-domain"];

/// What is longer would leave no room for the command itself, and is only named.
const LONGEST: usize = 40;

/// What of a command line a suggested command has to repeat.
#[derive(Debug, Default)]
pub(crate) struct RepeatedOptions {
    options: String,
    is_partial: bool,
}

impl RepeatedOptions {
    /// Of a command line, the program's name first.
    pub(crate) fn of(words: &[OsString]) -> Self {
        let mut words = words.iter().skip(1).map(OsString::as_os_str);
        let (mut kept, mut is_partial) = (Vec::<&OsStr>::new(), false);
        let mut names = Vec::new();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            let name = text.split('=').next().unwrap_or_default();
            let is_part = PART.contains(&name);
            if !is_part && !PLACE.contains(&name) {
                continue;
            }
            is_partial |= is_part;
            if !names.iter().any(|it| it == name) {
                names.push(name.to_owned());
            }
            kept.push(word);
            if name == text && !FLAGS.contains(&name) {
                kept.extend(words.next());
            }
        }
        let options = command_line("", kept, &["--url", "--proxy"]).trim_start().to_owned();
        let named = || format!("{} ...", names.join(" ... "));
        let options = if options.len() > LONGEST { named() } else { options };
        Self { options, is_partial }
    }

    pub(crate) fn given(&self) -> Repeated<'_> {
        Repeated { options: &self.options, is_partial: self.is_partial }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggested_command_asks_whom_the_first_one_asked() {
        for (typed, repeated, is_partial) in [
            ("dt report 1", "", false),
            ("dt --demo report 1 --all", "--demo", false),
            ("dt report 1 --demo=hard -o md", "--demo=hard", false),
            ("dt report 1 --profile b --similar-devices 3", "--profile b", false),
            ("dt report --input a --input=b 1", "--input a --input=b", false),
            ("dt --demo report 1 --interval-hours 4", "--demo --interval-hours 4", false),
            ("dt report 1 --port 443 --demo", "--port 443 --demo", true),
            ("dt report --insecure 1 --url https://a", "--insecure --url https://a", false),
            (
                "dt report 1 --input co=a/long/path.json --input sizeout=a/long/path.json",
                "--input ...",
                false,
            ),
        ] {
            let words: Vec<OsString> = typed.split(' ').map(OsString::from).collect();
            let found = RepeatedOptions::of(&words);
            assert_eq!((&*found.options, found.is_partial), (repeated, is_partial), "{typed}");
        }
    }
}
