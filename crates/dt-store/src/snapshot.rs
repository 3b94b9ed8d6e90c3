//! A snapshot, read.

use std::path::{Path, PathBuf};
use std::{fs, io};

use dt_model::Exchange;
use jiff::Timestamp;

use crate::atomic::Kind;
use crate::error::Operation;
use crate::manifest::{self, About, Entry, Manifest};
use crate::regular::read_regular;
use crate::{Error, NotAnswered, atomic};

/// Everything that was answered about a device at one time, as it was kept in a directory:
///
/// ```text
/// 12345-20261124T120000Z/
///   snapshot.json            what it is of, and each file with its SHA-256
///   exchanges/001-deviceinfo-co.json
///   exchanges/002-...        in the form of `Exchange`
/// ```
///
/// [`Archive`](crate::Archive) writes them. The hashes tell what was damaged or edited by accident;
/// they are no signature, since whoever edits a file can edit its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Its directory.
    pub path: PathBuf,
    /// What it is of.
    pub about: About,
    /// The exchanges, in the order of the questions. One that was tried again is there more than once.
    pub exchanges: Vec<StoredExchange>,
    /// What was asked, or should have been, and not answered.
    pub not_answered: Vec<NotAnswered>,
    /// How many bytes the files of the exchanges have.
    pub bytes: u64,
    /// The SHA-256 of its `snapshot.json`, in hex.
    pub sha256: String,
}

/// An exchange in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredExchange {
    /// Its file.
    pub file: PathBuf,
    /// The SHA-256 of this file, in hex; not that of the body in it.
    pub sha256: String,
    /// What was asked and what came.
    pub exchange: Exchange,
    /// When the response came; snapshots of older versions do not say.
    pub answered_at: Option<Timestamp>,
}

pub(crate) const EXCHANGES: &str = "exchanges";

/// How many bytes of a file, and of all together, are read at most: far more than four weeks take.
const LARGEST: u64 = 256 * 1024 * 1024;

impl Snapshot {
    /// Reads a snapshot, every file of it.
    ///
    /// # Errors
    ///
    /// If anything cannot be read, or was changed since ([`is_damaged`](Error::is_damaged)), or a
    /// newer program wrote it ([`is_newer`](Error::is_newer)).
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        let file = path.join(manifest::FILE);
        let own = content(&file)?;
        let Manifest { about, exchanges: entries, not_answered, .. } = Manifest::read(&own, &file)?;
        let bytes = entries.iter().fold(0, |sum: u64, entry| sum.saturating_add(entry.bytes));
        if bytes > LARGEST {
            return Err(Error::io(Operation::Read, &path)(io::ErrorKind::FileTooLarge.into()));
        }
        let read = |entry: Entry| {
            let file = path.join(EXCHANGES).join(&entry.file);
            let content = content(&file)?;
            if !entry.holds(&content) {
                return Err(Error::changed(&file));
            }
            let exchange = serde_json::from_slice(&content).map_err(Error::not_json(&file))?;
            let Entry { sha256, answered_at, .. } = entry;
            Ok(StoredExchange { file, sha256, exchange, answered_at })
        };
        let exchanges = entries.into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { path, about, exchanges, not_answered, bytes, sha256: manifest::sha256(&own) })
    }

    /// What the snapshot at this path is of, without its exchanges.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), but for what is wrong with an exchange.
    pub fn about(path: &Path) -> Result<About, Error> {
        let file = path.join(manifest::FILE);
        Ok(Manifest::read(&content(&file)?, &file)?.about)
    }

    /// Whether a directory is a snapshot: whether it says what it is of.
    #[must_use]
    pub fn is_at(path: &Path) -> bool {
        path.join(manifest::FILE).is_file()
    }

    /// The snapshots in a directory, by name. What is unfinished is none.
    ///
    /// # Errors
    ///
    /// If the directory cannot be read.
    pub fn list(directory: &Path) -> Result<Vec<PathBuf>, Error> {
        let list = || -> io::Result<Vec<PathBuf>> {
            let mut found = Vec::new();
            for entry in fs::read_dir(directory)? {
                let entry = entry?;
                if !atomic::is_unfinished(&entry.file_name(), Kind::Snapshot)
                    && Self::is_at(&entry.path())
                {
                    found.push(entry.path());
                }
            }
            found.sort();
            Ok(found)
        };
        list().map_err(Error::io(Operation::Read, directory))
    }
}

/// A file's content, if that is not larger than anything that was ever written here.
fn content(path: &Path) -> Result<Vec<u8>, Error> {
    read_regular(path, LARGEST).map_err(Error::io(Operation::Read, path))
}
