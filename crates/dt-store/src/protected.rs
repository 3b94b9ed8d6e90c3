//! Files that must not be other people's: tokens, and what decides what is told.

use std::path::Path;
use std::{fs, io};

use crate::regular::read_regular_text;

/// What others may not do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Neither read it nor write to it: it holds a secret.
    Private,
    /// Not write to it: whoever can, decides what is in it.
    ReadOnly,
}

/// Why a file that has to be protected is not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProtectedError {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is a directory, a pipe or a device, reading which might never end.
    #[error("it is not a regular file")]
    Irregular,
    /// Others can do with it what they may not.
    #[error("{}", match .0 {
        Protection::Private => "it can be read by others",
        Protection::ReadOnly => "it can be written to by others",
    })]
    Unprotected(Protection),
}

impl Protection {
    /// Whether a file has it. On systems whose modes do not say who may read a file, its owner has to see
    /// to that, and any file that is there has it.
    ///
    /// # Errors
    ///
    /// If nothing can be found out about the file.
    pub fn holds(self, path: &Path) -> io::Result<bool> {
        let metadata = fs::metadata(path)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;

            let others = match self {
                Self::Private => 0o077,
                Self::ReadOnly => 0o022,
            };
            Ok(metadata.permissions().mode() & others == 0)
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Ok(true)
        }
    }
}

/// Reads a regular file that has a protection, as text. It may be named by a link, as containers mount
/// secrets.
///
/// # Errors
///
/// If it cannot be read, is not regular or not protected, or is not UTF-8.
pub fn read_protected(path: &Path, protection: Protection) -> Result<String, ProtectedError> {
    if !fs::metadata(path)?.is_file() {
        return Err(ProtectedError::Irregular);
    }
    if !protection.holds(path)? {
        return Err(ProtectedError::Unprotected(protection));
    }
    Ok(read_regular_text(path, LARGEST)?)
}

/// No token and no list is larger.
const LARGEST: u64 = 1 << 20;

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_is_read_only_if_others_cannot_do_what_they_may_not() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        fs::write(&path, "secret").unwrap();
        for (mode, private, read_only) in
            [(0o600, true, true), (0o440, false, true), (0o444, false, true), (0o660, false, false)]
        {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            for (protection, is_read) in
                [(Protection::Private, private), (Protection::ReadOnly, read_only)]
            {
                match read_protected(&path, protection) {
                    Ok(text) => assert!(is_read && text == "secret", "{mode:o} {protection:?}"),
                    Err(ProtectedError::Unprotected(why)) => {
                        assert!(!is_read && why == protection, "{mode:o} {protection:?}");
                    }
                    Err(error) => panic!("{error}"),
                }
            }
        }
        let error = read_protected(directory.path(), Protection::Private).unwrap_err();
        assert!(matches!(error, ProtectedError::Irregular), "{error}");
    }
}
