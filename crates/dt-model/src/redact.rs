//! What of an answer may be shown to people, or kept: an answer may echo its request, and with it
//! the public token and the signature.
//!
//! ```
//! use dt_model::redact::excerpt;
//!
//! let echoed = b"not accepted:\n bd7c3eab7cbf00d75218d4efac711cdaec2ea8b4";
//! assert_eq!(excerpt(echoed), "not accepted: [REDACTED]");
//! ```

use crate::is_unprintable;

/// What stands in place of a secret.
pub const REDACTED: &str = "[REDACTED]";

/// Tokens and signatures have 40 hex digits; nothing that a reader needs has as many as this.
const HASH: usize = 32;

/// The beginning of a text from outside, on one line, without what is not visible and without
/// anything that looks like a token or a signature.
#[must_use]
pub fn excerpt(text: &[u8]) -> String {
    const MOST: usize = 200;
    let text = String::from_utf8_lossy(&text[..text.len().min(4 * MOST)]);
    let words = text.split(|c: char| c.is_whitespace() || is_unprintable(c));
    let mut line = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    without_hashes(&line).chars().take(MOST).collect()
}

fn without_hashes(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        let other = rest[digits..].bytes().take_while(|byte| !byte.is_ascii_hexdigit()).count();
        kept.push_str(if digits < HASH { &rest[..digits] } else { REDACTED });
        kept.push_str(&rest[digits..digits + other]);
        rest = &rest[digits + other..];
    }
    kept
}

/// Overwrites a secret wherever it stands, keeping its length, so that what was a JSON document
/// still is the same one.
pub fn blank(body: &mut [u8], secret: &[u8]) {
    if secret.is_empty() {
        return;
    }
    let mut from = 0;
    while let Some(place) = body[from..].windows(secret.len()).position(|part| part == secret) {
        let begin = from + place;
        from = begin + secret.len();
        body[begin..from].fill(b'*');
    }
}

/// Overwrites whatever looks like a token or a signature, keeping its length.
pub fn blank_hashes(body: &mut [u8]) {
    for run in body.split_mut(|byte| !byte.is_ascii_hexdigit()) {
        if run.len() >= HASH {
            run.fill(b'*');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt(b" a\r\n\tb\x1b[31m  \xff"), "a b [31m \u{fffd}");
        assert_eq!(excerpt("é".repeat(300).as_bytes()), "é".repeat(200));
        assert_eq!(excerpt(b""), "");
    }

    #[test]
    fn what_looks_like_a_secret_is_left_out() {
        let signature = "bd7c3eab7cbf00d75218d4efac711cdaec2ea8b4";
        assert_eq!(excerpt(format!("got {signature}, é").as_bytes()), "got [REDACTED], é");
        assert_eq!(excerpt(b"deadbeef cafe 12345"), "deadbeef cafe 12345");
        // It is told from the rest before the excerpt is cut.
        let late = format!("{}{signature}", "x".repeat(175));
        assert!(!excerpt(late.as_bytes()).contains("bd7c"));
    }

    #[test]
    fn blanking_keeps_every_place() {
        let mut body = b"{\"a\": \"tok\", \"b\": \"tok tok\"}".to_vec();
        blank(&mut body, b"tok");
        blank(&mut body, b"");
        assert_eq!(body, b"{\"a\": \"***\", \"b\": \"*** ***\"}");
        let mut body = b"12 bd7c3eab7cbf00d75218d4efac711cdaec2ea8b4 ab".to_vec();
        blank_hashes(&mut body);
        assert_eq!(body, [b"12 ".as_slice(), &[b'*'; 40], b" ab"].concat());
    }
}
