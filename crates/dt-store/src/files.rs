//! Files and directories for their owner alone, for crates that keep something in a form of their own.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use crate::Error;
use crate::atomic::{self, Kind};
use crate::error::Operation;

/// Creates a directory, unless it is there. What it stands in must be there: a path that was mistyped
/// should not become a tree.
///
/// # Errors
///
/// If it cannot be created.
pub fn create_directory(path: &Path) -> Result<(), Error> {
    atomic::directory(path)
}

/// Creates a new file, to be written to.
///
/// # Errors
///
/// If something is there already, or it cannot be created.
pub fn create(path: &Path) -> Result<File, Error> {
    atomic::open_regular(path, File::options().write(true).create_new(true))
        .map_err(Error::io(Operation::Create, path))
}

/// Replaces a file: whoever reads it sees the old content or all of the new, even after a crash.
///
/// # Errors
///
/// If it cannot be written. The old content is still there.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), Error> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| Error::strange_name(path))?;
    atomic::replace(atomic::parent(path), name, content, Kind::State)
}

/// Reads a file, if it is one: neither a link nor a pipe nor a device.
///
/// # Errors
///
/// If it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let read = || -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        let mut file = atomic::open_regular(path, File::options().read(true))?;
        io::Read::read_to_end(&mut file, &mut content)?;
        Ok(content)
    };
    read().map_err(Error::io(Operation::Read, path))
}

/// Renames a file or a directory within one file system, which is all or nothing, even after a crash.
///
/// # Errors
///
/// If it cannot be renamed.
pub fn rename(from: &Path, to: &Path) -> Result<(), Error> {
    let rename = || {
        fs::rename(from, to)?;
        atomic::sync(atomic::parent(from))?;
        atomic::sync(atomic::parent(to))
    };
    rename().map_err(Error::io(Operation::Write, to))
}

/// Holds the lock of a file until what is given back is dropped. The file is created if it is not there.
///
/// # Errors
///
/// If another process holds it ([`is_locked`](Error::is_locked)), or it cannot be created.
pub fn lock(path: &Path) -> Result<File, Error> {
    let file = atomic::lock_file(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::locked(path)),
        Err(TryLockError::Error(error)) => Err(Error::io(Operation::Lock, path)(error)),
    }
}
