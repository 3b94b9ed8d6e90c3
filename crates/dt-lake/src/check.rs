//! Whether a lake is what its manifests say.

use std::fmt;
use std::path::Path;

use dt_store::{Snapshot, files};

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
    /// It is not what should stand there, or may not be read.
    Unreadable,
}

/// What was found of the files of a lake.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LakeCheck {
    /// How many files the manifests of finished runs list, and how many those of snapshots that are whole.
    pub files: usize,
    /// Those that are not what a manifest says.
    pub damaged: Vec<Damage>,
}

impl Lake {
    /// Compares the files of every finished run with its manifest, those of its evidence with the snapshots that they
    /// are of, and reads what all runs share.
    ///
    /// # Errors
    ///
    /// If a manifest cannot be read, or a directory cannot be listed.
    pub fn check_all(&self) -> Result<LakeCheck, Error> {
        let mut found = LakeCheck::default();
        for run in self.runs()? {
            found.files += self.manifest(run)?.files.len();
            found.damaged.extend(self.check(run)?);
            self.check_evidence(run, &mut found)?;
        }
        found.damaged.extend(self.check_shared()?);
        Ok(found)
    }

    /// The answers behind the full reports of a run: each snapshot says itself what its files should be.
    fn check_evidence(&self, run: RunId, found: &mut LakeCheck) -> Result<(), Error> {
        let evidence = self.evidence_directory(run);
        let appliances = files::names(&evidence)?.into_iter().map(|name| evidence.join(name));
        for appliance in appliances.filter(|path| path.is_dir()) {
            for name in files::names(&appliance)? {
                let path = appliance.join(&name);
                // Beside them are a lock, and what a killed process did not finish.
                if name.as_encoded_bytes().starts_with(b".") || !path.is_dir() {
                    continue;
                }
                match Snapshot::open(path) {
                    Ok(snapshot) => found.files += 1 + snapshot.exchanges.len(),
                    Err(error) => {
                        let kind = DamageKind::of(&error);
                        found.damaged.push(self.damage(Some(run), error.path(), kind));
                    }
                }
            }
        }
        Ok(())
    }

    /// What all runs share, of which nothing says what it should be: whether it can be read.
    fn check_shared(&self) -> Result<Vec<Damage>, Error> {
        let is_broken = self.read_known(drop).is_err();
        let known = is_broken.then(|| self.known_path());
        let broken = known.into_iter().chain(self.broken_look_ups()?);
        Ok(broken.map(|path| self.damage(None, &path, DamageKind::Unreadable)).collect())
    }

    fn damage(&self, run: Option<RunId>, path: &Path, kind: DamageKind) -> Damage {
        let path = path.strip_prefix(self.path()).unwrap_or(path).display().to_string();
        Damage { run: run.map(|run| run.to_string()), path, kind }
    }

    /// The files of a finished run that are not what its manifest says.
    ///
    /// # Errors
    ///
    /// If the manifest cannot be read.
    pub fn check(&self, run: RunId) -> Result<Vec<Damage>, Error> {
        let Manifest { run, files, .. } = self.manifest(run)?;
        let damage =
            |path: &str, kind| Damage { run: Some(run.clone()), path: path.to_owned(), kind };
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

impl DamageKind {
    /// Why a snapshot could not be read.
    fn of(error: &dt_store::Error) -> Self {
        match error {
            error if error.is_damaged() => Self::Changed,
            error if error.is_not_found() => Self::Missing,
            _ => Self::Unreadable,
        }
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
