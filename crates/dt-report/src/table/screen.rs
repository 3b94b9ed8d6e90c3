//! Lines of text that end up on a terminal.

use anstyle::{AnsiColor, Style};
use dt_analysis::Level;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::clean;

/// A screen in the making. All text goes through [`clean`] here, whatever it went through before.
pub(super) struct Screen {
    text: String,
    columns: usize,
}

/// What a line has room for, and still is read as one.
const NARROWEST: usize = 60;
const WIDEST: usize = 140;

/// What a hyperlink begins with, and what ends its address; without one, the link ends (OSC 8).
const LINK: &str = "\u{1b}]8;;";
const LINK_END: &str = "\u{1b}\\";

/// A screen without its hyperlinks.
pub(super) fn without_links(screen: &str) -> String {
    let mut parts = screen.split(LINK);
    let before = parts.next().unwrap_or_default();
    let text = |part: &'_ str| part.split_once(LINK_END).map(|(_, text)| text.to_owned());
    std::iter::once(before.to_owned()).chain(parts.filter_map(text)).collect()
}

const BOLD: Style = Style::new().bold();

impl Screen {
    /// An empty one, so wide.
    pub(super) fn of(columns: usize) -> Self {
        Self { text: String::new(), columns: columns.clamp(NARROWEST, WIDEST) }
    }

    /// An empty one, as wide as this.
    pub(super) fn another(&self) -> Self {
        Self::of(self.columns)
    }

    /// How wide it is.
    pub(super) const fn columns(&self) -> usize {
        self.columns
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn line(&mut self, text: &str) {
        self.styled(Style::new(), text);
    }

    /// A line that may be longer than the screen is wide.
    pub(super) fn whole(&mut self, text: &str) {
        self.text.push_str(&clean(text));
        self.text.push('\n');
    }

    pub(super) fn bold(&mut self, text: &str) {
        self.styled(BOLD, text);
    }

    /// A line in the colour of its urgency.
    pub(super) fn level(&mut self, level: Level, text: &str) {
        let style = match level {
            Level::High => BOLD.fg_color(Some(AnsiColor::Red.into())),
            Level::Medium => BOLD.fg_color(Some(AnsiColor::Yellow.into())),
            Level::Low => BOLD.fg_color(Some(AnsiColor::Cyan.into())),
            Level::Minimal => BOLD,
        };
        self.styled(style, text);
    }

    fn styled(&mut self, style: Style, text: &str) {
        let text = fit(&clean(text), self.columns);
        let text = text.trim_end();
        if style.is_plain() || text.is_empty() {
            self.text.push_str(text);
        } else {
            self.text.extend([
                &style.render().to_string(),
                text,
                &style.render_reset().to_string(),
            ]);
        }
        self.text.push('\n');
    }

    /// A line in which the first place of a text leads to an address, where a terminal knows how.
    pub(super) fn linked(&mut self, line: &str, text: &str, url: &str) {
        let line = fit(&clean(line), self.columns);
        let url = clean(url);
        match line.trim_end().split_once(text) {
            Some((before, after)) => {
                self.text
                    .extend([before, LINK, &*url, LINK_END, text, LINK, LINK_END, after, "\n"]);
            }
            None => self.line(&line),
        }
    }

    /// How many lines there are.
    pub(super) fn height(&self) -> usize {
        self.text.lines().count()
    }

    /// Puts another screen below this one.
    pub(super) fn append(&mut self, below: &Self) {
        self.text.push_str(&below.text);
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A text in at most so many columns, cut with `…` if it is longer.
pub(super) fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut fitting = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        fitting.push(c);
    }
    fitting.push('…');
    fitting
}

/// Two texts at the two ends of a line of so many columns; the left one gives way.
pub(super) fn ends(left: &str, right: &str, columns: usize) -> String {
    let room = columns.saturating_sub(right.width() + 2);
    let left = fit(&clean(left), room);
    let gap = columns.saturating_sub(left.width() + right.width());
    format!("{left}{}{right}", " ".repeat(gap))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_text_is_cut_by_columns() {
        assert_eq!(fit("abcdef", 6), "abcdef");
        assert_eq!(fit("abcdefg", 6), "abcde…");
        assert_eq!(fit("ホスト名", 6), "ホス…");
        assert_eq!(fit("ホスト名", 5), "ホス…");
    }

    #[test]
    fn hostile_text_stays_on_its_line() {
        let mut screen = Screen::of(80);
        screen.line("a\nb\u{1b}[2J");
        assert_eq!(screen.finish(), "a�b�[2J\n");
    }

    #[test]
    fn a_link_is_of_one_text_and_can_be_taken_out() {
        let mut screen = Screen::of(80);
        screen.linked("  501  a\u{1b}]8;;b 501", "501", "https://a.example/#modelbreach/501");
        let linked = screen.finish();
        let link = "\u{1b}]8;;https://a.example/#modelbreach/501\u{1b}\\501\u{1b}]8;;\u{1b}\\";
        assert_eq!(linked, format!("  {link}  a�]8;;b 501\n"));
        assert_eq!(without_links(&linked), "  501  a�]8;;b 501\n");
    }

    #[test]
    fn a_long_name_leaves_room_for_the_right_end() {
        let line = ends(&"n".repeat(200), "did 1", 80);
        assert_eq!(line.width(), 80);
        assert!(line.ends_with("…  did 1"));
    }
}
