//! Which way traffic goes, seen from the network's edge.

use std::fmt;
use std::str::FromStr;

use super::Rule;

/// A direction that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From inside to the outside.
    Outbound,
    /// Within the network.
    Internal,
}

/// The text is no direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidDirection(String);

impl Direction {
    /// Every direction.
    pub const ALL: [Self; 2] = [Self::Outbound, Self::Internal];

    /// Its name, which is that of the Elastic Common Schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Outbound => "outbound",
            Self::Internal => "internal",
        }
    }
}

impl Rule {
    /// The direction of what the rule finds; `None` if it may be any.
    #[must_use]
    pub const fn direction(self) -> Option<Direction> {
        match self {
            Self::ExternalUpload
            | Self::NewDomain
            | Self::RegularCaller
            | Self::GeneratedDomain => Some(Direction::Outbound),
            Self::InternalUpload | Self::NewPeers => Some(Direction::Internal),
            _ => None,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Direction {
    type Err = InvalidDirection;

    fn from_str(text: &str) -> Result<Self, InvalidDirection> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == text);
        known.ok_or_else(|| InvalidDirection(text.to_owned()))
    }
}

impl fmt::Display for InvalidDirection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no direction: outbound or internal", self.0)
    }
}

impl std::error::Error for InvalidDirection {}
