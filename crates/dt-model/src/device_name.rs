//! How people name a device, and which devices are meant by that.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization;

use crate::device::address;
use crate::pattern::{folded, is_like};
use crate::{Device, DeviceId, MacAddress};

/// A device as somebody names it: by its id, an address, a hardware address, a host name, with its
/// domain or without, or the label that an operator gave it. A `*` stands for anything, and names
/// several.
///
/// Digits alone are always an id, and so is the one in a link to the appliance's page about a device.
/// `did:`, `host:`, `ip:`, `mac:` and `label:` say what a text is; without them it may be several of
/// these, which are [tried in an order](Self::readings).
///
/// ```
/// use dt_model::{Device, DeviceName};
///
/// let device = Device {
///     hostname: Some("ws-042.corp.example".to_owned()),
///     ip: Some("10.0.18.224".to_owned()),
///     mac: Some("56:2d:4b:9c:18:42".to_owned()),
///     ..Device::default()
/// };
/// for typed in ["WS-042", "ws-*", "ip:::ffff:10.0.18.224", "562D.4B9C.1842"] {
///     assert!(typed.parse::<DeviceName>()?.fit(&device).is_some(), "{typed}");
/// }
/// assert!("label:ws-042".parse::<DeviceName>()?.fit(&device).is_none());
/// # Ok::<(), dt_model::InvalidDeviceName>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceName {
    typed: String,
    readings: Vec<NameReading>,
}

/// One thing that a name may be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameReading {
    /// The appliance's number.
    Id(DeviceId),
    /// An address.
    Ip(IpAddr),
    /// A hardware address.
    Mac(MacAddress),
    /// What stands in a field, or a pattern of that.
    Text(NameField, String),
}

/// What a device can be named by as a text: a field of `/devicesearch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameField {
    /// The host name.
    Hostname,
    /// The label that an operator gave it.
    Label,
    /// An address that is no whole one: a pattern, or one that was made anonymous.
    Ip,
    /// A pattern of hardware addresses.
    Mac,
}

impl NameField {
    /// The field's name in `/devicesearch`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hostname => "hostname",
            Self::Label => "label",
            Self::Ip => "ip",
            Self::Mac => "mac",
        }
    }
}

/// How well a name fits a device; the better, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameFit {
    /// It had this address once.
    Former,
    /// The one has a domain and the other has none.
    WithoutDomain,
    /// It is called so.
    Exact,
}

/// Why a text names no device.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidDeviceName {
    /// It is empty.
    #[error("no device is named")]
    Empty,
    /// Zero is what is outside, and larger numbers there are none.
    #[error("{0} is no device: ids are whole numbers from 1 on")]
    Id(String),
    /// What was said to be an address is none.
    #[error("{0:?} is no address")]
    Ip(String),
    /// What was said to be a hardware address is none.
    #[error("{0:?} is no hardware address")]
    Mac(String),
}

impl FromStr for DeviceName {
    type Err = InvalidDeviceName;

    fn from_str(text: &str) -> Result<Self, InvalidDeviceName> {
        let text = text.trim();
        let readings = readings(text)?;
        Ok(Self { typed: text.to_owned(), readings })
    }
}

impl From<DeviceId> for DeviceName {
    fn from(did: DeviceId) -> Self {
        Self { typed: did.to_string(), readings: vec![NameReading::Id(did)] }
    }
}

fn readings(text: &str) -> Result<Vec<NameReading>, InvalidDeviceName> {
    use NameReading::Text;

    let forced = text.split_once(':').filter(|(_, value)| !value.is_empty());
    let of_field = |field, value: &str| Text(field, value.nfc().collect());
    let reading = match forced {
        Some(("did", value)) => NameReading::Id(id(value)?),
        Some(("host", value)) => of_field(NameField::Hostname, value),
        Some(("label", value)) => of_field(NameField::Label, value),
        Some(("ip", value)) => match address(value) {
            Some(ip) => NameReading::Ip(ip),
            None if value.contains(['*', '#']) => of_field(NameField::Ip, value),
            None => return Err(InvalidDeviceName::Ip(value.to_owned())),
        },
        Some(("mac", value)) => match value.parse() {
            Ok(mac) => NameReading::Mac(mac),
            Err(_) if value.contains('*') => of_field(NameField::Mac, value),
            Err(_) => return Err(InvalidDeviceName::Mac(value.to_owned())),
        },
        _ => return unforced(text),
    };
    Ok(vec![reading])
}

