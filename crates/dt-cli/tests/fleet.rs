//! Sweeps of several appliances, and their ranking.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;

use dt_appliance::{
    Appliance, Fault, FaultPlan, FaultRule, Network, NetworkConfig, RunningAppliance,
};
use dt_auth::Credentials;
use dt_lake::Lake;
use dt_transport::{Clock, SystemClock};
use serde_json::Value;
use snapbox::cmd::{Command, OutputAssert, cargo_bin};

/// A folder with a configuration and lakes.
struct Home(tempfile::TempDir);

impl Home {
    /// With a profile for each of these appliances.
    fn new(profiles: &[(&str, &str)]) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir(home.0.path().join("dt")).unwrap();
        let profile = |(name, url): &(&str, &str)| {
            format!(
                "[profile.{name}]\nurl = \"{url}\"\npublic_token = \"public\"\n\
                 private_token = \"private\"\nretries = 0\nrate = 1000\n"
            )
        };
        home.configure(&profiles.iter().map(profile).collect::<String>());
        home
    }

    fn configure(&self, text: &str) {
        let path = self.0.path().join("dt/config.toml");
        let before = fs::read_to_string(&path).unwrap_or_default();
        fs::write(&path, before + text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `dt` here with this configuration, and nothing else in its environment.
    fn dt(&self, line: &str) -> OutputAssert {
        let words = line.split_whitespace();
        let dt = Command::new(cargo_bin!("dt")).env_clear().current_dir(self.0.path());
        dt.env("XDG_CONFIG_HOME", self.0.path()).args(words).assert()
    }

    fn json(&self, line: &str) -> Value {
        let run = self.dt(line).code(0);
        serde_json::from_slice(&run.get_output().stdout).unwrap()
    }
}

/// The smallest network there is.
fn appliance(seed: u64) -> RunningAppliance {
    let config = NetworkConfig::new().devices(NetworkConfig::FEWEST_DEVICES);
    let network = Network::generate_with(config, seed, SystemClock.now());
    let credentials = Credentials::new("public", "private").unwrap();
    Appliance::new().network(network).credentials(credentials).start().unwrap()
}

fn stderr(run: &OutputAssert) -> String {
    String::from_utf8_lossy(&run.get_output().stderr).into_owned()
}

const DEAD: &str = "http://127.0.0.1:9";

#[test]
fn a_dead_appliance_does_not_stop_the_others() {
    let (one, other) = (appliance(7), appliance(8));
    let home = Home::new(&[("site-a", &one.url()), ("dead", DEAD), ("site-b", &other.url())]);

    let run = home.dt("sweep --to lake --all-profiles --deep none -o json").code(1);
    assert!(stderr(&run).contains("dead"), "{}", stderr(&run));
    let swept: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    let counts = |it: &Value| (it["name"].as_str().unwrap().to_owned(), it["swept"].as_u64());
    let counts: Vec<_> = swept["appliances"].as_array().unwrap().iter().map(counts).collect();
    let expected = [("dead", 0), ("site-a", 80), ("site-b", 80)];
    assert_eq!(counts, expected.map(|(name, swept)| (name.to_owned(), Some(swept))));
    assert_eq!(swept["complete"], false);
    home.dt("lake check lake").code(0);

    // A run goes on with the appliances that it was begun with.
    let others = home.dt("sweep --to lake --profile site-a --resume").code(2);
    assert!(stderr(&others).contains("set of appliances"), "{}", stderr(&others));

    let both = Home::new(&[("dead", DEAD), ("gone", DEAD)]);
    both.dt("sweep --to lake --profile dead --profile gone").code(5);
    both.dt("sweep --to lake --all-profiles --dry-run").code(5);
}

#[test]
fn a_sweep_of_no_device_leaves_no_run() {
    let appliance = appliance(7);
    let home = Home::new(&[("site-a", &appliance.url())]);
    home.dt("sweep --to lake --profile site-a --deep none").code(0);
    let before = home.json("fleet lake -o json");
    let none = home.dt("sweep --to lake --profile site-a --tag Nix").code(1);
    assert!(stderr(&none).contains("no device matches the selection"), "{}", stderr(&none));
    // Nor one whose tokens are refused, or that is not reached.
    home.configure(&format!(
        "[profile.refused]\nurl = \"{}\"\npublic_token = \"other\"\nprivate_token = \"private\"\n\
         [profile.dead]\nurl = \"{DEAD}\"\npublic_token = \"a\"\nprivate_token = \"b\"\nretries = 0\n",
        appliance.url()
    ));
    home.dt("sweep --to lake --profile refused").code(4);
    let both = home.dt("sweep --to lake --profile refused --profile dead").code(1);
    let told = stderr(&both);
    assert!(told.contains("about refused") && told.contains("about dead"), "{told}");
    home.dt("sweep --to lake --profile dead").code(5);
    assert_eq!(home.json("fleet lake -o json"), before);
    home.dt("sweep --to lake --profile site-a --resume").code(2);
}

#[test]
fn what_is_refused_for_every_device_is_told_and_no_success() {
    let home = Home::new(&[]);
    let line = "--demo --demo-fault 404@external --retries 0 sweep --to lake --deep none";
    let swept = home.dt(line).code(1);
    let refused = "for 240 of 240 devices, domains (external): refused: HTTP 404";
    assert!(stderr(&swept).contains(refused), "{}", stderr(&swept));
    let ranked = home.dt("fleet lake").code(0);
    let ranked = String::from_utf8_lossy(&ranked.get_output().stdout).replace('\n', " ");
    let ranked = ranked.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(ranked.contains(refused), "{ranked}");
}

#[test]
fn what_a_lake_keeps_can_be_said() {
    let appliance = appliance(7);
    let home = Home::new(&[("site-a", &appliance.url())]);
    // Those of the first and of the last run are kept, and repeat what is between.
    for _ in 0..3 {
        home.dt("sweep --to lake --profile site-a --deep none").code(0);
    }
    let kept = |options: &str| {
        let run = home.dt(&format!("lake keep lake --dry-run {options}")).code(0);
        String::from_utf8(run.get_output().stdout.clone()).unwrap()
    };
    assert!(!kept("").contains("would be removed\nser"), "{}", kept(""));
    assert_eq!(kept("").lines().count(), 1, "{}", kept(""));
    assert!(kept("--series 1").starts_with("series of "), "{}", kept("--series 1"));
    let refused = home.dt("lake keep lake --runs soon").code(2);
    assert!(stderr(&refused).contains("90d"), "{}", stderr(&refused));
}

#[test]
fn importance_exclusions_and_what_is_wanted_decide_what_is_ranked() {
    let appliance = appliance(7);
    let home = Home::new(&[("site-a", &appliance.url())]);
    home.dt("sweep --to lake --profile site-a").code(0);
    let before = home.json("fleet lake -o json");
    let top = &before["rows"][0];
    assert_eq!((&top["importance"], &top["appliance"]), (&1.0.into(), &"site-a".into()));
    let kind = top["device"]["type"].as_str().unwrap();

    // In the second run that kind matters, and a rule is expected to find what it finds.
    let other = before["rows"].as_array().unwrap().iter().find(|row| row["rule"] != top["rule"]);
    let rule = other.unwrap()["rule"].as_str().unwrap();
    home.configure(&format!("[fleet.importance]\ntype.{kind} = 2.5\n"));
    fs::write(
        home.path("dt/exclusions.toml"),
        format!("[[exclusion]]\nrule = \"{rule}\"\nreason = \"backup\"\nwho = \"me\"\nuntil = 2027-06-01\n"),
    )
    .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(1));
    home.dt("sweep --to lake --profile site-a").code(0);
    let ranked = home.json("fleet lake -o json --top 100");
    let rows = ranked["rows"].as_array().unwrap();
    let again = rows.iter().find(|row| row["device"]["did"] == top["device"]["did"]).unwrap();
    assert_eq!(again["importance"], 2.5);
    assert!(again["rank_score"].as_f64() > top["rank_score"].as_f64());
    assert!(!rows.iter().any(|row| row["rule"] == rule && row["state"] != "gone"), "{ranked:#}");
    let lake = Lake::open(&home.path("lake")).unwrap();
    let findings = lake.contents(None, None).unwrap().findings;
    let excluded: Vec<_> = findings.iter().filter(|row| !row.counts()).collect();
    assert!(!excluded.is_empty());
    for row in excluded {
        assert_eq!((row.record.finding.rule.id(), row.excluded.as_deref()), (rule, Some("backup")));
    }
    let screen = home.dt("fleet lake").code(0);
    let screen = String::from_utf8_lossy(&screen.get_output().stdout).into_owned();
    assert!(screen.contains("\u{d7}2.5"), "{screen}");

    let lines = |options: &str| {
        let ranked = home.json(&format!("fleet lake -o json {options}"));
        ranked["rows"].as_array().unwrap().clone()
    };
    assert!(lines("--new").iter().all(|row| row["state"] == "new"));
    assert!(lines("--min-severity high").iter().all(|row| row["level"] == "high"));
    let appliances = lines("--by appliance");
    assert_eq!((appliances.len(), &appliances[0]["kind"]), (1, &"appliance".into()));
    assert_eq!(appliances[0]["devices"], 80);
    assert!(lines("--by group").len() > 2);
    home.dt("fleet lake --fail-on low --top 0").code(3);
    home.dt("fleet lake --appliance site-b").code(2);
    home.dt("fleet lake --q 2").code(2);
    home.dt("sweep --to lake --profile site-a --time-limit -5m").code(2);
}

