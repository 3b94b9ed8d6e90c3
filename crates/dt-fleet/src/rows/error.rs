//! A device that could not be looked at.

use jiff::Timestamp;
use jiff::fmt::serde::timestamp::millisecond::required;
use serde::{Deserialize, Serialize};

use super::Stage;

/// Why a device, or an appliance as a whole, was not looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorRow {
    /// The appliance, as the run calls it.
    #[serde(default)]
    pub appliance: String,
    /// The device's id; `None` if it is about the appliance.
    pub did: Option<i64>,
    /// During which stage.
    pub stage: Stage,
    /// What kind of failure it was.
    pub kind: ErrorKind,
    /// What happened, as a sentence.
    pub message: String,
    /// How often it was tried.
    pub attempts: u16,
    /// When it was last tried.
    #[serde(with = "required")]
    pub asked: Timestamp,
}

/// Kinds of failures, by what helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ErrorKind {
    /// The appliance does not know the device any more.
    Gone,
    /// The token may not see it.
    Permission,
    /// The appliance could not be reached.
    Network,
    /// The appliance refused, for another reason or for too many requests.
    Refused,
    /// The answer could not be read.
    Answer,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Gone, Self::Permission, Self::Network, Self::Refused, Self::Answer];

    /// Its name in the table.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Permission => "permission",
            Self::Network => "network",
            Self::Refused => "refused",
            Self::Answer => "answer",
        }
    }
}
