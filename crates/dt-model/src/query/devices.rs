//! `GET /devices`: the devices an appliance knows, or one of them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::{ApiQuery, List, Pairs};
use crate::{Device, DeviceId, ReadError};

/// Asks for devices. Without a restriction it is for all that were seen in the last seven days.
///
/// ```
/// use dt_model::{ApiQuery, DevicesQuery, SeenSince};
///
/// let query = DevicesQuery::new().ip("10.0.18.224".parse()?).seen_since(SeenSince::Days(28));
/// assert_eq!(query.pairs(), [("ip", "10.0.18.224".into()), ("seensince", "28day".into())]);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DevicesQuery {
    did: Option<DeviceId>,
    ip: Option<IpAddr>,
    mac: Option<String>,
    sid: Option<i64>,
    seen_since: Option<SeenSince>,
    count: Option<u32>,
    include_tags: bool,
}

/// How long ago a device may have been seen last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SeenSince {
    /// This many minutes.
    Minutes(u32),
    /// This many hours.
    Hours(u32),
    /// This many days.
    Days(u32),
}

impl fmt::Display for SeenSince {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minutes(count) => write!(f, "{count}min"),
            Self::Hours(count) => write!(f, "{count}hour"),
            Self::Days(count) => write!(f, "{count}day"),
        }
    }
}

/// Text that says no age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenSinceError(String);

/// A number with `min`, `h` or `d`, such as `30min`, `12h` and `7d`.
impl FromStr for SeenSince {
    type Err = SeenSinceError;

    fn from_str(text: &str) -> Result<Self, SeenSinceError> {
        let unit = text.trim_start_matches(|it: char| it.is_ascii_digit());
        let number = text[..text.len() - unit.len()].parse().ok().filter(|number| *number > 0);
        let of = match unit {
            "min" => Self::Minutes,
            "h" | "hour" => Self::Hours,
            "d" | "day" => Self::Days,
            _ => return Err(SeenSinceError(text.to_owned())),
        };
        number.map(of).ok_or_else(|| SeenSinceError(text.to_owned()))
    }
}

impl fmt::Display for SeenSinceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no age: write 30min, 12h or 7d", self.0)
    }
}

impl std::error::Error for SeenSinceError {}

impl DevicesQuery {
    /// Asks for every device.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only the device with this id.
    #[must_use]
    pub fn did(self, did: DeviceId) -> Self {
        Self { did: Some(did), ..self }
    }

    /// Only devices with this address.
    #[must_use]
    pub fn ip(self, ip: IpAddr) -> Self {
        Self { ip: Some(ip), ..self }
    }

    /// Only devices with this hardware address, written `56:2d:4b:9c:18:42`.
    #[must_use]
    pub fn mac(self, mac: impl Into<String>) -> Self {
        Self { mac: Some(mac.into()), ..self }
    }

    /// Only devices of this subnet.
    #[must_use]
    pub fn sid(self, sid: i64) -> Self {
        Self { sid: Some(sid), ..self }
    }

    /// Only devices seen within this time.
    #[must_use]
    pub fn seen_since(self, seen_since: SeenSince) -> Self {
        Self { seen_since: Some(seen_since), ..self }
    }

    /// At most this many devices.
    #[must_use]
    pub fn count(self, count: u32) -> Self {
        Self { count: Some(count), ..self }
    }

    /// With the tags of every device.
    #[must_use]
    pub fn include_tags(self) -> Self {
        Self { include_tags: true, ..self }
    }
}

impl ApiQuery for DevicesQuery {
    type Answer = List<Device>;

    fn path(&self) -> &'static str {
        "/devices"
    }

    fn pairs(&self) -> Pairs<'_> {
        let text = |value: Option<&dyn fmt::Display>| value.map(|value| value.to_string().into());
        let pairs = [
            ("count", text(self.count.as_ref().map(|v| v as _))),
            ("did", text(self.did.as_ref().map(|v| v as _))),
            ("includetags", self.include_tags.then(|| "true".into())),
            ("ip", text(self.ip.as_ref().map(|v| v as _))),
            ("mac", self.mac.as_deref().map(Into::into)),
            ("seensince", text(self.seen_since.as_ref().map(|v| v as _))),
            ("sid", text(self.sid.as_ref().map(|v| v as _))),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn read(&self, body: &[u8]) -> Result<List<Device>, ReadError> {
        Ok(Device::list_from_slice(body)?.into())
    }
}
