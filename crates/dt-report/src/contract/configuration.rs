//! `dt.config/1`

use super::prelude::*;

/// Every setting, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Configuration {
    /// The object's schema and its version.
    pub schema: &'static str,
    /// Where the configuration is, or would be.
    pub file: Option<String>,
    /// The profile that is used.
    pub profile: Option<String>,
    /// The profiles there are.
    pub profiles: Vec<String>,
    /// Each setting.
    pub settings: Vec<SettingRow>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SettingRow {
    /// Its key in a profile.
    pub setting: String,
    /// What it is; of a token only whether it is set.
    pub value: SettingValue,
    /// Which kind of source it comes from: `flag`, `environment`, `profile` or `default`.
    #[schemars(extend("enum" = ["flag", "environment", "profile", "default"]))]
    pub origin: &'static str,
    /// The flag, the variable or the place in the configuration; `None` for a default.
    pub source: Option<String>,
}

/// What a setting is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum SettingValue {
    /// Nothing was said, and nothing stands for it.
    None,
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
    /// Yes or no.
    Flag(bool),
}

impl Configuration {
    /// The object of `dt config show`.
    #[must_use]
    pub fn new(
        file: Option<String>,
        profile: Option<String>,
        profiles: Vec<String>,
        settings: Vec<SettingRow>,
    ) -> Self {
        Self { schema: "dt.config/1", file, profile, profiles, settings }
    }
}
