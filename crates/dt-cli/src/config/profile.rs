//! `config.toml`: how appliances are reached, a profile each.
//!
//! It is read key by key rather than by `derive`: so every complaint has its line, an unknown key
//! the one that was probably meant, and none of them quotes a value, which may be a token.

use std::fs;
use std::io::ErrorKind;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use secrecy::{ExposeSecret, SecretString};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::spec::{Key, Kind, SPECS, Spec};
use super::token::{Token, open_to_others, readable_by_others};
use super::value::Value;
use super::{Environment, paths};
use crate::failure::{Failure, Result, did_you_mean};

/// What stands in the configuration.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    pub(super) default_profile: Option<String>,
    pub(super) profiles: Vec<(String, Profile)>,
}

/// How one appliance is reached, as far as the profile says it.
#[derive(Debug, Default, Clone)]
pub(super) struct Profile(Vec<(Key, Value)>);

const TOP: [&str; 2] = ["default_profile", "profile"];

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
            let has_password = matches!(profile.get(Key::Proxy), Some(Value::Secret(proxy))
                if proxy.expose_secret().contains('@'));
            let has_token =
                matches!(profile.get(Key::PrivateToken), Some(Value::Token(Token::Text(_))));
            has_token || has_password
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
            let name = key.get_ref().as_ref();
            let spec = SPECS.iter().find(|spec| spec.keys().any(|known| known == name));
            let Some(spec) = spec else {
                return Err(
                    self.unknown(key, &SPECS.iter().flat_map(Spec::keys).collect::<Vec<_>>())
                );
            };
            if profile.get(spec.key).is_some() {
                return Err(Failure::usage(format!("both {0} and {0}_file are set", spec.name))
                    .at(self.path.display().to_string()));
            }
            profile.0.push((spec.key, self.value(spec, (key, value))?));
        }
        Ok(profile)
    }

    fn value(&self, spec: &Spec, entry: Entry<'_>) -> Result<Value> {
        Ok(match &spec.kind {
            Kind::Text => Value::Text(self.text(entry)?),
            Kind::Secret => Value::Secret(self.text(entry)?.into()),
            Kind::Token { .. } if entry.0.get_ref() == spec.name => {
                Value::Token(Token::Text(self.text(entry)?.into()))
            }
            Kind::Token { .. } => Value::Token(Token::File(self.file(entry)?)),
            Kind::File => Value::File(self.file(entry)?),
            Kind::Switch => Value::Switch(self.flag(entry)?),
            Kind::Word(words) => Value::Text(self.word(entry, &words())?),
            Kind::Number(range) => Value::Number(self.number(entry, range)?),
        })
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
        Ok(paths::written(&self.text(entry)?, self.path, self.environment))
    }

    fn flag(&self, (key, value): Entry<'_>) -> Result<bool> {
        value.get_ref().as_bool().ok_or_else(|| self.must_be(key, "true or false"))
    }

    fn number(&self, (key, value): Entry<'_>, range: &RangeInclusive<u64>) -> Result<u64> {
        let digits = value.get_ref().as_integer().filter(|integer| integer.radix() == 10);
        let number = digits.and_then(|integer| integer.as_str().parse().ok());
        number.filter(|number| range.contains(number)).ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            self.must_be(
                key,
                &match (least, most) {
                    (0, _) => "a whole number without quotes".to_owned(),
                    _ => format!("a whole number from {least} to {most}, without quotes"),
                },
            )
        })
    }

    fn word(&self, (key, value): Entry<'_>, words: &[PossibleValue]) -> Result<String> {
        let word = value.get_ref().as_str();
        let known = words.iter().map(PossibleValue::get_name);
        word.filter(|word| known.clone().any(|known| known == *word)).map(str::to_owned).ok_or_else(
            || {
                let names: Vec<String> = known.clone().map(|name| format!("{name:?}")).collect();
                self.must_be(key, &names.join(" or "))
            },
        )
    }

    fn must_be(&self, key: &Spanned<DeString<'_>>, what: &str) -> Failure {
        self.wrong(key.span().start, &format!("{} must be {what}", key.get_ref()))
    }

    fn unknown(&self, key: &Spanned<DeString<'_>>, known: &[&'static str]) -> Failure {
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
    /// What a setting is set to, if it is.
    pub(super) fn get(&self, key: Key) -> Option<&Value> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_init_writes_knows_every_key() {
        let template = include_str!("../config_template.toml");
        for key in SPECS.iter().flat_map(Spec::keys) {
            assert!(template.contains(&format!("\n#{key} = ")), "{key}");
        }
    }
}
