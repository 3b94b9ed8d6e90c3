//! What `--help` shows to begin with, for every command.

pub(crate) const CONNECTIONS: &str = "\
Examples:
  dt --demo connections 12345
  dt connections ws-042 --port 443 --since 7d
  dt connections --tag Finance -o ndjson";

pub(crate) const TRANSFERS: &str = "\
Examples:
  dt --demo transfers 12345
  dt transfers ws-042 --datatype sizeout --odid 0
  dt get ws-042 --datatype sizeout | dt transfers --input sizeout=-";

pub(crate) const COMPARE: &str = "\
Examples:
  dt --demo compare 12345 --similar-devices 5
  dt compare ws-042 --rules documented -o json";

pub(crate) const EXTERNAL: &str = "\
Examples:
  dt --demo external 12345
  dt external ws-042 --external-domain files.example
  dt external --type server --fail-on medium
  dt external --type server -o ecs --events traffic";

pub(crate) const TIMELINE: &str = "\
What is usual is told from everything that was answered; --since and --until only choose what is
shown and what --fail-on looks at. An alert counts as medium, a notice as low.

Examples:
  dt --demo timeline 12345 --datatype sizeout
  dt timeline ws-042 --odid 0 --timezone Europe/Berlin --since 7d
  dt timeline --input saved.json --causal -o ndjson";

pub(crate) const REPORT: &str = "\
Examples:
  dt --demo report 12345
  dt report ws-042 --all
  dt report ws-042 -o html > report.html
  dt report --tag Finance --fail-on medium -o json
  dt report --tag Finance -o ocsf >> findings.ndjson
  dt report - < names.txt";

pub(crate) const WATCH: &str = "\
A device is looked at as often as another bucket of its data can be there. What is new about it is
told once: findings, what they become, and their end. --since leaves out what ended before.

Examples:
  dt watch ws-042 --state /var/lib/dt/watch -o ecs
  dt watch --tag Finance --since 1d -o hec --state st
  dt --demo watch 12345 printer-03 --every 2s --rounds 3 -o ndjson";

pub(crate) const SNAPSHOT: &str = "\
An appliance keeps four weeks. What is kept here can be asked about later, and snapshots of the same
device join into a longer series. It holds what the appliance said, and no tokens; only you can read
it.

Examples:
  dt --demo snapshot 12345 --to snaps
  dt snapshot --tag Finance --to /var/lib/dt/snaps -o ndjson
  dt snapshot - --to snaps < names.txt";

pub(crate) const DIFF: &str = "\
New and gone are findings, ports, peers, similar devices, domains and countries. What only one of the
snapshots reports is not compared; what is merely \"newly listed\" may have been there before, since
lists leave out what is small. --fail-on looks at new findings.

Examples:
  dt diff snaps/12345-20261027T120000Z snaps/12345-20261124T120000Z
  dt diff snaps --fail-on medium
  dt diff old new -o json";

pub(crate) const EVIDENCE: &str = "\
Says who was looked at, who was not and who could not be, what was found by which thresholds, and
what each answer was: its request, status, size and SHA-256.

Examples:
  dt --demo evidence --tag Finance -o html > evidence.html
  dt evidence --type server --to audit -o json > audit.json
  dt evidence --subnet 10.20.4.0/24 -o csv > audit.csv";

pub(crate) const GET: &str = "\
Examples:
  dt --demo get 12345
  dt get ws-042 --datatype sizeout --odid 0 --full-device-details
  dt get ws-042 > saved.json";

pub(crate) const DEVICES: &str = "\
What is read as a whole is printed whole, lines page by page. Tags and types are searched for by the
appliance, subnets are looked for in what it knows.

Examples:
  dt --demo devices
  dt devices 'ws-*' --tag Finance --type laptop
  dt devices --subnet 10.20.4.0/24 -o csv > devices.csv
  dt devices -o ocsf > inventory.ndjson";

pub(crate) const DOCTOR: &str = "\
Examples:
  dt doctor
  dt doctor --profile site -o json
  dt --demo --demo-fault clock=45m doctor";

pub(crate) const CONFIG: &str = "\
Examples:
  dt config init
  dt config path
  dt config show --profile site";

pub(crate) const SCHEMA: &str = "\
Examples:
  dt schema report > report.schema.json
  dt schema timeline | less";

pub(crate) const COMPLETIONS: &str = "\
Examples:
  dt completions bash > ~/.local/share/bash-completion/completions/dt
  dt completions zsh > ~/.zfunc/_dt
  dt completions fish > ~/.config/fish/completions/dt.fish
  dt completions powershell >> $PROFILE";

pub(crate) const MAN: &str = "\
Examples:
  dt man | man -l -
  dt man report | man -l -
  dt man config init > dt-config-init.1";

#[cfg(test)]
mod tests {
    use clap::{Command, CommandFactory, Parser};
    use jiff::Timestamp;

    use crate::args::Cli;
    use crate::config::Job;

    /// The commands of an example, without what a shell does with them.
    fn commands(line: &str) -> impl Iterator<Item = Vec<String>> {
        let commands = line.split(" | ").filter(|command| command.trim().starts_with("dt "));
        commands.map(|command| {
            let words = command.split_whitespace().take_while(|word| !word.starts_with(['<', '>']));
            words.map(|word| word.replace('\'', "")).collect()
        })
    }

    fn check(command: &Command) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let examples: Vec<&str> = help.lines().filter(|line| line.starts_with("  dt ")).collect();
        assert!(examples.len() >= 2, "{} has no examples", command.get_name());
        for example in examples {
            assert!(example.len() <= 80, "{example}");
            for words in commands(example) {
                let cli = Cli::try_parse_from(&words).unwrap_or_else(|error| panic!("{error}"));
                let environment = |name: &str| match name {
                    "DT_URL" => Some("https://appliance.example".to_owned()),
                    "DT_PUBLIC_TOKEN" | "DT_PRIVATE_TOKEN" => Some("token".to_owned()),
                    "HOME" => Some("/nowhere".to_owned()),
                    _ => None,
                };
                // Only the example's profile is not there.
                let resolved = Job::resolve(cli, Timestamp::UNIX_EPOCH, &environment);
                assert!(resolved.is_ok() || words.contains(&"--profile".to_owned()), "{words:?}");
            }
        }
    }

    #[test]
    fn every_command_has_examples_that_can_be_run() {
        Cli::command()
            .get_subcommands()
            .filter(|command| command.get_name() != "help")
            .for_each(check);
    }
}
