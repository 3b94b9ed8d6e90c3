//! Whether a lake is what its manifests say.

use std::fmt;

use crate::lake::Lake;
use crate::run_id::RunId;
use crate::{Error, Manifest, table};

/// A file that is not what a manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Of which run.
    pub run: String,
    /// Which file, relative to the lake.
    pub path: String,
    /// What is wrong with it.
    pub kind: DamageKind,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DamageKind {
    /// It is not there.
    Missing,
    /// Its content is another.
    Changed,
    /// Its name leads out of the lake.
    Outside,
}

impl Lake {
    /// The files of a finished run that are not what its manifest says.
    ///
    /// # Errors
    ///
    /// If the manifest cannot be read.
    pub fn check(&self, run: RunId) -> Result<Vec<Damage>, Error> {
        let Manifest { run, files, .. } = self.manifest(run)?;
        let damage = |path: &str, kind| Damage { run: run.clone(), path: path.to_owned(), kind };
        let mut found = Vec::new();
        for file in &files {
            let is_inside = file.path.split('/').all(|part| !matches!(part, "" | "." | ".."));
            let path = self.path().join(&file.path);
            if !is_inside {
                found.push(damage(&file.path, DamageKind::Outside));
            } else if !path.is_file() {
                found.push(damage(&file.path, DamageKind::Missing));
            } else if table::digest(&path)? != (file.bytes, file.sha256.clone()) {
                found.push(damage(&file.path, DamageKind::Changed));
            }
        }
        Ok(found)
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            DamageKind::Missing => "is missing",
            DamageKind::Changed => "is not what was written (SHA-256)",
            DamageKind::Outside => "leads out of the lake",
        };
        write!(f, "{} {what}", self.path)
    }
}
