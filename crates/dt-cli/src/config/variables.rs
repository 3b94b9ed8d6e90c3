//! Variables of the environment.

use super::declared::{self, Kind};

/// The variables that are no setting, and what each says.
const OTHERS: [(&str, &str); 6] = [
    ("DT_PROFILE", "Use this profile of the configuration, as --profile says it"),
    ("DT_PAGER", "The pager for what is longer than the screen, before PAGER"),
    ("PAGER", "The pager for what is longer than the screen"),
    ("NO_COLOR", "No colour, whatever it holds"),
    ("HTTPS_PROXY, HTTP_PROXY, ALL_PROXY", "The proxy to connect through, also in lower case"),
    ("NO_PROXY", "The hosts, domains and networks that are connected to without a proxy"),
];

/// The variables that may hold a secret. No other program needs them.
pub(crate) fn secret_variables() -> impl Iterator<Item = String> {
    const PROXIES: [&str; 6] =
        ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"];
    let settings = declared::all().into_iter();
    let secrets = settings.filter(|setting| declared::kind(setting) == Kind::Secret);
    let secrets = secrets.map(|setting| declared::variable(&setting));
    secrets.chain(PROXIES.map(str::to_owned))
}

/// The variables that are read, and what each says.
pub(crate) fn variables() -> impl Iterator<Item = (String, String)> {
    let settings = declared::all().into_iter().map(|setting| {
        let help = setting.get_help().map(ToString::to_string).unwrap_or_default();
        let option = Some(declared::option(&setting)).filter(|_| !setting.is_hide_set());
        let option = option.map(|option| format!(", as {option} says it")).unwrap_or_default();
        (declared::variable(&setting), help + &option)
    });
    settings.chain(OTHERS.map(|(name, meaning)| (name.to_owned(), meaning.to_owned())))
}
