//! The settings of how an appliance is reached, each declared once: its key in a profile, its flag, its
//! variable, what it may be, and what it is by default.

use std::ops::RangeInclusive;

use clap::ValueEnum;
use clap::builder::PossibleValue;

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Url,
    PublicToken,
    PrivateToken,
    TokenFiles,
    CaFile,
    PinSha256,
    Insecure,
    Proxy,
    Sign,
    Date,
    Backend,
    Timeout,
    ConnectTimeout,
    Retries,
    InFlight,
    Rate,
}

/// What is declared about a setting.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) key: Key,
    /// Its key in a profile, and its name in `dt config show`.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) flag: Option<Flag>,
    pub(crate) variable: Option<&'static str>,
    pub(crate) default: Option<Default>,
}

/// What a setting may be.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Text,
    /// Text that is shown to nobody.
    Secret,
    /// A token, or by the name with `_file` behind it the file that holds it. Never a flag: everyone on
    /// the machine can read those.
    Token {
        file_variable: &'static str,
        file_name: &'static str,
    },
    /// The path of a file.
    File,
    Switch,
    Word(fn() -> Vec<PossibleValue>),
    Number(RangeInclusive<u64>),
}

/// Which form of the query is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sign {
    Decoded,
    AsSent,
}

/// How the date of a request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Date {
    Spaced,
    Compact,
}

/// Who may read the files that hold the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenFiles {
    /// Nobody but their owner.
    Private,
    /// Anybody, as containers mount secrets; they may not be written to by others.
    Shared,
}

/// Which HTTP client to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Backend {
    Ureq,
    Reqwest,
}

/// The option that sets it.
#[derive(Debug)]
pub(crate) struct Flag {
    /// With its dashes, as messages name it.
    pub(crate) name: &'static str,
    pub(crate) value_name: &'static str,
    pub(crate) help: &'static str,
}

/// What a setting is if nobody says anything.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Default {
    Word(&'static str),
    Number(u64),
}

/// The settings of which only one can hold: whom to trust is one choice in three forms, so the whole of
/// it comes from one place.
pub(crate) const TRUST: [Key; 3] = [Key::CaFile, Key::PinSha256, Key::Insecure];

/// How many seconds a connection may take if nobody says it.
pub(crate) const CONNECT_TIMEOUT: u64 = 10;

/// All settings, in the order in which they are shown.
pub(crate) static SPECS: [Spec; 16] = [
    spec(Key::Url, "url", Kind::Text)
        .flag("--url", "URL", "Ask the appliance at this address [env: DT_URL]")
        .variable("DT_URL"),
    spec(Key::PublicToken, "public_token", token("DT_PUBLIC_TOKEN_FILE", "public_token_file"))
        .variable("DT_PUBLIC_TOKEN"),
    spec(Key::PrivateToken, "private_token", token("DT_PRIVATE_TOKEN_FILE", "private_token_file"))
        .variable("DT_PRIVATE_TOKEN"),
    spec(Key::TokenFiles, "token_files", Kind::Word(words::<TokenFiles>))
        .variable("DT_TOKEN_FILES")
        .default(Default::Word("private")),
    spec(Key::CaFile, "ca_file", Kind::File)
        .flag(
            "--ca-file",
            "FILE",
            "Also trust the certificate authorities in this PEM file [env: DT_CA_FILE]",
        )
        .variable("DT_CA_FILE"),
    spec(Key::PinSha256, "pin_sha256", Kind::Text).flag(
        "--pin-sha256",
        "HEX",
        "Trust only the certificate with this SHA-256, whatever its name, issuer and age",
    ),
    spec(Key::Insecure, "insecure", Kind::Switch).flag(
        "--insecure",
        "",
        "Trust any certificate: anyone on the path can read and change everything",
    ),
    spec(Key::Proxy, "proxy", Kind::Secret).flag(
        "--proxy",
        "URL",
        "Connect through this proxy instead of the environment's",
    ),
    spec(Key::Sign, "sign", Kind::Word(words::<Sign>))
        .flag("--sign", "FORM", "Which form of the query is signed")
        .default(Default::Word("decoded")),
    spec(Key::Date, "date", Kind::Word(words::<Date>))
        .flag("--date", "FORM", "How the date of a request is written")
        .default(Default::Word("spaced")),
    spec(Key::Backend, "backend", Kind::Word(words::<Backend>))
        .flag("--backend", "CLIENT", "Which HTTP client to use")
        .default(Default::Word("ureq")),
    spec(Key::Timeout, "timeout", Kind::Number(0..=u64::MAX))
        .flag("--timeout", "SECONDS", "Request timeout in seconds")
        .default(Default::Number(60)),
    spec(Key::ConnectTimeout, "connect_timeout", Kind::Number(0..=u64::MAX))
        .flag("--connect-timeout", "SECONDS", "Connect timeout in seconds")
        .default(Default::Number(CONNECT_TIMEOUT)),
    spec(Key::Retries, "retries", Kind::Number(0..=u32::MAX as u64))
        .flag("--retries", "N", "At most this many further attempts, those after a 429 not counted")
        .default(Default::Number(3)),
    spec(Key::InFlight, "in_flight", Kind::Number(1..=32))
        .flag("--in-flight", "N", "At most this many requests at once, 1 to 32")
        .default(Default::Number(4)),
    spec(Key::Rate, "rate", Kind::Number(1..=1000)).flag(
        "--rate",
        "N",
        "At most this many new requests per second [default: no limit]",
    ),
];

