//! Answers of `/endpointdetails`.

use super::{items, one_or_many, sound_items, text, within};
use crate::error::ReadError;
use crate::warning::{Path, WarningLog};
use crate::wire::appliance as wire;
use crate::wire::leaves::Millis;
use crate::wire::lenient::Lenient;
use crate::{DeviceId, EndpointDetails, EndpointLocation, Problem, Warning};

pub(crate) fn endpoints(bytes: &[u8]) -> Result<(Vec<EndpointDetails>, Vec<Warning>), ReadError> {
    one_or_many(bytes, "/endpointdetails", endpoint)
}

fn endpoint(
    endpoint: wire::Endpoint,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Option<EndpointDetails> {
    let ips = sound_items(endpoint.ips, at.key("ips"), log, |entry: wire::EndpointIp, at, log| {
        text(entry.ip, at.key("ip"), log)
    });
    let locations = items(endpoint.locations, at.key("locations"), log, location);
    let users = endpoint.devices.accept(at.key("devices"), log).map(|list| list.0);
    let details = EndpointDetails {
        hostname: text(endpoint.hostname, at.key("hostname"), log),
        ip: text(endpoint.ip, at.key("ip"), log),
        first_seen: endpoint.first_time.accept(at.key("firsttime"), log).map(|Millis(time)| time),
        country: text(endpoint.country, at.key("country"), log),
        city: text(endpoint.city, at.key("city"), log),
        asn: text(endpoint.asn, at.key("asn"), log),
        name: text(endpoint.name, at.key("name"), log),
        popularity: within(
            endpoint.popularity,
            &(0.0..=100.0),
            "a number from 0 to 100",
            at.key("popularity"),
            log,
        ),
        devices: users.as_ref().map(Vec::len),
        dids: users.into_iter().flatten().filter_map(did).collect(),
        dga_score: endpoint.dga_score.accept(at.key("dgascore"), log),
        ips: ips.unwrap_or_default(),
        locations: locations.unwrap_or_default(),
    };
    // An answer about one endpoint need not name it, but an object that says nothing is none.
    if details == EndpointDetails::default() {
        log.note(at, Problem::WithoutKey("hostname"));
        return None;
    }
    Some(details)
}

/// The id of a device that uses an endpoint, where it has one; who it is otherwise, other answers tell.
fn did(device: Lenient<wire::Device>) -> Option<DeviceId> {
    device.sound()?.did.sound().filter(|did| did.is_device())
}

fn location(location: wire::Location, at: Path<'_>, log: &mut WarningLog) -> EndpointLocation {
    EndpointLocation {
        country: text(location.country, at.key("country"), log),
        city: text(location.city, at.key("city"), log),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_uses_an_endpoint_is_told_by_ids_where_there_are_some() {
        let body = br#"{"hostname": "a.example", "devices": [{"did": 7}, {"ip": "192.0.2.1"}, {"did": 0}, 5]}"#;
        let (endpoints, warnings) = endpoints(body).unwrap();
        assert_eq!(endpoints[0].devices, Some(4));
        assert_eq!(endpoints[0].dids, [DeviceId::new(7)]);
        assert!(warnings.is_empty(), "{warnings:?}");
    }
}
