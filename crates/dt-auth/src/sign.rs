//! From a target, credentials and a time to the three headers.

use std::fmt;

use hmac::Mac;
use jiff::Timestamp;

use crate::{Credentials, DateFormat, Encoding, RequestTarget, SignError};

/// The header of the public token.
pub const TOKEN_HEADER: &str = "DTAPI-Token";
/// The header of the date, written as a [`DateFormat`].
pub const DATE_HEADER: &str = "DTAPI-Date";
/// The header of the signature, 40 lowercase hex digits.
pub const SIGNATURE_HEADER: &str = "DTAPI-Signature";

/// The choices an appliance leaves to its caller. The default is what every version accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SigningPolicy {
    /// Which text of the target is signed.
    pub encoding: Encoding,
    /// How the date is written.
    pub date_format: DateFormat,
}

/// Signs a request with the default [`SigningPolicy`]. `now` becomes its date, in whole seconds.
///
/// Sign again for each attempt: an appliance refuses a date more than [`DATE_TOLERANCE`] from its
/// own clock.
///
/// # Errors
///
/// [`SignError`], before anything could be sent: the signature of such a request would be wrong, or
/// good for another request.
///
/// ```
/// use dt_auth::{Credentials, RequestTarget};
///
/// let credentials = Credentials::new("pub", "priv")?;
/// let target = RequestTarget::new("/status").param("format", "json");
/// let headers = dt_auth::sign(&target, &credentials, "2026-11-24T02:00:00Z".parse()?)?;
///
/// assert_eq!(headers.date(), "2026-11-24 02:00:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [`DATE_TOLERANCE`]: crate::DATE_TOLERANCE
pub fn sign(
    target: &RequestTarget,
    credentials: &Credentials,
    now: Timestamp,
) -> Result<SignedHeaders, SignError> {
    sign_with(target, credentials, now, SigningPolicy::default())
}

/// Signs a request as [`sign`] does, with a policy of the caller's.
///
/// # Errors
///
/// As [`sign`]. [`SignError::Ambiguous`] cannot occur with [`Encoding::AsSent`].
///
/// ```
/// use dt_auth::{Credentials, DateFormat, Encoding, RequestTarget, SigningPolicy};
///
/// let credentials = Credentials::new("pub", "priv")?;
/// let target = RequestTarget::new("/devicesearch").param("query", "label:R&D");
/// let now = "2026-11-24T02:00:00Z".parse()?;
/// let policy = SigningPolicy { encoding: Encoding::AsSent, date_format: DateFormat::Compact };
///
/// let headers = dt_auth::sign_with(&target, &credentials, now, policy)?;
/// assert_eq!(headers.date(), "20261124T020000");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sign_with(
    target: &RequestTarget,
    credentials: &Credentials,
    now: Timestamp,
    policy: SigningPolicy,
) -> Result<SignedHeaders, SignError> {
    let text = target.to_sign(policy.encoding)?;
    let date = policy.date_format.print(now).ok_or(SignError::Date(now))?;
    let signature = credentials.mac(&text, &date).finalize().into_bytes();
    Ok(SignedHeaders {
        token: credentials.public().to_owned(),
        signature: base16ct::lower::encode_string(&signature),
        date,
    })
}

/// The headers that make a request a signed one.
///
/// `Debug` shows the date alone: who has the signature can send the request again.
#[derive(Clone)]
pub struct SignedHeaders {
    token: String,
    date: String,
    signature: String,
}

impl SignedHeaders {
    /// The value of [`TOKEN_HEADER`].
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The value of [`DATE_HEADER`].
    #[must_use]
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The value of [`SIGNATURE_HEADER`].
    #[must_use]
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// Names and values, for putting into a request. All values are visible ASCII, save for the
    /// space in [`DateFormat::Spaced`].
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 3] {
        [
            (TOKEN_HEADER, self.token()),
            (DATE_HEADER, self.date()),
            (SIGNATURE_HEADER, self.signature()),
        ]
    }

    /// The value of the header `name`, whose case does not matter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs()
            .into_iter()
            .find_map(|(header, value)| header.eq_ignore_ascii_case(name).then_some(value))
    }
}

impl fmt::Debug for SignedHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedHeaders").field("date", &self.date).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers() -> SignedHeaders {
        let credentials = Credentials::new("s3cret-public", "s3cret-private").unwrap();
        let now = "2026-11-24T02:00:00Z".parse().unwrap();
        sign(&RequestTarget::new("/deviceinfo"), &credentials, now).unwrap()
    }

    #[test]
    fn debug_shows_the_date_alone() {
        let headers = headers();
        let debug = format!("{headers:?}");
        assert_eq!(debug, r#"SignedHeaders { date: "2026-11-24 02:00:00", .. }"#);
    }

    #[test]
    fn headers_are_found_in_any_case() {
        let headers = headers();
        assert_eq!(headers.get("dtapi-token"), Some("s3cret-public"));
        assert_eq!(headers.get(SIGNATURE_HEADER), Some(headers.signature()));
        assert_eq!(headers.get("Date"), None);
    }

    #[test]
    fn a_date_without_a_text_is_an_error() {
        let credentials = Credentials::new("pub", "priv").unwrap();
        let error = sign(&RequestTarget::new("/status"), &credentials, Timestamp::MIN).unwrap_err();
        assert_eq!(error, SignError::Date(Timestamp::MIN));
    }

    #[test]
    fn errors_say_what_to_do_and_not_the_value() {
        let target = RequestTarget::new("/devicesearch").param("query", "s3cret=");
        assert_eq!(
            target.to_sign(Encoding::Decoded).unwrap_err().to_string(),
            "failed to sign parameter \"query\": with '=' in it the decoded text is \
             ambiguous, so it must be signed as sent",
        );
        assert_eq!(
            RequestTarget::new("/a/../b").to_sign(Encoding::AsSent).unwrap_err().to_string(),
            r#"failed to sign the path "/a/../b": it has a segment "." or "..""#,
        );
    }
}
