//! `dt config`: where the configuration is, one to begin with, and what holds.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use clap::ValueEnum;
use dt_report::contract::{Configuration, Document, SettingRow, SettingValue};
use jiff::Timestamp;
use secrecy::ExposeSecret;

use crate::config::{Chatter, Configuring, Origin, Output, Setting, Settings, Trust};
use crate::exit;
use crate::failure::{Failure, Result};
use crate::printer::{self, Making, Printer};
use crate::say::say;

/// Does what is wanted of the configuration, and gives the exit status.
pub(crate) fn configure(configuring: &Configuring, output: &Output) -> Result<u8> {
    match configuring {
        Configuring::Path(path) => printer::bytes(format!("{}\n", path.display()).as_bytes())?,
        Configuring::Init(path) => init(path, output)?,
        Configuring::Show(settings) => {
            // Nothing of it depends on the time.
            let mut printer = Printer::one(Making::plain(output, Timestamp::UNIX_EPOCH));
            printer.print(Document::Configuration(rows(settings)))?;
            printer.finish()?;
        }
    }
    Ok(exit::DONE)
}

fn init(path: &Path, output: &Output) -> Result<()> {
    let place = path.display().to_string();
    write_new(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new("there is a configuration already")
            .at(&place)
            .hint("edit it; dt config show tells what it says"),
        _ => Failure::new("failed to write the configuration").at(&place).because(&error),
    })?;
    if output.chatter > Chatter::ErrorsOnly {
        say(&format!("wrote {place}\nfill in url and tokens, then try dt doctor"));
    }
    Ok(())
}

/// It will hold tokens, so it is its owner's alone from the beginning.
fn write_new(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(include_bytes!("config_template.toml"))
}

fn rows(settings: &Settings) -> Configuration {
    let row = |setting, value, origin| SettingRow {
        setting,
        value,
        origin: match origin {
            Origin::Flag(_) => "flag",
            Origin::Environment(_) => "environment",
            Origin::Profile(_) => "profile",
            Origin::Default => "default",
        },
        source: (origin != Origin::Default).then(|| settings.source(origin)),
    };
    let text = |text: &str| SettingValue::Text(text.to_owned());
    let set = |setting, is: Option<Origin>| match is {
        Some(origin) => row(setting, text("set"), origin),
        None => row(setting, text("not set"), Origin::Default),
    };
    let Setting { value: trust, origin } = &settings.trust;
    let trusted = |setting, value| match value {
        Some(value) => row(setting, value, *origin),
        None => row(setting, SettingValue::None, Origin::Default),
    };
    let rows = vec![
        match &settings.url {
            // It may hold a password, which a usable one does not.
            Some(url) => match settings.base_url() {
                Ok(base) => row("url", text(&base.to_string()), url.origin),
                Err(_) => row("url", text("not usable"), url.origin),
            },
            None => row("url", SettingValue::None, Origin::Default),
        },
        set("public_token", settings.public_token.as_ref().map(|token| token.origin)),
        set("private_token", settings.private_token.as_ref().map(|token| token.origin)),
        trusted(
            "ca_file",
            match trust {
                Trust::SystemAnd(file) => Some(text(&file.display().to_string())),
                _ => None,
            },
        ),
        trusted(
            "pin_sha256",
            match trust {
                Trust::Pinned(pin) => Some(text(pin)),
                _ => None,
            },
        ),
        match trust {
            Trust::Anyone => row("insecure", SettingValue::Flag(true), *origin),
            _ => row("insecure", SettingValue::Flag(false), Origin::Default),
        },
        match &settings.proxy {
            Some(proxy) => {
                row("proxy", text(without_user(proxy.value.expose_secret())), proxy.origin)
            }
            None => row("proxy", SettingValue::None, Origin::Default),
        },
        row("sign", word(&settings.sign.value), settings.sign.origin),
        row("backend", word(&settings.backend.value), settings.backend.origin),
        row("timeout", SettingValue::Number(settings.timeout.value), settings.timeout.origin),
        row(
            "connect_timeout",
            SettingValue::Number(settings.connect_timeout.value),
            settings.connect_timeout.origin,
        ),
        row(
            "retries",
            SettingValue::Number(settings.retries.value.into()),
            settings.retries.origin,
        ),
        row(
            "in_flight",
            SettingValue::Number(settings.in_flight.value.into()),
            settings.in_flight.origin,
        ),
        match &settings.rate {
            Some(rate) => row("rate", SettingValue::Number(rate.value.into()), rate.origin),
            None => row("rate", SettingValue::None, Origin::Default),
        },
    ];
    let profile = settings.profile.as_ref().map(|profile| profile.value.clone());
    Configuration::new(settings.file.clone(), profile, settings.profiles.clone(), rows)
}

fn word(value: &impl ValueEnum) -> SettingValue {
    let name = value.to_possible_value().map(|value| value.get_name().to_owned());
    name.map_or(SettingValue::None, SettingValue::Text)
}

/// The address of a proxy without its user and password.
fn without_user(url: &str) -> &str {
    url.rsplit_once('@').map_or(url, |(_, host)| host)
}
