//! Text that stays text in Markdown.

use crate::view::Text;

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a heading, a paragraph or a list.
    Line,
    /// In a cell of a table, which ends at a bar.
    Cell,
}

/// A text that no reader of Markdown takes for markup, by `CommonMark` or by GitHub's rules: every
/// character that means something is escaped. What GitHub's rules make a link of, escaped or not, becomes
/// code.
pub(super) fn escaped(text: &Text, place: Place) -> String {
    let words: Vec<String> = text
        .as_str()
        .trim()
        .split(' ')
        .enumerate()
        .map(
            |(number, word)| {
                if links_by_itself(word) { code(word, place) } else { plain(word, number == 0) }
            },
        )
        .collect();
    words.join(" ")
}

/// Addresses of mail become links without any markup around them, and no escape prevents it.
fn links_by_itself(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    ["@", "mailto:", "xmpp:"].iter().any(|sign| word.contains(sign))
}

/// A word between more backticks than it has in a row.
fn code(word: &str, place: Place) -> String {
    let runs = word.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0) + 1);
    let space = if word.contains('`') { " " } else { "" };
    let word = if place == Place::Cell { word.replace('|', "\\|") } else { word.to_owned() };
    format!("{fence}{space}{word}{space}{fence}")
}

fn plain(word: &str, first: bool) -> String {
    let mut escaped = String::with_capacity(word.len());
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    for (place, c) in word.char_indices() {
        let acts = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '$' | '#' => true,
            // What begins a list, a line or a title, where a line begins.
            '-' | '+' | '=' => first && place == 0,
            // What a link on the web begins with.
            ':' => word[place..].starts_with("://"),
            '.' if ends_with_www(&word[..place]) => true,
            '.' | ')' => first && place > 0 && place == digits && place + 1 == word.len(),
            _ => false,
        };
        escaped.extend(acts.then_some('\\'));
        escaped.push(c);
    }
    escaped
}

fn ends_with_www(text: &str) -> bool {
    text.len() >= 3 && text.as_bytes()[text.len() - 3..].eq_ignore_ascii_case(b"www")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> String {
        escaped(&text.into(), Place::Line)
    }

    #[test]
    fn ordinary_text_is_as_it_was() {
        for text in ["workstation-01", "10.20.4.17", "2.24 GB of it to cdn-sync.example", "≈ 2 %"]
        {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn what_could_be_markup_is_escaped() {
        assert_eq!(line("<b>*x*_y_[a](b)"), "\\<b\\>\\*x\\*\\_y\\_\\[a\\](b)");
        assert_eq!(line("- a - b"), "\\- a - b");
        assert_eq!(line("1. a"), "1\\. a");
        assert_eq!(line("# a"), "\\# a");
    }

    #[test]
    fn what_would_link_by_itself_does_not() {
        assert_eq!(line("see WWW.evil.example now"), "see WWW\\.evil.example now");
        assert_eq!(line("http://evil.example/#x"), "http\\://evil.example/\\#x");
        assert_eq!(line("a@b.example"), "`a@b.example`");
        assert_eq!(line("http://a@`x``y|"), "``` http://a@`x``y| ```");
        assert_eq!(escaped(&"a@b|c".into(), Place::Cell), "`a@b\\|c`");
    }
}
