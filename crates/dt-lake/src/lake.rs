//! The directory of a lake.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::ErrorKind::{NotADirectory, NotFound};
use std::path::{Path, PathBuf};

use dt_analysis::Level;
use dt_fleet::rows::{DeviceRow, KnownRow};
use dt_store::{Archive, files};
use serde::Deserialize;

use crate::columns::Row;
use crate::paths::{appliance_directory, appliance_of};
use crate::run_id::RunId;
use crate::schema::Table;
use crate::table::Rows;
use crate::{Error, Manifest, table};

/// A lake, of which whoever reads sees the finished runs alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lake {
    path: PathBuf,
}

const MANIFESTS: &str = "manifests";
const EVIDENCE: &str = "evidence";

/// What every manifest has, whichever its format.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl Lake {
    /// A lake that is there.
    ///
    /// # Errors
    ///
    /// If the directory is no lake, or may not be looked into.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let (lake, path) = (Self { path: path.to_owned() }, path.to_owned());
        match fs::metadata(lake.manifest_directory()) {
            Ok(found) if found.is_dir() => Ok(lake),
            Err(source) if !matches!(source.kind(), NotFound | NotADirectory) => {
                Err(Error::Refused { path, source })
            }
            _ => Err(Error::NoLake { path }),
        }
    }

    /// A lake, which is made if it is not there. What it stands in must be.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn create(path: &Path) -> Result<Self, Error> {
        files::create_directory(path)?;
        let lake = Self { path: path.to_owned() };
        files::create_directory(&lake.manifest_directory())?;
        Ok(lake)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn incoming(&self) -> PathBuf {
        self.path.join("_incoming")
    }

    /// The directory of a run that is not finished, or not complete.
    pub(crate) fn unfinished_directory(&self, run: RunId) -> PathBuf {
        self.incoming().join(run.to_string())
    }

    /// Says that somebody writes to it, as several may at once.
    pub(crate) fn share(&self) -> Result<File, Error> {
        let incoming = self.incoming();
        files::create_directory(&incoming)?;
        let directories = [&self.manifest_directory(), &self.look_up_directory()];
        Ok(files::share(&incoming.join("lock"), &directories.map(PathBuf::as_path))?)
    }

    pub(crate) fn look_up_directory(&self) -> PathBuf {
        self.path.join("lookups")
    }

    /// Where it stands what all runs knew of domains.
    pub(crate) fn known_path(&self) -> PathBuf {
        self.path.join(Table::Known.name()).join("known.parquet")
    }

    /// Hands on what all runs knew of domains.
    pub(crate) fn read_known(&self, take: impl FnMut(KnownRow)) -> Result<(), Error> {
        let path = self.known_path();
        if !path.exists() {
            return Ok(());
        }
        let read = table::read(&path, "", Rows::All, take);
        read.map_err(|source| Error::Known { path, source: Box::new(source) })
    }

    fn manifest_directory(&self) -> PathBuf {
        self.path.join(MANIFESTS)
    }

    pub(crate) fn manifest_path(&self, run: RunId) -> PathBuf {
        self.manifest_directory().join(format!("{run}.json"))
    }

    /// The directory of a table of a run.
    pub(crate) fn table_directory(&self, table: Table, run: RunId) -> PathBuf {
        self.path.join(table.name()).join(format!("run={run}"))
    }

    pub(crate) fn evidence_directory(&self, run: RunId) -> PathBuf {
        self.path.join(EVIDENCE).join(format!("run={run}"))
    }

    /// Where the answers about devices of an appliance are kept that got a full report: a snapshot each.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn evidence_archive(&self, run: RunId, appliance: &str) -> Result<Archive, Error> {
        files::create_directory(&self.path.join(EVIDENCE))?;
        let directory = self.evidence_directory(run);
        files::create_directory(&directory)?;
        Ok(Archive::open(directory.join(appliance_directory(appliance)))?)
    }

    /// Where the answers about devices of an appliance are; `None` if a run has none.
    #[must_use]
    pub fn evidence(&self, run: RunId, appliance: &str) -> Option<PathBuf> {
        let directory = self.evidence_directory(run).join(appliance_directory(appliance));
        directory.is_dir().then_some(directory)
    }

    /// Where it is remembered which findings of an appliance were told as events.
    ///
    /// # Errors
    ///
    /// If what it stands in cannot be made.
    pub fn told_directory(&self, appliance: &str) -> Result<PathBuf, Error> {
        let directory = self.path.join("told");
        files::create_directory(&directory)?;
        Ok(directory.join(appliance_directory(appliance)))
    }

    /// The finished runs, the oldest first.
    ///
    /// # Errors
    ///
    /// If they cannot be listed.
    pub fn runs(&self) -> Result<Vec<RunId>, Error> {
        names(&self.manifest_directory(), |name| name.strip_suffix(".json")?.parse().ok())
    }

    /// The runs that were begun and are not finished, the oldest first.
    ///
    /// # Errors
    ///
    /// If they cannot be listed.
    pub fn unfinished(&self) -> Result<Vec<RunId>, Error> {
        names(&self.incoming(), |name| name.parse().ok())
    }

    /// The runs that have something among the tables or the evidence, whether they are finished or not, the oldest
    /// first.
    pub(crate) fn runs_with_files(&self) -> Result<BTreeSet<RunId>, Error> {
        let mut found = BTreeSet::new();
        for directory in Table::ALL.map(Table::name).into_iter().chain([EVIDENCE]) {
            let read = |name: &str| name.strip_prefix("run=")?.parse::<RunId>().ok();
            found.extend(names(&self.path.join(directory), read)?);
        }
        Ok(found)
    }

    /// The manifest of a finished run.
    ///
    /// # Errors
    ///
    /// If there is no such run, or it is of a newer version.
    pub fn manifest(&self, run: RunId) -> Result<Manifest, Error> {
        let path = self.manifest_path(run);
        if !path.exists() {
            return Err(Error::NoRun { run: run.to_string(), finished: true });
        }
        let text = files::read(&path)?;
        // Of a newer one nothing else may be as it is here.
        let Head { format: found } =
            serde_json::from_slice(&text).map_err(Error::damaged(&path))?;
        if found > Manifest::FORMAT {
            return Err(Error::Newer { path, found, known: Manifest::FORMAT });
        }
        serde_json::from_slice(&text).map_err(Error::damaged(&path))
    }

    /// The manifests of all finished runs, the oldest first.
    ///
    /// # Errors
    ///
    /// If one cannot be read.
    pub fn manifests(&self) -> Result<Vec<Manifest>, Error> {
        self.runs()?.into_iter().map(|run| self.manifest(run)).collect()
    }

    /// Hands on the rows of a table of a run, by appliance and id.
    ///
    /// # Errors
    ///
    /// If a file cannot be read.
    pub fn read<R: Row>(&self, manifest: &Manifest, take: impl FnMut(R)) -> Result<(), Error> {
        self.read_rows(manifest, Rows::All, take)
    }

    /// Hands on the devices of a run that are low or above.
    ///
    /// # Errors
    ///
    /// If a file cannot be read.
    pub fn read_urgent(
        &self,
        manifest: &Manifest,
        take: impl FnMut(DeviceRow),
    ) -> Result<(), Error> {
        self.read_rows(manifest, Rows::Without("level", Level::Minimal.as_str()), take)
    }

    fn read_rows<R: Row>(
        &self,
        manifest: &Manifest,
        rows: Rows,
        mut take: impl FnMut(R),
    ) -> Result<(), Error> {
        let prefix = format!("{}/", R::TABLE.name());
        for file in manifest.files.iter().filter(|file| file.path.starts_with(&prefix)) {
            let appliance = file.path.split('/').find_map(appliance_of).unwrap_or_default();
            table::read(&self.path.join(&file.path), &appliance, rows, &mut take)?;
        }
        Ok(())
    }

    /// The rows of a table of a run, by appliance and id.
    ///
    /// # Errors
    ///
    /// If a file cannot be read.
    pub fn rows<R: Row>(&self, manifest: &Manifest) -> Result<Vec<R>, Error> {
        let mut rows = Vec::new();
        self.read(manifest, |row| rows.push(row))?;
        Ok(rows)
    }
}

/// What the names in a directory say, in order; nothing if it is not there.
fn names<T: Ord>(directory: &Path, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Error> {
    let names = files::names(directory)?;
    let mut found: Vec<T> = names.iter().filter_map(|name| read(name.to_str()?)).collect();
    found.sort();
    Ok(found)
}
