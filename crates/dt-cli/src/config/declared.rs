//! The settings of how an appliance is reached, each declared once, as a field.
//!
//! What a field is called is its key in a profile and its name in `dt config show`; with dashes it is the
//! option, and in capitals behind `DT_` the variable. Its documentation is the help, its type says what it
//! may be.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::num::{NonZeroU32, ParseIntError};
use std::path::PathBuf;
use std::sync::LazyLock;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Args, Command, FromArgMatches, value_parser};
use dt_auth::{DateFormat, Encoding};
use dt_model::PagePath;
use dt_store::Protection;
use dt_transport::Backend;
use secrecy::SecretString;

use crate::choice::{Choice, choice};
use crate::failure::{Failure, Result};

/// The heading of what says which appliance is asked.
pub(crate) const SOURCE: &str = "Source";
/// The heading of what says how it is reached.
pub(crate) const NETWORK: &str = "Network";

/// What the settings are. One that is hidden has no option: tokens above all, since everyone on the
/// machine can read a command line.
///
/// Of those of a group, which stand together, only one can hold: it is one choice in several forms, and the whole of it comes from
/// one place.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = NETWORK)]
pub(super) struct Values {
    /// Ask the appliance at this address
    #[arg(long, value_name = "URL", help_heading = SOURCE)]
    pub(super) url: Option<String>,
    /// The public token
    #[arg(long, hide = true, value_parser = secret, group = "public")]
    pub(super) public_token: Option<SecretString>,
    /// The file that holds the public token
    #[arg(long, hide = true, group = "public")]
    pub(super) public_token_file: Option<PathBuf>,
    /// The private token
    #[arg(long, hide = true, value_parser = secret, group = "private")]
    pub(super) private_token: Option<SecretString>,
    /// The file that holds the private token
    #[arg(long, hide = true, group = "private")]
    pub(super) private_token_file: Option<PathBuf>,
    /// Who may read the files that hold the tokens: private or shared
    #[arg(long, hide = true, value_parser = choice(&READERS), default_value = "private")]
    pub(super) token_files: Protection,
    /// Also trust the certificate authorities in this PEM file
    #[arg(long, value_name = "FILE", group = "trust")]
    pub(super) ca_file: Option<PathBuf>,
    /// Trust only the certificate with this SHA-256, whatever its name, issuer and age
    #[arg(long, value_name = "HEX", group = "trust")]
    pub(super) pin_sha256: Option<String>,
    /// Trust any certificate: anyone on the path can read and change everything
    #[arg(long, group = "trust")]
    pub(super) insecure: bool,
    /// Connect through this proxy instead of the environment's
    #[arg(long, value_name = "URL", value_parser = secret)]
    pub(super) proxy: Option<SecretString>,
    /// Which form of the query is signed
    #[arg(long, value_name = "FORM", value_parser = choice(&ENCODINGS), default_value = "decoded")]
    pub(super) sign: Encoding,
    /// How the date of a request is written
    #[arg(long, value_name = "FORM", value_parser = choice(&DATES), default_value = "spaced")]
    pub(super) date: DateFormat,
    /// Which HTTP client to use
    #[arg(long, value_name = "CLIENT", value_parser = choice(&BACKENDS), default_value = "ureq")]
    pub(super) backend: Backend,
    /// Request timeout in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = up_to(86_400))]
    pub(super) timeout: NonZeroU32,
    /// Connect timeout in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = up_to(86_400))]
    pub(super) connect_timeout: NonZeroU32,
    /// At most this many further attempts, those after a 429 not counted
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(super) retries: u32,
    /// At most this many requests at once, 1 to 32
    #[arg(long, value_name = "N", default_value = "4", value_parser = up_to(32))]
    pub(super) in_flight: NonZeroU32,
    /// At most this many new requests per second [default: no limit]
    #[arg(long, value_name = "N", value_parser = up_to(1000))]
    pub(super) rate: Option<NonZeroU32>,
    /// Where its page about a device is, below its address, else at #device/{did}
    #[arg(long, hide = true)]
    pub(super) device_page: Option<PagePath>,
    /// Where its page about a breach is, below its address, else at #modelbreach/{pbid}
    #[arg(long, hide = true)]
    pub(super) breach_page: Option<PagePath>,
}

/// Which form of the query is signed.
const ENCODINGS: [Choice<Encoding>; 2] =
    [("decoded", None, Encoding::Decoded), ("as-sent", None, Encoding::AsSent)];

/// How the date of a request is written.
const DATES: [Choice<DateFormat>; 2] =
    [("spaced", None, DateFormat::Spaced), ("compact", None, DateFormat::Compact)];

/// Who may read the files that hold the tokens: nobody but their owner; or anybody, as containers mount
/// secrets, which may not be written to by others.
const READERS: [Choice<Protection>; 2] =
    [("private", None, Protection::Private), ("shared", None, Protection::ReadOnly)];

/// Which HTTP client to use.
const BACKENDS: [Choice<Backend>; 2] =
    [("ureq", None, Backend::Ureq), ("reqwest", None, Backend::Reqwest)];

/// A setting that has a value in words, where it stands in TOML or JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Switch,
    Number,
    File,
    /// A text that is shown to nobody as it is.
    Secret,
    Text,
}

