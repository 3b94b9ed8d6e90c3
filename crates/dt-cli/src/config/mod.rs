//! How appliances are reached: flags, variables and the configuration.

mod declared;
mod layers;
mod paths;
mod profile;
mod settings;
mod variables;

pub(crate) use declared::{NETWORK, SOURCE};
pub(crate) use layers::SettingFlags;
pub(crate) use paths::{config_file, exclusions_file, state_directory};
pub(crate) use settings::{HttpLink, Settings, importance, profiles};
pub(crate) use variables::{secret_variables, variables};

/// What an environment variable says; `None` if it is empty, too.
pub(crate) type Environment<'a> = dyn Fn(&str) -> Option<String> + 'a;
