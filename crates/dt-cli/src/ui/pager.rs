//! A program that shows page by page what is taller than the terminal.

use std::io::{self, IsTerminal, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dt_report::table;
use signal_hook::consts::SIGINT;
use signal_hook::{flag, low_level};
use unicode_width::UnicodeWidthStr;

use crate::config::{Environment, secret_variables};
use crate::interrupt::left_to_pager;

/// What less is told: to end at once if it fits after all, to show colours, and to leave what was read
/// on the terminal.
const LESS: &str = "FRX";
/// What programs are told by their variables, unless the user told them something.
const VARIABLES: [(&str, &str); 2] = [("LESS", LESS), ("LESSCHARSET", "utf-8")];

/// The program, as it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pager {
    program: String,
    arguments: Vec<String>,
    variables: Vec<(&'static str, &'static str)>,
}

/// How much is in view at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Screen {
    columns: usize,
    rows: usize,
}

impl Pager {
    /// `DT_PAGER`, else `PAGER`, else less; none on a terminal that can only be written to. One that
    /// is quoted wrongly is none, either.
    pub(crate) fn resolve(environment: &Environment<'_>) -> Option<Self> {
        if environment("TERM").as_deref() == Some("dumb") {
            return None;
        }
        let wanted = environment("DT_PAGER").or_else(|| environment("PAGER"));
        let mut words = match wanted {
            Some(line) => shlex::split(&line)?.into_iter(),
            None => vec!["less".to_owned(), format!("-{LESS}")].into_iter(),
        };
        let program = words.next()?;
        let untold = |(name, _): &(&str, &str)| environment(name).is_none();
        let variables = VARIABLES.into_iter().filter(untold).collect();
        Some(Self { program, arguments: words.collect(), variables })
    }

    /// The program, which is not told what it need not know: it is the user's own, and may hand its
    /// variables on.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).envs(self.variables.iter().copied()).stdin(Stdio::piped());
        for name in secret_variables() {
            command.env_remove(name);
        }
        command
    }

    /// Shows a text and waits until it was read; `false` if the program cannot.
    pub(crate) fn show(&self, text: &str) -> bool {
        let interrupted = Arc::new(AtomicBool::new(false));
        let notice = flag::register(SIGINT, Arc::clone(&interrupted));
        let show = |mut running: Child| {
            if let Some(mut stdin) = running.stdin.take() {
                // Who has read enough does not read the rest.
                let _ = stdin.write_all(text.as_bytes());
            }
            running.wait()
        };
        // Ctrl-C is for the pager, which would be left behind without its terminal.
        let ended = left_to_pager(|| self.command().spawn().and_then(show));
        let _ = notice.map(low_level::unregister);
        let broken = |status: ExitStatus| status.code().is_some_and(|code| code != 0);
        ended.is_ok_and(|status| interrupted.load(Ordering::Relaxed) || !broken(status))
    }
}

impl Screen {
    /// Of the terminal that standard output is, if it is one.
    pub(crate) fn of_stdout() -> Option<Self> {
        let stdout = io::stdout();
        let size = stdout.is_terminal().then(|| terminal_size::terminal_size_of(stdout)).flatten();
        size.map(|(columns, rows)| Self { columns: columns.0.into(), rows: rows.0.into() })
    }

    /// Whether a text is in view as a whole, with a line for the next prompt.
    pub(crate) fn holds(self, text: &str) -> bool {
        let plain = anstream::adapter::strip_str(text).to_string();
        let rows = |line: &str| line.width().div_ceil(self.columns.max(1)).max(1);
        plain.lines().map(rows).sum::<usize>() < self.rows
    }
}

/// How wide what is printed may be: as the terminal, or as usual where there is none.
pub(crate) fn columns() -> usize {
    Screen::of_stdout().map_or(table::Options::COLUMNS, |screen| screen.columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(variables: &[(&str, &str)]) -> Option<Pager> {
        Pager::resolve(&|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn called(line: &str) -> Option<String> {
        let Pager { program, arguments, .. } = resolved(&[("DT_PAGER", line)])?;
        Some([vec![program], arguments].concat().join("|"))
    }

    #[test]
    fn it_is_the_users_own_or_less() {
        let program = |variables: &[(&str, &str)]| resolved(variables).unwrap().program;
        assert_eq!(program(&[("PAGER", "more"), ("DT_PAGER", "most")]), "most");
        assert_eq!(program(&[("PAGER", "more")]), "more");
        let less = resolved(&[]).unwrap();
        assert_eq!((less.program.as_str(), less.arguments), ("less", vec!["-FRX".to_owned()]));
        assert_eq!(less.variables, [("LESS", "FRX"), ("LESSCHARSET", "utf-8")]);
        let told = resolved(&[("LESS", "S")]).unwrap();
        assert_eq!(told.variables, [("LESSCHARSET", "utf-8")], "what the user says holds");
        assert_eq!(resolved(&[("TERM", "dumb")]), None);
    }

    #[test]
    fn it_is_split_as_shells_do_and_run_by_none() {
        assert_eq!(called("less -R '+/a b'").as_deref(), Some("less|-R|+/a b"));
        assert_eq!(called("less; ls $HOME").as_deref(), Some("less;|ls|$HOME"));
        assert_eq!(called("less 'a"), None);
        assert_eq!(called("  "), None);
    }

    #[test]
    fn a_terminal_holds_one_line_less_than_it_has_rows() {
        let holds = |lines: usize| Screen { columns: 80, rows: 24 }.holds(&"line\n".repeat(lines));
        assert!(holds(23));
        assert!(!holds(24), "the prompt needs a line");
    }

    #[test]
    fn a_line_takes_as_many_rows_as_it_is_wide() {
        let holds = |text: &str| Screen { columns: 10, rows: 3 }.holds(text);
        assert!(holds("0123456789\n0123456789\n"));
        assert!(!holds("0123456789x\n0123456789\n"));
        assert!(!holds("\n\n\n"), "an empty line is one, too");
        assert!(holds("\u{1b}[1m0123456789\u{1b}[0m\n\n"), "colours take no room");
        assert!(!holds("地地地地地地\n\n"), "a wide character takes two columns");
    }

    #[test]
    fn it_sees_no_token_and_no_password_of_a_proxy() {
        let command = resolved(&[]).unwrap().command();
        let removed: Vec<_> = command
            .get_envs()
            .filter(|(_, value)| value.is_none())
            .filter_map(|(name, _)| name.to_str())
            .collect();
        for name in ["DT_PUBLIC_TOKEN", "DT_PRIVATE_TOKEN", "HTTPS_PROXY", "all_proxy"] {
            assert!(removed.contains(&name), "{name}: {removed:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn one_that_cannot_show_it_says_so() {
        let shown =
            |line: &str| resolved(&[("PAGER", line)]).unwrap().show(&"line\n".repeat(100_000));
        assert!(!shown("/nowhere/less"));
        assert!(!shown("sh -c 'exit 3'"), "it reads nothing and fails");
        assert!(shown("sh -c 'head -n 1 >/dev/null'"), "it has read enough");
        assert!(shown("sh -c 'test $(wc -l) -eq 100000'"), "all of it arrives");
        assert!(shown("sh -c 'test $LESS = FRX'"));
        assert!(shown("sh -c 'kill -TERM $$'"), "whoever ends it has seen it");
    }
}
