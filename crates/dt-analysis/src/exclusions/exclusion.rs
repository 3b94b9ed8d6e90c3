//! One entry, which may be.

use std::fmt;

use dt_model::{Device, Diagnostic, FailureKind, NameFit, NameReading, Selection, Subnet};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ExclusionTerms;
use crate::as_of::instant;
use crate::namespace::NAMESPACE;

/// An entry: findings that somebody expects, and why.
///
/// ```
/// use dt_analysis::exclusions::{Exclusion, ExclusionTerms};
/// use dt_analysis::finding::Rule;
///
/// let terms = ExclusionTerms {
///     device: Some("nvr-01".parse()?),
///     rule: Some(Rule::Download),
///     reason: "records cameras".to_owned(),
///     who: "anna".to_owned(),
///     until: "2027-03-01".to_owned(),
///     ..ExclusionTerms::default()
/// };
/// let entry = Exclusion::new(terms)?;
/// assert_eq!(entry.expires().to_string(), "2027-03-01T00:00:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ExclusionTerms", into = "ExclusionTerms")]
pub struct Exclusion {
    terms: ExclusionTerms,
    /// Of a tag, a type and a subnet.
    devices: Selection,
    zone: TimeZone,
    expires: Timestamp,
}

/// Which entry it is: the same for the same criteria, whatever is said about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExclusionId(Uuid);

/// Why an entry must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidExclusion {
    /// This key is missing, or empty.
    Missing(&'static str),
    /// It stands for everything.
    Everything {
        /// The key.
        key: &'static str,
        /// What it says.
        value: String,
    },
    /// It means everything that is found about devices, and does not say so.
    DeviceWide,
    /// It means everything that is found about all devices.
    NetworkWide,
    /// It says that all rules are meant, and names one.
    AllRulesAndOne,
    /// A time zone that is not known.
    Timezone(String),
    /// A zone of nothing.
    TimezoneAlone,
    /// An end that is no time.
    Until(String),
}

/// Whether an entry is about a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeviceFit {
    /// It is.
    Fits,
    /// It is not.
    Other,
    /// Its name, id and hardware address are not one device's any more.
    Parted,
}

impl Exclusion {
    /// An entry of these terms.
    ///
    /// # Errors
    ///
    /// If it has no reason, nobody's name or no end, if it excludes everything, or everything about a
    /// device and does not say so.
    pub fn new(mut terms: ExclusionTerms) -> Result<Self, InvalidExclusion> {
        for (key, text) in [("reason", &terms.reason), ("who", &terms.who), ("until", &terms.until)]
        {
            if text.trim().is_empty() {
                return Err(InvalidExclusion::Missing(key));
            }
        }
        terms.subnet = terms.subnet.map(canonical);
        refuse_everything(&terms)?;
        refuse_device_wide(&terms)?;
        let zone = match &terms.timezone {
            Some(name) => {
                TimeZone::get(name).map_err(|_| InvalidExclusion::Timezone(name.clone()))?
            }
            None => TimeZone::UTC,
        };
        let expires = end(&terms.until, &zone)?;
        let is_of_zone = !terms.hours.is_empty() || terms.until.parse::<Timestamp>().is_err();
        if terms.timezone.is_some() && !is_of_zone {
            return Err(InvalidExclusion::TimezoneAlone);
        }
        let devices = Selection {
            tags: terms.tag.iter().cloned().collect(),
            types: terms.kind.iter().cloned().collect(),
            subnets: terms.subnet.into_iter().collect(),
        };
        Ok(Self { terms, devices, zone, expires })
    }

    /// What it says.
    #[must_use]
    pub const fn terms(&self) -> &ExclusionTerms {
        &self.terms
    }

    /// What it excludes, by the names under which it is written.
    #[must_use]
    pub fn criteria(&self) -> Vec<(&'static str, String)> {
        self.terms.criteria()
    }

    /// The zone of its hours and days.
    pub(super) const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// When it stops to apply.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// Which one it is.
    #[must_use]
    pub fn id(&self) -> ExclusionId {
        let criteria = self.criteria().into_iter().map(|(name, value)| format!("{name}={value}"));
        let criteria: Vec<String> = criteria.collect();
        ExclusionId(Uuid::new_v5(&NAMESPACE, criteria.join("\u{1f}").as_bytes()))
    }

    /// All that it says, for a digest.
    pub(super) fn canonical(&self) -> String {
        let ExclusionTerms { reason, who, .. } = &self.terms;
        let parts = [&self.id().0.to_string(), reason, who, &self.expires.to_string()];
        parts.map(String::as_str).join("\u{1e}")
    }

