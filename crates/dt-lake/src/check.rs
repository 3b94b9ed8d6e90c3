//! Whether a lake is what its manifests say.

use std::fmt;
use std::path::Path;

use crate::lake::Lake;
use crate::run_id::RunId;
use crate::{Error, Manifest, table};

/// A file that is not what a manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Of which run; `None` if it is what all runs share.
    pub run: Option<String>,
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
    /// No manifest lists it, and it is not what stands there.
    Unreadable,
}

/// What was found of the files of a lake.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LakeCheck {
    /// How many files the manifests of finished runs list.
    pub files: usize,
    /// Those that are not what a manifest says.
    pub damaged: Vec<Damage>,
}

impl Lake {
    /// Compares the files of every finished run with its manifest, and reads what all runs share.
    ///
    /// # Errors
    ///
    /// If a manifest cannot be read.
    pub fn check_all(&self) -> Result<LakeCheck, Error> {
        let mut found = LakeCheck::default();
        for run in self.runs()? {
            found.files += self.manifest(run)?.files.len();
            found.damaged.extend(self.check(run)?);
        }
        found.damaged.extend(self.check_shared());
        Ok(found)
    }

    /// What all runs share, of which no manifest says what it should be: whether it can be read.
    fn check_shared(&self) -> Option<Damage> {
        let damage = |path: &Path| {
            let path = path.strip_prefix(self.path()).unwrap_or(path);
            Damage { run: None, path: path.display().to_string(), kind: DamageKind::Unreadable }
        };
        self.read_known(drop).is_err().then(|| damage(&self.known_path()))
    }

    /// The files of a finished run that are not what its manifest says.
    ///
    /// # Errors
    ///
    /// If the manifest cannot be read.
    pub fn check(&self, run: RunId) -> Result<Vec<Damage>, Error> {
        let Manifest { run, files, .. } = self.manifest(run)?;
        let damage = |path: &str, kind| Damage { run: Some(run.clone()), path: path.to_owned(), kind };
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

/// What is damaged, a line each, or that nothing is.
impl fmt::Display for LakeCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.damaged.is_empty() {
            return writeln!(f, "All {} files are as they were written.", self.files);
        }
        self.damaged.iter().try_for_each(|damage| writeln!(f, "{damage}"))
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            DamageKind::Missing => "is missing",
            DamageKind::Changed => "is not what was written (SHA-256)",
            DamageKind::Outside => "leads out of the lake",
            DamageKind::Unreadable => "cannot be read",
        };
        write!(f, "{} {what}", self.path)
    }
}
