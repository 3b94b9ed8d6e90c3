//! The parameters of `GET /deviceinfo`.

use std::borrow::Cow;
use std::fmt;

use super::parameter::number;
use super::{
    ApiQuery, DataType, DeviceDetails, EmptyBuckets, ExternalDomain, IntervalHours,
    InvalidParameter, Pairs,
};
use crate::{DeviceId, DeviceInfo, ReadError};

/// What to ask `GET /deviceinfo`.
///
/// Every parameter is valid by its type or refused when it is built. The four parameters that have
/// a default are always sent, so that what was asked can be read from the request alone.
///
/// ```
/// use dt_model::{DataType, DeviceId, DeviceInfoQuery, IntervalHours};
///
/// let query = DeviceInfoQuery::new(DeviceId::new(12345))?
///     .data_type(DataType::BytesOut)
///     .destination(DeviceId::EXTERNAL)
///     .interval(IntervalHours::new(4)?);
/// let pairs: Vec<String> = query.pairs().map(|(name, value)| format!("{name}={value}")).collect();
/// assert_eq!(
///     pairs,
///     [
///         "datatype=sizeout",
///         "did=12345",
///         "fulldevicedetails=false",
///         "intervalhours=4",
///         "odid=0",
///         "showallgraphdata=true",
///     ]
/// );
/// # Ok::<(), dt_model::InvalidParameter>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceInfoQuery {
    did: DeviceId,
    data_type: DataType,
    destination: Option<DeviceId>,
    port: Option<u16>,
    external_domain: Option<ExternalDomain>,
    device_details: DeviceDetails,
    empty_buckets: EmptyBuckets,
    similar_devices: u32,
    /// `None` where a recorded request does not say it: then the answer's spacing does.
    interval: Option<IntervalHours>,
}

impl DeviceInfoQuery {
    /// Asks about one device; fails for an id that is not a device, such as 0.
    pub fn new(did: DeviceId) -> Result<Self, InvalidParameter> {
        if did.is_device() { Ok(Self::about(did)) } else { Err(InvalidParameter::no_device(did)) }
    }

    /// With every default of the API.
    const fn about(did: DeviceId) -> Self {
        Self {
            did,
            data_type: DataType::Connections,
            destination: None,
            port: None,
            external_domain: None,
            device_details: DeviceDetails::Omitted,
            empty_buckets: EmptyBuckets::Shown,
            similar_devices: 0,
            interval: Some(IntervalHours::ONE),
        }
    }

    /// What to count.
    #[must_use]
    pub fn data_type(self, data_type: DataType) -> Self {
        Self { data_type, ..self }
    }

    /// Only traffic with this destination (`odid`). [`DeviceId::EXTERNAL`] restricts to external
    /// connectivity and adds external domains and networks to the answer.
    #[must_use]
    pub fn destination(self, odid: DeviceId) -> Self {
        Self { destination: Some(odid), ..self }
    }

    /// Only traffic on this port. Port 0 is allowed: traffic without ports is booked there.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        Self { port: Some(port), ..self }
    }

    /// Only external traffic with this domain.
    #[must_use]
    pub fn external_domain(self, domain: ExternalDomain) -> Self {
        Self { external_domain: Some(domain), ..self }
    }

    /// Whether to describe every device mentioned.
    #[must_use]
    pub fn device_details(self, device_details: DeviceDetails) -> Self {
        Self { device_details, ..self }
    }

    /// Whether empty buckets are in the series.
    #[must_use]
    pub fn empty_buckets(self, empty_buckets: EmptyBuckets) -> Self {
        Self { empty_buckets, ..self }
    }

    /// How many similar devices to add; 0, the default, asks for none.
    #[must_use]
    pub fn similar_devices(self, count: u32) -> Self {
        Self { similar_devices: count, ..self }
    }

    /// The width of a bucket.
    #[must_use]
    pub fn interval(self, interval: IntervalHours) -> Self {
        Self { interval: Some(interval), ..self }
    }

    /// The device asked about.
    #[must_use]
    pub const fn did(&self) -> DeviceId {
        self.did
    }

    /// What the series of the answer will count.
    #[must_use]
    pub const fn counts(&self) -> DataType {
        self.data_type
    }

    /// How wide the buckets of the answer will be.
    #[must_use]
    pub fn bucket_width(&self) -> IntervalHours {
        self.interval.unwrap_or_default()
    }

    /// The domain that external traffic is restricted to.
    #[must_use]
    pub fn domain(&self) -> Option<&ExternalDomain> {
        self.external_domain.as_ref()
    }

    /// The destination that traffic is restricted to.
    #[must_use]
    pub const fn restricted_to(&self) -> Option<DeviceId> {
        self.destination
    }

    /// What `pairs` ask for: the inverse of [`pairs`](Self::pairs). Parameters that are not there
    /// have the API's defaults, those that are unknown are passed over. Where the width of a bucket is
    /// not among them, an answer is taken to have the width that its buckets show.
    ///
    /// # Errors
    ///
    /// If a value is none that the API would take, or no device is named.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, InvalidParameter> {
        let mut query = Self { interval: None, ..Self::about(DeviceId::EXTERNAL) };
        for (name, value) in pairs {
            query.set(name, value)?;
        }
        if query.did.is_device() { Ok(query) } else { Err(InvalidParameter::no_device(query.did)) }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), InvalidParameter> {
        match name {
            "datatype" => self.data_type = value.parse()?,
            "did" => self.did = DeviceId::new(number("did", value)?),
            "externaldomain" => self.external_domain = Some(ExternalDomain::new(value)?),
            "fulldevicedetails" => {
                self.device_details = match value {
                    "true" => DeviceDetails::Full,
                    _ => DeviceDetails::Omitted,
                };
            }
            "intervalhours" => {
                self.interval = Some(IntervalHours::new(number("intervalhours", value)?)?);
            }
            "odid" => self.destination = Some(DeviceId::new(number("odid", value)?)),
            "port" => self.port = Some(number("port", value)?),
            "showallgraphdata" => {
                self.empty_buckets = match value {
                    "false" => EmptyBuckets::Dropped,
                    _ => EmptyBuckets::Shown,
                };
            }
            "similardevices" => self.similar_devices = number("similardevices", value)?,
            _ => {}
        }
        Ok(())
    }

    /// The parameters by name, in alphabetical order, decoded. Unset ones are left out: the API
    /// does not take empty parameters.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        let number = |value: &dyn fmt::Display| Cow::Owned(value.to_string());
        let full_details = match self.device_details {
            DeviceDetails::Omitted => "false",
            DeviceDetails::Full => "true",
        };
        let show_all = match self.empty_buckets {
            EmptyBuckets::Shown => "true",
            EmptyBuckets::Dropped => "false",
        };
        let similar = (self.similar_devices > 0).then_some(self.similar_devices);
        [
            ("datatype", Some(self.data_type.as_str().into())),
            ("did", Some(number(&self.did))),
            ("externaldomain", self.external_domain.as_ref().map(|name| name.as_str().into())),
            ("fulldevicedetails", Some(full_details.into())),
            ("intervalhours", Some(number(&self.bucket_width().get()))),
            ("odid", self.destination.map(|odid| number(&odid))),
            ("port", self.port.map(|port| number(&port))),
            ("showallgraphdata", Some(show_all.into())),
            ("similardevices", similar.map(|count| number(&count))),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
    }
}

