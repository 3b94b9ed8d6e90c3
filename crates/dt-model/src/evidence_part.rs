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
    /// [`Evidence::breaches`](crate::Evidence::breaches), `breaches`.
    Breaches,
    /// [`Evidence::analyst`](crate::Evidence::analyst), `analyst`.
    Analyst,
    /// [`Evidence::watched`](crate::Evidence::watched), `watched`.
    Watched,
}

impl EvidencePart {
    /// Every part.
    pub const ALL: [Self; 10] = [
        Self::Connections,
        Self::BytesOut,
        Self::BytesIn,
        Self::External,
        Self::ExternalOut,
        Self::Endpoints,
        Self::Domains,
        Self::Breaches,
        Self::Analyst,
        Self::Watched,
    ];

    /// The parts that a saved response can be said to be, by their names. One about a single domain says
    /// so itself.
    pub const GIVEN: [Self; 9] = [
        Self::Connections,
        Self::BytesOut,
        Self::BytesIn,
        Self::External,
        Self::ExternalOut,
        Self::Endpoints,
        Self::Breaches,
        Self::Analyst,
        Self::Watched,
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
            Self::Breaches => "breaches",
            Self::Analyst => "analyst",
            Self::Watched => "watched",
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
            Self::Breaches => "model breaches (breaches)",
            Self::Analyst => "AI Analyst incidents (analyst)",
            Self::Watched => "watched domains (watched)",
        }
    }

    /// Which endpoint answers it; of `/deviceinfo`, as which part, too.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Connections => "/deviceinfo (co)",
            Self::BytesOut => "/deviceinfo (sizeout)",
            Self::BytesIn => "/deviceinfo (sizein)",
            Self::External => "/deviceinfo (external)",
            Self::ExternalOut => "/deviceinfo (external-out)",
            Self::Domains => "/deviceinfo (domains)",
            Self::Endpoints => "/endpointdetails",
            Self::Breaches => "/modelbreaches",
            Self::Analyst => "/aianalyst/groups",
            Self::Watched => "/intelfeed",
        }
    }

    /// What the part's series counts; `None` for a part that is no single `/deviceinfo` answer.
    #[must_use]
    pub const fn data_type(self) -> Option<DataType> {
        match self {
            Self::Connections | Self::External => Some(DataType::Connections),
            Self::BytesOut | Self::ExternalOut => Some(DataType::BytesOut),
            Self::BytesIn => Some(DataType::BytesIn),
            Self::Endpoints | Self::Domains | Self::Breaches | Self::Analyst | Self::Watched => {
                None
            }
        }
    }

    /// Whether it is what the appliance says of its own accord, rather than what it counted: it is asked for all
    /// devices at once.
    #[must_use]
    pub const fn is_own_accord(self) -> bool {
        matches!(self, Self::Breaches | Self::Analyst | Self::Watched)
    }

    /// Whether it is one answer. The others are one about each host or each domain.
    #[must_use]
    pub const fn is_one_answer(self) -> bool {
        !matches!(self, Self::Endpoints | Self::Domains)
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
#[error(
    "expected co, sizeout, sizein, external, external-out, endpoints, breaches, analyst or watched"
)]
pub struct UnknownPart;

impl FromStr for EvidencePart {
    type Err = UnknownPart;

    fn from_str(text: &str) -> Result<Self, UnknownPart> {
        Self::GIVEN.into_iter().find(|part| part.as_str() == text).ok_or(UnknownPart)
    }
}
