//! The server's side: whether a request was signed with the credentials it names.

use std::borrow::Cow;

use hmac::Mac;
use jiff::{SignedDuration, Timestamp};
use percent_encoding::percent_decode_str;

use crate::encoding::ambiguity;
use crate::{Credentials, DATE_HEADER, SIGNATURE_HEADER, TOKEN_HEADER, date, path};

/// How far a request's date may lie from the server's clock, either way.
pub const DATE_TOLERANCE: SignedDuration = SignedDuration::from_mins(30);

/// Verifies a request as an appliance does.
///
/// - `received` is the target exactly as it stood on the request line, path and query, neither
///   decoded nor normalised.
/// - `header` finds the value of a header by its name, without regard to case.
/// - `now` is the server's clock.
///
/// Both [encodings](crate::Encoding) are accepted, and every form of the date that public clients send:
/// both [date formats](crate::DateFormat), ISO 8601 with a space or a `T`, with and without a fraction
/// and a zone, and that of RFC 1123. A signature over the decoded target is accepted only where that text is not
/// [ambiguous](crate#one-signature-one-request), so a signature is never good for two requests;
/// escapes that differ only in form (`%7e` for `~`, `+` in the query for a space) are one request.
///
/// # Errors
///
/// [`VerifyError`], the first that applies in the order of its variants. The signature is judged
/// before the date it covers: only a signed date says something about the caller's clock, and a
/// date error then proves that the tokens are right, which is what somebody who sets up a client
/// wants to know. Which of its two answers an appliance gives first if both apply is not
/// documented, so no client should rely on it.
///
/// ```
/// use dt_auth::{Credentials, RequestTarget, VerifyError, verify};
/// use jiff::{SignedDuration, Timestamp};
///
/// let credentials = Credentials::new("pub", "priv")?;
/// let target = RequestTarget::new("/devices").param("did", 7);
/// let signed: Timestamp = "2026-11-24T02:00:00Z".parse()?;
/// let headers = dt_auth::sign(&target, &credentials, signed)?;
///
/// let received = target.wire();
/// verify(&received, |name| headers.get(name), &credentials, signed)?;
///
/// let late = signed + SignedDuration::from_mins(45);
/// assert_eq!(
///     verify(&received, |name| headers.get(name), &credentials, late),
///     Err(VerifyError::DateOff { by: SignedDuration::from_mins(-45) }),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn verify<'h>(
    received: &str,
    header: impl Fn(&'static str) -> Option<&'h str>,
    credentials: &Credentials,
    now: Timestamp,
) -> Result<(), VerifyError> {
    let find = |name| header(name).ok_or(VerifyError::MissingHeader(name));
    let token = find(TOKEN_HEADER)?;
    let date = find(DATE_HEADER)?;
    let signature = find(SIGNATURE_HEADER)?;

    // The public token is no secret, so this comparison may take as long as it likes.
    if token != credentials.public() {
        return Err(VerifyError::UnknownToken);
    }

    let mut code = [0; 20];
    let code =
        base16ct::lower::decode(signature, &mut code).map_err(|_| VerifyError::BadSignature)?;
    // `verify_slice` compares in constant time, and refuses a code that is too short.
    let covers = |text: &str| credentials.mac(text, date).verify_slice(code).is_ok();
    if !covers(received) && !decode(received).is_some_and(|text| covers(&text)) {
        return Err(VerifyError::BadSignature);
    }

    let date = date::read(date).ok_or(VerifyError::UnreadableDate)?;
    let by = date.duration_since(now);
    if by.abs() > DATE_TOLERANCE {
        return Err(VerifyError::DateOff { by });
    }
    Ok(())
}

/// The text a client that signs decoded signs for the target `received`.
///
/// `None` where it signs none, because the path is refused or the text ambiguous. Pairs stay in
/// the order in which they came, sorted or not: that is the order that was signed.
fn decode(received: &str) -> Option<String> {
    let (path, query) = match received.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (received, None),
    };
    let path = unescape(path).filter(|path| path::check(path).is_ok())?;
    let Some(query) = query else {
        return Some(path.into_owned());
    };
    let pairs: Vec<_> = query.split('&').map(decode_pair).collect::<Option<_>>()?;
    Some(format!("{path}?{}", pairs.join("&")))
}

