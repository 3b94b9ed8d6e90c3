//! What changed since a state was written as a whole, a line each.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::error::Operation;
use crate::lines::{Durability, LineFile};

const PREFIX: &str = "state-";
const SUFFIX: &str = ".journal";

/// The journal that belongs to the state of one number. A state that is written as a whole gets another
/// number, so that no journal is ever read on top of a state that has it already.
#[derive(Debug)]
pub(crate) struct Journal {
    directory: PathBuf,
    lines: LineFile,
}

impl Journal {
    pub(crate) fn new(directory: &Path, number: u64) -> Self {
        let lines = LineFile::new(directory.join(format!("{PREFIX}{number}{SUFFIX}")));
        Self { directory: directory.to_owned(), lines }
    }

    /// Hands on each line, from the first.
    pub(crate) fn read<C: DeserializeOwned>(
        &mut self,
        mut take: impl FnMut(C),
    ) -> Result<(), Error> {
        self.lines.read(|change, _| take(change))
    }

    /// Appends a line. If that fails, it is as if it had not been tried.
    pub(crate) fn append(
        &mut self,
        change: &impl Serialize,
        durability: Durability,
    ) -> Result<(), Error> {
        self.lines.append(change, durability)
    }

    /// Brings to the disk what was not.
    pub(crate) fn sync(&mut self) -> Result<(), Error> {
        self.lines.sync()
    }

    /// How many bytes it has.
    pub(crate) const fn length(&self) -> u64 {
        self.lines.length()
    }

    /// Removes the other journals of its directory, which are of states that were written over. Nobody reads one that
    /// cannot be removed.
    pub(crate) fn remove_others(&self) {
        for (_, path) in journals(&self.directory).unwrap_or_default() {
            if path != self.lines.path() {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

/// The highest number that a journal of a directory has; 0 if there is none.
pub(crate) fn highest(directory: &Path) -> Result<u64, Error> {
    Ok(journals(directory)?.into_iter().map(|(number, _)| number).max().unwrap_or(0))
}

/// The journals of a directory, with their numbers.
fn journals(directory: &Path) -> Result<Vec<(u64, PathBuf)>, Error> {
    let entries = fs::read_dir(directory).map_err(Error::io(Operation::Read, directory))?;
    let mut journals = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::io(Operation::Read, directory))?;
        let name = entry.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.parse().ok());
        journals.extend(number.map(|number| (number, entry.path())));
    }
    Ok(journals)
}
