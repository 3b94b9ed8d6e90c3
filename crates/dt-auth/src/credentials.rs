//! The pair of tokens an appliance issues to one of its users.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;

/// A public and a private token, as an appliance issues them together.
///
/// The private token cannot be read back: it only ever keys a signature, and its memory is zeroed
/// on drop, that of every clone too. `Debug` shows neither token.
///
/// ```
/// use dt_auth::Credentials;
///
/// let credentials = Credentials::new("public-token", "private-token")?;
/// assert_eq!(credentials.public(), "public-token");
/// assert!(!format!("{credentials:?}").contains("token"));
/// # Ok::<(), dt_auth::CredentialsError>(())
/// ```
#[derive(Clone)]
pub struct Credentials {
    public: String,
    private: SecretString,
}

impl Credentials {
    /// Takes both tokens, which must consist of visible ASCII (`!` to `~`).
    ///
    /// That is what a header can carry without being altered. The private token is in no header,
    /// but is held to the same rule: a line break left from reading a file would otherwise show
    /// only as a wrong signature.
    ///
    /// # Errors
    ///
    /// [`CredentialsError`] says which token is empty or holds another character, and never
    /// contains a token.
    ///
    /// ```
    /// use dt_auth::{Credentials, CredentialsError, Token};
    ///
    /// let error = Credentials::new("public-token", "private-token\n").unwrap_err();
    /// assert_eq!(error, CredentialsError::NotVisibleAscii(Token::Private));
    /// ```
    pub fn new(
        public: impl Into<String>,
        private: impl Into<SecretString>,
    ) -> Result<Self, CredentialsError> {
        // First of all, so that the private token is zeroed on every way out.
        let private = private.into();
        let public = public.into();
        check(&public, Token::Public)?;
        check(private.expose_secret(), Token::Private)?;
        Ok(Self { public, private })
    }

    /// The public token, which `DTAPI-Token` carries.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The code over the string to sign: target, public token and date, a line each.
    pub(crate) fn mac(&self, target: &str, date: &str) -> Hmac<Sha1> {
        let mut mac = Hmac::<Sha1>::new_from_slice(self.private.expose_secret().as_bytes())
            .expect("an HMAC takes a key of any length");
        mac.update(target.as_bytes());
        mac.update(b"\n");
        mac.update(self.public.as_bytes());
        mac.update(b"\n");
        mac.update(date.as_bytes());
        mac
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([REDACTED])")
    }
}

fn check(text: &str, token: Token) -> Result<(), CredentialsError> {
    if text.is_empty() {
        Err(CredentialsError::Empty(token))
    } else if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(CredentialsError::NotVisibleAscii(token))
    }
}

/// Which of the two tokens an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// Names the caller, and is sent.
    Public,
    /// Keys the signature, and is never sent.
    Private,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public token",
            Self::Private => "private token",
        })
    }
}

/// Why a pair of tokens cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The token has no characters.
    #[error("failed to use the {0}: it is empty")]
    Empty(Token),
    /// The token holds a space, a line break, a control character or a letter outside ASCII.
    #[error(
        "failed to use the {0}: it holds a character that is not visible ASCII, \
         such as a space or a line break"
    )]
    NotVisibleAscii(Token),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_tokens_are_refused_by_name() {
        use CredentialsError::{Empty, NotVisibleAscii};
        for (public, private, expected) in [
            ("", "private", Empty(Token::Public)),
            ("public", "", Empty(Token::Private)),
            ("pub lic", "private", NotVisibleAscii(Token::Public)),
            ("public\r\nX-Evil: 1", "private", NotVisibleAscii(Token::Public)),
            ("public", "private\n", NotVisibleAscii(Token::Private)),
            ("public", "pri\0vate", NotVisibleAscii(Token::Private)),
            ("public", "private\u{7f}", NotVisibleAscii(Token::Private)),
            ("public", "prïvate", NotVisibleAscii(Token::Private)),
        ] {
            assert_eq!(Credentials::new(public, private).unwrap_err(), expected);
        }
    }

    #[test]
    fn every_visible_character_is_accepted() {
        let visible: String = ('!'..='~').collect();
        assert!(Credentials::new(visible.clone(), visible).is_ok());
    }

    #[test]
    fn neither_token_is_shown() {
        let credentials = Credentials::new("s3cret-public", "s3cret-private").unwrap();
        assert_eq!(format!("{credentials:#?}"), "Credentials([REDACTED])");

        let error = Credentials::new("s3cret-public", "s3cret private").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }
}
