//! What changed since a state was written as a whole, a line each.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Operation;
use crate::{Error, atomic};

const PREFIX: &str = "state-";
const SUFFIX: &str = ".journal";

/// When what is written has to outlive a crash of the machine. That of the process it always does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Before anything else is done.
    Now,
    /// By the next time that something is, at the latest.
    Later,
}

/// The journal that belongs to the state of one number. A state that is written as a whole gets another
/// number, so that no journal is ever read on top of a state that has it already.
#[derive(Debug)]
pub(crate) struct Journal {
    directory: PathBuf,
    path: PathBuf,
    /// Open once something was appended.
    file: Option<File>,
    /// Where the last whole line ends.
    length: u64,
    /// Whether something was not brought to the disk yet.
    is_unsynced: bool,
}

impl Journal {
    pub(crate) fn new(directory: &Path, number: u64) -> Self {
        Self {
            directory: directory.to_owned(),
            path: directory.join(format!("{PREFIX}{number}{SUFFIX}")),
            file: None,
            length: 0,
            is_unsynced: false,
        }
    }

    /// Hands on each line, from the first. What a writer that was killed left unfinished at the end was
    /// not said to be kept, and is written over by what is appended next.
    pub(crate) fn read<C: DeserializeOwned>(
        &mut self,
        mut take: impl FnMut(C),
    ) -> Result<(), Error> {
        let mut content = Vec::new();
        match atomic::open_regular(&self.path, File::options().read(true)) {
            Ok(mut file) => file.read_to_end(&mut content),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => Err(error),
        }
        .map_err(Error::io(Operation::Read, &self.path))?;
        let mut lines = content.split_inclusive(|byte| *byte == b'\n');
        self.length = 0;
        while let Some(line) = lines.next() {
            match serde_json::from_slice(line) {
                Ok(change) if line.ends_with(b"\n") => {
                    take(change);
                    self.length += line.len() as u64;
                }
                Err(error) if lines.any(|later| serde_json::from_slice::<C>(later).is_ok()) => {
                    return Err(Error::not_json(&self.path)(error));
                }
                Ok(_) | Err(_) => break,
            }
        }
        Ok(())
    }

    /// Appends a line. If that fails, it is as if it had not been tried.
    pub(crate) fn append(
        &mut self,
        change: &impl Serialize,
        durability: Durability,
    ) -> Result<(), Error> {
        let mut line = serde_json::to_vec(change).map_err(Error::no_json(&self.path))?;
        line.push(b'\n');
        self.write(&line, durability).map_err(Error::io(Operation::Write, &self.path))
    }

    fn write(&mut self, line: &[u8], durability: Durability) -> io::Result<()> {
        let is_new = self.file.is_none();
        let file = match self.file.take() {
            Some(file) => file,
            None => self.open()?,
        };
        if is_new && durability == Durability::Now {
            atomic::sync(&self.directory)?;
        }
        let file = self.file.insert(file);
        file.seek(SeekFrom::Start(self.length))?;
        let written = file.write_all(line).and_then(|()| match durability {
            Durability::Now => file.sync_data(),
            Durability::Later => Ok(()),
        });
        if let Err(error) = written {
            // A part of a line is no line: where it cannot be cut off, the next reader does.
            let _ = file.set_len(self.length);
            return Err(error);
        }
        self.is_unsynced = durability == Durability::Later;
        self.length += line.len() as u64;
        Ok(())
    }

    /// Opens it to go on after the last whole line.
    fn open(&self) -> io::Result<File> {
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        let file = atomic::open_regular(&self.path, &mut options)?;
        file.set_len(self.length)?;
        Ok(file)
    }

    /// Brings to the disk what was not.
    pub(crate) fn sync(&mut self) -> Result<(), Error> {
        if let (true, Some(file)) = (self.is_unsynced, &self.file) {
            let synced = file.sync_data().and_then(|()| atomic::sync(&self.directory));
            synced.map_err(Error::io(Operation::Write, &self.path))?;
            self.is_unsynced = false;
        }
        Ok(())
    }

    /// How many bytes it has.
    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    /// Removes the other journals of its directory, which are of states that were written over.
    pub(crate) fn remove_others(&self) -> Result<(), Error> {
        for (_, path) in journals(&self.directory)? {
            if path != self.path {
                fs::remove_file(&path).map_err(Error::io(Operation::Write, &path))?;
            }
        }
        Ok(())
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
