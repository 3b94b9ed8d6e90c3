//! Files that must not be other people's: those that hold tokens.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::{fmt, io};

use crate::regular::Named;

/// What others may not do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Neither read it nor write to it: it holds a secret.
    Private,
    /// Not write to it: whoever can, decides what is in it.
    ReadOnly,
}

/// Why a file that holds a token is not read.
#[derive(Debug)]
pub struct TokenFileError {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Io(io::Error),
    /// It is a directory, a pipe or a device, reading which might never end.
    Irregular,
    /// Others can do with it what they may not.
    Unprotected(Protection),
}

impl TokenFileError {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The protection that the file has not, if that is why.
    #[must_use]
    pub const fn unprotected(&self) -> Option<Protection> {
        match self.kind {
            Kind::Unprotected(protection) => Some(protection),
            Kind::Io(_) | Kind::Irregular => None,
        }
    }
}

/// What is wrong, without the place.
impl fmt::Display for TokenFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Io(_) => "failed to read a token file",
            Kind::Irregular => "a token file is not a regular file",
            Kind::Unprotected(Protection::Private) => "a token file can be read by others",
            Kind::Unprotected(Protection::ReadOnly) => "a token file can be written to by others",
        })
    }
}

impl std::error::Error for TokenFileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Io(error) => Some(error),
            Kind::Irregular | Kind::Unprotected(_) => None,
        }
    }
}

impl Protection {
    /// Whether a file has it. On systems whose modes do not say who may read a file, its owner has to see
    /// to that, and any file that is there has it.
    ///
    /// # Errors
    ///
    /// If nothing can be found out about the file.
    pub fn holds(self, path: &Path) -> io::Result<bool> {
        Ok(self.holds_of(&fs::metadata(path)?))
    }

    /// The same of a file that is open.
    pub(crate) fn holds_of(self, metadata: &Metadata) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;

            let others = match self {
                Self::Private => 0o077,
                Self::ReadOnly => 0o022,
            };
            metadata.permissions().mode() & others == 0
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            true
        }
    }
}

/// Reads a regular file that holds a token and has a protection. It may be named by a link, as containers
/// mount secrets.
///
/// # Errors
///
/// If it cannot be read, is not regular or not protected, or is not UTF-8.
pub fn read_token_file(path: &Path, protection: Protection) -> Result<String, TokenFileError> {
    let wrong = |kind| TokenFileError { path: path.to_owned(), kind };
    let unreadable = |error| wrong(Kind::Io(error));
    let named = Named::open(path).map_err(unreadable)?.ok_or_else(|| wrong(Kind::Irregular))?;
    if !protection.holds_of(&named.metadata) {
        return Err(wrong(Kind::Unprotected(protection)));
    }
    named.read_text(LARGEST).map_err(unreadable)
}

/// No token is larger.
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
                match read_token_file(&path, protection) {
                    Ok(text) => assert!(is_read && text == "secret", "{mode:o} {protection:?}"),
                    Err(error) => {
                        let why = error.unprotected();
                        assert!(!is_read && why == Some(protection), "{mode:o}: {error}");
                    }
                }
            }
        }
        let error = read_token_file(directory.path(), Protection::Private).unwrap_err();
        assert!(error.to_string().contains("not a regular file"), "{error}");
    }
}
