//! The command line as it is typed.

use std::error::Error as _;
use std::ffi::OsString;
use std::io::{self, Write};
use std::num::{IntErrorKind, ParseIntError};

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command as Definition, CommandFactory, FromArgMatches, Parser};
use dt_model::near_names;

use crate::commands::Command;
use crate::config::{NETWORK, SOURCE};
use crate::failure::Failure;
use crate::options::{OUTPUT, SELECTION};
use crate::placement;

/// Understand one device of a Darktrace appliance, or all of them.
///
/// Unofficial: not affiliated with Darktrace.
#[derive(Debug, Parser)]
#[command(name = "dt", version, max_term_width = 100)]
#[command(disable_help_subcommand = true, args_override_self = true)]
#[command(after_help = "\
Try it out:    dt --demo report 12345
An appliance:  DT_URL, DT_PUBLIC_TOKEN and DT_PRIVATE_TOKEN in the environment (or .._TOKEN_FILE),
               or a profile: dt config init
It fails?      dt doctor

Exit status: 0 done, 1 failed, 2 usage, 3 found something at --fail-on, 4 tokens, permission or \
clock, 5 network or TLS, 130 and 143 ended by a signal")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The headings of options that several commands have.
const SHARED: [&str; 4] = [SELECTION, SOURCE, NETWORK, OUTPUT];

/// How many commands are named that have an option.
const MOST_OTHERS: usize = 8;

/// The definition of the command line.
pub(crate) fn definition() -> Definition {
    Cli::command()
}

/// Reads a command line. `--help` and `--version` end the program here.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Command, Failure> {
    let words: Vec<OsString> = words.into_iter().collect();
    // Which version this is needs none of what else it can do.
    if matches!(&words[..], [_, word] if word == "--version" || word == "-V") {
        Definition::new("dt").version(env!("CARGO_PKG_VERSION")).get_matches_from(&words);
    }
    let defined = definition();
    let mut program = defined.clone();
    program.build();
    let words = placement::behind_the_command(words, &program);
    let path = placement::path(&words, &program);
    let parsed = defined.mut_subcommands(brief).try_get_matches_from(words);
    match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => Ok(cli.command),
        Err(error) if is_help(&error) => match error.print().and_then(|()| io::stdout().flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Failure::new("failed to print the help").because(&error))
            }
            _ => std::process::exit(error.exit_code()),
        },
        Err(error) => Err(refusal(&error, &path, &program).unwrap_or_else(|| mistake(&error))),
    }
}

/// Whether a command line asks for JSON, be the rest of it as it may.
pub(crate) fn asks_for_json(words: impl IntoIterator<Item = OsString>) -> bool {
    let words: Vec<OsString> = words.into_iter().collect();
    let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    let is_json = |format: &str| matches!(format, "json" | "ndjson");
    let together = |word: &&str| {
        ["--format=", "-o=", "-o"]
            .iter()
            .find_map(|name| word.strip_prefix(name))
            .is_some_and(is_json)
    };
    words.iter().any(together)
        || words.windows(2).any(|pair| matches!(pair[0], "-o" | "--format") && is_json(pair[1]))
}

