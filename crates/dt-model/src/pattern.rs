//! Names as people compare them, and patterns of names.

use unicode_normalization::UnicodeNormalization;

/// What two ways to write a name have in common: case, and whether accents are characters of their
/// own, do not matter.
pub(crate) fn folded(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// Whether a text is the pattern, in which each `*` stands for anything. Both are compared as names
/// are.
pub(crate) fn is_like(text: &str, pattern: &str) -> bool {
    let (text, pattern) = (folded(text), folded(pattern));
    let Some((start, rest)) = pattern.split_once('*') else { return text == pattern };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    let within = text.strip_prefix(start).and_then(|text| text.strip_suffix(end));
    // The earliest place for each part leaves the most room for those after it.
    let mut parts = middle.split('*');
    let rest = within.and_then(|text| {
        parts.try_fold(text, |text, part| text.find(part).map(|at| &text[at + part.len()..]))
    });
    rest.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (text, pattern) in [
            ("workstation-01", "Workstation-01"),
            ("WORKSTATION-01", "work*"),
            ("workstation-01", "w*t*n*1"),
            ("aab", "*ab"),
            ("", "*"),
            ("b\u{fc}ro", "bu\u{308}*"),
        ] {
            assert!(is_like(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [("workstation-01", "workstation"), ("ab", "a*c"), ("aba", "ab*ba")]
        {
            assert!(!is_like(text, pattern), "{text} {pattern}");
        }
    }
}
