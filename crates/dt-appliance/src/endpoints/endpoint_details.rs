//! `/endpointdetails`: what is known about a host outside.

use std::net::Ipv4Addr;

use jiff::Timestamp;
use serde::Serialize;

use crate::answer::{Answer, Refusal};
use crate::network::{External, Network};
use crate::parameters::Parameters;
use crate::records::Records;

pub(super) fn answer(
    records: &Records,
    mut parameters: Parameters,
    _: Timestamp,
) -> Result<Answer, Refusal> {
    let hostname = parameters.text("hostname");
    let ip: Option<Ipv4Addr> = parameters.value("ip")?;
    let wanted = RequestedDetails {
        additional: parameters.flag("additionalinfo", false)?,
        devices: parameters.flag("devices", false)?,
        score: parameters.flag("score", false)?,
    };
    parameters.finish()?;
    let network = records.network();
    match (hostname, ip) {
        (Some(hostname), None) => by_name(network, &hostname.to_lowercase(), wanted),
        (None, Some(ip)) => by_address(network, ip),
        _ => Err(Refusal::Input("hostname".to_owned())),
    }
}

/// What an answer about a name holds besides the name.
#[derive(Clone, Copy)]
struct RequestedDetails {
    additional: bool,
    devices: bool,
    score: bool,
}

#[derive(Serialize)]
struct ByName<'a> {
    hostname: &'a str,
    firsttime: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    popularity: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dgascore: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ips: Option<Vec<SeenIp>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locations: Option<Vec<Location>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    devices: Option<Vec<User>>,
}

#[derive(Serialize)]
struct SeenIp {
    ip: Ipv4Addr,
    firsttime: i64,
    lasttime: i64,
}

#[derive(Serialize)]
struct Location {
    latitude: f64,
    longitude: f64,
    country: &'static str,
    city: &'static str,
}

/// A device that talks to the host.
#[derive(Serialize)]
struct User {
    did: i64,
    ip: Ipv4Addr,
    sid: i64,
}

/// The host of this name, or every host of this domain.
fn by_name(network: &Network, name: &str, wanted: RequestedDetails) -> Result<Answer, Refusal> {
    let hosts: Vec<usize> = (0..network.externals().len())
        .filter(|&index| {
            let host = &network.externals()[index];
            let names = [Some(&host.hostname), host.domain.as_ref()];
            !host.hostname.is_empty()
                && names.into_iter().flatten().any(|known| known.to_lowercase() == name)
        })
        .collect();
    let all = || hosts.iter().map(|&index| &network.externals()[index]);
    let first = all().map(|host| host.first_seen).min().ok_or(Refusal::NotFound)?;
    let last = network.window().end() - 300;
    let seen_ip = |host: &External| SeenIp {
        ip: host.ip,
        firsttime: host.first_seen * 1000,
        lasttime: last * 1000,
    };
    // A name that was never resolved has neither addresses nor places.
    let resolved = || all().filter(|host| host.place.is_some());
    let location = |host: &External| {
        host.place.map(|place| Location {
            latitude: place.latitude,
            longitude: place.longitude,
            country: place.country,
            city: place.city,
        })
    };
    let popularity = || hosts.iter().map(|&index| network.popularity(index)).max();
    let is_scored = wanted.additional || wanted.score;
    Ok(Answer::json(&ByName {
        hostname: name,
        firsttime: first * 1000,
        popularity: is_scored.then(popularity).flatten(),
        dgascore: is_scored.then(|| all().map(|host| host.dga_score).max()).flatten(),
        ips: wanted.additional.then(|| resolved().map(seen_ip).collect()),
        locations: wanted.additional.then(|| all().filter_map(location).collect()),
        devices: (wanted.additional || wanted.devices).then(|| users(network, &hosts)),
    }))
}

fn users(network: &Network, hosts: &[usize]) -> Vec<User> {
    let mut users: Vec<usize> =
        hosts.iter().flat_map(|&host| network.users_of(host)).copied().collect();
    users.sort_unstable();
    users.dedup();
    let user = |index| {
        let device = network.device(index);
        User { did: device.did.get(), ip: device.ip, sid: device.sid() }
    };
    users.into_iter().map(user).collect()
}

#[derive(Serialize)]
struct ByAddress {
    ip: Ipv4Addr,
    firsttime: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asn: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'static str>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    longitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latitude: Option<f64>,
    /// Of an address inside only.
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<i64>,
}

fn by_address(network: &Network, ip: Ipv4Addr) -> Result<Answer, Refusal> {
    if let Some(device) = network.devices().iter().find(|device| device.ip == ip) {
        return Ok(Answer::json(&ByAddress {
            ip,
            firsttime: device.first_seen * 1000,
            country: None,
            asn: None,
            city: None,
            region: None,
            name: "internal_ip".to_owned(),
            longitude: None,
            latitude: None,
            sid: Some(device.sid()),
        }));
    }
    let host = network.externals().iter().find(|host| host.ip == ip).ok_or(Refusal::NotFound)?;
    let place = host.place;
    Ok(Answer::json(&ByAddress {
        ip,
        firsttime: host.first_seen * 1000,
        country: place.map(|place| place.country),
        asn: Some(host.asn),
        city: place.map(|place| place.city),
        region: place.map(|place| place.region),
        name: host.hostname.clone(),
        longitude: place.map(|place| place.longitude),
        latitude: place.map(|place| place.latitude),
        sid: None,
    }))
}
