//! Texts that go on in the next line.

use unicode_width::UnicodeWidthStr;

use super::screen::Screen;
use crate::clean;

/// How far a word is indented that is too long for its line.
const LONG: usize = 8;

/// A text in lines of a screen that begin at a margin, the first of which begins with `head`. A word that is too long for
/// any of them, such as a hash, has a line of its own, so that it can be copied.
pub(super) fn wrapped(screen: &Screen, head: &str, text: &str, margin: usize) -> Vec<String> {
    let mut lines = vec![head.to_owned()];
    let columns = screen.columns();
    let room = columns.saturating_sub(margin);
    // A head that reaches beyond the margin leaves less for the first line.
    let mut used = head.width().saturating_sub(margin);
    let mut fresh = true;
    for word in clean(text).split(' ').filter(|word| !word.is_empty()) {
        let (gap, width) = (if fresh { "" } else { " " }, word.width());
        let (indent, width) = if width > room { (LONG, columns) } else { (margin, width) };
        let fits = used + gap.len() + width <= room || fresh && used == 0 && indent == margin;
        if let Some(line) = lines.last_mut().filter(|_| fits) {
            line.extend([gap, word]);
            used += gap.len() + width;
        } else {
            lines.push(format!("{}{word}", " ".repeat(indent)));
            used = width;
        }
        fresh = false;
    }
    lines
}
