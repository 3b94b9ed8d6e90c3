//! The parts of the evidence about a device, by name.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::DataType;

/// A part of the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EvidencePart {
    /// [`Evidence::connections`](crate::Evidence::connections), `co`.
    Connections,
    /// [`Evidence::bytes_out`](crate::Evidence::bytes_out), `sizeout`.
    BytesOut,
    /// [`Evidence::bytes_in`](crate::Evidence::bytes_in), `sizein`.
    BytesIn,
    /// [`Evidence::external`](crate::Evidence::external), `external`.
    External,
    /// [`Evidence::external_out`](crate::Evidence::external_out), `external-out`.
    ExternalOut,
    /// [`Evidence::endpoints`](crate::Evidence::endpoints), `endpoints`.
    Endpoints,
    /// [`Evidence::by_domain`](crate::Evidence::by_domain), `domains`.
    Domains,
}

impl EvidencePart {
    /// Every part.
    pub const ALL: [Self; 7] = [
        Self::Connections,
        Self::BytesOut,
        Self::BytesIn,
        Self::External,
        Self::ExternalOut,
        Self::Endpoints,
        Self::Domains,
    ];

    /// The parts that a saved response can be said to be, by their names. One about a single domain says
    /// so itself.
    pub const GIVEN: [Self; 6] = [
        Self::Connections,
        Self::BytesOut,
        Self::BytesIn,
        Self::External,
        Self::ExternalOut,
        Self::Endpoints,
    ];

    /// The part's name, in the output contract and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "co",
            Self::BytesOut => "sizeout",
            Self::BytesIn => "sizein",
            Self::External => "external",
            Self::ExternalOut => "external-out",
            Self::Endpoints => "endpoints",
            Self::Domains => "domains",
        }
    }

    /// The part about all traffic that counts this.
    #[must_use]
    pub const fn counting(data_type: DataType) -> Self {
        match data_type {
            DataType::Connections => Self::Connections,
            DataType::BytesOut => Self::BytesOut,
            DataType::BytesIn => Self::BytesIn,
        }
    }

    /// What the part tells, with its name.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Connections => "connections (co)",
            Self::BytesOut => "bytes sent (sizeout)",
            Self::BytesIn => "bytes received (sizein)",
            Self::External => "domains (external)",
            Self::ExternalOut => "bytes sent to external destinations (external-out)",
            Self::Endpoints => "countries (endpoints)",
            Self::Domains => "bytes sent to each domain (domains)",
        }
    }

    /// What the part's series counts; `None` for a part that is no single `/deviceinfo` answer.
    #[must_use]
    pub const fn data_type(self) -> Option<DataType> {
        match self {
            Self::Connections | Self::External => Some(DataType::Connections),
            Self::BytesOut | Self::ExternalOut => Some(DataType::BytesOut),
            Self::BytesIn => Some(DataType::BytesIn),
            Self::Endpoints | Self::Domains => None,
        }
    }
}

/// By its name.
impl Serialize for EvidencePart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for EvidencePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not the name of a part that can be [given](EvidencePart::GIVEN).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected co, sizeout, sizein, external, external-out or endpoints")]
pub struct UnknownPart;

impl FromStr for EvidencePart {
    type Err = UnknownPart;

    fn from_str(text: &str) -> Result<Self, UnknownPart> {
        Self::GIVEN.into_iter().find(|part| part.as_str() == text).ok_or(UnknownPart)
    }
}
