//! Who has evidence made, where and how.

use std::ffi::OsString;

use dt_report::contract::Custody;

use crate::commands::Context;

/// What this machine says of whoever runs the program on it.
pub(super) fn of(context: &Context<'_>, case: Option<String>) -> Custody {
    let host = gethostname::gethostname().to_string_lossy().into_owned();
    Custody {
        operator: ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(context.environment),
        host: Some(host).filter(|host| !host.is_empty()),
        command: Some(command(context.words)),
        case,
    }
}

/// A command line as a shell would take it, without the user and the password of an address. Tokens
/// are never on one.
fn command(words: &[OsString]) -> String {
    let mut line = vec!["dt".to_owned()];
    let mut is_address = false;
    for word in words.iter().skip(1) {
        let word = word.to_string_lossy();
        let shown = redacted(&word, is_address);
        // A word that no shell can be given is shown as it is.
        line.push(shlex::try_quote(&shown).map_or_else(|_| shown.clone(), Into::into));
        is_address = ADDRESSES.contains(&&*word);
    }
    line.join(" ")
}

/// Options whose value is an address, which need not begin with a scheme.
const ADDRESSES: [&str; 2] = ["--url", "--proxy"];

/// A word without user and password, if it is an address or holds one.
fn redacted(word: &str, is_address: bool) -> String {
    let option = word.split_once('=').filter(|(name, _)| ADDRESSES.contains(name));
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
        command(&words.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn a_command_line_is_one_that_a_shell_takes() {
        let words = ["/usr/bin/dt", "evidence", "ws 1", "--case", "it's 7", "-o", "json"];
        assert_eq!(shown(&words), r#"dt evidence 'ws 1' --case "it's 7" -o json"#);
    }

    #[test]
    fn a_command_line_has_no_password() {
        for (typed, told) in [
            (
                "--proxy http://me:pa@55/word@proxy.example:1",
                "--proxy 'http://***@proxy.example:1'",
            ),
            ("--proxy=http://me:pa55word@proxy.example:1", "'--proxy=http://***@proxy.example:1'"),
            ("--proxy me:pa55word@proxy.example:1", "--proxy '***@proxy.example:1'"),
            ("--proxy=me:pa55word@proxy.example:1", "'--proxy=***@proxy.example:1'"),
            ("--url https://me:pa55word@dt.example", "--url 'https://***@dt.example'"),
            ("--case https://me:pa55word@dt.example", "--case 'https://***@dt.example'"),
            ("--proxy http://proxy.example:1 a@b", "--proxy http://proxy.example:1 a@b"),
            ("--demo-fault 500@endpoints", "--demo-fault 500@endpoints"),
        ] {
            let words: Vec<&str> = std::iter::once("dt").chain(typed.split(' ')).collect();
            assert_eq!(shown(&words), format!("dt {told}"));
        }
    }
}
