//! `config.toml`: how appliances are reached, a profile each.
//!
//! It is read key by key rather than by `derive`: so every complaint has its line, an unknown key
//! the one that was probably meant, and none of them quotes a value, which may be a token.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;

use clap::Arg;
use dt_fleet::Importance;
use dt_store::{Protection, read_regular_text};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue, ValueDeserializer};

use super::declared::{self, Kind};
use super::layers::{Assignment, Layer, Origin};
use super::{Environment, paths};
use crate::exit;
use crate::failure::{Failure, Result, did_you_mean};

/// What stands in the configuration.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    pub(super) default_profile: Option<String>,
    /// How appliances are reached, as far as their profiles say it.
    pub(super) profiles: Vec<(String, Layer)>,
    /// How much devices matter where a fleet is ranked.
    pub(super) importance: Importance,
}

/// No configuration is larger.
const LARGEST: u64 = 1 << 20;

const TOP: [&str; 3] = ["default_profile", "profile", "fleet"];

type Entry<'t> = (&'t Spanned<DeString<'t>>, &'t Spanned<DeValue<'t>>);

impl ConfigFile {
    /// Reads the file. One that is not there says nothing.
    pub(super) fn read(path: &Path, environment: &Environment<'_>) -> Result<Self> {
        let unreadable = |error: std::io::Error| {
            Failure::new("failed to read the configuration").at(path.display()).because(&error)
        };
        // The whole of it is a secret until it is known that it holds none.
        let text: SecretString = match read_regular_text(path, LARGEST) {
            Ok(text) => text.into(),
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Ok(Self::default());
            }
            Err(error) => return Err(unreadable(error)),
        };
        let file = Self::parse(text.expose_secret(), path, environment)?;
        if file.holds_a_secret() && !Protection::Private.holds(path).map_err(unreadable)? {
            let failure =
                Failure::new("the configuration holds a secret and can be read by others");
            let place = path.display().to_string();
            return Err(failure.status(exit::ACCESS).hint(format!("chmod 600 {place}")).at(place));
        }
        Ok(file)
    }

    fn parse(text: &str, path: &Path, environment: &Environment<'_>) -> Result<Self> {
        let reader = Reader { settings: declared::all(), text, path, environment };
        let table = DeTable::parse(text)
            .map_err(|error| reader.refused("the configuration is not TOML", &error))?;
        let mut file = Self::default();
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "default_profile" => {
                    file.default_profile = Some(reader.text((key, value))?.to_owned());
                }
                "profile" => {
                    for (name, table) in reader.table((key, value))? {
                        let profile = reader.profile(reader.table((name, table))?)?;
                        file.profiles.push((name.get_ref().to_string(), profile));
                    }
                }
                "fleet" => file.importance = reader.importance(value)?,
                _ => return Err(reader.unknown(key, &TOP)),
            }
        }
        Ok(file)
    }

    fn holds_a_secret(&self) -> bool {
        self.profiles.iter().flat_map(|(_, layer)| layer).any(|set| match set.key.as_str() {
            "private_token" => true,
            "proxy" => set.value.to_string_lossy().contains('@'),
            _ => false,
        })
    }
}

/// Reads values, and knows where they stand.
struct Reader<'a> {
    settings: Vec<Arg>,
    text: &'a str,
    path: &'a Path,
    environment: &'a Environment<'a>,
}

impl Reader<'_> {
    fn profile(&self, table: &DeTable<'_>) -> Result<Layer> {
        let mut layer = Layer::new();
        for entry in table {
            let name = entry.0.get_ref().as_ref();
            let Some(setting) = self.settings.iter().find(|it| it.get_id() == name) else {
                let known: Vec<String> = self.settings.iter().map(declared::key).collect();
                return Err(self.unknown(entry.0, &known));
            };
            let value = self.value(setting, entry)?;
            declared::check(setting, name, &value)
                .map_err(|failure| self.at(entry.0.span().start, failure))?;
            layer.extend(Assignment::new(setting, value, Origin::Profile));
        }
        Ok(layer)
    }

    /// How much devices matter. That is no secret: a complaint may quote it, and is left to the reader.
    fn importance(&self, fleet: &Spanned<DeValue<'_>>) -> Result<Importance> {
        #[derive(Default, Deserialize)]
        #[serde(default, deny_unknown_fields, expecting = "a table")]
        struct Fleet {
            importance: Importance,
        }
        let read = Fleet::deserialize(ValueDeserializer::from(fleet.clone()));
        Ok(read.map_err(|error| self.refused("[fleet] cannot be used", &error))?.importance)
    }

    /// A value of the type that the setting has.
    fn value(&self, setting: &Arg, entry: Entry<'_>) -> Result<OsString> {
        let (key, value) = (entry.0, entry.1.get_ref());
        let must_be = |how: &str| {
            let requirement = declared::requirement(setting);
            self.wrong(key.span().start, &format!("{} must be {requirement}{how}", key.get_ref()))
        };
        Ok(match declared::kind(setting) {
            Kind::Switch => value.as_bool().ok_or_else(|| must_be(""))?.to_string().into(),
            Kind::Number => {
                let integer = value.as_integer().filter(|integer| integer.radix() == 10);
                integer.ok_or_else(|| must_be(", without quotes"))?.as_str().into()
            }
            Kind::File => paths::written(self.text(entry)?, self.path, self.environment).into(),
            Kind::Text if value.as_str().is_none() => return Err(must_be("")),
            Kind::Text | Kind::Secret => self.text(entry)?.into(),
        })
    }

    fn table<'t>(&self, (key, value): Entry<'t>) -> Result<&'t DeTable<'t>> {
        let table = value.get_ref().as_table();
        table.ok_or_else(|| {
            self.wrong(key.span().start, &format!("{} must be a table", key.get_ref()))
        })
    }

    fn text<'t>(&self, (key, value): Entry<'t>) -> Result<&'t str> {
        let text = value.get_ref().as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| {
            self.wrong(key.span().start, &format!("{} must be a text in quotes", key.get_ref()))
        })
    }

    fn unknown<K: AsRef<str>>(&self, key: &Spanned<DeString<'_>>, known: &[K]) -> Failure {
        let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
        let failure = self.wrong(
            key.span().start,
            &format!("unknown key {:?} in the configuration", key.get_ref()),
        );
        let list = || format!("known are {}", known.join(", "));
        failure.hint(did_you_mean(key.get_ref(), &known).unwrap_or_else(list))
    }

    /// What the reader of TOML says, whose `Display` quotes the line.
    fn refused(&self, what: &str, error: &toml::de::Error) -> Failure {
        let start = error.span().map_or(0, |span| span.start);
        self.wrong(start, &format!("{what}: {}", error.message()))
    }

    /// Something is wrong at this byte.
    fn wrong(&self, at: usize, what: &str) -> Failure {
        self.at(at, Failure::usage(what))
    }

    /// Where it is wrong.
    fn at(&self, byte: usize, failure: Failure) -> Failure {
        let line = 1 + self.text.bytes().take(byte).filter(|byte| *byte == b'\n').count();
        failure.at(format!("{}, line {line}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_init_writes_knows_every_key() {
        let template = include_str!("../config_template.toml");
        for key in declared::all().iter().map(declared::key) {
            assert!(template.contains(&format!("\n#{key} = ")), "{key}");
        }
    }
}
