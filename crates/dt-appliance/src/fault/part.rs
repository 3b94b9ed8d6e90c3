//! Parts of an answer, told apart by what is asked.

use std::fmt;

use dt_model::{DataType, DeviceId};

use crate::parameters::Parameters;

/// A part of what a client gathers about a device: the kind of request that a fault is limited to.
///
/// A request belongs to one part at most, decided by its path and query alone. One to another path,
/// or with parameters that cannot be read, belongs to none.
///
/// ```
/// use dt_appliance::FaultPart;
///
/// let target = "/deviceinfo?datatype=sizeout&did=12345&odid=0";
/// assert_eq!(FaultPart::of(target), Some(FaultPart::ExternalOut));
/// assert_eq!("external-out".parse(), Ok(FaultPart::ExternalOut));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultPart {
    /// `co`: `/deviceinfo` with connections, but for [`External`](Self::External) and
    /// [`Domain`](Self::Domain).
    Connections,
    /// `sizeout`: `/deviceinfo` with bytes sent, but for [`ExternalOut`](Self::ExternalOut) and
    /// [`Domain`](Self::Domain).
    BytesOut,
    /// `sizein`: `/deviceinfo` with bytes received, but for [`Domain`](Self::Domain).
    BytesIn,
    /// `external`: `/deviceinfo` with connections to all external destinations (`odid=0`).
    External,
    /// `external-out`: `/deviceinfo` with bytes sent to all external destinations (`odid=0`).
    ExternalOut,
    /// `domain`: `/deviceinfo` restricted to an external domain, whatever the data type.
    Domain,
    /// `endpoints`: `/endpointdetails`.
    Endpoints,
    /// `devices`: `/devices` and `/devicesearch`.
    Devices,
    /// `status`: `/status`.
    Status,
    /// `breaches`: `/modelbreaches`.
    Breaches,
    /// `analyst`: `/aianalyst/groups`.
    Analyst,
    /// `watched`: `/intelfeed`.
    Watched,
}

impl FaultPart {
    /// Every part.
    pub const ALL: [Self; 12] = [
        Self::Connections,
        Self::BytesOut,
        Self::BytesIn,
        Self::External,
        Self::ExternalOut,
        Self::Domain,
        Self::Endpoints,
        Self::Devices,
        Self::Status,
        Self::Breaches,
        Self::Analyst,
        Self::Watched,
    ];

    /// The part that a request belongs to. `target` is path and query as on the request line.
    #[must_use]
    pub fn of(target: &str) -> Option<Self> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        match path {
            "/deviceinfo" => Self::of_device_info(Parameters::parse(query).ok()?),
            "/endpointdetails" => Some(Self::Endpoints),
            "/devices" | "/devicesearch" => Some(Self::Devices),
            "/status" => Some(Self::Status),
            "/modelbreaches" => Some(Self::Breaches),
            "/aianalyst/groups" => Some(Self::Analyst),
            "/intelfeed" => Some(Self::Watched),
            _ => None,
        }
    }

    fn of_device_info(mut parameters: Parameters) -> Option<Self> {
        let data_type = parameters.value("datatype").ok()?.unwrap_or_default();
        let odid: Option<i64> = parameters.value("odid").ok()?;
        if parameters.text("externaldomain").is_some() {
            return Some(Self::Domain);
        }
        let is_external = odid.map(DeviceId::new) == Some(DeviceId::EXTERNAL);
        Some(match data_type {
            DataType::Connections if is_external => Self::External,
            DataType::Connections => Self::Connections,
            DataType::BytesOut if is_external => Self::ExternalOut,
            DataType::BytesOut => Self::BytesOut,
            DataType::BytesIn => Self::BytesIn,
        })
    }

    /// Its text form.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connections => "co",
            Self::BytesOut => "sizeout",
            Self::BytesIn => "sizein",
            Self::External => "external",
            Self::ExternalOut => "external-out",
            Self::Domain => "domain",
            Self::Endpoints => "endpoints",
            Self::Devices => "devices",
            Self::Status => "status",
            Self::Breaches => "breaches",
            Self::Analyst => "analyst",
            Self::Watched => "watched",
        }
    }
}

impl fmt::Display for FaultPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_belongs_to_one_part_at_most() {
        for (target, part) in [
            ("/deviceinfo?did=1", "co"),
            ("/deviceinfo?datatype=co&did=1&odid=7", "co"),
            ("/deviceinfo?datatype=sizeout&did=1&port=443", "sizeout"),
            ("/deviceinfo?datatype=sizein&did=1", "sizein"),
            ("/deviceinfo?datatype=sizein&did=1&odid=0", "sizein"),
            ("/deviceinfo?datatype=co&did=1&odid=0", "external"),
            ("/deviceinfo?did=1&odid=%30", "external"),
            ("/deviceinfo?datatype=sizeout&did=1&odid=0", "external-out"),
            ("/deviceinfo?datatype=sizeout&did=1&externaldomain=a%26b&odid=0", "domain"),
            ("/deviceinfo?did=1&externaldomain=evil.example", "domain"),
            ("/endpointdetails?hostname=evil.example", "endpoints"),
            ("/devices?did=1", "devices"),
            ("/devicesearch?query=ws", "devices"),
            ("/status", "status"),
            ("/modelbreaches?did=1", "breaches"),
            ("/aianalyst/groups", "analyst"),
            ("/intelfeed?fulldetails=true", "watched"),
        ] {
            assert_eq!(FaultPart::of(target).map(FaultPart::name), Some(part), "{target}");
        }
    }

    #[test]
    fn other_requests_belong_to_no_part() {
        for target in [
            "/similardevices?did=1",
            "/deviceinfo/",
            "/deviceinfo?did=1&datatype=bytes",
            "/deviceinfo?did=1&odid=x",
            "/deviceinfo?did=1&did=2",
            "",
        ] {
            assert_eq!(FaultPart::of(target), None, "{target}");
        }
    }

    #[test]
    fn every_part_reads_as_it_is_printed() {
        for part in FaultPart::ALL {
            assert_eq!(part.to_string().parse(), Ok(part));
        }
    }
}
