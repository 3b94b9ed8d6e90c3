//! Who says what a setting is: the command line before a variable, that before a profile.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::Environment;
use super::declared::{self, Kind};
use crate::failure::{Failure, Result};

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// This option.
    Flag(String),
    /// This variable.
    Environment(String),
    /// The profile.
    Profile,
}

/// A setting that is set.
#[derive(Clone)]
pub(super) struct Assignment {
    /// Its key in a profile.
    pub(super) key: String,
    pub(super) value: OsString,
    pub(super) origin: Origin,
}

/// What one source sets.
pub(super) type Layer = Vec<Assignment>;

/// It may be a secret.
impl fmt::Debug for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assignment")
            .field("key", &self.key)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl Assignment {
    /// A setting, unless it is a switch that is off, which is as good as none.
    pub(super) fn new(setting: &Arg, value: OsString, origin: Origin) -> Option<Self> {
        let is_off = declared::kind(setting) == Kind::Switch && value == "false";
        (!is_off).then(|| Self { key: declared::key(setting), value, origin })
    }

    /// What it is called where it is set.
    fn name(&self) -> &str {
        match &self.origin {
            Origin::Flag(name) | Origin::Environment(name) => name,
            Origin::Profile => &self.key,
        }
    }
}

/// Settings on the command line.
#[derive(Debug, Default, Clone)]
pub(crate) struct SettingFlags(pub(super) Layer);

impl SettingFlags {
    /// Whether an appliance is named.
    pub(crate) fn has_url(&self) -> bool {
        self.0.iter().any(|set| set.key == "url")
    }
}

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        declared::all().into_iter().filter(|it| !it.is_hide_set()).fold(command, |command, it| {
            let help = it.get_help().map(ToString::to_string).unwrap_or_default();
            let help = format!("{help} [env: {}]", declared::variable(&it));
            command.arg(it.help(help))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        let settings = declared::all();
        let set = settings.iter().filter(|setting| !setting.is_hide_set()).filter_map(|setting| {
            let key = setting.get_id().as_str();
            if matches.value_source(key) != Some(ValueSource::CommandLine) {
                return None;
            }
            let value = matches.get_raw(key)?.next_back()?.to_owned();
            Assignment::new(setting, value, Origin::Flag(declared::option(setting)))
        });
        Ok(Self(set.collect()))
    }

    fn update_from_arg_matches(
        &mut self,
        matches: &ArgMatches,
    ) -> std::result::Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// What the variables set.
pub(super) fn environment(environment: &Environment<'_>) -> Result<Layer> {
    let mut layer = Layer::new();
    for setting in declared::all() {
        let name = declared::variable(&setting);
        if let Some(text) = environment(&name) {
            let value = OsString::from(text);
            declared::check(&setting, &name, &value)?;
            layer.extend(Assignment::new(&setting, value, Origin::Environment(name)));
        }
    }
    Ok(layer)
}

/// The settings that hold: of each choice what the first layer says that says anything, in the order of
/// the settings. `file` is where profiles are, for messages.
pub(super) fn first(layers: &[Layer], file: Option<&Path>) -> Result<Layer> {
    let mut held = Layer::new();
    for choice in declared::choices() {
        let of_choice = |layer: &Layer| {
            let said = layer.iter().filter(|set| choice.contains(&set.key));
            Some(said.cloned().collect()).filter(|said: &Layer| !said.is_empty())
        };
        let Some(said) = layers.iter().find_map(of_choice) else { continue };
        if let [one, other, ..] = &*said {
            let names = format!("both {} and {} are set", one.name(), other.name());
            let failure = Failure::usage(format!("{names}: only one of them can hold"));
            return Err(match (&one.origin, file) {
                (Origin::Profile, Some(file)) => failure.at(file.display()),
                _ => failure,
            });
        }
        held.extend(said);
    }
    Ok(held)
}
