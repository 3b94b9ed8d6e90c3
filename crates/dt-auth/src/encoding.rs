//! The two texts of one target that a signature may cover, and when the decoded one is ambiguous.

/// Which text of the target is signed. What is sent is the same either way.
///
/// Appliances of version 7.1 accept both. The documentation of `/devicesearch` shows a space
/// escaped on the wire and plain in the signature, so decoded is the one that has always worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Encoding {
    /// Keys and values as they are, before escaping. Refused where that text is ambiguous; see
    /// [the crate](crate#one-signature-one-request).
    #[default]
    Decoded,
    /// The very text that is sent.
    AsSent,
}

/// The first character of a decoded key or value that makes the decoded target ambiguous.
///
/// [The crate](crate#one-signature-one-request) has the reason for each.
pub(crate) fn ambiguity(text: &str) -> Option<char> {
    // All of them are ASCII, and no byte of a longer UTF-8 sequence is.
    text.bytes()
        .find(|byte| matches!(byte, b'&' | b'=' | b'%' | b'+' | b'#') || byte.is_ascii_control())
        .map(char::from)
}
