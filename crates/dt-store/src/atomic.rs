//! Writing so that a file is there whole, or is what it was before.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, TempDir};

use crate::Error;
use crate::error::Operation;

/// What is being written, by how its files or directories are called until they are whole. Whatever is
/// called so and has no writer any more was left by one that was killed. Each kind has a lock of its
/// own, and may stand beside the other in one directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Snapshot,
    State,
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Snapshot => ".unfinished-snapshot-",
            Self::State => ".unfinished-state-",
        }
    }
}

/// Writes a new file and brings it to the disk. Only its owner may read it.
pub(crate) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Replaces the file `name` in `directory`: whoever reads it sees the old content or all of the new,
/// even after a crash. Only its owner may read it. Until then it is called as what is unfinished of a
/// kind.
pub(crate) fn replace(
    directory: &Path,
    name: &str,
    content: &[u8],
    kind: Kind,
) -> Result<(), Error> {
    let path = directory.join(name);
    let write = || -> io::Result<()> {
        // In the same directory: a rename within one file system is all or nothing.
        let mut file = Builder::new().prefix(kind.prefix()).tempfile_in(directory)?;
        file.write_all(content)?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        sync(directory)
    };
    write().map_err(Error::io(Operation::Write, &path))
}

/// Opens a file, which is for its owner only if it is created. Neither a link, which may lead anywhere, nor
/// a pipe or a device, which may never end, is one.
pub(crate) fn open_regular(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use nix::fcntl::OFlag;
        use std::os::unix::fs::OpenOptionsExt;

        // Opening a pipe would wait for its other end.
        options.mode(0o600).custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits());
    }
    let irregular = || io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
    match options.open(path) {
        Ok(file) if file.metadata()?.is_file() => Ok(file),
        Ok(_) => Err(irregular()),
        Err(_) if fs::symlink_metadata(path).is_ok_and(|it| !it.is_file()) => Err(irregular()),
        Err(error) => Err(error),
    }
}

/// Opens the file of a lock, which is created if it is not there. Its content is nothing.
pub(crate) fn lock_file(path: &Path) -> Result<File, Error> {
    let mut options = File::options();
    options.create(true).truncate(false).read(true).write(true);
    open_regular(path, &mut options).map_err(Error::io(Operation::Lock, path))
}

/// Holds a lock together with other writers, until it is closed. Who comes first removes what is unfinished of a kind in
/// these directories: nobody else is writing there.
pub(crate) fn share(path: &Path, directories: &[&Path], kind: Kind) -> Result<File, Error> {
    let lock = lock_file(path)?;
    if lock.try_lock().is_ok() {
        directories.iter().try_for_each(|directory| clean(directory, kind))?;
        lock.unlock().map_err(Error::io(Operation::Lock, path))?;
    }
    lock.lock_shared().map_err(Error::io(Operation::Lock, path))?;
    Ok(lock)
}

/// Locks a directory itself, where the system can: a lock on a file in it ends when that is removed.
pub(crate) fn lock_directory(directory: &Path) -> Result<File, TryLockError> {
    let opened = File::open(directory).map_err(TryLockError::Error)?;
    opened.try_lock()?;
    Ok(opened)
}

/// Whether an open directory is still the one at a path.
pub(crate) fn is_at(opened: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;

        let place = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        let (opened, there) = (opened.metadata().map(place), fs::metadata(path).map(place));
        matches!((opened, there), (Ok(opened), Ok(there)) if opened == there)
    }
    #[cfg(not(unix))]
    {
        // An open directory can be neither moved nor removed.
        let _ = (opened, path);
        true
    }
}

/// Makes what was created, renamed or removed in a directory survive a crash.
pub(crate) fn sync(directory: &Path) -> io::Result<()> {
    // Elsewhere a directory cannot be opened as a file, and needs no such thing.
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

/// Creates a directory for its owner alone, unless it is there. What it stands in must be there: a
/// path that was mistyped should not become a tree.
pub(crate) fn directory(path: &Path) -> Result<(), Error> {
    let made = create(path);
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        // What is kept in it is not there after a crash unless it is.
        Ok(()) => sync(parent(path)).map_err(Error::io(Operation::Create, path)),
        made => made.map_err(Error::io(Operation::Create, path)),
    }
}

/// Creates a directory with all that it stands in, for its owner alone: where only programs choose the
/// path.
pub(crate) fn directories(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path)
}

/// What a path stands in.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A directory beside those that are finished, gone with this value unless it is renamed.
pub(crate) fn unfinished(directory: &Path) -> io::Result<TempDir> {
    let mut builder = Builder::new();
    builder.prefix(Kind::Snapshot.prefix());
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(directory)
}

pub(crate) fn create(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Whether something of a kind has not got its name yet.
pub(crate) fn is_unfinished(name: &OsStr, kind: Kind) -> bool {
    name.as_encoded_bytes().starts_with(kind.prefix().as_bytes())
}

/// Removes what writers of a kind that were killed left in a directory, if it is there. Nobody may be writing there.
pub(crate) fn clean(directory: &Path, kind: Kind) -> Result<(), Error> {
    let clean = || -> io::Result<()> {
        let entries = match fs::read_dir(directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if !is_unfinished(&entry.file_name(), kind) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    };
    clean().map_err(Error::io(Operation::Write, directory))
}
