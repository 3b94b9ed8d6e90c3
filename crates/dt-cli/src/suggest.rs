//! Which name was probably meant.

/// The closest of `names`, at most so many, the closest first: those that are only a slip or two
/// away from what was typed.
pub(crate) fn suggest<S: AsRef<str>>(
    typed: &str,
    names: impl IntoIterator<Item = S>,
    most: usize,
) -> Vec<String> {
    let typed = typed.to_lowercase();
    // One slip is always forgiven, and one more for every three characters.
    let limit = 1 + typed.chars().count() / 3;
    let measured = names.into_iter().map(|name| {
        let name = name.as_ref().to_owned();
        (strsim::osa_distance(&typed, &name.to_lowercase()), name)
    });
    let mut close: Vec<(usize, String)> =
        measured.filter(|(distance, _)| *distance <= limit).collect();
    close.sort();
    close.dedup();
    close.truncate(most);
    close.into_iter().map(|(_, name)| name).collect()
}

/// Asks whether a known word was meant, if one is close.
pub(crate) fn did_you_mean<S: AsRef<str>>(
    typed: &str,
    known: impl IntoIterator<Item = S>,
) -> Option<String> {
    suggest(typed, known, 1).first().map(|name| format!("did you mean {name:?}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_come_first_and_strangers_not_at_all() {
        let names = ["ws-90", "ws-09", "ws-91", "WS-9x", "printer-9", "ws-123456"];
        assert_eq!(suggest("ws-9", names, 3), ["WS-9x", "ws-09", "ws-90"]);
        assert_eq!(suggest("nobody", names, 3), [""; 0]);
        assert_eq!(suggest("wrokstation", ["workstation"], 3), ["workstation"]);
    }

    #[test]
    fn a_known_word_is_suggested() {
        assert_eq!(did_you_mean("urll", ["url", "proxy"]), Some(r#"did you mean "url"?"#.into()));
        assert_eq!(did_you_mean("colour", ["url", "proxy"]), None);
    }
}