fn decode_pair(pair: &str) -> Option<Cow<'_, str>> {
    match pair.split_once('=') {
        Some((key, value)) => Some(format!("{}={}", decode_part(key)?, decode_part(value)?).into()),
        None => decode_part(pair),
    }
}

fn decode_part(text: &str) -> Option<Cow<'_, str>> {
    // As forms are encoded, which is what many clients' libraries do to a query.
    let text: Cow<'_, str> =
        if text.contains('+') { text.replace('+', " ").into() } else { text.into() };
    let decoded = unescape(&text)?;
    ambiguity(&decoded).is_none().then(|| decoded.into_owned().into())
}

/// Leaves an escape that is none, such as `%zz`, as it is: with its `%` it is refused by the rules
/// for decoded text.
fn unescape(text: &str) -> Option<Cow<'_, str>> {
    percent_decode_str(text).decode_utf8().ok()
}

/// Why a request was not accepted, in the order in which it is found out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The named header is absent.
    #[error("failed to verify the request: it has no {0} header")]
    MissingHeader(&'static str),
    /// The public token is not that of the credentials.
    #[error("failed to verify the request: its public token is unknown")]
    UnknownToken,
    /// The signature is not that of the target, token and date under the private token.
    #[error("failed to verify the request: its signature is wrong")]
    BadSignature,
    /// The signature is right, but the date is in no form that is known.
    #[error("failed to verify the request: its date is in no known form")]
    UnreadableDate,
    /// The signature is right, but the date is more than [`DATE_TOLERANCE`] from the clock.
    #[error("failed to verify the request: its date is {:#} {} the clock", .by.abs(), side(*.by))]
    DateOff {
        /// The request's date minus the server's clock: positive if the caller's clock is ahead.
        by: SignedDuration,
    },
}

fn side(by: SignedDuration) -> &'static str {
    if by.is_negative() { "behind" } else { "ahead of" }
}

