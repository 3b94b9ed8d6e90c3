//! Responses as they stand on the wire, both dialects, nothing interpreted.

pub(crate) mod alert;
pub(crate) mod appliance;
pub(crate) mod documented;
pub(crate) mod entries;
pub(crate) mod leaves;
pub(crate) mod lenient;
pub(crate) mod object;

use documented::Verbatim;
use lenient::{List, OneOrMany};
use object::object;

object! {
    /// An answer of `GET /deviceinfo` in either dialect: which one it is shows in the keys that
    /// are present.
    Response {
        // Appliance dialect.
        device_info: OneOrMany<appliance::Entry> = "deviceInfo",
        devices: List<appliance::Device> = "devices",
        // Documented dialect.
        device: documented::Device = "device",
        graphdata: documented::Points = "graphdata",
        destinations: List<documented::Destination> = "destinations",
        devicedetails: documented::DeviceDetails = "devicedetails",
        similar_devices: List<documented::Similar> = "similar_devices",
        summary: Verbatim = "summary",
    }
}
