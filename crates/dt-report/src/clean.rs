//! Text from the network, safe for a terminal.

use std::borrow::Cow;

use dt_model::is_unprintable;

/// A text without anything that a terminal acts on instead of showing it, and in which two different names
/// look different: controls and line ends become `�`, what changes the direction of others, joins them or
/// is invisible its escape.
///
/// ```
/// use dt_report::clean;
///
/// assert_eq!(clean("ws-01"), "ws-01");
/// assert_eq!(clean("ws\u{1b}[31m\n01"), "ws�[31m�01");
/// assert_eq!(clean("pay\u{200b}pal\u{202e}"), r"pay\u{200b}pal\u{202e}");
/// ```
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{2028}' | '\u{2029}' => cleaned.push(char::REPLACEMENT_CHARACTER),
            c if c.is_control() => cleaned.push(char::REPLACEMENT_CHARACTER),
            c if is_unprintable(c) => cleaned.extend(c.escape_unicode()),
            c => cleaned.push(c),
        }
    }
    Cow::Owned(cleaned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_of_any_language_is_untouched() {
        for text in ["", "a b", "größe", "ホスト名", "مضيف", "👩💻"] {
            assert!(matches!(clean(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn nothing_that_acts_is_left() {
        let hostile: String = ('\0'..=char::MAX).filter(|&c| is_unprintable(c)).collect();
        assert!(hostile.chars().count() > 4000);
        assert!(!clean(&hostile).contains(is_unprintable));
    }

    #[test]
    fn what_cannot_be_seen_or_joins_others_is_shown_as_an_escape() {
        assert_eq!(clean("👩\u{200d}💻"), r"👩\u{200d}💻");
        let names =
            ["paypal", "pay\u{200b}pal", "pay\u{200d}pal", "pay\u{ad}pal", "pay\u{3164}pal"];
        let shown: std::collections::HashSet<_> = names.iter().map(|name| clean(name)).collect();
        assert_eq!(shown.len(), names.len());
    }
}
