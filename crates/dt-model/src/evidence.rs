//! Everything that was answered about one device.

use std::fmt;
use std::str::FromStr;

use crate::{DataType, Device, DeviceInfo, Dialect, EndpointDetails};

/// The responses about one device that analyses draw on. A part that is `None` was not asked for,
/// or not answered: what depends on it is "not reported".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// Connections (`datatype=co`).
    pub connections: Option<DeviceInfo>,
    /// Bytes sent (`datatype=sizeout`).
    pub bytes_out: Option<DeviceInfo>,
    /// Bytes received (`datatype=sizein`).
    pub bytes_in: Option<DeviceInfo>,
    /// Connections with the outside (`datatype=co`, `odid=0`).
    pub external: Option<DeviceInfo>,
    /// Bytes sent to the outside (`datatype=sizeout`, `odid=0`).
    pub external_out: Option<DeviceInfo>,
    /// What the appliance knows about the endpoints outside.
    pub endpoints: Option<Vec<EndpointDetails>>,
}

/// A part of the evidence, by the name it has on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EvidencePart {
    /// [`Evidence::connections`], `co`.
    Connections,
    /// [`Evidence::bytes_out`], `sizeout`.
    BytesOut,
    /// [`Evidence::bytes_in`], `sizein`.
    BytesIn,
    /// [`Evidence::external`], `external`.
    External,
    /// [`Evidence::external_out`], `external-out`.
    ExternalOut,
    /// [`Evidence::endpoints`], `endpoints`.
    Endpoints,
}

impl EvidencePart {
    /// Every part.
    pub const ALL: [Self; 6] = [
        Self::Connections,
        Self::BytesOut,
        Self::BytesIn,
        Self::External,
        Self::ExternalOut,
        Self::Endpoints,
    ];

    /// The part's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "co",
            Self::BytesOut => "sizeout",
            Self::BytesIn => "sizein",
            Self::External => "external",
            Self::ExternalOut => "external-out",
            Self::Endpoints => "endpoints",
        }
    }

    /// What the part's series counts; `None` for a part that is no `/deviceinfo` answer.
    #[must_use]
    pub const fn data_type(self) -> Option<DataType> {
        match self {
            Self::Connections | Self::External => Some(DataType::Connections),
            Self::BytesOut | Self::ExternalOut => Some(DataType::BytesOut),
            Self::BytesIn => Some(DataType::BytesIn),
            Self::Endpoints => None,
        }
    }
}

impl fmt::Display for EvidencePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no part's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected co, sizeout, sizein, external, external-out or endpoints")]
pub struct UnknownPart;

impl FromStr for EvidencePart {
    type Err = UnknownPart;

    fn from_str(text: &str) -> Result<Self, UnknownPart> {
        Self::ALL.into_iter().find(|part| part.as_str() == text).ok_or(UnknownPart)
    }
}

impl Evidence {
    /// The `/deviceinfo` answers that are there, in a fixed order.
    pub fn answers(&self) -> impl Iterator<Item = &DeviceInfo> {
        [&self.connections, &self.bytes_out, &self.bytes_in, &self.external, &self.external_out]
            .into_iter()
            .flatten()
    }

    /// The parts that would say more and are not there. The documented dialect says what is outside
    /// in its ordinary answers, so it misses none of the parts about that.
    #[must_use]
    pub fn missing(&self) -> Vec<EvidencePart> {
        let itself = self.dialect() == Some(Dialect::Documented);
        let present = |part| match part {
            EvidencePart::Connections => self.connections.is_some(),
            EvidencePart::BytesOut => self.bytes_out.is_some(),
            EvidencePart::BytesIn => self.bytes_in.is_some(),
            EvidencePart::External => itself || self.external.is_some(),
            EvidencePart::ExternalOut => itself || self.external_out.is_some(),
            EvidencePart::Endpoints => itself || self.endpoints.is_some(),
        };
        EvidencePart::ALL.into_iter().filter(|&part| !present(part)).collect()
    }

    /// Who this is about: what all answers together say.
    #[must_use]
    pub fn device(&self) -> Device {
        self.answers()
            .map(|answer| &answer.subject.device)
            .fold(Device::default(), Device::completed_by)
    }

    /// The dialect of the answers; `None` if there are none.
    #[must_use]
    pub fn dialect(&self) -> Option<Dialect> {
        self.answers().next().map(|answer| answer.dialect)
    }
}
