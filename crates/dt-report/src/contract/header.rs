//! What every printed object begins with.

use dt_model::{Device, DeviceInfo, DeviceView, Dialect, NoTraffic};

use super::prelude::*;

/// What an object is, where it comes from, and whom it is about.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Header {
    /// The object's schema and its version, such as `dt.connections/1`.
    pub schema: &'static str,
    /// The dialect the appliance spoke.
    pub dialect: Dialect,
    /// The end of the newest whole bucket.
    #[schemars(with = "Option<Time>")]
    pub data_until: Option<Timestamp>,
    /// The device.
    pub device: DeviceView,
    /// Why the appliance has no traffic of it, so that zeros below are no measurement; only there if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_traffic: Option<NoTraffic>,
}

impl Header {
    pub(crate) fn new(
        schema: &'static str,
        dialect: Dialect,
        data_until: Option<Timestamp>,
        device: &Device,
    ) -> Self {
        let device = device.into();
        Self { schema, dialect, data_until, device, no_traffic: None }
    }

    /// Of an answer that stands for itself.
    pub(crate) fn of(schema: &'static str, info: &DeviceInfo, now: Timestamp) -> Self {
        let until = info.subject.series.complete_until(now);
        Self::new(schema, info.dialect, until, &info.subject.device).knowing(info.no_traffic())
    }

    /// With why there is no traffic, if that is so.
    pub(crate) fn knowing(self, no_traffic: Option<NoTraffic>) -> Self {
        Self { no_traffic, ..self }
    }
}
