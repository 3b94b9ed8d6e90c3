//! `GET /similardevices`: devices that behave like another one.

use dt_auth::RequestTarget;
use dt_model::{DeviceDetails, DeviceId, SimilarDevice};

use super::{BoxError, List, Query};

/// Asks which devices behave most like one.
///
/// ```
/// use dt_model::DeviceId;
/// use dt_transport::{Query, SimilarDevicesQuery};
///
/// let query = SimilarDevicesQuery::new(DeviceId::new(12345)).count(3);
/// assert_eq!(query.target().wire(), "/similardevices?count=3&did=12345");
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

impl Query for SimilarDevicesQuery {
    type Answer = List<SimilarDevice>;

    fn target(&self) -> RequestTarget {
        let mut target = RequestTarget::new("/similardevices").param("did", self.did);
        if let Some(count) = self.count {
            target = target.param("count", count);
        }
        if self.details == DeviceDetails::Full {
            target = target.param("fulldevicedetails", true);
        }
        target
    }

    fn read(&self, body: &[u8]) -> Result<List<SimilarDevice>, BoxError> {
        Ok(SimilarDevice::list_from_slice(body)?.into())
    }
}
