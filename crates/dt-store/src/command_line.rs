//! A command line, as evidence says how it was made.

use std::ffi::OsStr;

/// A command line as a shell would take it, without the user and the password of any address on it.
///
/// `program` is what it is called, and `words` what follows. `addresses` are the options whose value is an
/// address, which need not begin with a scheme; any other address is told by its scheme.
///
/// ```
/// let words = ["report", "ws 1", "--proxy", "me:pa55word@proxy.example:1"];
/// let shown = dt_store::command_line("dt", words, &["--proxy"]);
/// assert_eq!(shown, "dt report 'ws 1' --proxy '***@proxy.example:1'");
/// ```
#[must_use]
pub fn command_line<W: AsRef<OsStr>>(
    program: &str,
    words: impl IntoIterator<Item = W>,
    addresses: &[&str],
) -> String {
    let mut line = vec![program.to_owned()];
    let mut is_address = false;
    for word in words {
        let word = word.as_ref().to_string_lossy();
        let shown = redacted(&word, is_address, addresses);
        // What a shell would read in a value is quoted, and not the option's name before it.
        let is_name = |name: &str| name.chars().all(|c| c == '-' || c.is_ascii_lowercase());
        let option = shown.split_once('=').filter(|(name, _)| is_name(name));
        line.push(match option {
            Some((name, value)) => format!("{name}={}", quoted(value)),
            None => quoted(&shown),
        });
        is_address = addresses.contains(&&*word);
    }
    line.join(" ")
}

/// A word as a shell takes it; one that no shell can be given as it is.
fn quoted(word: &str) -> String {
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), Into::into)
}

/// A word without user and password, if it is an address or holds one.
fn redacted(word: &str, is_address: bool, addresses: &[&str]) -> String {
    let option = word.split_once('=').filter(|(name, _)| addresses.contains(name));
    let (name, value) = option.map_or(("", word), |(name, value)| (&word[..=name.len()], value));
    let start = match value.find("://") {
        Some(scheme) => scheme + "://".len(),
        None if is_address || option.is_some() => 0,
        None => return word.to_owned(),
    };
    // A password may hold anything, so all is taken for one up to the last @.
    match value.rfind('@') {
        Some(end) if end >= start => format!("{name}{}***{}", &value[..start], &value[end..]),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &[&str]) -> String {
        command_line("dt", words, &["--url", "--proxy"])
    }

    #[test]
    fn a_command_line_is_one_that_a_shell_takes() {
        let words = ["evidence", "ws 1", "--case", "it's 7", "-o", "json"];
        assert_eq!(shown(&words), r#"dt evidence 'ws 1' --case "it's 7" -o json"#);
    }

    #[test]
    fn a_command_line_has_no_password() {
        for (typed, told) in [
            (
                "--proxy http://me:pa@55/word@proxy.example:1",
                "--proxy 'http://***@proxy.example:1'",
            ),
            ("--proxy=http://me:pa55word@proxy.example:1", "--proxy='http://***@proxy.example:1'"),
            ("--proxy me:pa55word@proxy.example:1", "--proxy '***@proxy.example:1'"),
            ("--proxy=me:pa55word@proxy.example:1", "--proxy='***@proxy.example:1'"),
            ("--url https://me:pa55word@dt.example", "--url 'https://***@dt.example'"),
            ("--case https://me:pa55word@dt.example", "--case 'https://***@dt.example'"),
            ("--proxy http://proxy.example:1 a@b", "--proxy http://proxy.example:1 a@b"),
            ("--demo-fault 500@endpoints", "--demo-fault 500@endpoints"),
        ] {
            let words: Vec<&str> = typed.split(' ').collect();
            assert_eq!(shown(&words), format!("dt {told}"));
        }
    }
}