fn unforced(text: &str) -> Result<Vec<NameReading>, InvalidDeviceName> {
    if text.is_empty() {
        return Err(InvalidDeviceName::Empty);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(vec![NameReading::Id(id(text)?)]);
    }
    if let Some(linked) = linked(text) {
        return Ok(vec![NameReading::Id(id(linked)?)]);
    }
    if let Some(ip) = address(text) {
        return Ok(vec![NameReading::Ip(ip)]);
    }
    let text: String = text.nfc().collect();
    let mut readings: Vec<_> = text.parse().ok().map(NameReading::Mac).into_iter().collect();
    // A trailing dot says that the domain is whole; devices are not named with it.
    let host = text.strip_suffix('.').unwrap_or(&text).to_owned();
    readings.push(NameReading::Text(NameField::Hostname, host));
    readings.push(NameReading::Text(NameField::Label, text.clone()));
    // In anonymised answers a part of the address is a number behind `#`.
    if text.contains('#') {
        readings.push(NameReading::Text(NameField::Ip, text));
    }
    Ok(readings)
}

fn id(text: &str) -> Result<DeviceId, InvalidDeviceName> {
    let did = text.parse().ok().map(DeviceId::new).filter(|did| did.is_device());
    did.ok_or_else(|| InvalidDeviceName::Id(text.to_owned()))
}

/// The id in a link to the appliance's page about a device, as it is pasted from a browser.
fn linked(text: &str) -> Option<&str> {
    let (_, fragment) = text.split_once('#')?;
    let place = fragment.strip_prefix('/').unwrap_or(fragment).strip_prefix("device/")?;
    place.split(['/', '?', '&']).next()
}

impl DeviceName {
    /// The name as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// What it may be: the first that is true of any device counts.
    #[must_use]
    pub fn readings(&self) -> &[NameReading] {
        &self.readings
    }

    /// The id, if it is one.
    #[must_use]
    pub fn did(&self) -> Option<DeviceId> {
        match *self.readings {
            [NameReading::Id(did)] => Some(did),
            _ => None,
        }
    }

    /// Whether it is a pattern, and so names several devices.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        self.readings.iter().any(NameReading::is_pattern)
    }

    /// How well it fits a device, by whichever reading; `None` if it is about another one.
    #[must_use]
    pub fn fit(&self, device: &Device) -> Option<NameFit> {
        self.readings.iter().filter_map(|reading| reading.fit(device)).max()
    }

    /// The best of several devices: all that it fits, by the first reading that fits any, as well as
    /// it fits the best of them.
    #[must_use]
    pub fn best<'a>(&self, devices: &'a [Device]) -> Vec<&'a Device> {
        let mut found = self.readings.iter().map(|reading| reading.best(devices));
        found.find(|found| !found.is_empty()).unwrap_or_default()
    }
}

impl NameReading {
    /// Whether a `*` stands for anything in it.
    #[must_use]
    pub fn is_pattern(&self) -> bool {
        matches!(self, Self::Text(_, text) if text.contains('*'))
    }

    /// What to search for with `/devicesearch`: a field, and its values, of which one must hold. The
    /// later are for where the earlier find nothing.
    #[must_use]
    pub fn searches(&self) -> Vec<(&'static str, Vec<String>)> {
        match self {
            Self::Id(_) => Vec::new(),
            Self::Mac(mac) => vec![(NameField::Mac.as_str(), vec![mac.to_string()])],
            Self::Ip(ip) => vec![(NameField::Ip.as_str(), vec![ip.to_string()])],
            Self::Text(field, text) => {
                let mut searches = vec![(field.as_str(), vec![text.clone()])];
                if !self.is_pattern() {
                    searches.push((field.as_str(), variants(*field, text)));
                }
                searches
            }
        }
    }

