//! Evidence to be filed: snapshots, the document about them, and what tells whether they are still that.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dt_model::Exchange;
use jiff::Timestamp;

use crate::archive::LOCK;
use crate::atomic::Kind;
use crate::error::Operation;
use crate::manifest::{self, sha256};
use crate::snapshot::EXCHANGES;
use crate::verify::{CHECKSUMS, DOCUMENT};
use crate::{About, Archive, Error, NotAnswered, Snapshot, atomic};

/// A directory with the evidence about devices:
///
/// ```text
/// audit/
///   12345-20261124T120000Z/   a snapshot of each device
///   evidence.json             the document about them
///   SHA256SUMS                each of these files, in the form that `sha256sum -c` reads
/// ```
///
/// It holds nothing else, so that whatever else is found there later is not of it.
#[derive(Debug)]
pub struct EvidenceBundle {
    directory: PathBuf,
    archive: Archive,
    /// The SHA-256 of each file, by its path below the directory.
    checksums: BTreeMap<String, String>,
}

impl EvidenceBundle {
    /// Takes a directory that is empty, or is created as [`Archive::open`] creates one. Until it is finished, nobody else
    /// gets it.
    ///
    /// # Errors
    ///
    /// If it cannot be created or written to, holds anything ([`is_not_empty`](Error::is_not_empty)), or is written
    /// to already ([`is_locked`](Error::is_locked)).
    pub fn create(directory: impl Into<PathBuf>) -> Result<Self, Error> {
        let directory = directory.into();
        let archive = Archive::open_alone(directory.clone())?;
        let entries = fs::read_dir(&directory).map_err(Error::io(Operation::Read, &directory))?;
        for entry in entries {
            let entry = entry.map_err(Error::io(Operation::Read, &directory))?;
            if entry.file_name() != LOCK {
                return Err(Error::not_empty(&directory));
            }
        }
        Ok(Self { directory, archive, checksums: BTreeMap::new() })
    }

    /// Keeps a snapshot, as [`Archive::keep`] does.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn keep(
        &mut self,
        about: About,
        exchanges: Vec<(Exchange, Option<Timestamp>)>,
        not_answered: Vec<NotAnswered>,
    ) -> Result<Snapshot, Error> {
        let snapshot = self.archive.keep(about, exchanges, not_answered)?;
        let name = name(&snapshot.path);
        let own = format!("{name}/{}", manifest::FILE);
        self.checksums.insert(own, snapshot.sha256.clone());
        for exchange in &snapshot.exchanges {
            let file = format!("{name}/{EXCHANGES}/{}", self::name(&exchange.file));
            self.checksums.insert(file, exchange.sha256.clone());
        }
        Ok(snapshot)
    }

    /// Keeps the document, and then the checksums of every file. A bundle without these was never
    /// finished.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn finish(mut self, document: &[u8]) -> Result<(), Error> {
        atomic::replace(&self.directory, DOCUMENT, document, Kind::Snapshot)?;
        self.checksums.insert(DOCUMENT.to_owned(), sha256(document));
        let lines = self.checksums.iter().map(|(path, sha256)| format!("{sha256}  {path}\n"));
        let list: String = lines.collect();
        atomic::replace(&self.directory, CHECKSUMS, list.as_bytes(), Kind::Snapshot)
    }
}

/// The last part of a path that was made here, and so is text.
fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
