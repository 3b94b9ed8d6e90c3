//! Compressed bodies. They are decompressed here and not by the clients, which do not agree on what is
//! sound: several members, or bytes behind the last one.

use std::io::{self, Read};

use flate2::bufread::GzDecoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue};

use crate::{TransportError, TransportErrorKind};

/// How each member of gzip data begins (RFC 1952).
const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The body's compression cannot be undone.
#[derive(Debug, thiserror::Error)]
#[error("gzip decompression failed")]
struct GzipError(#[source] io::Error);

/// Asks for what can be decompressed.
pub(super) fn accept_gzip(headers: &mut HeaderMap) {
    headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip"));
}

/// A body of at most `limit` bytes, without its compression if that is gzip. Any other stays: whoever
/// reads it tells what it found.
pub(super) fn decoded(
    headers: &mut HeaderMap,
    body: Vec<u8>,
    limit: u64,
) -> Result<Vec<u8>, TransportError> {
    if body.is_empty() || !is_gzip(headers) {
        return Ok(body);
    }
    let bytes = members(&body, limit)?;
    // These are about what was sent.
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
    Ok(bytes)
}

fn is_gzip(headers: &HeaderMap) -> bool {
    let encoding = headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    let is = |name| encoding.is_some_and(|encoding| encoding.trim().eq_ignore_ascii_case(name));
    is("gzip") || is("x-gzip")
}

/// All members, one after the other; what follows the last is left out, as `gunzip` does.
fn members(mut compressed: &[u8], limit: u64) -> Result<Vec<u8>, TransportError> {
    let mut bytes = Vec::new();
    loop {
        let mut member = GzDecoder::new(compressed);
        // One more than there may be: it tells that there are more.
        let most = (limit + 1).saturating_sub(bytes.len() as u64);
        (&mut member).take(most).read_to_end(&mut bytes).map_err(|error| {
            TransportError::new(TransportErrorKind::Protocol).because(GzipError(error))
        })?;
        if bytes.len() as u64 > limit {
            return Err(TransportError::new(TransportErrorKind::BodyTooLarge { limit }));
        }
        compressed = member.into_inner();
        if !compressed.starts_with(&MAGIC) {
            return Ok(bytes);
        }
    }
}
