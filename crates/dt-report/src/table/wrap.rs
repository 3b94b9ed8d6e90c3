//! Texts that go on in the next line.

use unicode_width::UnicodeWidthStr;

use super::WIDTH;
use crate::clean;

/// How far a word is indented that is too long for its line.
const LONG: usize = 8;

/// A text in lines that begin at a margin, the first of which begins with `head`. A word that is too long for any of them,
/// such as a hash, has a line of its own, so that it can be copied.
pub(super) fn wrapped(head: &str, text: &str, margin: usize) -> Vec<String> {
    let mut lines = vec![head.to_owned()];
    let mut used = 0;
    for word in clean(text).split(' ').filter(|word| !word.is_empty()) {
        let width = word.width();
        let fresh = used == 0;
        if !fresh && used + 1 + width <= WIDTH - margin {
            used += 1 + width;
            if let Some(line) = lines.last_mut() {
                line.extend([" ", word]);
            }
            continue;
        }
        let (indent, width) = if width > WIDTH - margin { (LONG, WIDTH) } else { (margin, width) };
        match lines.last_mut() {
            Some(line) if fresh && indent == margin => line.push_str(word),
            _ => lines.push(format!("{}{word}", " ".repeat(indent))),
        }
        used = width;
    }
    lines
}