    /// How well it fits a device; `None` if it is about another one.
    #[must_use]
    pub fn fit(&self, device: &Device) -> Option<NameFit> {
        match self {
            Self::Id(did) => (device.did == Some(*did)).then_some(NameFit::Exact),
            Self::Ip(ip) if device.addresses().any(|known| known == *ip) => Some(NameFit::Exact),
            Self::Ip(ip) => {
                let is_former = device.ips.iter().any(|seen| address(&seen.ip) == Some(*ip));
                is_former.then_some(NameFit::Former)
            }
            Self::Mac(mac) => {
                device.hardware_addresses().any(|known| known == *mac).then_some(NameFit::Exact)
            }
            Self::Text(NameField::Hostname, text) => host_fit(device.hostname.as_deref()?, text),
            Self::Text(NameField::Label, text) => {
                is_like(device.label.as_deref()?, text).then_some(NameFit::Exact)
            }
            Self::Text(NameField::Ip, text) => {
                let mut known = device.ip.iter().chain(device.ips.iter().map(|seen| &seen.ip));
                known.any(|ip| is_like(ip, text)).then_some(NameFit::Exact)
            }
            Self::Text(NameField::Mac, text) => {
                let mut known = device.hardware_addresses();
                known.any(|mac| is_like(&mac.to_string(), text)).then_some(NameFit::Exact)
            }
        }
    }

    /// All devices that it fits as well as it fits the best of them.
    #[must_use]
    pub fn best<'a>(&self, devices: &'a [Device]) -> Vec<&'a Device> {
        let best = devices.iter().filter_map(|device| self.fit(device)).max();
        let is_best = |device: &&Device| best.is_some() && self.fit(device) == best;
        devices.iter().filter(is_best).collect()
    }
}

/// How a name may be written on an appliance that compares letter by letter; of hosts, with a domain
/// and without.
fn variants(field: NameField, text: &str) -> Vec<String> {
    let mut names = vec![text.to_owned()];
    if field == NameField::Hostname {
        names.push(host(text).map_or_else(|| format!("{text}.*"), str::to_owned));
    }
    let mut variants: Vec<String> = Vec::new();
    for name in names {
        let decomposed = name.nfd().collect();
        for variant in [name.to_lowercase(), name.to_uppercase(), decomposed, name] {
            if variant != text && !variants.contains(&variant) {
                variants.push(variant);
            }
        }
    }
    variants
}

fn host_fit(hostname: &str, typed: &str) -> Option<NameFit> {
    if is_like(hostname, typed) {
        return Some(NameFit::Exact);
    }
    let (hostname, typed) = (folded(hostname), folded(typed));
    let is_host_of = |short: &str, long: &str| host(long).is_some_and(|host| host == short);
    let is_fit = is_host_of(&hostname, &typed) || is_host_of(&typed, &hostname);
    is_fit.then_some(NameFit::WithoutDomain)
}

/// The host of a name with a domain. Accounts of online services are named otherwise, and have dots,
/// too.
pub(crate) fn host(name: &str) -> Option<&str> {
    let is_domain_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let (host, _) = name.split_once('.')?;
    (is_domain_name && !host.is_empty()).then_some(host)
}

