//! How appliances are reached: flags, variables and the configuration.

mod flags;
mod paths;
mod profile;
mod settings;
mod spec;
mod token;
mod value;

pub(crate) use flags::{NETWORK, SOURCE, SettingFlags};
pub(crate) use paths::config_file;
pub(crate) use settings::{Origin, Setting, Settings};
pub(crate) use spec::{Backend, Key, secret_variables, variables};
pub(crate) use value::Value;

/// What an environment variable says; `None` if it is empty, too.
pub(crate) type Environment<'a> = dyn Fn(&str) -> Option<String> + 'a;
