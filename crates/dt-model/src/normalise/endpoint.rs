//! Answers of `/endpointdetails`.

use super::{items, one_or_many, sound_items, text, within};
use crate::error::ReadError;
use crate::warning::{Path, WarningLog};
use crate::wire::appliance as wire;
use crate::wire::leaves::Millis;
use crate::{EndpointDetails, EndpointLocation, Problem, Warning};

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
        devices: endpoint.devices.accept(at.key("devices"), log).map(|list| list.0.len()),
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

fn location(location: wire::Location, at: Path<'_>, log: &mut WarningLog) -> EndpointLocation {
    EndpointLocation {
        country: text(location.country, at.key("country"), log),
        city: text(location.city, at.key("city"), log),
    }
}
