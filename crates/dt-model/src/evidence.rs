//! Everything that was answered about one device.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::{DataType, Device, DeviceInfo, Dialect, EndpointDetails, ReadError};

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
    /// The same about single domains outside, each in its subject's [`domain`]: asked for once the
    /// other answers say which domains matter.
    ///
    /// [`domain`]: crate::Profile::domain
    pub by_domain: Vec<DeviceInfo>,
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

    /// The part about all traffic that counts this.
    #[must_use]
    pub const fn counting(data_type: DataType) -> Self {
        match data_type {
            DataType::Connections => Self::Connections,
            DataType::BytesOut => Self::BytesOut,
            DataType::BytesIn => Self::BytesIn,
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

/// A question about one domain outside: how much went to it, hour by hour.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DomainQuestion {
    /// The domain, as an answer listed it.
    pub domain: String,
    /// What to count.
    pub data_type: DataType,
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
    /// Reads every part for which `open` has bytes, such as a folder of saved responses.
    ///
    /// ```
    /// use dt_model::{Evidence, EvidencePart};
    ///
    /// let body = br#"{"graphdata":[{"timestamp":0,"connections":5}]}"#;
    /// let open = |part| (part == EvidencePart::Connections).then(|| body.to_vec());
    /// let evidence = Evidence::from_parts(open)?;
    /// assert!(evidence.connections.is_some() && evidence.bytes_out.is_none());
    /// # Ok::<(), dt_model::ReadError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the bytes of a part are no response, or count something else than the part does.
    pub fn from_parts(
        mut open: impl FnMut(EvidencePart) -> Option<Vec<u8>>,
    ) -> Result<Self, ReadError> {
        let mut evidence = Self::default();
        for part in EvidencePart::ALL {
            let Some(bytes) = open(part) else { continue };
            match (part.data_type(), evidence.answer_mut(part)) {
                (Some(data_type), Some(place)) => {
                    *place = Some(DeviceInfo::from_slice_as(&bytes, data_type)?);
                }
                _ => evidence.endpoints = Some(EndpointDetails::list_from_slice(&bytes)?.0),
            }
        }
        Ok(evidence)
    }

    /// The place of a `/deviceinfo` answer; `None` for a part that is none.
    pub fn answer_mut(&mut self, part: EvidencePart) -> Option<&mut Option<DeviceInfo>> {
        match part {
            EvidencePart::Connections => Some(&mut self.connections),
            EvidencePart::BytesOut => Some(&mut self.bytes_out),
            EvidencePart::BytesIn => Some(&mut self.bytes_in),
            EvidencePart::External => Some(&mut self.external),
            EvidencePart::ExternalOut => Some(&mut self.external_out),
            EvidencePart::Endpoints => None,
        }
    }

    /// The answer about a domain outside that counts `data_type`.
    #[must_use]
    pub fn about_domain(&self, domain: &str, data_type: DataType) -> Option<&DeviceInfo> {
        self.by_domain.iter().find(|answer| {
            answer.subject.series.measure() == Some(data_type)
                && answer.subject.domain.as_deref() == Some(domain)
        })
    }

    /// The `/deviceinfo` answers about all domains that are there, in a fixed order.
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

    /// Until when all answers about all domains have whole data, seen at `now`.
    #[must_use]
    pub fn whole_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.answers().filter_map(|answer| answer.subject.series.whole_until(now)).min()
    }

    /// Cuts every answer as [`DeviceInfo::between`] does.
    #[must_use]
    pub fn between(mut self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        for part in EvidencePart::ALL {
            if let Some(place) = self.answer_mut(part) {
                *place = place.take().map(|answer| answer.between(since, until));
            }
        }
        self.by_domain = self.by_domain.drain(..).map(|it| it.between(since, until)).collect();
        self
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