/// As it was typed.
impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NetworkInterface, SeenIp};

    fn name(typed: &str) -> DeviceName {
        typed.parse().unwrap()
    }

    fn called(hostname: &str) -> Device {
        Device { hostname: Some(hostname.to_owned()), ..Device::default() }
    }

    fn at(ip: &str) -> SeenIp {
        SeenIp { ip: ip.to_owned(), time: None, sid: None }
    }

    #[test]
    fn digits_are_an_id_unless_another_kind_is_forced() {
        assert_eq!(name("12345").did(), Some(DeviceId::new(12345)));
        assert_eq!(name("12345").fit(&called("12345")), None);
        assert_eq!(name("host:12345").fit(&called("12345")), Some(NameFit::Exact));
        for text in ["0", "-6", "99999999999999999999"] {
            assert_eq!(text.parse::<DeviceName>(), Err(InvalidDeviceName::Id(text.to_owned())));
        }
        for text in ["", " ", "ip:ws-01", "mac:ws-01"] {
            assert!(text.parse::<DeviceName>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_host_is_found_with_its_domain_and_without() {
        for (typed, hostname, fit) in [
            ("ws-01", "WS-01", Some(NameFit::Exact)),
            ("ws-01", "ws-01.corp.example", Some(NameFit::WithoutDomain)),
            ("WS-01.corp.example", "ws-01", Some(NameFit::WithoutDomain)),
            ("ws-01.corp.example.", "ws-01.corp.example", Some(NameFit::Exact)),
            ("ws-01.corp.example", "ws-01.other.example", None),
            ("bu\u{308}ro", "B\u{dc}RO", Some(NameFit::Exact)),
            ("SaaS::Office365: anna", "SaaS::Office365: anna.b@corp.example", None),
        ] {
            assert_eq!(name(typed).fit(&called(hostname)), fit, "{typed} {hostname}");
        }
    }

    #[test]
    fn the_better_fit_is_meant() {
        let devices = [called("ws-01.corp.example"), called("ws-01"), called("ws-02")];
        assert_eq!(name("ws-01").best(&devices), [&devices[1]]);
        assert_eq!(name("ws-01.b.example").best(&devices), [&devices[1]]);
        assert_eq!(name("ws-0*").best(&devices).len(), 3);
        // A label does not count where a host is called so.
        let labelled = Device { label: Some("ws-01".to_owned()), ..Device::default() };
        let both = [labelled, called("ws-01")];
        assert_eq!(name("ws-01").best(&both), [&both[1]]);
        assert_eq!(name("ws-01").best(&both[..1]), [&both[0]]);
    }

    #[test]
    fn an_id_is_told_by_digits_a_prefix_or_a_link() {
        let typed = ["7", "did:7", "https://dt.example/ui/#/device/7", "#device/7?tab=1", "007"];
        for typed in typed {
            assert_eq!(name(typed).readings(), [NameReading::Id(DeviceId::new(7))], "{typed}");
        }
        for typed in ["did:ws-042", "did:0", "https://dt.example/#device/none"] {
            assert!(
                matches!(typed.parse::<DeviceName>(), Err(InvalidDeviceName::Id(_))),
                "{typed}"
            );
        }
        assert!(!matches!(name("ws-#4471.example").readings(), [NameReading::Id(_)]));
    }

    #[test]
    fn addresses_are_found_wherever_they_stand_and_however_they_are_written() {
        let interface = NetworkInterface {
            mac: Some("06:84:56:b8:66:32".to_owned()),
            ips: vec![at("192.168.0.88")],
        };
        let agent = Device { interfaces: vec![interface], ..Device::default() };
        for typed in ["192.168.0.88", "::ffff:192.168.0.88", "06-84-56-B8-66-32", "068456b86632"] {
            assert_eq!(name(typed).fit(&agent), Some(NameFit::Exact), "{typed}");
        }
        let moved =
            Device { ip: Some("2001:db8::1".to_owned()), ips: vec![at("10.0.0.7")], ..agent };
        assert_eq!(name("[2001:0DB8:0:0::1]").fit(&moved), Some(NameFit::Exact));
        assert_eq!(name("10.0.0.7").fit(&moved), Some(NameFit::Former));
        let anonymous = Device { ip: Some("192.168.16.#54818".to_owned()), ..Device::default() };
        assert_eq!(name("192.168.16.#54818").fit(&anonymous), Some(NameFit::Exact));
    }

    #[test]
    fn a_name_is_searched_for_as_it_is_and_then_as_it_may_be() {
        let searches = |typed: &str| name(typed).readings()[0].searches();
        let host =
            |values: &[&str]| ("hostname", values.iter().map(|it| (*it).to_owned()).collect());
        let domain = &["WS-1", "ws-1.*", "WS-1.*"];
        assert_eq!(searches("ws-1"), [host(&["ws-1"]), host(domain)]);
        let host_alone = &["WS-1.A.EXAMPLE", "ws-1", "WS-1"];
        assert_eq!(searches("ws-1.a.example"), [host(&["ws-1.a.example"]), host(host_alone)]);
        assert_eq!(searches("ws-*"), [host(&["ws-*"])]);
        assert!(searches("b\u{fc}ro")[1].1.contains(&"bu\u{308}ro".to_owned()));
        assert_eq!(searches("10.0.0.7"), [("ip", vec!["10.0.0.7".to_owned()])]);
        assert!(searches("7").is_empty());
    }

    #[test]
    fn what_looks_like_a_hardware_address_may_be_a_name() {
        assert_eq!(name("c0ffee-c0ffee").fit(&called("c0ffee-c0ffee")), Some(NameFit::Exact));
        assert_eq!(name("c0ffeec0ffee").fit(&called("C0FFEEC0FFEE")), Some(NameFit::Exact));
    }
}
