//! From what was typed to a device.

use std::net::IpAddr;

use dt_model::{Device, DeviceId};
use dt_transport::{Client, DeviceSearch, DevicesQuery, Transport};

use crate::failure::{Failure, Result};

/// The device that is called `typed`: an id, an address, a hardware address or a host name.
pub(crate) fn device<T: Transport>(client: &Client<T>, typed: &str) -> Result<DeviceId> {
    if let Ok(did) = typed.parse::<i64>() {
        let did = DeviceId::new(did);
        if did.is_device() {
            return Ok(did);
        }
        return Err(Failure::usage(format!("{did} is no device: ids begin at 1")));
    }
    let devices = if let Ok(ip) = typed.parse::<IpAddr>() {
        client.devices(&DevicesQuery::new().ip(ip)).map(|list| list.items)
    } else if is_mac(typed) {
        client.devices(&DevicesQuery::new().mac(typed)).map(|list| list.items)
    } else {
        return by_name(client, typed);
    };
    match devices {
        Ok(devices) => only(typed, devices),
        Err(error) if error.is_not_found() => Err(unknown(typed)),
        Err(error) => Err(error.into()),
    }
}

fn by_name<T: Transport>(client: &Client<T>, typed: &str) -> Result<DeviceId> {
    let search = DeviceSearch::new().matching("hostname", typed).count(DeviceSearch::MAX_COUNT);
    let page = match client.device_search(&search) {
        Ok(page) => page,
        Err(error) if error.is_not_found() => return Err(unknown(typed)),
        Err(error) => return Err(error.into()),
    };
    // The search may find more than what is called exactly so.
    let called = |device: &Device| {
        device.hostname.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(typed))
    };
    only(typed, page.devices.into_iter().filter(called).collect())
}

/// Six pairs of hex digits.
fn is_mac(typed: &str) -> bool {
    let pairs: Vec<&str> = typed.split([':', '-']).collect();
    pairs.len() == 6
        && pairs.iter().all(|pair| pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn only(typed: &str, devices: Vec<Device>) -> Result<DeviceId> {
    let ids: Vec<(DeviceId, Device)> =
        devices.into_iter().filter_map(|device| Some((device.did?, device))).collect();
    match ids.as_slice() {
        [] => Err(unknown(typed)),
        [(did, _)] => Ok(*did),
        several => {
            let list: Vec<String> = several
                .iter()
                .map(|(did, device)| match (&device.hostname, &device.ip) {
                    (Some(name), Some(ip)) => format!("{did} ({name}, {ip})"),
                    (Some(known), None) | (None, Some(known)) => format!("{did} ({known})"),
                    (None, None) => did.to_string(),
                })
                .collect();
            Err(Failure::new(format!("several devices are called {typed:?}"))
                .also(format!("did {}", list.join(", ")))
                .hint("name one by its id"))
        }
    }
}

fn unknown(typed: &str) -> Failure {
    Failure::new(format!("no device is called {typed:?}"))
        .hint("dt devices lists what the appliance knows; * stands for anything in a name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardware_addresses_are_told_from_names() {
        assert!(is_mac("02:00:5e:00:30:39") && is_mac("02-00-5E-00-30-39"));
        for name in ["ws-01", "02:00:5e:00:30", "02:00:5e:00:30:3g", "a-b-c-d-e-f", ""] {
            assert!(!is_mac(name), "{name}");
        }
    }
}
