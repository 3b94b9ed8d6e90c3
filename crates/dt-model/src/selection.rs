//! Devices by what they are.

use std::fmt;
use std::str::FromStr;

use ipnet::IpNet;

use crate::pattern::is_like;
use crate::query::replaced_in_search;
use crate::{Device, DeviceOrder, DeviceSearch, SortOrder};

/// Devices by what they are. Of several conditions of one kind one must hold, and of each kind that
/// is there.
///
/// ```
/// use dt_model::{Device, Selection, Tag};
///
/// let selection = Selection {
///     tags: vec!["fin*".to_owned()],
///     subnets: vec!["10.20.4.0/22".parse()?],
///     ..Selection::default()
/// };
/// let device = Device {
///     ip: Some("10.20.7.9".to_owned()),
///     tags: Some(vec![Tag::named("Finance".to_owned())]),
///     ..Device::default()
/// };
/// assert!(selection.holds(&device));
/// # Ok::<(), dt_model::InvalidSubnet>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Names of tags, in which `*` stands for anything.
    pub tags: Vec<String>,
    /// Types such as `laptop`, in which `*` stands for anything.
    pub types: Vec<String>,
    /// Where they are in the network.
    pub subnets: Vec<Subnet>,
}

impl Selection {
    /// Whether there is no condition, so that every device is meant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.types.is_empty() && self.subnets.is_empty()
    }

    /// Each condition: what it is of, `tag`, `type` or `subnet`, and its value.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static str, String)> {
        let tags = self.tags.iter().map(|tag| ("tag", tag.clone()));
        let types = self.types.iter().map(|kind| ("type", kind.clone()));
        let subnets = self.subnets.iter().map(|subnet| ("subnet", subnet.to_string()));
        tags.chain(types).chain(subnets)
    }

    /// Whether a device is one of them, by what is known of it alone. What is not reported of it does
    /// not hold.
    #[must_use]
    pub fn holds(&self, device: &Device) -> bool {
        let holds_type = |kind: &String| {
            let known = device.device_type.as_deref();
            known.is_some_and(|known| is_like(known, kind))
        };
        self.has_tag(device, |_| true)
            && (self.types.is_empty() || self.types.iter().any(holds_type))
            && self.is_in_subnet(device)
    }

    /// The search that finds them, and maybe others, which
    /// [`holds_found`](Self::holds_found) tells apart: for subnets it has no field.
    ///
    /// Devices that are seen meanwhile do not move within its order, so that none is left out.
    #[must_use]
    pub fn search(&self) -> DeviceSearch {
        let mut search = DeviceSearch::new()
            .count(DeviceSearch::MAX_COUNT)
            .order_by(DeviceOrder::FirstSeen, SortOrder::Ascending);
        for (field, values) in [("tag", &self.tags), ("type", &self.types)] {
            for value in values {
                search = search.matching(field, value);
            }
        }
        search
    }

    /// Whether a device that the [search](Self::search) found is one of them. The appliance knows best
    /// which tags and types it has, but for tags with characters that cannot be searched for.
    #[must_use]
    pub fn holds_found(&self, device: &Device) -> bool {
        let is_widened = |tag: &str| tag.contains(replaced_in_search);
        let is_checked = self.tags.iter().any(|tag| is_widened(tag));
        (!is_checked || self.has_tag(device, is_widened)) && self.is_in_subnet(device)
    }

    /// Whether the device has one of the tags, of which those that are not `checked` are taken to be
    /// there.
    fn has_tag(&self, device: &Device, checked: impl Fn(&str) -> bool) -> bool {
        let known = || device.tags.iter().flatten();
        let holds = |tag: &String| !checked(tag) || known().any(|known| is_like(&known.name, tag));
        self.tags.is_empty() || self.tags.iter().any(holds)
    }

    fn is_in_subnet(&self, device: &Device) -> bool {
        self.subnets.is_empty() || self.subnets.iter().any(|subnet| subnet.holds(device))
    }
}

/// A part of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subnet {
    /// By the appliance's number for it.
    Id(i64),
    /// By its addresses.
    Block(IpNet),
}

/// The text is no subnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected the number of a subnet, or a block such as 10.20.4.0/24")]
pub struct InvalidSubnet;

impl FromStr for Subnet {
    type Err = InvalidSubnet;

    fn from_str(text: &str) -> Result<Self, InvalidSubnet> {
        let id = text.parse().ok().map(Self::Id);
        id.or_else(|| text.parse().ok().map(Self::Block)).ok_or(InvalidSubnet)
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Block(block) => block.fmt(f),
        }
    }
}

impl Subnet {
    /// Whether a device is in it, by the latest that is known. Addresses that cannot be read, such as
    /// those made anonymous, are in none.
    #[must_use]
    pub fn holds(&self, device: &Device) -> bool {
        match self {
            Self::Id(sid) => device.sid == Some(*sid),
            Self::Block(block) => device.addresses().any(|ip| block.contains(&ip)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NetworkInterface, SeenIp, Tag};

    #[test]
    fn a_subnet_is_a_number_or_a_block() {
        assert_eq!("-9".parse(), Ok(Subnet::Id(-9)));
        let block = Subnet::Block("10.20.4.0/24".parse().unwrap());
        assert_eq!("10.20.4.0/24".parse(), Ok(block));
        for text in ["", "10.20.4.0", "10.20.4.0/33", "10.20.4/24", "lab"] {
            assert!(text.parse::<Subnet>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_block_holds_its_addresses() {
        let at = |ip: &str| Device { ip: Some(ip.to_owned()), ..Device::default() };
        let holds = |block: &str, ip| block.parse::<Subnet>().unwrap().holds(&at(ip));
        assert!(holds("10.20.4.0/22", "10.20.7.255") && !holds("10.20.4.0/22", "10.20.8.0"));
        // Whoever names a block by one of its addresses means the block.
        assert!(holds("10.20.4.17/24", "10.20.4.1"));
        assert!(holds("2001:db8::/32", "2001:db8::1") && !holds("2001:db8::/32", "10.20.4.1"));
        assert!(!holds("0.0.0.0/0", "no address"));
        assert!(!Subnet::Id(9).holds(&Device::default()));
    }

    #[test]
    fn a_device_is_where_its_interfaces_are() {
        let ips = vec![SeenIp { ip: "192.168.0.88".to_owned(), time: None, sid: None }];
        let interfaces = vec![NetworkInterface { mac: None, ips }];
        let device = Device { interfaces, ..Device::default() };
        assert!("192.168.0.0/24".parse::<Subnet>().unwrap().holds(&device));
    }

    #[test]
    fn tags_that_cannot_be_searched_for_are_looked_at_here() {
        let tagged = |tag: &str| Device {
            tags: Some(vec![Tag::named(tag.to_owned())]),
            ..Device::default()
        };
        let selection = Selection { tags: vec!["R&D".to_owned()], ..Selection::default() };
        assert_eq!(selection.search().query(), r#"tag:"R*D""#);
        assert!(selection.holds_found(&tagged("R&D")));
        assert!(!selection.holds_found(&tagged("Road")));
        let plain = Selection { tags: vec!["Finance".to_owned()], ..Selection::default() };
        assert!(plain.holds_found(&Device::default()), "the appliance has looked");
        assert!(!plain.holds(&Device::default()));
    }
}
