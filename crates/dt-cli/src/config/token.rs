//! Tokens, and the files that hold them.

use std::fs;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use crate::exit;
use crate::failure::{Failure, Result};

/// Where a token is. Never an argument: everyone on the machine can read those.
#[derive(Debug, Clone)]
pub(crate) enum Token {
    /// Here.
    Text(SecretString),
    /// In this file.
    File(PathBuf),
}

impl Token {
    /// The token itself.
    pub(super) fn read(&self) -> Result<SecretString> {
        match self {
            Self::Text(token) => Ok(token.clone()),
            Self::File(path) => read(path),
        }
    }
}

fn read(path: &Path) -> Result<SecretString> {
    let place = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        Failure::new("failed to read a token file").at(&place).because(&error)
    };
    // Reading a pipe or a device might never end.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(Failure::new("a token file is not a regular file").at(&place));
    }
    if readable_by_others(path).map_err(unreadable)? {
        return Err(open_to_others("a token file can be read by others", path));
    }
    let mut text = fs::read_to_string(path).map_err(unreadable)?;
    text.truncate(text.trim_end_matches(['\n', '\r']).len());
    Ok(text.into())
}

/// A file with a secret in it that is not its owner's alone.
pub(super) fn open_to_others(what: &str, path: &Path) -> Failure {
    let place = path.display().to_string();
    Failure::new(what).status(exit::ACCESS).at(&place).hint(format!("chmod 600 {place}"))
}

#[cfg(unix)]
pub(super) fn readable_by_others(path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
pub(super) fn readable_by_others(path: &Path) -> std::io::Result<bool> {
    // Who may read a file is not in its mode here; the owner has to see to it.
    fs::metadata(path).map(|_| false)
}
