//! `config.toml`: how appliances are reached, a profile each.
//!
//! It is read key by key rather than by `derive`: so every complaint has its line, an unknown key
//! the one that was probably meant, and none of them quotes a value, which may be a token.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use secrecy::{ExposeSecret, SecretString};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::token::{Token, open_to_others, readable_by_others};
use super::{Environment, place};
use crate::failure::{Failure, Result};
use crate::near::did_you_mean;
use crate::options::{Backend, Sign};

/// What stands in the configuration.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    pub(super) default_profile: Option<String>,
    pub(super) profiles: Vec<(String, Profile)>,
}

/// How one appliance is reached; `None` is left to others.
#[derive(Debug, Default, Clone)]
pub(super) struct Profile {
    pub(super) url: Option<String>,
    pub(super) public_token: Option<SecretString>,
    pub(super) public_token_file: Option<PathBuf>,
    pub(super) private_token: Option<SecretString>,
    pub(super) private_token_file: Option<PathBuf>,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) pin_sha256: Option<String>,
    pub(super) proxy: Option<SecretString>,
    pub(super) insecure: Option<bool>,
    pub(super) sign: Option<Sign>,
    pub(super) backend: Option<Backend>,
    pub(super) timeout: Option<u64>,
    pub(super) connect_timeout: Option<u64>,
    pub(super) retries: Option<u32>,
    pub(super) in_flight: Option<u32>,
    pub(super) rate: Option<u32>,
}

const TOP: [&str; 2] = ["default_profile", "profile"];

const KEYS: [&str; 16] = [
    "url",
    "public_token",
    "public_token_file",
    "private_token",
    "private_token_file",
    "ca_file",
    "pin_sha256",
    "proxy",
    "insecure",
    "sign",
    "backend",
    "timeout",
    "connect_timeout",
    "retries",
    "in_flight",
    "rate",
];

type Entry<'t> = (&'t Spanned<DeString<'t>>, &'t Spanned<DeValue<'t>>);

impl ConfigFile {
    /// Reads the file, if there is one.
    pub(super) fn read(path: &Path, environment: &Environment<'_>) -> Result<Option<Self>> {
        let unreadable = |error: std::io::Error| {
            Failure::new("failed to read the configuration")
                .at(path.display().to_string())
                .because(&error)
        };
        // The whole of it is a secret until it is known that it holds none.
        let text: SecretString = match fs::read_to_string(path) {
            Ok(text) => text.into(),
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(unreadable(error)),
        };
        let file = Self::parse(text.expose_secret(), path, environment)?;
        if file.holds_a_secret() && readable_by_others(path).map_err(unreadable)? {
            return Err(open_to_others(
                "the configuration holds a secret and can be read by others",
                path,
            ));
        }
        Ok(Some(file))
    }

    fn parse(text: &str, path: &Path, environment: &Environment<'_>) -> Result<Self> {
        let reader = Reader { text, path, environment };
        let table = DeTable::parse(text).map_err(|error| {
            // Its `Display` quotes the line.
            let start = error.span().map_or(0, |span| span.start);
            reader.wrong(start, "the configuration is not TOML").because_of(error.message())
        })?;
        let mut file = Self::default();
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "default_profile" => file.default_profile = Some(reader.text((key, value))?),
                "profile" => {
                    for (name, table) in reader.table((key, value))? {
                        let profile = reader.profile(reader.table((name, table))?)?;
                        file.profiles.push((name.get_ref().to_string(), profile));
                    }
                }
                _ => return Err(reader.unknown(key, &TOP)),
            }
        }
        Ok(file)
    }

    fn holds_a_secret(&self) -> bool {
        self.profiles.iter().any(|(_, profile)| {
            let password =
                profile.proxy.as_ref().is_some_and(|proxy| proxy.expose_secret().contains('@'));
            profile.private_token.is_some() || password
        })
    }
}

/// Reads values, and knows where they stand.
struct Reader<'a> {
    text: &'a str,
    path: &'a Path,
    environment: &'a Environment<'a>,
}

