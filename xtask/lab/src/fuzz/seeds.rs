//! Inputs to begin with, made from the fixtures at run time.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use jiff::Timestamp;
use serde_json::Value;

use super::Target;

/// Replaces what is in `place` by the target's seeds, and says how many they are.
pub(super) fn write(fixtures: &Path, place: &Path, target: Target) -> anyhow::Result<usize> {
    let seeds = match target {
        Target::ReadDeviceInfo => answers(fixtures, target.longest())?,
        Target::Sign => requests(&fixtures.join("signing"))?,
    };
    ensure!(!seeds.is_empty(), "no fixtures in {}", fixtures.display());
    if place.exists() {
        fs::remove_dir_all(place)?;
    }
    fs::create_dir_all(place)?;
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(place.join(format!("{number:04}")), seed)?;
    }
    Ok(seeds.len())
}

/// Every answer of the fixtures, as it is if it is short, and pared to a few entries a list.
fn answers(fixtures: &Path, longest: usize) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut seeds = Vec::new();
    for file in ["appliance", "documented", "exchanges"]
        .into_iter()
        .map(|folder| files(&fixtures.join(folder)))
        .collect::<anyhow::Result<Vec<_>>>()?
        .concat()
    {
        // What the module document's functions computed is no answer.
        if file.components().any(|part| part.as_os_str() == "recorded") {
            continue;
        }
        let bytes = fs::read(&file)?;
        let mut answer: Value = serde_json::from_slice(&bytes)
            .with_context(|| format!("failed to read {}", file.display()))?;
        if file.starts_with(fixtures.join("exchanges")) {
            answer = answer.get_mut("body").map(Value::take).unwrap_or_default();
        } else if bytes.len() <= longest {
            // With its white space and repeated keys.
            seeds.push(bytes);
        }
        // The list by itself is what other endpoints answer.
        let devices = answer.get("devices").cloned();
        for mut answer in std::iter::once(answer).chain(devices) {
            let fits = [4, 2, 1].into_iter().find_map(|entries| {
                pare(&mut answer, entries);
                let text = answer.to_string();
                (text.len() <= longest).then_some(text)
            });
            seeds.extend(fits.map(String::into_bytes));
        }
    }
    seeds.sort();
    seeds.dedup();
    Ok(seeds)
}

/// Leaves each list and object its first entries; objects with fixed keys have no more than 20.
fn pare(value: &mut Value, entries: usize) {
    match value {
        Value::Array(items) => {
            items.truncate(entries);
            for item in items.iter_mut() {
                pare(item, entries);
            }
        }
        Value::Object(members) => {
            let beyond: Vec<String> = members.keys().skip(20).cloned().collect();
            for key in &beyond {
                members.remove(key);
            }
            members.values_mut().for_each(|member| pare(member, entries));
        }
        _ => {}
    }
}

/// Every signing vector, in the form that `fuzz/fuzz_targets/sign.rs` describes.
fn requests(vectors: &Path) -> anyhow::Result<Vec<Vec<u8>>> {
    let requests = files(vectors)?;
    let requests = requests.iter().filter(|file| file.ends_with("request.json"));
    requests
        .map(|file| {
            let request = serde_json::from_slice(&fs::read(file)?)?;
            encode(&request).with_context(|| format!("failed to read {}", file.display()))
        })
        .collect()
}

fn encode(request: &Value) -> anyhow::Result<Vec<u8>> {
    let text = |key: &str| request[key].as_str().with_context(|| format!("no {key}"));
    let now: Timestamp = text("date")?.parse()?;
    let as_sent = u8::from(text("encoding")? == "as-sent");
    let compact = u8::from(text("date_format")? == "compact");
    let mut seed = vec![as_sent | compact << 1];
    seed.extend(now.as_second().to_le_bytes());
    seed.extend(now.subsec_nanosecond().to_le_bytes());
    // Changed after the path's first letter: one byte, replaced by itself, escaped.
    seed.extend([1, 0, 1]);
    let path = text("path")?;
    let escaped = path.as_bytes().get(1).map(|byte| format!("%{byte:02X}")).unwrap_or_default();
    let pairs = request["pairs"].as_array().context("no pairs")?;
    let pairs = pairs.iter().flat_map(|pair| [&pair[0], &pair[1]]);
    let pairs = pairs.map(|text| text.as_str().unwrap_or_default());
    for text in [path, text("public")?, text("private")?, &escaped].into_iter().chain(pairs) {
        seed.extend(text.as_bytes());
        seed.push(0xff);
    }
    Ok(seed)
}

/// The JSON files below a folder, in order.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("failed to list {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fixtures() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
    }

    #[test]
    fn every_answer_has_a_seed_that_is_short_enough() {
        let longest = Target::ReadDeviceInfo.longest();
        let seeds = answers(&fixtures(), longest).unwrap();
        assert!(seeds.len() > 60, "{}", seeds.len());
        assert!(seeds.iter().all(|seed| seed.len() <= longest));
        let holds =
            |text: &str| seeds.iter().any(|seed| String::from_utf8_lossy(seed).starts_with(text));
        assert!(holds("{\"deviceInfo\":[{") && holds("[{\"did\":"));
    }

    #[test]
    fn a_request_is_a_head_and_texts() {
        let request = json!({
            "path": "/d", "pairs": [["k", "v"]], "public": "pub", "private": "priv",
            "date": "1970-01-01T00:00:01Z", "encoding": "as-sent", "date_format": "compact",
        });
        let mut expected = vec![3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1];
        expected.extend(b"/d\xffpub\xffpriv\xff%64\xffk\xffv\xff");
        assert_eq!(encode(&request).unwrap(), expected);
        assert!(requests(&fixtures().join("signing")).unwrap().len() > 30);
    }
}