impl VerifyError {
    /// Whether an appliance calls this `API DATE ERROR`. All else is `API SIGNATURE ERROR`.
    ///
    /// That an unreadable date is among them is inferred.
    #[must_use]
    pub fn is_date(&self) -> bool {
        matches!(self, Self::UnreadableDate | Self::DateOff { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "2026-11-24 02:00:00";

    fn credentials() -> Credentials {
        Credentials::new("pub", "priv").unwrap()
    }

    fn now() -> Timestamp {
        date::parse(DATE).unwrap()
    }

    /// Signs any text under any date, as a client that is not ours might.
    fn signature(text: &str, date: &str) -> String {
        base16ct::lower::encode_string(&credentials().mac(text, date).finalize().into_bytes())
    }

    /// Verifies `received` with the signature of `signed`.
    fn verify_at(
        received: &str,
        signed: &str,
        date: &str,
        now: Timestamp,
    ) -> Result<(), VerifyError> {
        let signature = signature(signed, date);
        let header = |name| match name {
            TOKEN_HEADER => Some("pub"),
            DATE_HEADER => Some(date),
            SIGNATURE_HEADER => Some(signature.as_str()),
            _ => None,
        };
        verify(received, header, &credentials(), now)
    }

    #[test]
    fn both_encodings_are_accepted_in_the_order_received() {
        for (received, signed) in [
            ("/status", "/status"),
            ("/d?z=1&a=2&z=0", "/d?z=1&a=2&z=0"),
            ("/d?q=a%20b&c=%C3%A9", "/d?q=a%20b&c=%C3%A9"),
            ("/d?q=a%20b&c=%C3%A9", "/d?q=a b&c=é"),
            ("/d?q=%7e", "/d?q=~"),
            ("/d%20e?flag&q=%3F", "/d e?flag&q=?"),
            ("/d?q=a%26b", "/d?q=a%26b"),
            ("/d?q=a+b", "/d?q=a+b"),
            ("/d?q=a+b+%C3%A9", "/d?q=a b é"),
        ] {
            assert_eq!(verify_at(received, signed, DATE, now()), Ok(()), "{received} {signed}");
        }
    }

    #[test]
    fn an_ambiguous_text_vouches_for_nothing_but_itself() {
        for (received, signed) in [
            ("/d?q=a%26b=c", "/d?q=a&b=c"),
            ("/d?a%3Db=c", "/d?a=b=c"),
            ("/d?a=b%3Dc", "/d?a=b=c"),
            ("/d?q=a%2541", "/d?q=a%41"),
            ("/d?q=a%2Bb", "/d?q=a+b"),
            ("/d?q=a%23&b=c", "/d?q=a#&b=c"),
            ("/d?q=a%0Apub", "/d?q=a\npub"),
            ("/d%3Fq=a", "/d?q=a"),
            ("/d/%2E%2E/e?q=%20", "/d/../e?q= "),
            // Another order or form of the same pairs is not what was signed either.
            ("/d?b=2&a=1", "/d?a=1&b=2"),
            ("/d+e", "/d e"),
            ("/d?q=%ff", "/d?q=\u{fffd}"),
        ] {
            assert_eq!(
                verify_at(received, signed, DATE, now()),
                Err(VerifyError::BadSignature),
                "{received} {signed:?}"
            );
        }
    }

    #[test]
    fn a_signature_is_exactly_forty_lowercase_digits() {
        let right = signature("/status", DATE);
        let verify_signature = |signature: &str| {
            let header = |name| match name {
                TOKEN_HEADER => Some("pub"),
                DATE_HEADER => Some(DATE),
                _ => Some(signature),
            };
            verify("/status", header, &credentials(), now())
        };
        assert_eq!(verify_signature(&right), Ok(()));
        for wrong in ["", &right[..38], &right[..39], &right.to_uppercase(), &format!("{right}00")]
        {
            assert_eq!(verify_signature(wrong), Err(VerifyError::BadSignature), "{wrong:?}");
        }
    }

    #[test]
    fn every_header_is_needed() {
        for missing in [TOKEN_HEADER, DATE_HEADER, SIGNATURE_HEADER] {
            let header = |name| (name != missing).then_some("pub");
            assert_eq!(
                verify("/status", header, &credentials(), now()),
                Err(VerifyError::MissingHeader(missing))
            );
        }
    }

    #[test]
    fn a_date_counts_once_the_signature_is_right() {
        let unreadable = "2026-11-24T03:00";
        let late = now() + SignedDuration::from_hours(9);

        assert_eq!(verify_at("/a", "/b", DATE, late), Err(VerifyError::BadSignature));
        assert_eq!(verify_at("/a", "/b", unreadable, now()), Err(VerifyError::BadSignature));
        assert_eq!(verify_at("/a", "/a", unreadable, now()), Err(VerifyError::UnreadableDate));
        assert_eq!(verify_at("/a", "/a", "20261124T020000", now()), Ok(()));
        assert_eq!(verify_at("/a", "/a", "2026-11-24T02:00:00.5+00:00", now()), Ok(()));
    }

    #[test]
    fn the_tolerance_is_half_an_hour_either_way_and_included() {
        let nanosecond = SignedDuration::from_nanos(1);
        for (by, accepted) in [
            (DATE_TOLERANCE, true),
            (-DATE_TOLERANCE, true),
            (DATE_TOLERANCE + nanosecond, false),
            (-DATE_TOLERANCE - nanosecond, false),
        ] {
            let expected = if accepted { Ok(()) } else { Err(VerifyError::DateOff { by }) };
            assert_eq!(verify_at("/a", "/a", DATE, now() - by), expected);
        }
    }

    #[test]
    fn errors_tell_the_clock_from_the_tokens() {
        let ahead = VerifyError::DateOff { by: SignedDuration::from_mins(45) };
        let behind = VerifyError::DateOff { by: SignedDuration::from_mins(-61) };
        assert_eq!(
            ahead.to_string(),
            "failed to verify the request: its date is 45m ahead of the clock"
        );
        assert_eq!(
            behind.to_string(),
            "failed to verify the request: its date is 1h 1m behind the clock"
        );
        assert!(ahead.is_date() && VerifyError::UnreadableDate.is_date());
        assert!(!VerifyError::BadSignature.is_date() && !VerifyError::UnknownToken.is_date());
    }
}