impl Reader<'_> {
    fn profile(&self, table: &DeTable<'_>) -> Result<Profile> {
        let mut profile = Profile::default();
        for (key, value) in table {
            let entry = (key, value);
            match key.get_ref().as_ref() {
                "url" => profile.url = Some(self.text(entry)?),
                "public_token" => profile.public_token = Some(self.text(entry)?.into()),
                "public_token_file" => profile.public_token_file = Some(self.file(entry)?),
                "private_token" => profile.private_token = Some(self.text(entry)?.into()),
                "private_token_file" => profile.private_token_file = Some(self.file(entry)?),
                "ca_file" => profile.ca_file = Some(self.file(entry)?),
                "pin_sha256" => profile.pin_sha256 = Some(self.text(entry)?),
                "proxy" => profile.proxy = Some(self.text(entry)?.into()),
                "insecure" => profile.insecure = Some(self.flag(entry)?),
                "sign" => profile.sign = Some(self.word(entry)?),
                "backend" => profile.backend = Some(self.word(entry)?),
                "timeout" => profile.timeout = Some(self.number(entry)?),
                "connect_timeout" => profile.connect_timeout = Some(self.number(entry)?),
                "retries" => profile.retries = Some(self.number(entry)?),
                "in_flight" => profile.in_flight = Some(self.number(entry)?),
                "rate" => profile.rate = Some(self.number(entry)?),
                _ => return Err(self.unknown(key, &KEYS)),
            }
        }
        for (text, file, name) in [
            (&profile.public_token, &profile.public_token_file, "public_token"),
            (&profile.private_token, &profile.private_token_file, "private_token"),
        ] {
            if text.is_some() && file.is_some() {
                return Err(Failure::usage(format!("both {name} and {name}_file are set"))
                    .at(self.path.display().to_string()));
            }
        }
        Ok(profile)
    }

    fn table<'t>(&self, (key, value): Entry<'t>) -> Result<&'t DeTable<'t>> {
        let table = value.get_ref().as_table();
        table.ok_or_else(|| {
            self.wrong(key.span().start, &format!("{} must be a table", key.get_ref()))
        })
    }

    fn text(&self, (key, value): Entry<'_>) -> Result<String> {
        let text = value.get_ref().as_str().filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| self.must_be(key, "a text in quotes"))
    }

    fn file(&self, entry: Entry<'_>) -> Result<PathBuf> {
        Ok(place::written(&self.text(entry)?, self.path, self.environment))
    }

    fn flag(&self, (key, value): Entry<'_>) -> Result<bool> {
        value.get_ref().as_bool().ok_or_else(|| self.must_be(key, "true or false"))
    }

    fn number<N: std::str::FromStr>(&self, (key, value): Entry<'_>) -> Result<N> {
        let digits = value.get_ref().as_integer().filter(|integer| integer.radix() == 10);
        let number = digits.and_then(|integer| integer.as_str().parse().ok());
        number.ok_or_else(|| self.must_be(key, "a whole number without quotes"))
    }

    fn word<W: ValueEnum>(&self, (key, value): Entry<'_>) -> Result<W> {
        let word = value.get_ref().as_str().and_then(|text| W::from_str(text, false).ok());
        word.ok_or_else(|| {
            let names = W::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let names: Vec<String> = names.map(|name| format!("{:?}", name.get_name())).collect();
            self.must_be(key, &names.join(" or "))
        })
    }

    fn must_be(&self, key: &Spanned<DeString<'_>>, what: &str) -> Failure {
        self.wrong(key.span().start, &format!("{} must be {what}", key.get_ref()))
    }

    fn unknown(&self, key: &Spanned<DeString<'_>>, known: &[&str]) -> Failure {
        let failure = self.wrong(
            key.span().start,
            &format!("unknown key {:?} in the configuration", key.get_ref()),
        );
        let list = || format!("known are {}", known.join(", "));
        failure.hint(did_you_mean(key.get_ref(), known).unwrap_or_else(list))
    }

    /// Something is wrong at this byte.
    fn wrong(&self, at: usize, what: &str) -> Failure {
        let line = 1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        Failure::usage(what).at(format!("{}, line {line}", self.path.display()))
    }
}

impl Profile {
    pub(super) fn token(text: Option<&SecretString>, file: Option<&PathBuf>) -> Option<Token> {
        let text = text.cloned().map(Token::Text);
        text.or_else(|| file.cloned().map(Token::File))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_init_writes_knows_every_key() {
        let template = include_str!("../config_template.toml");
        for key in KEYS {
            assert!(template.contains(&format!("\n#{key} = ")), "{key}");
        }
    }
}
