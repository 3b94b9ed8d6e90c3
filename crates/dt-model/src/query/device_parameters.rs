//! What is asked about a device, whichever device it is.

use jiff::SignedDuration;

use super::{
    DataType, DeviceDetails, DeviceInfoQuery, EmptyBuckets, ExternalDomain, IntervalHours,
    InvalidParameter,
};
use crate::DeviceId;

/// All parameters of `GET /deviceinfo` but the device: what is asked about each of several.
///
/// ```
/// use dt_model::{DeviceId, DeviceInfoParameters};
///
/// let parameters = DeviceInfoParameters { port: Some(443), ..DeviceInfoParameters::default() };
/// assert!(parameters.is_restricted());
/// let query = parameters.about(DeviceId::new(7))?;
/// assert!(query.pairs().any(|(name, value)| name == "port" && value == "443"));
/// # Ok::<(), dt_model::InvalidParameter>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct DeviceInfoParameters {
    /// What to count, if not what a question counts by itself.
    pub data_type: Option<DataType>,
    /// Only traffic with this destination.
    pub destination: Option<DeviceId>,
    /// Only traffic on this port.
    pub port: Option<u16>,
    /// Only external traffic with this domain.
    pub external_domain: Option<ExternalDomain>,
    /// How wide a bucket is.
    pub interval: IntervalHours,
    /// How many similar devices to add.
    pub similar_devices: u32,
    /// Whether to describe every device mentioned.
    pub device_details: DeviceDetails,
    /// Whether empty buckets are in the series.
    pub empty_buckets: EmptyBuckets,
}

impl DeviceInfoParameters {
    /// The query about a device.
    ///
    /// # Errors
    ///
    /// If the id is no device's.
    pub fn about(&self, did: DeviceId) -> Result<DeviceInfoQuery, InvalidParameter> {
        let mut query = DeviceInfoQuery::new(did)?
            .data_type(self.data_type.unwrap_or_default())
            .device_details(self.device_details)
            .empty_buckets(self.empty_buckets)
            .similar_devices(self.similar_devices)
            .interval(self.interval);
        if let Some(destination) = self.destination {
            query = query.destination(destination);
        }
        if let Some(port) = self.port {
            query = query.port(port);
        }
        if let Some(domain) = &self.external_domain {
            query = query.external_domain(domain.clone());
        }
        Ok(query)
    }

    /// Whether answers are about a part of the traffic.
    #[must_use]
    pub const fn is_restricted(&self) -> bool {
        self.destination.is_some() || self.port.is_some() || self.external_domain.is_some()
    }

    /// Whether answers are about external traffic alone.
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.destination == Some(DeviceId::EXTERNAL)
    }

    /// What a timeline counts; `None` for connections and the bytes sent outside, which cannot be asked
    /// about one destination.
    #[must_use]
    pub fn counted(&self) -> Option<DataType> {
        self.data_type.or_else(|| self.destination.map(|_| DataType::Connections))
    }

    /// How wide a bucket is.
    #[must_use]
    pub fn bucket(&self) -> SignedDuration {
        SignedDuration::from_hours(self.interval.get().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_is_asked_about_each_device() {
        let parameters = DeviceInfoParameters {
            data_type: Some(DataType::BytesOut),
            destination: Some(DeviceId::EXTERNAL),
            port: Some(443),
            external_domain: Some(ExternalDomain::new("a.example").unwrap()),
            interval: IntervalHours::FOUR,
            similar_devices: 5,
            device_details: DeviceDetails::Full,
            empty_buckets: EmptyBuckets::Dropped,
        };
        let expected = DeviceInfoQuery::new(DeviceId::new(7))
            .unwrap()
            .data_type(DataType::BytesOut)
            .destination(DeviceId::EXTERNAL)
            .port(443)
            .external_domain(ExternalDomain::new("a.example").unwrap())
            .interval(IntervalHours::FOUR)
            .similar_devices(5)
            .device_details(DeviceDetails::Full)
            .empty_buckets(EmptyBuckets::Dropped);
        assert_eq!(parameters.about(DeviceId::new(7)), Ok(expected));
        assert!(parameters.about(DeviceId::EXTERNAL).is_err(), "that is no device");
        assert!(parameters.is_external());
    }

    #[test]
    fn a_timeline_of_one_destination_counts_connections_alone() {
        let all = DeviceInfoParameters::default();
        assert_eq!((all.counted(), all.is_restricted()), (None, false));
        let one = DeviceInfoParameters { destination: Some(DeviceId::new(9)), ..all };
        assert_eq!((one.counted(), one.is_restricted()), (Some(DataType::Connections), true));
        assert!(!one.is_external());
    }
}
