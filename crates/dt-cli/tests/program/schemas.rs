//! What the program prints with `-o json` is what `dt schema` says.

use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;
use snapbox::cmd::{Command, cargo_bin};

fn printed(arguments: &[&str]) -> Value {
    let run = Command::new(cargo_bin!("dt")).env_clear().env("HOME", "/nowhere").args(arguments);
    serde_json::from_slice(&run.assert().code(0).get_output().stdout).unwrap()
}

fn validator(name: &str) -> Validator {
    let options = jsonschema::options().should_validate_formats(true);
    options.build(&printed(&["schema", name])).unwrap()
}

fn demand(validator: &Validator, document: &Value, about: &str) {
    let faults: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{about}:\n{}", faults.join("\n"));
}

#[test]
fn every_command_prints_what_its_schema_says() {
    let analyses = ["connections", "transfers", "compare", "external", "timeline", "report"];
    for name in analyses.into_iter().chain(["watch", "evidence", "devices", "doctor", "config"]) {
        let validator = validator(name);
        for dialect in ["--demo=appliance", "--demo=documented"] {
            let mut line = vec![name, "-o", "json"];
            match name {
                "config" => line.push("show"),
                "devices" | "doctor" => line.push(dialect),
                "watch" => line.extend(["--rounds", "1", dialect, "12345"]),
                _ => line.extend([dialect, "12345"]),
            }
            demand(&validator, &printed(&line), &line.join(" "));
        }
    }
}

#[test]
fn so_do_snapshots_and_their_differences() {
    let place = tempfile::tempdir().unwrap();
    for dialect in ["--demo=appliance", "--demo=documented"] {
        let place = place.path().join(&dialect[7..]);
        let place = place.to_str().unwrap();
        let line = [dialect, "snapshot", "12345", "-o", "json", "--to", place];
        demand(&validator("snapshot"), &printed(&line), dialect);
        // Both were just taken.
        demand(&validator("snapshot"), &printed(&line), dialect);
        let line = ["diff", place, "-o", "json"];
        demand(&validator("diff"), &printed(&line), dialect);
    }
}

#[test]
fn so_does_every_recording() {
    let exchanges = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/exchanges");
    let inside = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    for name in ["connections", "transfers", "compare", "external", "timeline", "report"] {
        let validator = validator(name);
        for dialect in ["appliance", "documented"] {
            for folder in inside(&exchanges.join(dialect)) {
                let mut line = vec![name.to_owned(), "-o".to_owned(), "json".to_owned()];
                for file in inside(&folder) {
                    line.extend(["--input".to_owned(), file.to_str().unwrap().to_owned()]);
                }
                let line: Vec<&str> = line.iter().map(String::as_str).collect();
                demand(&validator, &printed(&line), &format!("{name} {}", folder.display()));
            }
        }
    }
}

#[test]
fn an_unknown_name_lists_those_that_there_are() {
    let run = Command::new(cargo_bin!("dt")).env_clear().args(["schema", "reports"]);
    let run = run.assert().code(2);
    let said = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(said.contains("timeline") && said.contains("'report'"), "{said}");
}
