//! The values of parameters: what the API would refuse cannot be built.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::DeviceId;

/// What the series of an answer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DataType {
    /// Connections (`co`).
    #[default]
    Connections,
    /// Bytes sent by the device (`sizeout`).
    BytesOut,
    /// Bytes received by the device (`sizein`).
    BytesIn,
}

impl DataType {
    /// The word the API uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "co",
            Self::BytesOut => "sizeout",
            Self::BytesIn => "sizein",
        }
    }
}

/// By its name.
impl Serialize for DataType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DataType {
    type Err = InvalidParameter;

    fn from_str(text: &str) -> Result<Self, InvalidParameter> {
        [Self::Connections, Self::BytesOut, Self::BytesIn]
            .into_iter()
            .find(|data_type| data_type.as_str() == text)
            .ok_or_else(|| InvalidParameter::new("datatype", text, "must be co, sizeout or sizein"))
    }
}

/// The width of a bucket in hours, at least 1. It is not a look-back: an answer always covers four
/// weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntervalHours(NonZeroU32);

impl IntervalHours {
    /// One hour, the API's default.
    pub const ONE: Self = Self(NonZeroU32::MIN);
    /// Four hours, as transfers and comparisons are usually looked at.
    pub const FOUR: Self = Self(NonZeroU32::MIN.saturating_add(3));

    /// A width of `hours`; fails for 0.
    pub fn new(hours: u32) -> Result<Self, InvalidParameter> {
        NonZeroU32::new(hours)
            .map(Self)
            .ok_or_else(|| InvalidParameter::new("intervalhours", hours, "must be at least 1"))
    }

    /// The number of hours.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl Default for IntervalHours {
    fn default() -> Self {
        Self::ONE
    }
}

/// A domain that external data is restricted to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExternalDomain(Box<str>);

impl ExternalDomain {
    /// Fails for a name that is empty, longer than DNS allows (253 bytes), or holds white space or
    /// control characters.
    pub fn new(name: &str) -> Result<Self, InvalidParameter> {
        let refuse = |reason| Err(InvalidParameter::new("externaldomain", name, reason));
        if name.is_empty() {
            return refuse("must not be empty");
        }
        if name.len() > 253 {
            return refuse("must not be longer than 253 bytes");
        }
        if name.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return refuse("must not hold white space or control characters");
        }
        Ok(Self(name.into()))
    }

    /// The name as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A parameter that the API would refuse, or that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}={value:?} {reason}")]
pub struct InvalidParameter {
    parameter: &'static str,
    value: String,
    reason: &'static str,
}

impl InvalidParameter {
    pub(super) fn new(
        parameter: &'static str,
        value: impl fmt::Display,
        reason: &'static str,
    ) -> Self {
        // A value comes from outside and ends in a message: enough of it to be recognised.
        let value = value.to_string().chars().take(80).collect();
        Self { parameter, value, reason }
    }

    pub(super) fn no_device(did: DeviceId) -> Self {
        Self::new("did", did, "is not a device: devices start at 1")
    }

    /// The name of the parameter on the wire.
    #[must_use]
    pub const fn parameter(&self) -> &'static str {
        self.parameter
    }
}

/// Whether an answer describes the devices it mentions (`fulldevicedetails`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DeviceDetails {
    /// Ids only.
    #[default]
    Omitted,
    /// Everything the appliance knows about every device mentioned.
    Full,
}

/// What an answer does with buckets in which nothing happened (`showallgraphdata`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EmptyBuckets {
    /// They are in the series, counting 0.
    #[default]
    Shown,
    /// They are left out; a gap is zero only between the first and the last bucket.
    Dropped,
}

pub(super) fn number<T: FromStr>(
    parameter: &'static str,
    value: &str,
) -> Result<T, InvalidParameter> {
    value.parse().map_err(|_| InvalidParameter::new(parameter, value, "must be a whole number"))
}
