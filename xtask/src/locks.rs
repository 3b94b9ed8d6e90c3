//! Two workspaces, one version of whatever rows and judgements depend on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use toml::Table;

use crate::project;

/// The lock of the workspace, and of that of `dt-query`.
const LOCKS: [&str; 2] = ["Cargo.lock", "query/Cargo.lock"];

/// Packages by name, and others by how their names begin.
const EQUAL: [&str; 5] = ["jiff", "parquet", "psl", "serde_json", "statrs"];
const EQUAL_FROM: &str = "arrow-";

type Versions = BTreeMap<String, BTreeSet<String>>;

/// Checks that whatever both read rows and judge with is the same.
pub(crate) fn check() -> anyhow::Result<()> {
    let root = project::root()?;
    let [ours, theirs] = LOCKS.map(|lock| versions(&root.join(lock)));
    let differences = differences(&ours?, &theirs?);
    if differences.is_empty() {
        return Ok(());
    }
    bail!("{} and {} differ:\n  {}", LOCKS[0], LOCKS[1], differences.join("\n  "));
}

fn versions(lock: &Path) -> anyhow::Result<Versions> {
    let text = fs::read_to_string(lock).with_context(|| lock.display().to_string())?;
    let lock: Table = toml::from_str(&text)?;
    let packages = lock.get("package").and_then(|packages| packages.as_array());
    let mut versions = Versions::new();
    for package in packages.context("a lock without packages")? {
        let text = |key: &str| package.get(key).and_then(|text| text.as_str());
        let (name, version) = text("name").zip(text("version")).context("a nameless package")?;
        versions.entry(name.to_owned()).or_default().insert(version.to_owned());
    }
    Ok(versions)
}

/// What has to be equal and is not. Arrow's packages are equal where both have them; the others both must have.
fn differences(ours: &Versions, theirs: &Versions) -> Vec<String> {
    let arrow =
        ours.keys().filter(|name| name.starts_with(EQUAL_FROM) && theirs.contains_key(*name));
    let names = EQUAL.into_iter().chain(arrow.map(String::as_str));
    let different =
        names.filter(|name| !ours.contains_key(*name) || ours.get(*name) != theirs.get(*name));
    let of = |versions: &Versions, name: &str| match versions.get(name) {
        Some(versions) => versions.iter().cloned().collect::<Vec<_>>().join(" and "),
        None => "none".to_owned(),
    };
    different.map(|name| format!("{name}: {} and {}", of(ours, name), of(theirs, name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(packages: &[(&str, &str)]) -> Versions {
        let mut versions = Versions::new();
        let equal = EQUAL.map(|name| (name, "1.0.0"));
        for (name, version) in equal.iter().chain(packages) {
            versions.entry((*name).to_owned()).or_default().insert((*version).to_owned());
        }
        versions
    }

    #[test]
    fn what_differs_is_told_and_what_only_one_has_is_not() {
        let ours = lock(&[("arrow-array", "59.3.2"), ("arrow-old", "1.0.0"), ("clap", "4.0.0")]);
        let theirs =
            lock(&[("arrow-array", "59.3.2"), ("arrow-flight", "59.3.2"), ("clap", "4.1.0")]);
        assert_eq!(differences(&ours, &theirs), Vec::<String>::new());
        let theirs = lock(&[("arrow-array", "60.0.0"), ("jiff", "1.1.0")]);
        let told = differences(&ours, &theirs);
        assert_eq!(told, ["jiff: 1.0.0 and 1.0.0 and 1.1.0", "arrow-array: 59.3.2 and 60.0.0"]);
    }
}
