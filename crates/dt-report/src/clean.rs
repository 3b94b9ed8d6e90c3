//! Text from the network, safe for a terminal.

use std::borrow::Cow;

/// A text without anything that a terminal acts on instead of showing it: controls, escapes, line
/// breaks, and marks that change the direction of what follows. Each becomes `�`, so that two
/// different names stay two.
///
/// ```
/// use dt_report::clean;
///
/// assert_eq!(clean("ws-01"), "ws-01");
/// assert_eq!(clean("ws\u{1b}[31m\n\u{202e}01"), "ws�[31m��01");
/// ```
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(acts) {
        Cow::Owned(
            text.chars().map(|c| if acts(c) { char::REPLACEMENT_CHARACTER } else { c }).collect(),
        )
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a terminal does something about this character instead of showing it.
pub(crate) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            // Line and paragraph separators.
            '\u{2028}' | '\u{2029}'
            // Direction marks, embeddings, overrides and isolates.
            | '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Invisible: two names that look the same would not be.
            | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_of_any_language_is_untouched() {
        for text in ["", "a b", "größe", "ホスト名", "مضيف", "👩‍💻"] {
            assert!(matches!(clean(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn nothing_that_acts_is_left() {
        let hostile: String = ('\0'..='\u{ffff}').filter(|&c| acts(c)).collect();
        assert!(hostile.chars().count() > 70);
        assert!(clean(&hostile).chars().all(|c| c == char::REPLACEMENT_CHARACTER));
    }
}
