//! The file that holds what every case printed.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Cases;
use super::kept::{compress, decompress};
use super::sharing::{Sharing, resolve};

#[derive(Serialize, Deserialize)]
struct Stored {
    shared: Vec<Value>,
    cases: Cases,
}

/// Writes all cases, and says how many bytes they take.
pub(super) fn write(path: &Path, cases: &Cases) -> anyhow::Result<usize> {
    let mut sorted = cases.clone();
    let mut sharing = Sharing::default();
    for document in sorted.values_mut() {
        document.sort_all_objects();
        sharing.note(document);
    }
    let cases = sorted.iter().map(|(name, it)| (name.clone(), sharing.refer(it))).collect();
    let stored = Stored { shared: sharing.into_shared(), cases };
    let compressed = compress(&serde_json::to_vec(&stored)?)?;
    fs::write(path, &compressed).with_context(|| format!("failed to write {}", path.display()))?;
    Ok(compressed.len())
}

/// Reads all cases.
pub(super) fn read(path: &Path) -> anyhow::Result<Cases> {
    let failed = || format!("failed to read {}", path.display());
    let whole = decompress(&fs::read(path).with_context(failed)?).with_context(failed)?;
    let Stored { shared, cases } = serde_json::from_slice(&whole).with_context(failed)?;
    cases.iter().map(|(name, it)| Ok((name.clone(), resolve(it, &shared)?))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("baseline");
        let document = json!({"b": [1.0, 2, "x"], "a": null});
        let cases: Cases = [("one", document.clone()), ("other", json!([])), ("two", document)]
            .map(|(name, document)| (name.to_owned(), document))
            .into();
        write(&path, &cases).unwrap();
        assert_eq!(read(&path).unwrap(), cases);
        let again = fs::read(&path).unwrap();
        write(&path, &cases).unwrap();
        assert_eq!(fs::read(&path).unwrap(), again);
    }
}
