//! What cannot be signed.

use jiff::Timestamp;

use crate::PathProblem;

/// Why a request cannot be signed. Never contains a token or a parameter's value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The path would not reach the server as it is written.
    #[error("failed to sign the path {path:?}: {problem}")]
    Path {
        /// The path that was asked for.
        path: String,
        /// What is wrong with it.
        problem: PathProblem,
    },
    /// Signed decoded, the parameter could stand for [another request];
    /// [`Encoding::AsSent`](crate::Encoding::AsSent) can sign it.
    ///
    /// [another request]: crate#one-signature-one-request
    #[error(
        "failed to sign parameter {key:?}: with {character:?} in it the decoded text is \
         ambiguous, so it must be signed as sent"
    )]
    Ambiguous {
        /// The parameter's key.
        key: String,
        /// The character, in the key or the value, that makes it so.
        character: char,
    },
    /// The date lies before the year 0, for which no [`DateFormat`](crate::DateFormat) has a text.
    #[error("failed to sign with the date {0}: it is before the year 0")]
    Date(Timestamp),
}