#[test]
fn events_are_told_once_across_runs() {
    let appliance = appliance(7);
    let home = Home::new(&[("site-a", &appliance.url())]);
    home.dt("sweep --to lake --profile site-a --deep 8").code(0);
    let events = |options: &str| {
        let run = home.dt(&format!("fleet lake -o ecs {options}")).code(0);
        let text = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
        text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
    };
    let first = events("");
    assert!(first.len() >= 3, "{first:#?}");
    assert!(first.iter().all(|it| it["event"]["severity"].as_u64() >= Some(47)), "{first:#?}");
    assert_eq!(events(""), [] as [Value; 0], "they were told");
    std::thread::sleep(std::time::Duration::from_secs(1));
    home.dt("sweep --to lake --profile site-a --deep none").code(0);
    let ended = events("");
    assert_eq!(ended, [] as [Value; 0], "what a first look does not see is not over");
    assert!(!events("--min-severity low").is_empty(), "what was less severe was not told");
    home.dt("fleet lake -o hec --top 3").code(2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let told = home.path("lake/told/appliance=site-a");
        assert_eq!(fs::metadata(told).unwrap().permissions().mode() & 0o077, 0);
    }
}

#[test]
fn full_reports_are_pages_that_an_index_leads_to() {
    let appliance = appliance(7);
    let home = Home::new(&[]);
    // A name that is no plain file's, and no plain address.
    home.configure(&format!(
        "default_profile = \"site a_1\"\n[profile.\"site a_1\"]\nurl = \"{}\"\n\
         public_token = \"public\"\nprivate_token = \"private\"\nrate = 1000\n",
        appliance.url()
    ));
    home.dt("sweep --to lake --deep 1").code(0);
    let ranked = home.json("fleet lake --reports pages -o json");
    let reports = ranked["reports"].as_array().unwrap();
    assert_eq!(reports.len(), 1, "{reports:?}");
    let index = fs::read_to_string(home.path("pages/index.html")).unwrap();
    assert!(index.contains("not kept"), "devices without a full report are there, too");
    for report in reports {
        let page = report["page"].as_str().unwrap();
        assert!(fs::read_to_string(home.path(page)).unwrap().contains("Device report"));
        let name = page.strip_prefix("pages/").unwrap();
        assert!(index.contains(&format!("href=\"{name}\"")), "{name}");
        assert!(name.starts_with("site_20a_5F1-"), "{name}");
    }
    let page = home.dt("fleet lake --reports pages -o html").code(0);
    let page = String::from_utf8_lossy(&page.get_output().stdout).into_owned();
    assert!(page.contains("href=\"pages/site_20a_5F1-"), "links lead into the directory");

    home.dt("lake check lake").code(0);
    let evidence = files_below(&home.path("lake/evidence"));
    let exchange = evidence.iter().find(|path| path.contains("/exchanges/"));
    fs::write(exchange.unwrap(), "{}").unwrap();
    let damaged = home.dt("fleet lake --reports pages").code(1);
    assert!(stderr(&damaged).contains("is not what was written"), "{}", stderr(&damaged));
    let found = home.dt("lake check lake").code(1);
    let found = String::from_utf8_lossy(&found.get_output().stdout).into_owned();
    assert!(found.starts_with("evidence/run=") && found.contains("SHA-256"), "{found}");
    let snapshot = evidence.iter().find(|path| path.ends_with("snapshot.json")).unwrap();
    fs::remove_file(snapshot).unwrap();
    let found = home.dt("lake check lake").code(1);
    let found = String::from_utf8_lossy(&found.get_output().stdout).into_owned();
    assert!(found.contains("snapshot.json is missing"), "{found}");
}

