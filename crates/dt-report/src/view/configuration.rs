//! `dt config show`: every setting, and where it comes from.

use super::{Block, Column, Subject, Summary, Table, Value, View};
use crate::contract::{Configuration, SettingValue};

pub(crate) fn view(found: &Configuration) -> View<'_> {
    let text = match (&found.profile, found.profiles.as_slice()) {
        (Some(profile), _) => format!("Profile {profile}."),
        (None, []) => "No profiles.".to_owned(),
        (None, [one]) => format!("No profile is chosen; there is {one}."),
        (None, profiles) => format!("No profile is chosen; there are {}.", profiles.join(", ")),
    };
    let file = found.file.as_deref().unwrap_or("no place for a configuration");
    View::of("Configuration", Subject::Named(file.into()), Summary::sentence(None, text)).section(
        "settings",
        "Settings",
        [Block::Table(table(found))],
    )
}

/// A setting a row.
pub(crate) fn table(found: &Configuration) -> Table {
    Table::of("Settings", &found.settings)
        .column(Column::word("Setting").keyed("setting"), |it| it.setting.as_str())
        .column(Column::text("value").keyed("value"), |it| match &it.value {
            SettingValue::None => Value::Missing("not set"),
            SettingValue::Text(text) => text.into(),
            SettingValue::Number(number) => number.to_string().into(),
            SettingValue::Flag(flag) => (*flag).into(),
        })
        .csv("origin", |it| it.origin)
        .csv("source", |it| &it.source)
        .text("from", |it| it.source.as_deref().unwrap_or("default"))
        .whole()
        .wrapped()
}
