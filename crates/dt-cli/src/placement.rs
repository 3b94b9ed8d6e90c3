//! Options that stand before the command, moved behind it: which there are, the commands say.

use std::ffi::OsString;

use clap::{Arg, Command};

/// What is about the program itself where it comes first.
const OURS: [&str; 4] = ["-h", "--help", "-V", "--version"];

/// The same command line with everything that stands before the command behind it, in the same order.
/// Help and version of the program itself stay where they are.
pub(crate) fn behind_the_command(words: Vec<OsString>, program: &Command) -> Vec<OsString> {
    let is_ours = |word: &OsString| OURS.iter().any(|ours| word == ours);
    if words.get(1).is_some_and(is_ours) {
        return words;
    }
    let mut rest = words.into_iter();
    let mut line: Vec<OsString> = rest.next().into_iter().collect();
    let (mut moved, mut within) = (Vec::new(), program);
    while let Some(word) = rest.next() {
        let text = word.to_str().unwrap_or_default();
        if text.starts_with('-') && text != "-" && text != "--" {
            let takes_value = takes_value(text, program);
            moved.push(word);
            if takes_value {
                moved.extend(rest.next());
            }
            continue;
        }
        let command = within.find_subcommand(text);
        // Of what should be a command and is none, it is said best in the first place.
        let is_left = command.is_some() || line.len() == 1;
        let place = if is_left { &mut line } else { &mut moved };
        place.push(word);
        match command.filter(|command| command.has_subcommands()) {
            Some(command) => within = command,
            None => break,
        }
    }
    line.extend(moved);
    line.extend(rest);
    line
}

/// The commands that a command line names, such as `config` and `show`.
pub(crate) fn path<'a>(words: &[OsString], program: &'a Command) -> Vec<&'a Command> {
    let mut path: Vec<&Command> = Vec::new();
    for word in words.iter().skip(1) {
        let within = path.last().copied().unwrap_or(program);
        match word.to_str().and_then(|name| within.find_subcommand(name)) {
            Some(command) => path.push(command),
            None => break,
        }
    }
    path
}

/// Whether the next word belongs to an option, as any command that has it says.
fn takes_value(word: &str, program: &Command) -> bool {
    if let Some(long) = word.strip_prefix("--") {
        return !long.contains('=')
            && any_argument(program, &|arg| arg.get_long() == Some(long) && wants_value(arg));
    }
    // Flags may stand together, and the last of them may take a value.
    let letters: Vec<char> = word.chars().skip(1).collect();
    let takes = |letter: char| {
        any_argument(program, &|arg| arg.get_short() == Some(letter) && wants_value(arg))
    };
    letters.iter().position(|letter| takes(*letter)).is_some_and(|at| at + 1 == letters.len())
}

fn wants_value(arg: &Arg) -> bool {
    arg.get_action().takes_values()
        && arg.get_num_args().is_some_and(|count| count.min_values() > 0)
}

fn any_argument(command: &Command, holds: &dyn Fn(&Arg) -> bool) -> bool {
    command.get_arguments().any(holds)
        || command.get_subcommands().any(|command| any_argument(command, holds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::definition;

    fn moved(line: &str) -> String {
        let mut program = definition();
        program.build();
        let words = line.split(' ').map(OsString::from).collect();
        let words = behind_the_command(words, &program);
        words.iter().map(|word| word.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_stands_before_a_command_is_moved_behind_it() {
        for (typed, read) in [
            ("dt --demo report 1", "dt report --demo 1"),
            ("dt --demo=documented report 1", "dt report --demo=documented 1"),
            ("dt --input a -v report --input b", "dt report --input a -v --input b"),
            ("dt -o json report 1", "dt report -o json 1"),
            ("dt -vo json report 1", "dt report -vo json 1"),
            ("dt -ojson report 1", "dt report -ojson 1"),
            ("dt --timeout 5 config -v show --url u", "dt config show --timeout 5 -v --url u"),
            ("dt --demo", "dt --demo"),
            ("dt --demo reprot 1", "dt reprot --demo 1"),
            ("dt --help", "dt --help"),
            ("dt report --all 1", "dt report --all 1"),
        ] {
            assert_eq!(moved(typed), read);
        }
    }

    #[test]
    fn names_that_are_not_text_are_left_alone() {
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStringExt;
            let odd = OsString::from_vec(vec![0xff]);
            let mut program = definition();
            program.build();
            let words = vec!["dt".into(), "report".into(), odd.clone()];
            assert_eq!(behind_the_command(words.clone(), &program), words);
        }
    }
}