#[expect(clippy::unnecessary_wraps, reason = "what reads a value may fail")]
fn secret(text: &str) -> std::result::Result<SecretString, Infallible> {
    Ok(text.into())
}

fn up_to(most: i64) -> impl TypedValueParser<Value = NonZeroU32> {
    value_parser!(u32).range(1..=most).try_map(NonZeroU32::try_from)
}

/// The settings as options, in the order in which they are shown.
fn definition() -> Command {
    Values::augment_args(Command::new("settings").no_binary_name(true).disable_help_flag(true))
}

/// The settings that there are.
pub(super) fn all() -> Vec<Arg> {
    // Each command has them, and asks.
    static ALL: LazyLock<Vec<Arg>> =
        LazyLock::new(|| definition().get_arguments().cloned().collect());
    ALL.clone()
}

/// Settings of which only one can hold, by their keys; one that stands alone is a choice, too.
pub(super) fn choices() -> Vec<Vec<String>> {
    let mut definition = definition();
    definition.build();
    let group = |key: &str| {
        let mut groups = definition.get_groups();
        let group = groups.find(|group| group.get_args().any(|member| member == key));
        group.map(|group| group.get_args().map(ToString::to_string).collect())
    };
    let keys = definition.get_arguments().map(key);
    let mut choices: Vec<Vec<String>> =
        keys.map(|key| group(&key).unwrap_or_else(|| vec![key])).collect();
    choices.dedup();
    choices
}

/// Its key in a profile.
pub(super) fn key(setting: &Arg) -> String {
    setting.get_id().to_string()
}

/// What a key is about: a token may be in a file instead.
pub(super) fn subject(key: &str) -> &str {
    key.strip_suffix("_file").filter(|subject| subject.ends_with("_token")).unwrap_or(key)
}

/// The option that sets it, with its dashes.
pub(super) fn option(setting: &Arg) -> String {
    format!("--{}", setting.get_long().unwrap_or_default())
}

/// The variable that sets it.
pub(super) fn variable(setting: &Arg) -> String {
    format!("DT_{}", setting.get_id().as_str().to_ascii_uppercase())
}

/// What it may be.
pub(super) fn kind(setting: &Arg) -> Kind {
    use std::any::TypeId;

    let kinds = [
        (TypeId::of::<bool>(), Kind::Switch),
        (TypeId::of::<u32>(), Kind::Number),
        (TypeId::of::<NonZeroU32>(), Kind::Number),
        (TypeId::of::<PathBuf>(), Kind::File),
        (TypeId::of::<SecretString>(), Kind::Secret),
    ];
    let parsed = setting.get_value_parser().type_id();
    kinds.into_iter().find(|(id, _)| parsed == *id).map_or(Kind::Text, |(_, kind)| kind)
}

/// What it has to be, in the words of a complaint, which quotes no value: that may be a token.
pub(super) fn requirement(setting: &Arg) -> String {
    let words = setting.get_possible_values();
    let words: Vec<String> =
        words.iter().map(PossibleValue::get_name).map(|name| format!("{name:?}")).collect();
    match kind(setting) {
        Kind::Switch => "true or false".to_owned(),
        Kind::Number => "a whole number".to_owned(),
        Kind::Text if !words.is_empty() => words.join(" or "),
        Kind::Text | Kind::File | Kind::Secret => "a text in quotes".to_owned(),
    }
}

/// Refuses what a setting cannot be; `name` is what it is called where it stands.
pub(super) fn check(setting: &Arg, name: &str, value: &OsStr) -> Result<()> {
    let wrong = || Failure::usage(format!("{name} must be {}", requirement(setting)));
    if kind(setting) == Kind::Switch {
        return if value == "true" || value == "false" { Ok(()) } else { Err(wrong()) };
    }
    let checked = definition().try_get_matches_from([word(setting, value)]).map(drop);
    checked.map_err(|error| match (kind(setting), std::error::Error::source(&error)) {
        // A number is no secret.
        (Kind::Number, Some(reason)) if !reason.is::<ParseIntError>() => {
            let value = value.to_string_lossy();
            Failure::usage(format!("{name} cannot be {value}")).because(reason)
        }
        _ if value.is_empty() => Failure::usage(format!("{name} is empty")),
        _ => wrong(),
    })
}

/// A setting as an option with its value.
fn word(setting: &Arg, value: &OsStr) -> OsString {
    let mut word = OsString::from(option(setting));
    if kind(setting) != Kind::Switch {
        word.push("=");
        word.push(value);
    }
    word
}

impl Values {
    /// What the settings are if these, which [were checked](check), are set.
    pub(super) fn read<'v>(set: impl Iterator<Item = (&'v str, &'v OsStr)>) -> Result<Self> {
        let settings = all();
        let find = |key: &str| settings.iter().find(|setting| setting.get_id() == key);
        let words = set.filter_map(|(key, value)| Some(word(find(key)?, value)));
        let matches = definition().try_get_matches_from(words);
        let values = matches.and_then(|matches| Self::from_arg_matches(&matches));
        values.map_err(|error| Failure::usage("the settings cannot be used").because(&error))
    }
}
