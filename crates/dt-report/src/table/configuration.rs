//! The screen of `dt config show`.

use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::{Configuration, SettingValue};

pub(super) fn body(screen: &mut Screen, configuration: &Configuration) {
    let Configuration { file, profile, profiles, settings, .. } = configuration;
    let file = file.as_deref().unwrap_or("no place for a configuration");
    let profile = match (profile, profiles.as_slice()) {
        (Some(profile), _) => format!("profile {profile}"),
        (None, []) => "no profiles".to_owned(),
        (None, profiles) => format!("none of the profiles {}", profiles.join(", ")),
    };
    screen.line(&format!("{file}, {profile}"));
    screen.blank();
    let columns = &[Column::Word, Column::Text, Column::Text];
    let mut rows = Rows::new(columns, Long::Wrapped).header(&["setting", "value", "from"]);
    for row in settings {
        let value = match &row.value {
            SettingValue::None => "not set".to_owned(),
            SettingValue::Text(text) => text.clone(),
            SettingValue::Number(number) => number.to_string(),
            SettingValue::Flag(true) => "yes".to_owned(),
            SettingValue::Flag(false) => "no".to_owned(),
        };
        // The configuration is named above, once.
        let from = match (row.origin, &row.source) {
            ("profile", _) => "profile",
            (_, Some(source)) => source,
            (_, None) => "default",
        };
        rows.row([row.setting, &value, from]);
    }
    rows.show(screen);
}