fn is_help(error: &clap::Error) -> bool {
    !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

/// What clap says, as this program says it.
fn mistake(error: &clap::Error) -> Failure {
    let mut text = error.to_string();
    if let Some(digits) = error.source().and_then(|it| it.downcast_ref::<ParseIntError>())
        && matches!(digits.kind(), IntErrorKind::InvalidDigit | IntErrorKind::Empty)
    {
        text = text.replace(&digits.to_string(), "it is a whole number");
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_over = |line: &str| ["Usage:", "For more"].iter().any(|end| line.starts_with(end));
    let mut said = lines.take_while(|line| !is_over(line));
    let first = said.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let failure = said.fold(Failure::usage(first), |failure, line| {
        failure.also(line.trim_start_matches("tip: "))
    });
    failure.hint("dt --help lists the commands, dt COMMAND --help their options")
}

/// With a short help: its own options, the names of those that it shares with others, and one example.
fn brief(command: Definition) -> Definition {
    let groups = SHARED.map(|heading| {
        let of_it = |arg: &&Arg| arg.get_help_heading() == Some(heading);
        let names = command.get_arguments().filter(of_it).filter_map(Arg::get_long);
        let names: Vec<String> = names.map(|name| format!("--{name}")).collect();
        if names.is_empty() { String::new() } else { format!("  {heading}: {}\n", names.join(" ")) }
    });
    let mut more = groups.concat();
    if !more.is_empty() {
        more = format!("Shared options (dt help options explains them):\n{more}\n");
    }
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    if let Some(example) = examples.lines().find_map(|line| line.strip_prefix("  ")) {
        more = format!("{more}Example: {example}\n");
    }
    let is_shared = |arg: &Arg| arg.get_help_heading().is_some_and(|it| SHARED.contains(&it));
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .help("Print this; dt help COMMAND prints everything")
        .action(ArgAction::HelpShort);
    command
        .mut_args(|arg| if is_shared(&arg) { arg.hide_short_help(true) } else { arg })
        .mut_subcommands(brief)
        .disable_help_flag(true)
        .arg(help)
        .after_help(more)
}

/// What a command does not have, and what it has instead, or who has it.
fn refusal(error: &clap::Error, path: &[&Definition], program: &Definition) -> Option<Failure> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidArg) else { return None };
    let Some(command) = path.last() else {
        return Some(Failure::usage("no command is named").hint("dt --help lists them"));
    };
    let name: Vec<&str> = path.iter().map(|command| command.get_name()).collect();
    let name = name.join(" ");
    let option = typed.split('=').next().unwrap_or(typed);
    let failure = Failure::usage(format!("{name} has no {option}"));
    let long = option.trim_start_matches('-');
    let is_it = |arg: &Arg| match option.strip_prefix("--") {
        Some(long) => arg.get_long() == Some(long),
        None => arg.get_short().is_some_and(|short| long.starts_with(short)),
    };
    let has = |command: &&Definition| command.get_arguments().any(is_it);
    let others: Vec<&str> =
        program.get_subcommands().filter(has).map(Definition::get_name).collect();
    let near = near_names(long, command.get_arguments().filter_map(Arg::get_long), 1);
    let hint = match near.first() {
        Some(near) if others.is_empty() => format!("did you mean --{near}?"),
        // What most commands have is no hint.
        _ if others.is_empty() || others.len() > MOST_OTHERS => "leave it out".to_owned(),
        _ => format!("leave it out; it is an option of {}", others.join(", ")),
    };
    Some(failure.hint(format!("{hint}; dt {name} --help lists what {name} has")))
}

#[cfg(test)]
mod tests {
    use clap::Args;
    use jiff::Timestamp;

    use super::*;
    use crate::asking::Connection;
    use crate::commands::Context;
    use crate::config::Environment;
    use crate::options::ApplianceOptions;

    const PUBLIC: &str = "4b1f-who";
    const PRIVATE: &str = "9c2e-s3cret";
    const PASSWORD: &str = "pa55word";

    fn environment(name: &str) -> Option<String> {
        let value = match name {
            "DT_URL" => "https://appliance.example",
            "DT_PUBLIC_TOKEN" => PUBLIC,
            "DT_PRIVATE_TOKEN" => PRIVATE,
            "HOME" => "/nowhere",
            _ => return None,
        };
        Some(value.to_owned())
    }

