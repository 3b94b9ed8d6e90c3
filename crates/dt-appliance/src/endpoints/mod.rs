//! One file an endpoint, and what they share.

mod analyst_groups;
mod device_facts;
mod device_info;
mod device_search;
mod devices;
mod endpoint_details;
mod intel_feed;
mod model_breaches;
mod period;
mod search_query;
mod seen_since;
mod similar_devices;
mod status;

use jiff::Timestamp;

pub(crate) use device_facts::DeviceFacts;

use crate::answer::{Answer, Refusal};
use crate::parameters::Parameters;
use crate::permission::Permission::{self, Analyst, Status, UnrestrictedDevices, Visualizer};
use crate::records::Records;

/// Answers the requests for one path.
pub(crate) type Endpoint = fn(&Records, Parameters, Timestamp) -> Result<Answer, Refusal>;

/// The endpoint at a path, and the permissions it needs.
pub(crate) fn find(path: &str) -> Option<(&'static [Permission], Endpoint)> {
    Some(match path {
        "/deviceinfo" => (&[Visualizer, UnrestrictedDevices], device_info::answer),
        "/devices" => (&[Visualizer], devices::answer),
        "/devicesearch" => (&[Visualizer], device_search::answer),
        "/similardevices" => (&[Visualizer], similar_devices::answer),
        "/endpointdetails" => (&[Visualizer], endpoint_details::answer),
        "/modelbreaches" => (&[Visualizer], model_breaches::answer),
        "/aianalyst/groups" => (&[Visualizer, Analyst], analyst_groups::answer),
        "/intelfeed" => (&[Visualizer], intel_feed::answer),
        "/status" => (&[Status], status::answer),
        _ => return None,
    })
}
