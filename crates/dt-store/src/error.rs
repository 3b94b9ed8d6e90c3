//! What can go wrong on disk.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Something could not be kept, or what was kept could not be read.
///
/// Its text says what was tried, where, and why if that is known here; what the operating system or
/// the JSON reader said is its [`source`](std::error::Error::source).
#[derive(Debug)]
pub struct Error {
    operation: Operation,
    path: PathBuf,
    kind: Kind,
}

/// What was tried.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operation {
    Create,
    Lock,
    Read,
    Remove,
    Write,
}

#[derive(Debug)]
enum Kind {
    Io(io::Error),
    Locked,
    Newer { found: u32, known: u32 },
    NotJson(serde_json::Error),
    Changed,
    StrangeName,
    NotEmpty,
    Replaced,
    Unsaved,
}

impl Error {
    /// For `map_err`: what the operating system did not do with `path`.
    pub(crate) fn io(operation: Operation, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::new(operation, path, Kind::Io(error))
    }

    pub(crate) fn locked(path: &Path) -> Self {
        Self::new(Operation::Lock, path, Kind::Locked)
    }

    pub(crate) fn newer(path: &Path, found: u32, known: u32) -> Self {
        Self::new(Operation::Read, path, Kind::Newer { found, known })
    }

    /// For `map_err`: the content of `path` is not what was once written there.
    pub(crate) fn not_json(path: &Path) -> impl FnOnce(serde_json::Error) -> Self {
        move |error| Self::new(Operation::Read, path, Kind::NotJson(error))
    }

    pub(crate) fn changed(path: &Path) -> Self {
        Self::new(Operation::Read, path, Kind::Changed)
    }

    /// A manifest names a file that cannot be one of its own.
    pub(crate) fn strange_name(path: &Path) -> Self {
        Self::new(Operation::Read, path, Kind::StrangeName)
    }

    /// A directory that should hold nothing yet holds something.
    pub(crate) fn not_empty(path: &Path) -> Self {
        Self::new(Operation::Write, path, Kind::NotEmpty)
    }

    /// A directory is not the one that was opened any more.
    pub(crate) fn replaced(path: &Path) -> Self {
        Self::new(Operation::Write, path, Kind::Replaced)
    }

    /// What is to change was neither saved nor loaded.
    pub(crate) fn unsaved(path: &Path) -> Self {
        Self::new(Operation::Write, path, Kind::Unsaved)
    }

    /// For `map_err`: a value has no JSON that could be written to `path`.
    pub(crate) fn no_json(path: &Path) -> impl FnOnce(serde_json::Error) -> Self {
        move |error| Self::new(Operation::Write, path, Kind::NotJson(error))
    }

    fn new(operation: Operation, path: &Path, kind: Kind) -> Self {
        Self { operation, path: path.to_owned(), kind }
    }

    /// The file or directory that it is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the disk, or what one may use of it, is full. What was there before is still there.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.is_io(|kind| matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
    }

    /// Whether the place may not be written to, or not be read: by its permissions, or because its
    /// file system is read-only.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.is_io(|kind| {
            matches!(kind, ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
        })
    }

    /// Whether something on the way there does not exist, or is no directory.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.is_io(|kind| matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory))
    }

    /// Whether another process works in this directory.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(self.kind, Kind::Locked)
    }

    /// Whether a newer version of the program wrote it.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        matches!(self.kind, Kind::Newer { .. })
    }

    /// Whether it is not what was once written there.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        match self.kind {
            Kind::Changed | Kind::StrangeName => true,
            Kind::NotJson(_) => matches!(self.operation, Operation::Read),
            Kind::Io(_)
            | Kind::Locked
            | Kind::Newer { .. }
            | Kind::NotEmpty
            | Kind::Replaced
            | Kind::Unsaved => false,
        }
    }

    /// Whether a directory should have been empty, and is not.
    #[must_use]
    pub fn is_not_empty(&self) -> bool {
        matches!(self.kind, Kind::NotEmpty)
    }

    /// Whether a directory was moved or removed by somebody else while it was worked with.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        matches!(self.kind, Kind::Replaced)
    }

    fn is_io(&self, of: impl FnOnce(ErrorKind) -> bool) -> bool {
        match &self.kind {
            Kind::Io(error) => of(error.kind()),
            _ => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = match self.operation {
            Operation::Create => "create",
            Operation::Lock => "lock",
            Operation::Read => "read",
            Operation::Remove => "remove",
            Operation::Write => "write",
        };
        write!(f, "failed to {operation} {}", self.path.display())?;
        match &self.kind {
            Kind::Io(_) if self.is_full() => f.write_str(": the disk is full"),
            Kind::Locked => f.write_str(": another process works with it"),
            Kind::Newer { found, known } => {
                write!(f, ": its format is {found}, and formats up to {known} are known here")
            }
            Kind::NotJson(_) if self.is_damaged() => {
                f.write_str(": it is damaged, or something else wrote it")
            }
            Kind::Changed => f.write_str(": it is not what was written there (SHA-256)"),
            Kind::StrangeName => f.write_str(": it names files that are not its own"),
            Kind::NotEmpty => f.write_str(": there is something in it already"),
            Kind::Replaced => f.write_str(": somebody moved or removed it"),
            Kind::Unsaved => f.write_str(": what is to change was neither saved nor loaded"),
            Kind::Io(_) | Kind::NotJson(_) => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Io(error) => Some(error),
            Kind::NotJson(error) => Some(error),
            Kind::Locked
            | Kind::Newer { .. }
            | Kind::Changed
            | Kind::StrangeName
            | Kind::NotEmpty
            | Kind::Replaced
            | Kind::Unsaved => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_told_apart() {
        let error = |kind: ErrorKind| Error::io(Operation::Write, Path::new("x"))(kind.into());
        for kind in [ErrorKind::StorageFull, ErrorKind::QuotaExceeded] {
            assert!(error(kind).is_full());
            assert_eq!(error(kind).to_string(), "failed to write x: the disk is full");
        }
        assert!(error(ErrorKind::ReadOnlyFilesystem).is_refused());
        assert!(error(ErrorKind::PermissionDenied).is_refused());
        assert!(error(ErrorKind::NotADirectory).is_not_found());
        let other = error(ErrorKind::Interrupted);
        assert!(!(other.is_full() || other.is_refused() || other.is_not_found()));
        assert_eq!(other.to_string(), "failed to write x");
    }
}
