//! Completions and manual pages.

use snapbox::cmd::{Command, cargo_bin};

fn stdout(line: &str) -> String {
    let run = Command::new(cargo_bin!("dt")).env_clear().args(line.split_whitespace());
    String::from_utf8(run.assert().code(0).get_output().stdout.clone()).unwrap()
}

#[test]
fn every_shell_completes_commands_and_options() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = stdout(&format!("completions {shell}"));
        for word in ["timeline", "similar-devices", "subnet"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    Command::new(cargo_bin!("dt")).env_clear().args(["completions", "cmd"]).assert().code(2);
}

#[cfg(unix)]
#[test]
fn bash_accepts_its_completions() {
    let script = stdout("completions bash");
    Command::new("bash").args(["-n"]).stdin(script).assert().code(0).stderr_eq("");
}

#[test]
fn every_command_has_a_page() {
    let program = stdout("man");
    assert!(program.contains(".TH dt 1"), "{program}");
    let named: Vec<&str> = program
        .lines()
        .filter_map(|line| line.strip_prefix("dt\\-")?.strip_suffix("(1)"))
        .collect();
    assert!(named.len() >= 12 && named.contains(&"timeline"), "{named:?}");
    for command in named {
        let page = stdout(&format!("man {command}"));
        assert!(page.contains(&format!(".TH dt-{command} 1")), "{page}");
        for section in ["EXIT STATUS", "EXAMPLES"] {
            assert!(
                page.contains(&format!(".SH \"{section}\""))
                    || page.contains(&format!(".SH {section}")),
                "{page}"
            );
        }
    }
    assert!(stdout("man config init").contains(".TH dt-config-init 1"));
}

#[test]
fn a_page_says_which_statuses_variables_and_files_its_command_has() {
    let report = stdout("man report");
    for word in ["DT_PRIVATE_TOKEN_FILE", "config.toml", "\\-\\-fail\\-on or above"] {
        assert!(report.contains(word), "{word}: {report}");
    }
    let schema = stdout("man schema");
    for word in ["DT_PRIVATE_TOKEN_FILE", "config.toml", "\\-\\-fail\\-on or above"] {
        assert!(!schema.contains(word), "{word}: {schema}");
    }
}

#[test]
fn an_unknown_page_suggests_another() {
    let run = Command::new(cargo_bin!("dt")).env_clear().args(["man", "reprot"]).assert().code(2);
    let said = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(said.contains("\"report\""), "{said}");
}
