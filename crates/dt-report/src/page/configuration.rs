//! The page of `dt config show`.

use super::{Block, Cell, Column, Page, Section, Table, Verdict};
use crate::contract::{Configuration, SettingRow, SettingValue};

pub(super) fn page(configuration: &Configuration) -> Page {
    let columns = [Column::Text("Setting"), Column::Text("value"), Column::Text("from")];
    let rows = configuration.settings.iter().map(|row: &SettingRow| -> Vec<Cell> {
        let from = row.source.as_deref().unwrap_or("default");
        vec![row.setting.into(), value(&row.value).into(), from.into()]
    });
    let table = Table::whole("Settings", &columns, rows);
    let text = match (&configuration.profile, configuration.profiles.as_slice()) {
        (Some(profile), _) => format!("Profile {profile}."),
        (None, []) => "No profiles.".to_owned(),
        (None, profiles) => format!("None of the profiles {}.", profiles.join(", ")),
    };
    let file = configuration.file.as_deref().unwrap_or("no place for a configuration");
    Page {
        kind: "Configuration",
        name: file.into(),
        facts: Vec::new(),
        period: Vec::new(),
        verdict: Some(Verdict::Sentence { level: None, text: text.into() }),
        sections: Section::of("settings", "Settings", vec![Block::Table(table)])
            .into_iter()
            .collect(),
    }
}

fn value(value: &SettingValue) -> String {
    match value {
        SettingValue::None => "not set".to_owned(),
        SettingValue::Text(text) => text.clone(),
        SettingValue::Number(number) => number.to_string(),
        SettingValue::Flag(true) => "yes".to_owned(),
        SettingValue::Flag(false) => "no".to_owned(),
    }
}
