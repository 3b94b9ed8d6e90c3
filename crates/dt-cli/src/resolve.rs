//! From what was typed to a device.

use std::net::IpAddr;

use dt_model::{Device, DeviceId, DeviceSearch, DevicesQuery};
use dt_transport::{Client, Transport};

use crate::failure::{Failure, Result};
use crate::suggest::suggest;

const LIST: &str = "dt devices lists what the appliance knows; * stands for anything in a name";

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
        client.ask(&DevicesQuery::new().ip(ip)).map(|list| list.items)
    } else if is_mac(typed) {
        client.ask(&DevicesQuery::new().mac(typed)).map(|list| list.items)
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
    let page = match client.ask(&search) {
        Ok(page) => page,
        Err(error) if error.is_not_found() => return Err(unknown_name(client, typed)),
        Err(error) => return Err(error.into()),
    };
    // The search may find more than what is called exactly so.
    let called = |device: &Device| {
        device.hostname.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(typed))
    };
    let devices: Vec<Device> = page.devices.into_iter().filter(called).collect();
    if devices.is_empty() {
        return Err(unknown_name(client, typed));
    }
    only(typed, devices)
}

/// No device has this name, but some may have nearly this one.
pub(crate) fn unknown_name<T: Transport>(client: &Client<T>, typed: &str) -> Failure {
    let close = close_names(client, typed);
    let failure = Failure::new(format!("no device is called {typed:?}")).of(typed);
    let Some(first) = close.first() else { return failure.hint(LIST) };
    let count = ["", "one name is", "two names are", "three names are"];
    let count = count.get(close.len()).copied().unwrap_or("names are");
    let shared = close.iter().fold(first.as_str(), |shared, name| common(shared, name));
    failure.hint(format!("try dt devices '{shared}*'; {count} close: {}", close.join(", ")))
}

/// Up to three names that begin like this one and are few slips away from it. An appliance that does
/// not answer that has none.
fn close_names<T: Transport>(client: &Client<T>, typed: &str) -> Vec<String> {
    if typed.contains(['*', '"']) {
        return Vec::new();
    }
    let length = typed.chars().count();
    let mut beginnings =
        [length.div_ceil(2), 1].map(|length| typed.chars().take(length).collect::<String>());
    beginnings.sort_by_key(|beginning| std::cmp::Reverse(beginning.len()));
    for beginning in beginnings {
        let search = DeviceSearch::new()
            .matching("hostname", &format!("{beginning}*"))
            .count(DeviceSearch::MAX_COUNT);
        let Ok(page) = client.ask(&search) else { return Vec::new() };
        let close =
            suggest(typed, page.devices.into_iter().filter_map(|device| device.hostname), 3);
        if !close.is_empty() {
            return close;
        }
    }
    Vec::new()
}

/// What two names begin with.
fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one.char_indices().zip(other.chars()).find(|((_, a), b)| a != b);
    let end = same.map_or(one.len().min(other.len()), |((place, _), _)| place);
    one.get(..end).unwrap_or(one)
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
                .of(typed)
                .also(format!("did {}", list.join(", ")))
                .hint("name one by its id"))
        }
    }
}

fn unknown(typed: &str) -> Failure {
    Failure::new(format!("no device is called {typed:?}")).of(typed).hint(LIST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_share_what_they_begin_with() {
        assert_eq!(common("ws-09", "ws-91"), "ws-");
        assert_eq!(common("ws-1", "ws-12"), "ws-1");
        assert_eq!(common("ws-12", "ws-1"), "ws-1");
        assert_eq!(common("größe", "grün"), "gr");
        assert_eq!(common("a", "b"), "");
    }

    #[test]
    fn hardware_addresses_are_told_from_names() {
        assert!(is_mac("02:00:5e:00:30:39") && is_mac("02-00-5E-00-30-39"));
        for name in ["ws-01", "02:00:5e:00:30", "02:00:5e:00:30:3g", "a-b-c-d-e-f", ""] {
            assert!(!is_mac(name), "{name}");
        }
    }
}
