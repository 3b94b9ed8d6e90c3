//! Tokens, and the files that hold them.

use std::path::Path;

use dt_store::{Protection, TokenFileError, read_token_file};
use secrecy::{ExposeSecret, SecretString};

/// A token, which is here or in a file, if there is one.
pub(super) fn token(
    here: Option<&SecretString>,
    file: Option<&Path>,
    files: Protection,
) -> Result<Option<SecretString>, TokenFileError> {
    let text = match (here, file) {
        (Some(text), _) => text.clone(),
        (None, Some(path)) => read_token_file(path, files)?.into(),
        (None, None) => return Ok(None),
    };
    Ok(Some(trimmed(text.expose_secret()).into()))
}

/// Without what editors and shells leave around a token: line ends of any system, spaces, and the mark
/// with which some begin a file.
fn trimmed(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim_ascii()
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
