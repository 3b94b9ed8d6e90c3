//! What a request asks for: a path and its parameters.

use std::fmt::Display;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::encoding::{Encoding, ambiguity};
use crate::path;
use crate::sign_error::SignError;

/// Everything but `A-Za-z0-9-._~`, the characters no client and no server ever rewrites.
const PARAMETER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &PARAMETER.remove(b'/');

/// A path and its parameters, both decoded, with the parameters sorted by key.
///
/// It is built once and gives both texts a request needs: [`wire`](Self::wire), which is sent, and
/// [`to_sign`](Self::to_sign), which is signed. Sorting is by the code points of the key;
/// parameters with the same key keep the order in which they were given.
///
/// ```
/// use dt_auth::{Encoding, RequestTarget};
///
/// let target = RequestTarget::new("/devicesearch")
///     .param("query", "label:\"front desk\"")
///     .param("count", 100);
///
/// assert_eq!(target.wire(), "/devicesearch?count=100&query=label%3A%22front%20desk%22");
/// assert_eq!(
///     target.to_sign(Encoding::Decoded)?,
///     "/devicesearch?count=100&query=label:\"front desk\"",
/// );
/// # Ok::<(), dt_auth::SignError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestTarget {
    path: String,
    /// Always sorted by key.
    pairs: Vec<(String, String)>,
}

impl RequestTarget {
    /// Starts from a path, which begins with one `/` and is not percent-encoded.
    ///
    /// The path is usually a constant, so it is not checked here but where it would do harm: no
    /// target with a [`PathProblem`](crate::PathProblem) can be signed.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), pairs: Vec::new() }
    }

    /// Adds a parameter, neither key nor value percent-encoded.
    #[must_use]
    pub fn param(mut self, key: impl Into<String>, value: impl Display) -> Self {
        let key = key.into();
        let place = self.pairs.partition_point(|(other, _)| *other <= key);
        self.pairs.insert(place, (key, value.to_string()));
        self
    }

    /// Adds every parameter of `pairs`.
    ///
    /// ```
    /// use dt_auth::RequestTarget;
    ///
    /// let target = RequestTarget::new("/devices").params([("seensince", "2hour"), ("did", "7")]);
    /// assert_eq!(target.wire(), "/devices?did=7&seensince=2hour");
    /// ```
    #[must_use]
    pub fn params<K: Into<String>, V: Display>(
        self,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        pairs.into_iter().fold(self, |target, (key, value)| target.param(key, value))
    }

    /// The decoded path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The decoded parameters, sorted by key.
    #[must_use]
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The text to send: everything but `A-Za-z0-9-._~` percent-encoded, as UTF-8, save for the
    /// slashes of the path.
    ///
    /// There is no `?` without parameters, and always a `=` with one. Send it unchanged: a client
    /// that rewrites any of it breaks the signature.
    #[must_use]
    pub fn wire(&self) -> String {
        self.join(|text, set| utf8_percent_encode(text, set))
    }

    /// The text to sign, which is the first line of the string to sign.
    ///
    /// # Errors
    ///
    /// [`SignError::Path`] if the path would not arrive as it is written, and, decoded only,
    /// [`SignError::Ambiguous`] if the text could also stand for another request.
    ///
    /// ```
    /// use dt_auth::{Encoding, RequestTarget, SignError};
    ///
    /// let target = RequestTarget::new("/devicesearch").param("query", "label:R&D");
    /// assert!(matches!(
    ///     target.to_sign(Encoding::Decoded),
    ///     Err(SignError::Ambiguous { character: '&', .. }),
    /// ));
    /// assert_eq!(target.to_sign(Encoding::AsSent)?, "/devicesearch?query=label%3AR%26D");
    /// # Ok::<(), SignError>(())
    /// ```
    pub fn to_sign(&self, encoding: Encoding) -> Result<String, SignError> {
        if let Err(problem) = path::check(&self.path) {
            return Err(SignError::Path { path: self.path.clone(), problem });
        }
        match encoding {
            Encoding::AsSent => Ok(self.wire()),
            Encoding::Decoded => {
                for (key, value) in &self.pairs {
                    if let Some(character) = ambiguity(key).or_else(|| ambiguity(value)) {
                        return Err(SignError::Ambiguous { key: key.clone(), character });
                    }
                }
                Ok(self.join(|text, _| [text]))
            }
        }
    }

    /// Path and pairs as one text, each written as `pieces` gives it.
    fn join<'a, P>(&'a self, pieces: impl Fn(&'a str, &'static AsciiSet) -> P) -> String
    where
        P: IntoIterator<Item = &'a str>,
    {
        let mut text = String::with_capacity(
            // Exact for what needs no escape.
            self.pairs.iter().fold(self.path.len(), |sum, (k, v)| sum + k.len() + v.len() + 2),
        );
        text.extend(pieces(&self.path, PATH));
        for (index, (key, value)) in self.pairs.iter().enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.extend(pieces(key, PARAMETER));
            text.push('=');
            text.extend(pieces(value, PARAMETER));
        }
        text
    }
}