/// A setting of a profile alone, without a default.
const fn spec(key: Key, name: &'static str, kind: Kind) -> Spec {
    Spec { key, name, kind, flag: None, variable: None, default: None }
}

const fn token(file_variable: &'static str, file_name: &'static str) -> Kind {
    Kind::Token { file_variable, file_name }
}

fn words<E: ValueEnum>() -> Vec<PossibleValue> {
    E::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect()
}

impl Key {
    /// What is declared about it.
    pub(crate) fn spec(self) -> &'static Spec {
        // They stand in the order of the keys.
        &SPECS[self as usize]
    }
}

impl Spec {
    /// With an option that sets it.
    const fn flag(self, name: &'static str, value_name: &'static str, help: &'static str) -> Self {
        Self { flag: Some(Flag { name, value_name, help }), ..self }
    }

    /// With a variable that sets it.
    const fn variable(self, name: &'static str) -> Self {
        Self { variable: Some(name), ..self }
    }

    /// With what it is if nobody says anything.
    const fn default(self, default: Default) -> Self {
        Self { default: Some(default), ..self }
    }

    /// Its keys in a profile.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        let file = match self.kind {
            Kind::Token { file_name, .. } => Some(file_name),
            _ => None,
        };
        std::iter::once(self.name).chain(file)
    }

    /// Its flag without the dashes.
    pub(crate) fn long(&self) -> Option<&'static str> {
        self.flag.as_ref().map(|flag| flag.name.trim_start_matches('-'))
    }
}

/// The variables that are no setting, and what each says.
const OTHER_VARIABLES: [(&str, &str); 6] = [
    ("DT_PROFILE", "The profile of the configuration to use, as --profile says it"),
    ("DT_PAGER", "The pager for what is longer than the screen, before PAGER"),
    ("PAGER", "The pager for what is longer than the screen"),
    ("NO_COLOR", "No colour, whatever it holds"),
    ("HTTPS_PROXY, HTTP_PROXY, ALL_PROXY", "The proxy to connect through, also in lower case"),
    ("NO_PROXY", "The hosts, domains and networks that are connected to without a proxy"),
];

/// The variables that may hold a secret. No other program needs them.
pub(crate) fn secret_variables() -> impl Iterator<Item = &'static str> {
    const PROXIES: [&str; 6] =
        ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"];
    let is_secret = |spec: &&Spec| matches!(spec.kind, Kind::Token { .. } | Kind::Secret);
    SPECS.iter().filter(is_secret).filter_map(|spec| spec.variable).chain(PROXIES)
}

/// The variables that are read, and what each says.
pub(crate) fn variables() -> impl Iterator<Item = (&'static str, String)> {
    let settings = SPECS.iter().flat_map(|spec| {
        let name = spec.name;
        let file = match spec.kind {
            Kind::Token { file_variable, .. } => {
                Some((file_variable, format!("The file that holds {name}")))
            }
            _ => None,
        };
        let option = spec.flag.as_ref().map(|flag| format!(", as {} says it", flag.name));
        let of_itself = |variable| {
            (variable, format!("The setting {name}{}", option.as_deref().unwrap_or_default()))
        };
        spec.variable.map(of_itself).into_iter().chain(file)
    });
    settings.chain(OTHER_VARIABLES.map(|(name, meaning)| (name, meaning.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_finds_its_own_declaration() {
        for spec in &SPECS {
            assert_eq!(spec.key.spec().name, spec.name);
        }
    }
}
