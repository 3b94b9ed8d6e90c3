//! Text that is clean.

use std::fmt;

use crate::clean;

/// A text in which nothing acts instead of being shown: whatever becomes one goes through [`clean`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Text(String);

impl Text {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it has a word that would make its column too wide, so that it has to be broken.
    pub(crate) fn is_long(&self) -> bool {
        const LONGEST_WORD: usize = 20;
        let mut words = self.0.split([' ', '-']);
        words.any(|word| word.chars().nth(LONGEST_WORD).is_some())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(clean(text).into_owned())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_clean_from_the_beginning() {
        assert_eq!(Text::from("a\n\u{1b}[2J\u{202e}b").to_string(), r"a��[2J\u{202e}b");
    }
}
