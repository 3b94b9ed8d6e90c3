//! Tokens, and the files that hold them.

use std::fs;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::declared::TokenFiles;
use crate::exit;
use crate::failure::{Failure, Result};

/// A token, which is here or in a file, if there is one.
pub(super) fn token(
    here: Option<&SecretString>,
    file: Option<&Path>,
    files: TokenFiles,
) -> Result<Option<SecretString>> {
    let text = match (here, file) {
        (Some(text), _) => text.clone(),
        (None, Some(path)) => read(path, files)?,
        (None, None) => return Ok(None),
    };
    Ok(Some(trimmed(text.expose_secret()).into()))
}

/// Without what editors and shells leave around a token: line ends of any system, spaces, and the mark
/// with which some begin a file.
fn trimmed(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim_ascii()
}

fn read(path: &Path, files: TokenFiles) -> Result<SecretString> {
    let place = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        Failure::new("failed to read a token file").at(&place).because(&error)
    };
    // Reading a pipe or a device might never end.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(Failure::new("a token file is not a regular file").at(&place));
    }
    match files {
        TokenFiles::Private if readable_by_others(path).map_err(unreadable)? => {
            return Err(Failure::new("a token file can be read by others")
                .status(exit::ACCESS)
                .at(&place)
                .hint(format!(
                    "chmod 600 {place}; or, if it is a secret that a container mounts for reading, \
                     token_files = \"shared\" in the profile, or DT_TOKEN_FILES=shared"
                )));
        }
        TokenFiles::Shared if writable_by_others(path).map_err(unreadable)? => {
            return Err(Failure::new("a token file can be written to by others")
                .status(exit::ACCESS)
                .at(&place)
                .hint(format!("chmod go-w {place}")));
        }
        TokenFiles::Private | TokenFiles::Shared => {}
    }
    fs::read_to_string(path).map(SecretString::from).map_err(unreadable)
}

/// A file with a secret in it that is not its owner's alone.
pub(super) fn open_to_others(what: &str, path: &Path) -> Failure {
    let place = path.display().to_string();
    Failure::new(what).status(exit::ACCESS).at(&place).hint(format!("chmod 600 {place}"))
}

#[cfg(unix)]
pub(super) fn readable_by_others(path: &Path) -> std::io::Result<bool> {
    has_mode(path, 0o077)
}

#[cfg(unix)]
fn writable_by_others(path: &Path) -> std::io::Result<bool> {
    has_mode(path, 0o022)
}

#[cfg(unix)]
fn has_mode(path: &Path, bits: u32) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & bits != 0)
}

#[cfg(not(unix))]
pub(super) fn readable_by_others(path: &Path) -> std::io::Result<bool> {
    // Who may read a file is not in its mode here; the owner has to see to it.
    fs::metadata(path).map(|_| false)
}

#[cfg(not(unix))]
fn writable_by_others(path: &Path) -> std::io::Result<bool> {
    readable_by_others(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_leave_around_a_token_is_left_out() {
        for text in
            ["token", "token\n", "token\r\n", " token ", "\u{feff}token\r\n", "\u{feff} token\t"]
        {
            assert_eq!(trimmed(text), "token", "{text:?}");
            let read = token(Some(&text.into()), None, TokenFiles::Private).unwrap().unwrap();
            assert_eq!(read.expose_secret(), "token", "{text:?}");
        }
        assert_eq!(trimmed("to ken"), "to ken");
    }
}
