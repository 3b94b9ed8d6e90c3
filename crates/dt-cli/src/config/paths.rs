//! Where the configuration is kept, and how files are named to people.

use std::path::{Path, PathBuf};

use super::Environment;
use crate::failure::{Failure, Result};

/// `dt/config.toml` where this system keeps configurations: in `XDG_CONFIG_HOME`, else in
/// `~/.config`; on Windows in `%APPDATA%`.
pub(crate) fn config_file(environment: &Environment<'_>) -> Result<PathBuf> {
    folder(environment).map(|folder| folder.join("dt").join("config.toml")).ok_or_else(|| {
        Failure::new("there is no place for a configuration")
            .hint("set HOME, or XDG_CONFIG_HOME to an absolute path")
    })
}

/// `exclusions.toml` beside the configuration.
pub(crate) fn exclusions_file(environment: &Environment<'_>) -> Result<PathBuf> {
    config_file(environment).map(|file| file.with_file_name("exclusions.toml"))
}

/// `dt` where this system keeps what programs remember: in `XDG_STATE_HOME`, else in `~/.local/state`; on
/// Windows in `%LOCALAPPDATA%`.
pub(crate) fn state_directory(environment: &Environment<'_>) -> Option<PathBuf> {
    let name = if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_STATE_HOME" };
    let named = environment(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let own = || home(environment).filter(|_| !cfg!(windows)).map(|it| it.join(".local/state"));
    named.or_else(own).map(|folder| folder.join("dt"))
}

fn folder(environment: &Environment<'_>) -> Option<PathBuf> {
    // A relative path would mean another file in every folder; XDG says to ignore it.
    let absolute = |name| environment(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if cfg!(windows) {
        return absolute("APPDATA");
    }
    absolute("XDG_CONFIG_HOME").or_else(|| home(environment).map(|home| home.join(".config")))
}

fn home(environment: &Environment<'_>) -> Option<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    environment(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// A path as people write it: `~` for their home.
pub(crate) fn shown(path: &Path, environment: &Environment<'_>) -> String {
    match home(environment).and_then(|home| Some(path.strip_prefix(home).ok()?.to_owned())) {
        Some(below) => format!("~{}{}", std::path::MAIN_SEPARATOR, below.display()),
        None => path.display().to_string(),
    }
}

/// A path that stands in the configuration: `~` is the home, and a relative one begins where the
/// configuration is.
pub(super) fn written(text: &str, config: &Path, environment: &Environment<'_>) -> PathBuf {
    if let (Some(below), Some(home)) = (text.strip_prefix("~/"), home(environment)) {
        return home.join(below);
    }
    config.parent().unwrap_or(Path::new("")).join(text)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_place_follows_the_environment() {
        let place = |xdg: &'static str, home: &'static str| {
            let environment = move |name: &str| match name {
                "XDG_CONFIG_HOME" => Some(xdg.to_owned()),
                "HOME" => Some(home.to_owned()),
                _ => None,
            };
            config_file(&environment).map(|path| path.display().to_string()).ok()
        };
        assert_eq!(place("/x", "/home/u").as_deref(), Some("/x/dt/config.toml"));
        assert_eq!(place("x", "/home/u").as_deref(), Some("/home/u/.config/dt/config.toml"));
        assert_eq!(place("", "/home/u").as_deref(), Some("/home/u/.config/dt/config.toml"));
        assert_eq!(place("", ""), None);
    }

    #[test]
    fn paths_are_read_and_written_with_a_tilde() {
        let environment = |name: &str| (name == "HOME").then(|| "/home/u".to_owned());
        let config = Path::new("/home/u/.config/dt/config.toml");
        let read = |text| written(text, config, &environment);
        assert_eq!(read("~/ca.pem"), Path::new("/home/u/ca.pem"));
        assert_eq!(read("ca.pem"), Path::new("/home/u/.config/dt/ca.pem"));
        assert_eq!(read("/ca.pem"), Path::new("/ca.pem"));
        assert_eq!(shown(config, &environment), "~/.config/dt/config.toml");
        assert_eq!(shown(Path::new("/etc/ca.pem"), &environment), "/etc/ca.pem");
    }
}
