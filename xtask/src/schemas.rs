//! The schemas of what the program prints, as files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::bail;
use dt_report::schema::Object;

use crate::project;

/// Writes every schema to `schemas`, or only compares.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let project = project::root()?;
    let place = project.join("schemas");
    fs::create_dir_all(&place)?;
    let wanted: BTreeMap<String, String> = Object::ALL
        .into_iter()
        .map(|object| (format!("{}.json", object.name()), object.render()))
        .collect();
    let mut there = BTreeSet::new();
    for entry in fs::read_dir(&place)? {
        there.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    let surplus: Vec<&String> = there.iter().filter(|name| !wanted.contains_key(*name)).collect();
    if check {
        let differs = |name: &str, text: &str| {
            fs::read_to_string(place.join(name)).ok().as_deref() != Some(text)
        };
        let stale: Vec<&String> = wanted
            .iter()
            .filter(|(name, text)| differs(name, text))
            .map(|(name, _)| name)
            .chain(surplus)
            .collect();
        if !stale.is_empty() {
            bail!(
                "schemas is not what the program prints: {stale:?}\nhint: cargo xtask schemas \
                 writes it anew"
            );
        }
        return Ok(());
    }
    for name in surplus {
        fs::remove_file(place.join(name))?;
    }
    for (name, text) in &wanted {
        fs::write(place.join(name), text)?;
    }
    Ok(())
}
