//! Text of which a model gets no more than it can use.

/// The first lines of a text, as many as there is room for in so many bytes; and how many lines are left out.
/// A first line that is longer than that is cut.
pub(crate) fn bounded(text: &str, most: usize) -> (&str, usize) {
    if text.len() <= most {
        return (text, 0);
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    let room = &text[..end];
    let shown = room.rfind('\n').map_or(room, |end| &room[..end]);
    (shown, text[shown.len()..].trim_matches('\n').lines().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_lines_are_shown_and_the_others_counted() {
        let text = "one\ntwo\nthree\nfour\n";
        assert_eq!(bounded(text, text.len()), (text, 0));
        assert_eq!(bounded(text, 12), ("one\ntwo", 2));
        assert_eq!(bounded(text, 3), ("one", 3));
    }

    #[test]
    fn one_long_line_is_cut_where_a_character_ends() {
        let text = "ä".repeat(10);
        let (shown, left_out) = bounded(&text, 5);
        assert_eq!((shown, left_out), ("ää", 1));
    }
}
