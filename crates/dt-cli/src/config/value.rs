//! What a setting is set to.

use std::path::PathBuf;

use secrecy::SecretString;

use super::spec::{Default, Spec};
use super::token::Token;

/// What a setting is set to.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(String),
    Secret(SecretString),
    Token(Token),
    File(PathBuf),
    Switch(bool),
    Number(u64),
}

impl Value {
    /// Whether it is a switch that is off, which is as good as none.
    pub(super) fn is_off(&self) -> bool {
        matches!(self, Self::Switch(false))
    }

    /// What a setting is if nobody says anything.
    pub(super) fn default_of(spec: &Spec) -> Option<Self> {
        spec.default.map(|default| match default {
            Default::Word(word) => Self::Text(word.to_owned()),
            Default::Number(number) => Self::Number(number),
        })
    }
}
