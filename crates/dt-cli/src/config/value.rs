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
    /// What a setting is if nobody says anything.
    pub(super) fn default_of(spec: &Spec) -> Option<Self> {
        spec.default.map(|default| match default {
            Default::Word(word) => Self::Text(word.to_owned()),
            Default::Number(number) => Self::Number(number),
        })
    }
}
