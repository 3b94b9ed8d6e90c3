//! Which name was probably meant.

/// The names closest to what was typed, at most so many, the closest first: those that are a slip or
/// two away from it. Of a host name with a domain, either the whole or the part before the first dot
/// may be close.
///
/// ```
/// use dt_model::near_names;
///
/// let names = ["ws-042.corp.example", "ws-142.corp.example", "printer-3"];
/// assert_eq!(near_names("ws-024", names, 1), ["ws-042.corp.example"]);
/// assert!(near_names("nobody", names, 1).is_empty());
/// ```
pub fn near_names<S: AsRef<str>>(
    typed: &str,
    names: impl IntoIterator<Item = S>,
    most: usize,
) -> Vec<String> {
    let typed = typed.to_lowercase();
    let short = typed.split('.').next().unwrap_or_default();
    let distance = |name: &str| {
        let name = name.to_lowercase();
        let whole = strsim::osa_distance(&typed, &name);
        let host = name.split('.').next().unwrap_or_default();
        let is_host = !short.is_empty() && !host.is_empty() && (host != name || short != typed);
        let hosts = is_host.then(|| strsim::osa_distance(short, host));
        // One slip is always forgiven, and one more for every three characters.
        let whole = (whole <= 1 + typed.chars().count() / 3).then_some(whole);
        let hosts = hosts.filter(|slips| *slips <= 1 + short.chars().count() / 3);
        whole.into_iter().chain(hosts).min()
    };
    let measured = names.into_iter().map(|name| name.as_ref().to_owned());
    let mut close: Vec<(usize, String)> =
        measured.filter_map(|name| Some((distance(&name)?, name))).collect();
    close.sort();
    close.dedup();
    close.truncate(most);
    close.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_come_first_and_strangers_not_at_all() {
        let names = ["ws-90", "ws-09", "ws-91", "WS-9x", "printer-9", "ws-123456"];
        assert_eq!(near_names("ws-9", names, 3), ["WS-9x", "ws-09", "ws-90"]);
        assert_eq!(near_names("nobody", names, 3), [""; 0]);
        assert_eq!(near_names("wrokstation", ["workstation"], 3), ["workstation"]);
    }

    #[test]
    fn a_host_is_close_with_its_domain_and_without() {
        assert_eq!(near_names("ws-042.corp.example", ["ws-024"], 3), ["ws-024"]);
        assert_eq!(near_names("ws-042", ["ws-024.corp.example"], 3), ["ws-024.corp.example"]);
        assert_eq!(near_names(".x", [".corp.example"], 3), [""; 0]);
    }
}
