//! `cargo xtask fixtures` against an appliance that is not the built-in one, as its users run it.

#![expect(clippy::unwrap_used, reason = "these are tests, their helper functions too")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use dt_appliance::{Appliance, Network, Responder, RunningAppliance};
use dt_auth::Credentials;
use dt_model::{DeviceInfo, Dialect, Exchange};
use serde_json::Value;

const PUBLIC_TOKEN: &str = "3f0c1d5e7a9b";
const PRIVATE_TOKEN: &str = "c0ffee15600d";

fn appliance(dialect: Dialect) -> RunningAppliance {
    let credentials = Credentials::new(PUBLIC_TOKEN, PRIVATE_TOKEN).unwrap();
    Appliance::new().dialect(dialect).credentials(credentials).start().unwrap()
}

/// A directory that does not exist yet.
fn fresh(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if place.exists() {
        fs::remove_dir_all(&place).unwrap();
    }
    place
}

fn record(appliance: &RunningAppliance, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("fixtures")
        .args(arguments)
        .env("DT_URL", appliance.url())
        .env("DT_PUBLIC_TOKEN", PUBLIC_TOKEN)
        .env("DT_PRIVATE_TOKEN", PRIVATE_TOKEN)
        .env_remove("DT_CA_FILE")
        .output()
        .unwrap()
}

/// Every file below a folder.
fn files(place: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(place).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            let text = fs::read_to_string(&path).unwrap();
            files.push((path, text));
        }
    }
    files
}

/// Every name and address that the answers about a device hold.
fn originals(network: Network, dialect: Dialect, did: i64) -> BTreeSet<String> {
    fn collect(value: &Value, is_telling: bool, originals: &mut BTreeSet<String>) {
        const TELLING: [&str; 11] = [
            "hostname",
            "ip",
            "mac",
            "macaddress",
            "devicelabel",
            "domain",
            "owner",
            "location",
            "city",
            "description",
            "name",
        ];
        match value {
            Value::String(text) if is_telling => {
                originals.insert(text.to_lowercase());
            }
            Value::Array(items) => {
                for item in items {
                    collect(item, is_telling, originals);
                }
            }
            Value::Object(members) => {
                for (key, value) in members {
                    collect(value, TELLING.contains(&key.as_str()), originals);
                }
            }
            _ => {}
        }
    }
    let now = network.window_end();
    let responder = Responder::new(network, dialect);
    let mut originals = BTreeSet::new();
    let device = format!("/deviceinfo?did={did}&similardevices=5&fulldevicedetails=true");
    for target in [&device, &format!("/deviceinfo?did={did}&odid=0"), "/devices?includetags=true"] {
        let answer = responder.answer("GET", target, now);
        collect(&serde_json::from_slice(&answer.body).unwrap(), false, &mut originals);
    }
    // The outside of the demo has the addresses that are also replacements; what is
    // everybody's is kept.
    let ranges = ["192.0.2.", "198.51.100.", "203.0.113.", "224.0.0.", "255.255.255.255"];
    originals.retain(|text| !ranges.iter().any(|range| text.starts_with(range)));
    // They say nothing, or stand elsewhere for something that is kept.
    for word in ["", "others", "server", "admin"] {
        originals.remove(word);
    }
    originals
}

/// Whether a text holds these words, and not only as parts of longer ones.
fn holds(text: &str, words: &str) -> bool {
    let is_end = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(words).any(|(at, _)| {
        is_end(text[..at].chars().next_back()) && is_end(text[at + words.len()..].chars().next())
    })
}

/// Values that are kept whatever is in them.
fn without_public(text: &str) -> String {
    fn remove(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(remove),
            Value::Object(members) => {
                for key in ["asn", "country", "vendor", "os", "typelabel", "typename"] {
                    members.shift_remove(key);
                }
                members.values_mut().for_each(remove);
            }
            _ => {}
        }
    }
    let mut value = serde_json::from_str(text).unwrap();
    remove(&mut value);
    value.to_string().to_lowercase()
}

#[test]
fn what_is_written_names_nobody_and_still_reads() {
    for (dialect, name) in [(Dialect::Appliance, "appliance"), (Dialect::Documented, "documented")]
    {
        let running = appliance(dialect);
        let place = fresh(&format!("site-{name}"));
        let to = place.to_str().unwrap();
        let run = record(&running, &["--device", "12345", "20001", "--refusals", "--to", to]);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));

        let now = running.network().window_end();
        let mut originals = originals(Network::generate(Appliance::SEED, now), dialect, 12345);
        assert!(originals.len() > 250, "{}", originals.len());
        originals.extend([PUBLIC_TOKEN, PRIVATE_TOKEN, "demo-appliance"].map(str::to_owned));
        let files = files(&place);
        for (path, text) in &files {
            let text = without_public(text);
            for original in &originals {
                assert!(!holds(&text, original), "{original} is left in {}", path.display());
            }
            serde_json::from_str::<Exchange>(&text).unwrap();
        }
        for file in [
            format!("{name}/12345/co.json"),
            format!("{name}/20001/sizein.json"),
            "other/status.json".to_owned(),
            "other/wrong-date.json".to_owned(),
        ] {
            assert!(files.iter().any(|(path, _)| *path == place.join(&file)), "{file}");
        }
        let co = fs::read(place.join(name).join("12345/co.json")).unwrap();
        let co: Exchange = serde_json::from_slice(&co).unwrap();
        let info = DeviceInfo::from_slice(&co.body).unwrap();
        assert_eq!((info.dialect, info.subject.series.buckets().len()), (dialect, 672));
        assert_eq!(info.warnings, []);
    }
}

#[test]
fn nothing_is_overwritten_by_accident() {
    let running = appliance(Dialect::Appliance);
    let said = |arguments: &[&str]| {
        let run = record(&running, arguments);
        assert!(!run.status.success(), "{arguments:?}");
        String::from_utf8(run.stderr).unwrap()
    };
    assert!(said(&[]).contains("DT_URL is set"));
    assert!(said(&["--device", "12345"]).contains("--to"));
    let place = fresh("occupied");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("mine"), "").unwrap();
    let to = place.to_str().unwrap();
    assert!(said(&["--to", to]).contains("--device"));
    assert!(said(&["--device", "12345", "--to", to]).contains("not empty"));
    assert_eq!(files(&place).len(), 1);
    let place = fresh("unknown");
    assert!(said(&["--device", "777", "--to", place.to_str().unwrap()]).contains("did 777"));
    assert!(!place.exists());
}
