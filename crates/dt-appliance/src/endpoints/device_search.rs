//! `/devicesearch`: devices by what is known about them, a page at a time.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde::Serialize;

use super::device_facts::DeviceFacts;
use super::search_query::SearchQuery;
use super::seen_since::SeenSince;
use crate::answer::{Answer, Refusal};
use crate::network::{Device, Network};
use crate::parameters::Parameters;
use crate::records::Records;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    total_count: usize,
    devices: Vec<DeviceFacts<'a>>,
}

pub(super) fn answer(
    records: &Records,
    mut parameters: Parameters,
    _: Timestamp,
) -> Result<Answer, Refusal> {
    const MOST: usize = 300;
    let network = records.network();
    let query: SearchQuery = parameters.value("query")?.unwrap_or_default();
    let count = parameters.value("count")?.unwrap_or(100);
    let offset = parameters.value("offset")?.unwrap_or(0);
    let order_by: OrderBy = parameters.value("orderBy")?.unwrap_or(OrderBy::LastSeen);
    let order: Order = parameters.value("order")?.unwrap_or(Order::Descending);
    let seen_since = parameters.value("seensince")?.unwrap_or(SeenSince::days(28));
    parameters.finish()?;
    if !(1..=MOST).contains(&count) {
        return Err(Refusal::Input("count".to_owned()));
    }

    let earliest = seen_since.earliest(network);
    let mut found: Vec<usize> = (0..network.devices().len())
        .filter(|&index| {
            let device = network.device(index);
            query.matches(device) && network.last_seen(device) >= earliest
        })
        .collect();
    found.sort_by(|&one, &other| {
        let ordering = order_by.compare(network, network.device(one), network.device(other));
        match order {
            Order::Ascending => ordering,
            Order::Descending => ordering.reverse(),
        }
        // Pages must not overlap where devices are equal.
        .then(one.cmp(&other))
    });
    Ok(Answer::json(&Page {
        total_count: found.len(),
        devices: found
            .into_iter()
            .skip(offset)
            .take(count)
            .map(|index| DeviceFacts::full(network, index))
            .collect(),
    }))
}

#[derive(Debug, Clone, Copy)]
enum Order {
    Ascending,
    Descending,
}

impl std::str::FromStr for Order {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "asc" => Ok(Self::Ascending),
            "desc" => Ok(Self::Descending),
            _ => Err(()),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum OrderBy {
    Hostname,
    Ip,
    MacAddress,
    Vendor,
    Label,
    Type,
    FirstSeen,
    LastSeen,
}

impl std::str::FromStr for OrderBy {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match text {
            "hostname" => Self::Hostname,
            "ip" => Self::Ip,
            "macaddress" => Self::MacAddress,
            "vendor" => Self::Vendor,
            "devicelabel" => Self::Label,
            "typelabel" => Self::Type,
            "firstSeen" => Self::FirstSeen,
            "lastSeen" => Self::LastSeen,
            _ => return Err(()),
        })
    }
}

impl OrderBy {
    fn compare(self, network: &Network, one: &Device, other: &Device) -> Ordering {
        match self {
            Self::Hostname => one.hostname.cmp(&other.hostname),
            Self::Ip => one.ip.cmp(&other.ip),
            Self::MacAddress => one.mac().cmp(&other.mac()),
            Self::Vendor => one.hardware.vendor.cmp(other.hardware.vendor),
            Self::Label => one.label.cmp(&other.label),
            Self::Type => one.kind.label().cmp(other.kind.label()),
            Self::FirstSeen => one.first_seen.cmp(&other.first_seen),
            Self::LastSeen => network.last_seen(one).cmp(&network.last_seen(other)),
        }
    }
}
