//! `GET /similardevices`: devices that behave like another one.

use super::{ApiQuery, List, Pairs};
use crate::{DeviceDetails, DeviceId, ReadError, SimilarDevice};

/// Asks which devices behave most like one.
///
/// ```
/// use dt_model::{ApiQuery, DeviceId, SimilarDevicesQuery};
///
/// let query = SimilarDevicesQuery::new(DeviceId::new(12345)).count(3);
/// assert_eq!(query.pairs(), [("count", "3".into()), ("did", "12345".into())]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimilarDevicesQuery {
    did: DeviceId,
    count: Option<u32>,
    details: DeviceDetails,
}

impl SimilarDevicesQuery {
    /// Asks for as many as the appliance gives by itself.
    #[must_use]
    pub fn new(did: DeviceId) -> Self {
        Self { did, count: None, details: DeviceDetails::default() }
    }

    /// At most this many.
    #[must_use]
    pub fn count(self, count: u32) -> Self {
        Self { count: Some(count), ..self }
    }

    /// Whether to describe every device.
    #[must_use]
    pub fn device_details(self, details: DeviceDetails) -> Self {
        Self { details, ..self }
    }
}

impl ApiQuery for SimilarDevicesQuery {
    type Answer = List<SimilarDevice>;

    fn path(&self) -> &'static str {
        "/similardevices"
    }

    fn pairs(&self) -> Pairs<'_> {
        let full = self.details == DeviceDetails::Full;
        let pairs = [
            ("count", self.count.map(|count| count.to_string().into())),
            ("did", Some(self.did.to_string().into())),
            ("fulldevicedetails", full.then(|| "true".into())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn read(&self, body: &[u8]) -> Result<List<SimilarDevice>, ReadError> {
        Ok(SimilarDevice::list_from_slice(body)?.into())
    }
}
