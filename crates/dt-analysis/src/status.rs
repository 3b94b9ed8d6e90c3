//! Whether an analysis had enough to go by.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// How much a result of an extended analysis is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It rests on enough data.
    Ok,
    /// There is too little data; this is what is missing.
    Insufficient(String),
    /// There is no variation that anything could be compared with.
    Degenerate,
}

/// What an analysis rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Basis {
    /// Whether it had enough to go by, and what is missing if not.
    #[serde(flatten)]
    pub status: Status,
    /// How it was done.
    pub method: &'static str,
    /// On how many values it rests.
    pub n_used: usize,
}

impl Basis {
    /// Of an analysis with this outcome.
    #[must_use]
    pub fn new(status: &Status, method: &'static str, n_used: usize) -> Self {
        Self { status: status.clone(), method, n_used }
    }
}

impl Status {
    /// The status' name in the output contract.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Insufficient(_) => "insufficient",
            Self::Degenerate => "degenerate",
        }
    }

    /// What is missing, if something is.
    #[must_use]
    pub fn missing(&self) -> Option<&str> {
        match self {
            Self::Insufficient(missing) => Some(missing),
            Self::Ok | Self::Degenerate => None,
        }
    }
}

/// As `status`, and what is `missing` if something is.
impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("status", self.as_str())?;
        if let Some(missing) = self.missing() {
            map.serialize_entry("missing", missing)?;
        }
        map.end()
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("ok"),
            Self::Insufficient(missing) => write!(f, "insufficient: {missing}"),
            Self::Degenerate => f.write_str("degenerate: nothing varies"),
        }
    }
}
