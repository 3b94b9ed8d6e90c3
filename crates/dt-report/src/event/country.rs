//! Countries by their codes.

use std::str::FromStr;

/// The two letters of a country that is named in English, as ISO 3166-1 has them; `None` for a name
/// that is not known.
pub(super) fn code(name: &str) -> Option<&'static str> {
    // It knows names of several words without the spaces between.
    let name: String = name.chars().filter(|c| *c != ' ').collect();
    celes::Country::from_str(&name).ok().map(|country| country.alpha2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_have_their_codes() {
        let names = ["Netherlands", "United States", "Russia", "South Korea", "Czechia"];
        assert_eq!(names.map(code), ["NL", "US", "RU", "KR", "CZ"].map(Some));
    }

    #[test]
    fn other_text_has_none() {
        for text in ["", "Unknown", "<script>alert(1)</script>", "evil\u{202e}gnp", "会計部"] {
            assert_eq!(code(text), None, "{text}");
        }
    }
}
