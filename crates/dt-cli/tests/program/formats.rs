//! Every command in every format.

use serde_json::Value;
use snapbox::cmd::{Command, cargo_bin};

/// Commands that print a document.
const COMMANDS: [&str; 10] = [
    "--demo connections 12345",
    "--demo transfers 12345",
    "--demo compare 12345",
    "--demo compare 12345 12346",
    "--demo external 12345",
    "--demo timeline 12345",
    "--demo report 12345",
    "--demo devices",
    "--demo doctor",
    "config show",
];

/// What `dt` prints, with nothing in its environment.
fn printed(line: &str) -> String {
    let run = Command::new(cargo_bin!("dt")).env_clear().args(line.split_whitespace());
    String::from_utf8(run.assert().code(0).get_output().stdout.clone()).unwrap()
}

#[test]
fn every_command_prints_in_every_format() {
    for command in COMMANDS {
        let html = printed(&format!("{command} -o html"));
        assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"), "{command}");
        assert!(html.contains("default-src &#39;none&#39;"), "{command}");

        let markdown = printed(&format!("{command} -o md"));
        assert!(markdown.starts_with("# "), "{command}: {markdown}");

        let csv = printed(&format!("{command} -o csv"));
        let columns = |line: &str| line.split(',').count();
        let header = csv.split("\r\n").next().unwrap();
        assert!(columns(header) >= 4 && csv.ends_with("\r\n"), "{command}: {header}");

        let lines = printed(&format!("{command} -o ndjson"));
        for line in lines.lines() {
            assert!(serde_json::from_str::<Value>(line).unwrap().is_object(), "{command}");
        }
    }
}

#[test]
fn several_devices_are_lines_or_one_document() {
    for command in ["connections", "transfers", "external", "timeline", "report"] {
        let several = |format| printed(&format!("--demo {command} 12345 12346 -o {format}"));
        let one = |format| printed(&format!("--demo {command} 12345 -o {format}"));
        let (lines, of_one) = (several("ndjson"), one("ndjson"));
        assert_eq!(lines.lines().count(), 2 * of_one.lines().count(), "{command}");

        let html = several("html");
        assert_eq!(html.matches("<h1").count(), 1, "{command}");
        assert_eq!(html.matches("<article").count(), 2, "{command}");

        let markdown = several("md");
        assert!(markdown.starts_with("# 2 devices\n\n1. "), "{command}: {markdown}");

        let csv = several("csv");
        let headers = csv.split("\r\n").filter(|line| line.starts_with("did,"));
        assert_eq!(headers.count(), 1, "{command}");
        assert!(csv.contains("\r\n12345,") && csv.contains("\r\n12346,"), "{command}");
    }
}

/// What was asked for says whether it is several devices, not how many there turn out to be.
#[test]
fn several_devices_are_summarized_unless_all_is_asked_for() {
    let schemas = |line: &str| -> Vec<String> {
        let printed = printed(&format!("--demo report {line} -o ndjson"));
        let schema =
            |line: &str| serde_json::from_str::<Value>(line).unwrap()["schema"].to_string();
        printed.lines().map(schema).collect()
    };
    let (summary, whole) = ("\"dt.report-summary/1\"", "\"dt.report/1\"");
    assert_eq!(schemas("12345"), [whole]);
    assert_eq!(schemas("12345 12346"), [summary; 2]);
    assert_eq!(schemas("12345 12346 --all"), [whole; 2]);
    assert_eq!(schemas("--subnet 10.20.4.17/32"), [summary]);
    let list: Value = serde_json::from_str(&printed("--demo report 12345 12346 -o json")).unwrap();
    assert_eq!(list[1]["schema"], "dt.report-summary/1");
    for format in ["html", "md"] {
        let pages = |more| printed(&format!("--demo report 12345 12346 -o {format} {more}"));
        let (short, whole) = (pages(""), pages("--all"));
        assert!(short.contains("Device summary") && whole.contains("Device report"), "{format}");
        assert!(4 * short.len() < whole.len(), "{format}: {} {}", short.len(), whole.len());
    }
}

#[test]
fn a_page_says_how_it_was_made() {
    let html = printed("--demo report 12345 -o html --timezone Europe/Berlin");
    for word in [
        "the demo appliance",
        "extended",
        "CET",
        "dt.report/1",
        concat!("dt ", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(html.contains(word), "{word}");
    }
    assert!(printed("--demo report 12345 -o html --rules documented").contains("documented: "));
}

#[test]
fn a_response_is_passed_on_in_no_other_format() {
    for format in ["csv", "md", "html", "ecs"] {
        let run = Command::new(cargo_bin!("dt")).env_clear().args(["--demo", "get", "12345"]);
        let run = run.args(["-o", format]).assert().code(2);
        let said = String::from_utf8(run.get_output().stderr.clone()).unwrap();
        assert!(said.contains("possible values: json"), "{said}");
    }
}

#[test]
fn a_path_is_printed_in_no_format() {
    for format in ["json", "csv", "html", "hec"] {
        let run = Command::new(cargo_bin!("dt")).env_clear().args(["config", "path"]);
        let run = run.args(["-o", format]).assert().code(2);
        let said = String::from_utf8(run.get_output().stderr.clone()).unwrap();
        assert!(run.get_output().stdout.is_empty() && said.contains("has no -o"), "{said}");
    }
}

#[test]
fn what_has_no_events_says_which_formats_it_has() {
    for (line, has) in [
        ("--demo connections 12345 -o ecs", "connections cannot be printed as ECS"),
        ("--demo doctor -o ocsf", "doctor cannot be printed as OCSF"),
        ("config show -o hec", "json, ndjson, csv, md and html"),
        ("--demo devices -o hec", "csv, md, html and ocsf"),
        ("--demo external 12345 -o hec", "no findings to print as HEC"),
    ] {
        let run = Command::new(cargo_bin!("dt")).env_clear().args(line.split_whitespace());
        let run = run.assert().code(2);
        let said = String::from_utf8(run.get_output().stderr.clone()).unwrap();
        assert!(said.contains(has), "{line}: {said}");
    }
}
