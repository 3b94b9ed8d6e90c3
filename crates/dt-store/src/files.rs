//! Files and directories for their owner alone, for crates that keep something in a form of their own.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

use serde::Serialize;

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

/// Replaces a file by a value, as JSON that people can read.
///
/// # Errors
///
/// If it cannot be written. The old content is still there.
pub fn replace_json(path: &Path, value: &impl Serialize) -> Result<(), Error> {
    let text = serde_json::to_vec_pretty(value).map_err(Error::no_json(path))?;
    replace(path, &text)
}

/// Removes a file, unless there is none. It does not come back with a crash.
///
/// # Errors
///
/// If it cannot be removed.
pub fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.and_then(|()| atomic::sync(atomic::parent(path))),
    }
    .map_err(Error::io(Operation::Remove, path))
}

/// Removes a directory with all that is in it, unless there is none. A crash may leave a part of it.
///
/// # Errors
///
/// If something of it cannot be removed.
pub fn remove_directory(path: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(Error::io(Operation::Remove, path)),
    }
}

/// What is in a directory, by name; nothing if it is not there.
///
/// # Errors
///
/// If it cannot be listed.
pub fn names(directory: &Path) -> Result<Vec<OsString>, Error> {
    let list = || -> io::Result<Vec<OsString>> {
        fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name())).collect()
    };
    match list() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        listed => listed.map_err(Error::io(Operation::Read, directory)),
    }
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

/// The same, once whoever else holds it is done.
///
/// # Errors
///
/// If it cannot be created.
pub fn wait_for_lock(path: &Path) -> Result<File, Error> {
    let file = atomic::lock_file(path)?;
    file.lock().map_err(Error::io(Operation::Lock, path))?;
    Ok(file)
}

/// Holds the lock of a file together with others that write, until what is given back is dropped. Who comes first removes
/// what [`replace`] left unfinished in these directories where its process was killed.
///
/// # Errors
///
/// If the file cannot be created, or something cannot be removed.
pub fn share(path: &Path, directories: &[&Path]) -> Result<File, Error> {
    atomic::share(path, directories, Kind::State)
}

/// Removes what [`replace`] left unfinished in a directory where its process was killed. Nobody else may be writing there.
///
/// # Errors
///
/// If something cannot be removed.
pub fn clean(directory: &Path) -> Result<(), Error> {
    atomic::clean(directory, Kind::State)
}
