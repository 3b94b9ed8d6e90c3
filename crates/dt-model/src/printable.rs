//! Which characters are no visible sign of their own.

/// Whether a character is not shown, but acts: controls and line ends, marks that change the direction of
/// what follows or join what stands beside them, and what is invisible or has no agreed shape. Two names
/// that differ only by these look the same.
///
/// ```
/// use dt_model::is_unprintable;
///
/// assert!("\u{1b}\n\u{202e}\u{200d}\u{ad}\u{3164}".chars().all(is_unprintable));
/// assert!(!"größe ホスト مضيف \u{1f469}".chars().any(is_unprintable));
/// ```
#[must_use]
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            // Line and paragraph separators.
            '\u{2028}' | '\u{2029}'
            // Direction marks, embeddings, overrides and isolates.
            | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Joiners, word joiners, soft hyphens, invisible operators, byte order marks.
            | '\u{ad}' | '\u{34f}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}' | '\u{feff}'
            // Variation selectors, and tags that once named languages.
            | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}'
            // Fillers and blanks.
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
            // Controls of annotation, shorthand, music and hieroglyphs.
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{13430}'..='\u{13455}'
            // For private use.
            | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}'
        )
}

/// With how many bytes of printable ASCII, line feeds among them, a text begins: most texts have nothing else,
/// and whoever looks for [what acts](is_unprintable) need not take these apart into characters.
///
/// ```
/// use dt_model::plain_ascii;
///
/// assert_eq!(plain_ascii("ws-01\n"), 6);
/// assert_eq!(plain_ascii("ws-\u{202e}10"), 3);
/// assert_eq!(plain_ascii("\u{7f}"), 0);
/// ```
#[must_use]
pub fn plain_ascii(text: &str) -> usize {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n');
    // So many at once are looked at without a branch for each.
    let (chunks, _) = text.as_bytes().as_chunks::<64>();
    let all_plain = |chunk: &&[u8; 64]| chunk.iter().fold(true, |all, byte| all & is_plain(byte));
    let whole = 64 * chunks.iter().take_while(all_plain).count();
    whole + text.as_bytes()[whole..].iter().take_while(|byte| is_plain(byte)).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_plain_is_ascii_that_does_not_act(text in r"[ -~\n]{0,200}[\x00-\x{2100}]{0,3}[ -~]{0,99}") {
            let acts = |c: char| !c.is_ascii() || c != '\n' && is_unprintable(c);
            prop_assert_eq!(plain_ascii(&text), text.find(acts).unwrap_or(text.len()));
        }
    }
}
