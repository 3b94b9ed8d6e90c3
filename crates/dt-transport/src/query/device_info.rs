//! `GET /deviceinfo`: how a device communicated.

use dt_auth::RequestTarget;
use dt_model::{DeviceInfo, DeviceInfoQuery};

use super::{BoxError, Query};

/// The answer knows what was asked: what its series counts and how wide its buckets are, neither of
/// which every dialect says itself.
impl Query for DeviceInfoQuery {
    type Answer = DeviceInfo;

    fn target(&self) -> RequestTarget {
        RequestTarget::new("/deviceinfo").params(self.pairs())
    }

    fn read(&self, body: &[u8]) -> Result<DeviceInfo, BoxError> {
        let info = DeviceInfo::from_slice_as(body, self.counts())?;
        Ok(info.with_interval(self.bucket_width()))
    }
}