    fn context<'a>(environment: &'a Environment<'a>, words: &'a [OsString]) -> Context<'a> {
        Context { words, environment, now: Timestamp::UNIX_EPOCH, program: definition }
    }

    fn resolve(words: impl IntoIterator<Item = String>) -> Result<(), Failure> {
        let words: Vec<OsString> = words.into_iter().map(OsString::from).collect();
        parse(words.iter().cloned())?.resolve(&context(&environment, &words)).map(drop)
    }

    fn parsed(line: &str) -> String {
        let command = parse(words(line).into_iter().map(OsString::from)).unwrap();
        format!("{command:?} {command:#?}")
    }

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(|word| word.replace('\'', "")).collect()
    }

    #[test]
    fn the_command_line_is_consistent() {
        definition().debug_assert();
    }

    #[test]
    fn every_command_has_examples_that_can_be_run() {
        for command in definition().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<&str> =
                help.lines().filter(|line| line.starts_with("  dt ")).collect();
            assert!(examples.len() >= 2, "{} has no examples", command.get_name());
            for example in examples {
                assert!(example.len() <= 80, "{example}");
                let commands = example.split(" | ").filter(|it| it.trim().starts_with("dt "));
                for words in commands.map(words) {
                    let typed = words.iter().take_while(|word| !word.starts_with(['<', '>']));
                    let resolved = resolve(typed.cloned());
                    // Only the examples' profiles are not there.
                    let is_of_profile =
                        words.iter().any(|word| word == "--profile" || word == "--all-profiles");
                    assert!(resolved.is_ok() || is_of_profile, "{words:?}: {resolved:?}");
                }
            }
        }
    }

    #[test]
    fn help_of_every_command_is_short() {
        let short = Cli::command().mut_subcommands(brief);
        for mut command in short.get_subcommands().cloned() {
            let lines = command.render_help().to_string().lines().count();
            assert!(lines <= 60, "{}: {lines} lines", command.get_name());
        }
    }

    #[test]
    fn a_command_refuses_options_that_it_does_not_obey() {
        for (line, told) in [
            ("dt --port 443 devices", "devices has no --port"),
            ("dt devices --port 443", "devices has no --port"),
            ("dt devices --fial-on low", "devices has no --fial-on"),
            ("dt config path --timeout 5", "config path has no --timeout"),
            ("dt report 1 --datatype co", "report has no --datatype"),
            ("dt snapshot 1 --to d --rules documented", "snapshot has no --rules"),
            ("dt schema report -q", "schema has no -q"),
            ("dt evidence verify d -q", "evidence verify has no -q"),
        ] {
            let failure = resolve(words(line)).unwrap_err();
            assert!(failure.to_string().contains(told), "{line}: {failure}");
            assert_eq!(failure.status, 2);
        }
        let failure = resolve(words("dt devices --taag x")).unwrap_err();
        assert!(failure.to_string().contains("did you mean --tag?"), "{failure}");
    }

    #[test]
    fn what_is_no_number_is_said_in_words() {
        for line in ["dt timeline 1 --interval-hours 1.5", "dt fleet L --top x", "dt fleet L --q x"]
        {
            let said = resolve(words(line)).unwrap_err().to_string();
            assert!(said.contains("number") && !said.contains("digit"), "{line}: {said}");
        }
    }

    #[test]
    fn of_one_option_twice_the_last_counts_and_repeatable_ones_add_up() {
        let both = parsed("dt --port 1 --tag a connections 1 --port 2 --tag b");
        assert!(both.contains("port: Some(2)"), "{both}");
        assert!(both.contains(r#"tags: ["a", "b"]"#), "{both}");
        let faults = parsed("dt --demo --demo-fault 500@co report 1 --demo-fault=delay=2s");
        let (first, second) =
            (faults.find("InternalError").unwrap(), faults.find("Delay").unwrap());
        assert!(first < second, "{faults}");
    }

    #[test]
    fn the_demo_takes_its_dialect_only_with_an_equals_sign() {
        assert!(parsed("dt --demo report 1").contains("demo: Some((Appliance, One))"));
        assert!(parsed("dt report 1 --demo=documented").contains("demo: Some((Documented, One))"));
        assert!(parsed("dt report 1 --demo=hard").contains("demo: Some((Appliance, Two))"));
    }

    #[test]
    fn neither_debug_nor_a_panic_shows_a_secret() {
        let proxy = format!("--proxy http://user:{PASSWORD}@proxy.example:1");
        let line = format!("dt {proxy}");
        let matches =
            ApplianceOptions::augment_args(Definition::new("dt")).get_matches_from(line.split(' '));
        let options = ApplianceOptions::from_arg_matches(&matches).unwrap();
        let connection = Connection::resolve(options, &environment).unwrap();
        let connection = format!("{connection:?} {connection:#?}");
        let commands = ["dt report 1", "dt doctor", "dt config show", "dt devices"];
        let commands = commands.map(|line| parsed(&format!("{line} {proxy}")));
        for shown in commands.into_iter().chain([connection]) {
            let panic = std::panic::catch_unwind(|| std::panic::panic_any(shown.clone()));
            let panic = panic.unwrap_err().downcast::<String>().unwrap();
            for secret in [PUBLIC, PRIVATE, PASSWORD] {
                assert!(!shown.contains(secret) && !panic.contains(secret), "{shown}");
            }
        }
    }

    #[test]
    fn empty_variables_say_nothing() {
        let empty = |_: &str| None;
        let command = parse(["dt", "devices"].map(OsString::from)).unwrap();
        let failure = command.resolve(&context(&empty, &[])).map(drop).unwrap_err();
        assert!(failure.to_string().contains("no appliance is configured"), "{failure}");
    }
}