/// All files below a directory.
fn files_below(directory: &std::path::Path) -> Vec<String> {
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| {
        if path.is_dir() { files_below(&path) } else { vec![path.to_str().unwrap().to_owned()] }
    };
    paths.flat_map(below).collect()
}

/// Whether Python has what reads a lake; `.ci/run` installs it beside what is built.
#[expect(clippy::print_stderr, reason = "what a test leaves out has to be seen")]
fn python_reads_lakes(packages: &std::path::Path) -> bool {
    let mut python = std::process::Command::new("python3");
    let imported =
        python.env("PYTHONPATH", packages).args(["-c", "import duckdb, pyarrow"]).output();
    let there = imported.is_ok_and(|run| run.status.success());
    if !there {
        let to = packages.display();
        eprintln!(
            "not checked: python3 with duckdb and pyarrow is needed, as by `python3 -m pip install --target {to} \
             duckdb pyarrow`"
        );
    }
    there
}

#[test]
fn other_engines_read_every_table() {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let packages = root.join("target/lake-readers");
    if !python_reads_lakes(&packages) {
        return;
    }
    // Some devices fail, so that there are errors to read.
    let faults = FaultRule::chance(0.6, [Fault::NotFound]).path("/deviceinfo");
    let config = NetworkConfig::new().devices(NetworkConfig::FEWEST_DEVICES);
    let network = Network::generate_with(config, 7, SystemClock.now());
    let credentials = Credentials::new("public", "private").unwrap();
    let appliance = Appliance::new().network(network).credentials(credentials);
    let appliance = appliance.faults(FaultPlan::new(1).rule(faults)).start().unwrap();
    let home = Home::new(&[("site-a", &appliance.url())]);
    home.dt("sweep --to lake --profile site-a --deep 4").code(1);
    let read = std::process::Command::new("python3")
        .env("PYTHONPATH", &packages)
        .arg(root.join("xtask/scripts/read_lake.py"))
        .arg(home.path("lake"))
        .arg(root.join("crates/dt-lake/schemas.txt"))
        .output()
        .unwrap();
    let [told, faults] = [&read.stdout, &read.stderr].map(|it| String::from_utf8_lossy(it));
    assert!(read.status.success(), "{faults}");
    assert_eq!(told.lines().count(), 7, "a line a table: {told}");
}
