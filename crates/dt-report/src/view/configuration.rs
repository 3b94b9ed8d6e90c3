//! `dt config show`: every setting, and where it comes from.

use super::{Block, Column, Section, Shown, Subject, Summary, Table, Value, View};
use crate::contract::{Configuration, SettingRow, SettingValue};

const COLUMNS: [Column; 5] = [
    Column::word("Setting").keyed("setting"),
    Column::text("value").keyed("value"),
    Column::word("origin").keyed("origin").only(Shown::CSV),
    Column::word("source").keyed("source").only(Shown::CSV),
    Column::text("from"),
];

pub(crate) fn view(found: &Configuration) -> View<'_> {
    let text = match (&found.profile, found.profiles.as_slice()) {
        (Some(profile), _) => format!("Profile {profile}."),
        (None, []) => "No profiles.".to_owned(),
        (None, profiles) => format!("None of the profiles {}.", profiles.join(", ")),
    };
    let blocks = vec![Block::Table(table(found))];
    View {
        kind: "Configuration",
        subject: Subject::Named(found.file.as_deref().unwrap_or("no place for a configuration")),
        summary: Summary::Sentence { level: None, text: text.into() },
        series: Vec::new(),
        sections: Section::of("settings", "Settings", blocks).into_iter().collect(),
    }
}

/// A setting a row.
pub(crate) fn table(found: &Configuration) -> Table {
    Table::whole("Settings", &COLUMNS, found.settings.iter().map(row)).wrapped()
}

fn row(row: &SettingRow) -> Vec<Value> {
    let value = match &row.value {
        SettingValue::None => Value::Missing("not set"),
        SettingValue::Text(text) => text.into(),
        SettingValue::Number(number) => Value::Text(number.to_string()),
        SettingValue::Flag(flag) => Value::Flag(*flag),
    };
    let from = row.source.as_deref().unwrap_or("default");
    vec![row.setting.as_str().into(), value, row.origin.into(), (&row.source).into(), from.into()]
}