    /// Whether it is about a device. All that the entry and the device both have must agree: another host
    /// can take a name, and another device an id on another appliance.
    pub(super) fn fit(&self, device: &Device) -> DeviceFit {
        let ExclusionTerms { device: name, did, mac, .. } = &self.terms;
        let is_named = [&device.hostname, &device.label, &device.ip].iter().any(|it| it.is_some());
        let is_id = |name: &dt_model::DeviceName| name.did().is_some();
        let name = name.as_ref().filter(|name| is_named || is_id(name));
        let name = name.map(|name| name.fit(device) >= Some(NameFit::WithoutDomain));
        let did = did.zip(device.did).map(|(kept, known)| kept == known);
        let known: Vec<_> = device.hardware_addresses().collect();
        let mac = mac.filter(|_| !known.is_empty()).map(|mac| known.contains(&mac));
        let signs = [name, did, mac];
        let names_one =
            self.terms.device.is_some() || self.terms.did.is_some() || self.terms.mac.is_some();
        let is_one = match (signs.contains(&Some(true)), signs.contains(&Some(false))) {
            _ if !names_one => DeviceFit::Fits,
            (true, false) => DeviceFit::Fits,
            // Ids of two appliances meet by chance, names and hardware addresses do not.
            (true, true) if name != Some(true) && mac == Some(false) => DeviceFit::Other,
            (true, true) => DeviceFit::Parted,
            (false, _) => DeviceFit::Other,
        };
        if self.devices.holds(device) { is_one } else { DeviceFit::Other }
    }
}

/// What stands for all that there is.
fn refuse_everything(terms: &ExclusionTerms) -> Result<(), InvalidExclusion> {
    let everything = |key, value: &str| {
        let names_something = value.chars().any(char::is_alphanumeric);
        if names_something {
            Ok(())
        } else {
            Err(InvalidExclusion::Everything { key, value: value.to_owned() })
        }
    };
    for (key, name) in [("device", &terms.device), ("peer", &terms.peer)] {
        let Some(name) = name else { continue };
        for reading in name.readings() {
            if let NameReading::Text(_, text) = reading {
                everything(key, text)?;
            }
        }
    }
    for (key, text) in [("tag", &terms.tag), ("type", &terms.kind)] {
        text.as_deref().map_or(Ok(()), |text| everything(key, text))?;
    }
    if let Some(Subnet::Block(block)) = terms.subnet
        && block.prefix_len() == 0
    {
        let value = block.to_string();
        return Err(InvalidExclusion::Everything { key: "subnet", value });
    }
    Ok(())
}

fn refuse_device_wide(terms: &ExclusionTerms) -> Result<(), InvalidExclusion> {
    let has = |criterion: &[bool]| criterion.contains(&true);
    let names_devices = has(&[
        terms.device.is_some(),
        terms.did.is_some(),
        terms.mac.is_some(),
        terms.tag.is_some(),
        terms.kind.is_some(),
        terms.subnet.is_some(),
    ]);
    let names_end = has(&[
        terms.domain.is_some(),
        terms.asn.is_some(),
        terms.port.is_some(),
        terms.peer.is_some(),
    ]);
    match (terms.rule.is_some() || names_end, names_devices, terms.all_rules) {
        _ if terms.all_rules && terms.rule.is_some() => Err(InvalidExclusion::AllRulesAndOne),
        (true, ..) | (false, true, true) => Ok(()),
        (false, true, false) => Err(InvalidExclusion::DeviceWide),
        (false, false, _) => Err(InvalidExclusion::NetworkWide),
    }
}

/// A block of IPv4 within IPv6 is the one of IPv4: devices' addresses are read so.
fn canonical(subnet: Subnet) -> Subnet {
    const MAPPED: u8 = 96;
    let Subnet::Block(block) = subnet else { return subnet };
    let within = (block.prefix_len() >= MAPPED).then(|| block.network().to_canonical());
    let mapped = within.filter(|address| block.network().is_ipv6() && address.is_ipv4());
    let block = mapped.and_then(|it| format!("{it}/{}", block.prefix_len() - MAPPED).parse().ok());
    block.unwrap_or(subnet)
}

/// When something ends: at a time, or at the beginning of a day.
fn end(text: &str, zone: &TimeZone) -> Result<Timestamp, InvalidExclusion> {
    let text = text.trim();
    instant(text, zone).ok_or_else(|| InvalidExclusion::Until(text.to_owned()))
}

impl TryFrom<ExclusionTerms> for Exclusion {
    type Error = InvalidExclusion;

    fn try_from(terms: ExclusionTerms) -> Result<Self, InvalidExclusion> {
        Self::new(terms)
    }
}

impl From<Exclusion> for ExclusionTerms {
    fn from(entry: Exclusion) -> Self {
        entry.terms
    }
}

/// What it excludes, on one line.
impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (name, value)) in self.criteria().into_iter().enumerate() {
            let apart = if place == 0 { "" } else { ", " };
            write!(f, "{apart}{name} {value}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ExclusionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Display for InvalidExclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(key) => write!(f, "an exclusion has no {key}"),
            Self::Everything { key, value } => {
                write!(f, "{key} {value:?} stands for everything, and would exclude it")
            }
            Self::DeviceWide => f.write_str(
                "an exclusion without a rule, domain, ASN, port or peer hides all that is found about \
                 a device, and has to say so: all_rules = true, --all-rules",
            ),
            Self::NetworkWide => {
                f.write_str("an exclusion names neither a device nor what is excluded")
            }
            Self::AllRulesAndOne => f.write_str("an exclusion is of one rule or of all, not both"),
            Self::Timezone(name) => write!(f, "time zone {name:?} is not known"),
            Self::TimezoneAlone => {
                f.write_str("a time zone is that of hours or of a day, and there is neither")
            }
            Self::Until(text) => write!(
                f,
                "until {text:?} is no time: 2027-03-01, 2027-03-01T12:00 or 2027-03-01T12:00Z"
            ),
        }
    }
}

impl std::error::Error for InvalidExclusion {}

impl Diagnostic for InvalidExclusion {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }
}
