//! Tokens, and the files that hold them.

use std::path::Path;

use dt_store::{ProtectedError, Protection, read_protected};
use secrecy::{ExposeSecret, SecretString};

use crate::exit;
use crate::failure::{Failure, Result};

/// A token, which is here or in a file, if there is one.
pub(super) fn token(
    here: Option<&SecretString>,
    file: Option<&Path>,
    files: Protection,
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

fn read(path: &Path, files: Protection) -> Result<SecretString> {
    let place = path.display().to_string();
    let open_to_others =
        |what: &str, step: String| Failure::new(what).status(exit::ACCESS).at(&place).hint(step);
    read_protected(path, files).map(SecretString::from).map_err(|error| match error {
        ProtectedError::Irregular => Failure::new("a token file is not a regular file").at(&place),
        ProtectedError::Unprotected(Protection::Private) => open_to_others(
            "a token file can be read by others",
            format!(
                "chmod 600 {place}; or, if it is a secret that a container mounts for reading, \
                 token_files = \"shared\" in the profile, or DT_TOKEN_FILES=shared"
            ),
        ),
        ProtectedError::Unprotected(_) => open_to_others(
            "a token file can be written to by others",
            format!("chmod go-w {place}"),
        ),
        error => Failure::new("failed to read a token file").at(&place).because(&error),
    })
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
            let read = token(Some(&text.into()), None, Protection::Private).unwrap().unwrap();
            assert_eq!(read.expose_secret(), "token", "{text:?}");
        }
        assert_eq!(trimmed("to ken"), "to ken");
    }
}
