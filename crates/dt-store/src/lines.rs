//! A file of JSON lines, to which lines are appended and never changed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Operation;
use crate::{Error, atomic};

/// When what is written has to outlive a crash of the machine. That of the process it always does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Before anything else is done.
    Now,
    /// By the next time that something is, at the latest.
    Later,
}

/// Where a line is in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// How many bytes are before it.
    pub offset: u64,
    /// How many it has, with its end.
    pub length: u64,
}

/// A file of JSON lines, which only its owner may read.
///
/// What a writer that was killed left unfinished at the end was not said to be kept: it is not read, and is
/// written over by what is appended next.
///
/// ```
/// use dt_store::{Durability, LineFile};
///
/// let directory = tempfile::tempdir()?;
/// let path = directory.path().join("journal.ndjson");
/// LineFile::new(path.clone()).append(&"one", Durability::Now)?;
/// let mut lines: Vec<String> = Vec::new();
/// LineFile::new(path).read(|line, _| lines.push(line))?;
/// assert_eq!(lines, ["one"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LineFile {
    path: PathBuf,
    /// Open once something was appended.
    file: Option<File>,
    /// Where the last whole line ends.
    length: u64,
    /// Whether what is there was read: it would be written over otherwise.
    is_read: bool,
    /// Whether something was not brought to the disk yet.
    is_unsynced: bool,
    /// Whether its name is on the disk.
    is_named: bool,
}

impl LineFile {
    /// The file at a path. It is created with its first line. To go on with one that is there,
    /// [`read`](Self::read) it first: nothing is appended to it otherwise.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self { path, file: None, length: 0, is_read: false, is_unsynced: false, is_named: false }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Hands on each line with its place, from the first. A file that is not there has none.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or a line that others follow is not a `C`
    /// ([`is_damaged`](Error::is_damaged)).
    pub fn read<C: DeserializeOwned>(&mut self, take: impl FnMut(C, Place)) -> Result<(), Error> {
        self.is_read = false;
        self.read_lines(take)?;
        self.is_read = true;
        Ok(())
    }

    fn read_lines<C: DeserializeOwned>(
        &mut self,
        mut take: impl FnMut(C, Place),
    ) -> Result<(), Error> {
        let file = match atomic::open_regular(&self.path, File::options().read(true)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::io(Operation::Read, &self.path)(error)),
        };
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        let mut broken = None;
        let mut offset = 0;
        self.length = 0;
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line);
            let length = read.map_err(Error::io(Operation::Read, &self.path))? as u64;
            if length == 0 {
                return Ok(());
            }
            match (serde_json::from_slice(&line), broken.take()) {
                (Ok(_), Some(error)) => return Err(Error::not_json(&self.path)(error)),
                (Ok(value), None) if line.ends_with(b"\n") => {
                    take(value, Place { offset, length });
                    self.length = offset + length;
                }
                // Without its end it was not said to be kept.
                (Ok(_), None) => return Ok(()),
                (Err(error), earlier) => broken = Some(earlier.unwrap_or(error)),
            }
            offset += length;
        }
    }

    /// Reads one line again.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is not a `C`.
    pub fn line<C: DeserializeOwned>(&self, place: Place) -> Result<C, Error> {
        let read = || -> io::Result<Vec<u8>> {
            let mut file = atomic::open_regular(&self.path, File::options().read(true))?;
            file.seek(SeekFrom::Start(place.offset))?;
            let mut line = Vec::new();
            file.take(place.length).read_to_end(&mut line)?;
            Ok(line)
        };
        let line = read().map_err(Error::io(Operation::Read, &self.path))?;
        serde_json::from_slice(&line).map_err(Error::not_json(&self.path))
    }

    /// Appends a line. If that fails, it is as if it had not been tried.
    ///
    /// # Errors
    ///
    /// If it cannot be written, or is there and was not [read](Self::read).
    pub fn append(&mut self, value: &impl Serialize, durability: Durability) -> Result<(), Error> {
        let mut line = serde_json::to_vec(value).map_err(Error::no_json(&self.path))?;
        line.push(b'\n');
        self.write(&line, durability).map_err(Error::io(Operation::Write, &self.path))
    }

    fn write(&mut self, line: &[u8], durability: Durability) -> io::Result<()> {
        let file = match self.file.take() {
            Some(file) => file,
            None => self.open()?,
        };
        let file = self.file.insert(file);
        file.seek(SeekFrom::Start(self.length))?;
        let written = file.write_all(line).and_then(|()| match durability {
            Durability::Now => bring_to_disk(file, &self.path, &mut self.is_named),
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
        options.create(true).create_new(!self.is_read).truncate(false).write(true);
        let file = atomic::open_regular(&self.path, &mut options)?;
        if self.is_read {
            file.set_len(self.length)?;
        }
        Ok(file)
    }

    /// Brings to the disk what was not.
    ///
    /// # Errors
    ///
    /// If it cannot be.
    pub fn sync(&mut self) -> Result<(), Error> {
        if let (true, Some(file)) = (self.is_unsynced, &self.file) {
            let synced = bring_to_disk(file, &self.path, &mut self.is_named);
            synced.map_err(Error::io(Operation::Write, &self.path))?;
            self.is_unsynced = false;
        }
        Ok(())
    }

    /// How many bytes its whole lines have.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }
}

/// Brings to the disk what was written to a file, and its name if that was not: a file without a name is not found
/// again.
fn bring_to_disk(file: &File, path: &Path, is_named: &mut bool) -> io::Result<()> {
    file.sync_data()?;
    if !*is_named {
        atomic::sync(atomic::parent(path))?;
        *is_named = true;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_that_was_not_read_is_not_written_over() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal.ndjson");
        let mut lines = LineFile::new(path.clone());
        lines.append(&1, Durability::Now).unwrap();
        lines.append(&2, Durability::Later).unwrap();
        let mut again = LineFile::new(path.clone());
        again.append(&3, Durability::Now).unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "1\n2\n");
        again.read(|_: u8, _| ()).unwrap();
        again.append(&3, Durability::Now).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "1\n2\n3\n");
        // What cannot be read is not gone on with.
        fs::write(&path, "one\n2\n").unwrap();
        again.read(|_: u8, _| ()).unwrap_err();
        LineFile::new(path.clone()).append(&3, Durability::Now).unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n2\n");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_kept_now_is_kept_under_its_name() {
        let parent = tempfile::tempdir().unwrap();
        let directory = parent.path().join("run");
        fs::create_dir(&directory).unwrap();
        let mut lines = LineFile::new(directory.join("journal.ndjson"));
        lines.append(&1, Durability::Later).unwrap();
        // Its name cannot be brought to the disk any more.
        fs::rename(&directory, parent.path().join("elsewhere")).unwrap();
        lines.append(&2, Durability::Now).unwrap_err();
        assert_eq!(lines.length(), 2, "as if it had not been tried");
        lines.sync().unwrap_err();
    }
}
