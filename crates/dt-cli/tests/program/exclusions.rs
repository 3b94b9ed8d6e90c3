//! Findings that somebody expects, and a level below which none is told.

use std::fs;
use std::path::Path;

use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};
use tempfile::TempDir;

/// A home of its own, in which the exclusions are.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn dt(&self, words: &[&str]) -> OutputAssert {
        let run = Command::new(cargo_bin!("dt")).env_clear().env("HOME", self.0.path());
        run.env("USER", "anna").args(words).assert()
    }

    fn json(&self, words: &[&str]) -> Value {
        let words: Vec<&str> = words.iter().copied().chain(["-o", "json"]).collect();
        serde_json::from_str(&stdout(&self.dt(&words))).unwrap()
    }

    fn file(&self) -> std::path::PathBuf {
        self.0.path().join(".config/dt/exclusions.toml")
    }
}

fn stdout(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

fn stderr(run: &OutputAssert) -> String {
    String::from_utf8(run.get_output().stderr.clone()).unwrap()
}

const REPORT: &[&str] = &["--demo", "report", "12345"];

fn list(report: &Value, name: &str) -> Vec<String> {
    let findings = report[name].as_array().unwrap().iter();
    findings.map(|it| it["rule"]["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_excluded_counts_for_nothing_and_its_entry_is_told() {
    let home = Home::new();
    let before = home.json(REPORT);
    let main = &before["findings"][0];
    let (id, rule) = (main["id"].as_str().unwrap(), main["rule"]["id"].as_str().unwrap());
    let reason = "agreed <b>backup</b>\u{1b}[31m | =1+1";
    let exclude = |more: &[&str]| {
        let words =
            [&["--demo", "exclude", "--device", "12345", "--reason", reason], more].concat();
        home.dt(&words)
    };
    let said = stdout(&exclude(&["--finding", &id[..6]]).code(0));
    assert!(
        said.contains("exclusions.toml, line 1: device host:workstation-01, did 12345, mac "),
        "{said}"
    );
    assert!(!said.contains('\u{1b}'), "{said}");

    let after = home.json(REPORT);
    // The entry is about the rule: a smaller surge of other hours is excluded as well.
    let excluded = list(&after, "excluded");
    assert!(!excluded.is_empty() && excluded.iter().all(|it| it == rule), "{excluded:?}");
    assert!(!list(&after, "findings").contains(&rule.to_owned()));
    assert_eq!(after["excluded"][0]["exclusion"]["reason"], reason);
    assert_eq!(after["excluded"][0]["exclusion"]["who"], "anna");
    let score = |report: &Value| report["priority"]["score"].as_f64().unwrap();
    assert!(score(&after) < score(&before));
    assert_ne!(after["exclusions"], Value::Null);
    home.dt(&["--demo", "report", "12345", "--fail-on", "high"]).code(0);
    home.dt(&["--demo", "report", "12345", "--fail-on", "high", "--no-exclusions"]).code(3);
    for format in ["table", "md", "html", "csv", "ecs"] {
        let run = home.dt(&["--demo", "report", "12345", "--all", "-o", format]).code(0);
        let (out, told) = (stdout(&run), stdout(&run) + &stderr(&run));
        let is_page = ["md", "html"].contains(&format);
        assert!(!out.contains('\u{1b}'), "{out}");
        assert!(!is_page || !out.contains("<b>backup"), "{out}");
        assert!(told.contains(&format!("{} excluded", excluded.len())), "{format}: {told}");
    }
    let listed = home.json(&["exclusions"]);
    assert_eq!(listed["exclusions"][0]["matched"], excluded.len(), "{listed:#}");
    assert_eq!(listed["exclusions"][0]["state"], "active");
    home.dt(&["exclusions"]).code(0);
}

#[test]
fn an_entry_that_may_not_be_is_refused_and_changes_nothing() {
    let home = Home::new();
    for (words, said) in [
        (&["--device", "nvr-01", "--rule", "dt-download", "--reason", " "][..], "no reason"),
        (&["--device", "nvr-01", "--reason", "why"], "--all-rules"),
        (&["--device", "*", "--rule", "dt-download", "--reason", "why"], "stands for everything"),
        (&["--domain", "*.com", "--reason", "why"], "public suffix"),
        (&["--subnet", "0.0.0.0/0", "--rule", "dt-download", "--reason", "why"], "/0"),
        (&["--device", "nvr-01", "--rule", "dt-downlaod", "--reason", "why"], "dt-download"),
        (
            &[
                "--device",
                "nvr-01",
                "--rule",
                "dt-download",
                "--reason",
                "why",
                "--until",
                "2020-01-01",
            ],
            "is over",
        ),
        (
            &["--device", "nvr-01", "--finding", "2ce2b4", "--reason", "why"],
            "no appliance is configured",
        ),
    ] {
        let run = home.dt(&[&["exclude"], words].concat()).code(2);
        assert!(stderr(&run).contains(said), "{words:?}: {}", stderr(&run));
    }
    assert!(!home.file().exists());
}

#[test]
fn without_an_appliance_an_entry_goes_by_the_name_and_says_so() {
    let home = Home::new();
    let words =
        ["exclude", "--device", "nvr-01", "--rule", "dt-download", "--reason", "records cameras"];
    let run = home.dt(&[&words[..], &["--until", "2099-03-01"]].concat()).code(0);
    assert!(stderr(&run).contains("by the name alone"), "{}", stderr(&run));
    let listed = stdout(&home.dt(&["exclusions"]).code(0));
    // Words are whole, though a line of a screen is short.
    for told in ["device nvr-01", "records cameras", "(anna)", "2099-03-01", "active"] {
        assert!(listed.contains(told), "{told}: {listed}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(home.file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_file_that_is_wrong_is_never_taken_as_none() {
    let home = Home::new();
    let file = home.0.path().join("shared.toml");
    let report = |file: &Path| {
        home.dt(&["--demo", "report", "12345", "--exclusions", &file.display().to_string()])
    };
    let run = report(&file).code(2);
    assert!(stderr(&run).contains("shared.toml"), "{}", stderr(&run));
    let entry = "[[exclusion]]\nrule = \"dt-download\"\nreason = \"x\"\nwho = \"anna\"\n";
    for (content, said) in [
        (format!("{entry}untill = 2099-01-01\n"), "shared.toml, line 5"),
        (format!("{entry}until = 2099-01-01\nuntil = 2099-01-01\n"), "shared.toml, line 6"),
        (format!("{entry}until = 2099-01-01\ndomain = \"*.com\"\n"), "shared.toml, line 6"),
        (entry.to_owned(), "shared.toml, line 1"),
    ] {
        fs::write(&file, content).unwrap();
        let run = report(&file).code(2);
        assert!(stderr(&run).contains(said), "{said}: {}", stderr(&run));
    }
    fs::write(&file, format!("{entry}until = 2020-01-01\n")).unwrap();
    let run = report(&file).code(0);
    assert!(stderr(&run).contains("an exclusion has expired"), "{}", stderr(&run));
}

#[test]
fn what_is_below_the_level_is_counted() {
    let home = Home::new();
    let all = home.json(REPORT);
    let severe = home.json(&[REPORT, &["--min-severity", "high"]].concat());
    let count = |report: &Value| report["findings"].as_array().unwrap().len();
    let below = &severe["below_level"];
    let below = below["low"].as_u64().unwrap() + below["medium"].as_u64().unwrap();
    assert_eq!(count(&all) as u64, count(&severe) as u64 + below);
    assert!(below > 0, "{severe:#}");
    assert_eq!(all["priority"], severe["priority"]);
    let screen = home.dt(&[REPORT, &["--min-severity", "high"]].concat()).code(0);
    assert!(stdout(&screen).contains("  and "), "{}", stdout(&screen));
    // Events are of medium severity and above, and the rest is counted.
    let events = |more: &[&str]| {
        let run = home.dt(&[&["--demo", "report", "--tag", "Finance", "-o", "ecs"], more].concat());
        let run = run.code(0);
        (stdout(&run).lines().count(), stderr(&run))
    };
    let ((few, note), (many, nothing)) = (events(&[]), events(&["--min-severity", "low"]));
    assert!(few < many, "{few} {many}");
    assert!(note.contains(&format!("and {} low; --min-severity low", many - few)), "{note}");
    assert!(!nothing.contains("--min-severity"), "{nothing}");
    let judged = [REPORT, &["--min-severity", "high", "--fail-on", "low"]].concat();
    home.dt(&judged).code(3);
}

#[test]
fn a_watcher_counts_what_it_does_not_tell() {
    let home = Home::new();
    let watch = |more: &[&str]| {
        let words = ["--demo", "watch", "--tag", "Finance", "--rounds", "1", "-o", "ndjson"];
        home.dt(&[&words[..], more].concat()).code(0)
    };
    let run = watch(&[]);
    assert!(stderr(&run).contains("low; --min-severity low tells them"), "{}", stderr(&run));
    for line in stdout(&run).lines() {
        let told: Value = serde_json::from_str(line).unwrap();
        assert_ne!(told["severity"], "low", "{told:#}");
    }
    let all = watch(&["--min-severity", "low", "--since", "28d"]);
    assert!(
        stdout(&all).matches("\"severity\"").count() > stdout(&run).matches("\"severity\"").count()
    );
    assert!(!stderr(&all).contains("and "), "{}", stderr(&all));
}

/// What the documentation shows is what is read.
#[test]
fn the_documented_file_is_read() {
    let home = Home::new();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/exclusions.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, shown) = page.split_once("<!-- exclusions -->\n```toml\n").unwrap();
    let file = home.0.path().join("shown.toml");
    fs::write(&file, shown.split_once("```").unwrap().0).unwrap();
    let listed = home.json(&["exclusions", "--exclusions", &file.display().to_string()]);
    assert_eq!(listed["exclusions"].as_array().unwrap().len(), 2, "{listed:#}");
}

#[test]
fn what_is_excluded_already_is_not_excluded_twice() {
    let home = Home::new();
    let exclude = |reason: &str, rule: &str| {
        let words = ["exclude", "--device", "nvr-01", "--rule", rule, "--until", "30d"];
        home.dt(&[&words[..], &["--reason", reason]].concat())
    };
    exclude("records cameras", "dt-download").code(0);
    let said = stderr(&exclude("records still", "dt-download").code(1));
    assert!(said.contains("the same is excluded until 2"), "{said}");
    assert!(said.contains("line 1") && said.contains("records cameras (anna)"), "{said}");
    exclude("records cameras", "dt-upload").code(0);
    assert_eq!(fs::read_to_string(home.file()).unwrap().matches("[[exclusion]]").count(), 2);
}