/// The answer knows what was asked: about whom, what its series counts and how wide its buckets are,
/// neither of which every dialect says itself.
impl ApiQuery for DeviceInfoQuery {
    type Answer = DeviceInfo;

    fn path(&self) -> &'static str {
        "/deviceinfo"
    }

    fn pairs(&self) -> Pairs<'_> {
        self.pairs().collect()
    }

    fn read(&self, body: &[u8]) -> Result<DeviceInfo, ReadError> {
        let info = DeviceInfo::from_slice_about(body, Some(self.data_type), self.did)?;
        Ok(match self.interval {
            Some(interval) => info.with_interval(interval),
            None => info,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(query: &DeviceInfoQuery) -> String {
        query.pairs().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    #[test]
    fn the_documented_defaults_are_always_sent() {
        let query = DeviceInfoQuery::new(DeviceId::new(1)).unwrap();
        assert_eq!(
            text(&query),
            "datatype=co&did=1&fulldevicedetails=false&intervalhours=1&showallgraphdata=true"
        );
    }

    #[test]
    fn every_parameter_reaches_the_wire_in_order() {
        let query = DeviceInfoQuery::new(DeviceId::new(7))
            .unwrap()
            .data_type(DataType::BytesIn)
            .destination(DeviceId::new(-6))
            .port(0)
            .external_domain(ExternalDomain::new("a.example").unwrap())
            .device_details(DeviceDetails::Full)
            .empty_buckets(EmptyBuckets::Dropped)
            .similar_devices(5)
            .interval(IntervalHours::new(24).unwrap());
        assert_eq!(
            text(&query),
            "datatype=sizein&did=7&externaldomain=a.example&fulldevicedetails=true&intervalhours=24\
             &odid=-6&port=0&showallgraphdata=false&similardevices=5"
        );
    }

    #[test]
    fn what_the_api_would_refuse_cannot_be_built() {
        let refusals = [
            DeviceInfoQuery::new(DeviceId::EXTERNAL).unwrap_err(),
            IntervalHours::new(0).unwrap_err(),
            ExternalDomain::new("").unwrap_err(),
            ExternalDomain::new("a b.example").unwrap_err(),
            ExternalDomain::new(&"a".repeat(254)).unwrap_err(),
            "bytes".parse::<DataType>().unwrap_err(),
        ];
        let messages: Vec<String> = refusals.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(messages.join("\n"), @r#"
        did="0" is not a device: devices start at 1
        intervalhours="0" must be at least 1
        externaldomain="" must not be empty
        externaldomain="a b.example" must not hold white space or control characters
        externaldomain="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" must not be longer than 253 bytes
        datatype="bytes" must be co, sizeout or sizein
        "#);
    }

    #[test]
    fn what_was_asked_can_be_read_from_the_pairs() {
        let query = DeviceInfoQuery::new(DeviceId::new(7))
            .unwrap()
            .data_type(DataType::BytesOut)
            .destination(DeviceId::EXTERNAL)
            .port(443)
            .external_domain(ExternalDomain::new("a.example").unwrap())
            .device_details(DeviceDetails::Full)
            .empty_buckets(EmptyBuckets::Dropped)
            .similar_devices(5)
            .interval(IntervalHours::new(4).unwrap());
        let pairs: Vec<_> = query.pairs().collect();
        let read = DeviceInfoQuery::from_pairs(pairs.iter().map(|(name, value)| (*name, &**value)));
        assert_eq!(read, Ok(query));
        assert!(DeviceInfoQuery::from_pairs([("datatype", "co")]).is_err(), "no device");
        assert!(DeviceInfoQuery::from_pairs([("did", "1"), ("port", "x")]).is_err());
    }
}
