//! An entry as it is written, before anything is said of whether it may be.

use std::fmt;
use std::str::FromStr;

use dt_model::{Device, DeviceId, DeviceName, MacAddress, Port, Subnet};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::{Asn, DomainPattern, Limit, WeekHours};
use crate::finding::{Direction, Finding, Object, Rule};

/// What an entry says: what it excludes, of which all has to hold, why, who says so, and until when.
///
/// Its serialized form is that of a file of exclusions: each field under its name, as a text, but for
/// `did`, `port`, `all_rules` and `hours`. Unknown names are refused.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExclusionTerms {
    /// The device, or with a `*` several, by what people call it.
    #[serde(default, deserialize_with = "text")]
    pub device: Option<DeviceName>,
    /// The id that the device had when the entry was made: names come from hosts.
    #[serde(default, deserialize_with = "did")]
    pub did: Option<DeviceId>,
    /// The hardware address that it had.
    #[serde(default, deserialize_with = "text")]
    pub mac: Option<MacAddress>,
    /// Devices with this tag, in which `*` stands for anything.
    #[serde(default)]
    pub tag: Option<String>,
    /// Devices of this type, in which `*` stands for anything.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// Devices in this part of the network.
    #[serde(default, deserialize_with = "text")]
    pub subnet: Option<Subnet>,
    /// What this rule finds.
    #[serde(default)]
    pub rule: Option<Rule>,
    /// That all rules are meant, where no rule and nothing at the other end is named.
    #[serde(default)]
    pub all_rules: bool,
    /// What is about this domain alone.
    #[serde(default, deserialize_with = "text")]
    pub domain: Option<DomainPattern>,
    /// What is about hosts in this network alone.
    #[serde(default, deserialize_with = "text")]
    pub asn: Option<Asn>,
    /// What is about this port.
    #[serde(default, deserialize_with = "port")]
    pub port: Option<u16>,
    /// What is about these devices as the other end alone.
    #[serde(default, deserialize_with = "text")]
    pub peer: Option<DeviceName>,
    /// What goes this way.
    #[serde(default, deserialize_with = "text")]
    pub direction: Option<Direction>,
    /// What happened in these hours of the week alone.
    #[serde(default, deserialize_with = "texts")]
    pub hours: Vec<WeekHours>,
    /// The zone of `hours` and of a day in `until`, UTC by default.
    #[serde(default)]
    pub timezone: Option<String>,
    /// What is up to ten times as much as this.
    #[serde(default, deserialize_with = "text")]
    pub limit: Option<Limit>,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Who says so.
    #[serde(default)]
    pub who: String,
    /// When it ends: a time, or a day, at whose beginning it does.
    #[serde(default, deserialize_with = "word")]
    pub until: String,
}

impl ExclusionTerms {
    /// What it excludes, by the names under which it is written.
    pub(super) fn criteria(&self) -> Vec<(&'static str, String)> {
        fn shown<T: ToString>(
            name: &'static str,
            value: Option<&T>,
        ) -> Option<(&'static str, String)> {
            value.map(|value| (name, value.to_string()))
        }
        let hours = (!self.hours.is_empty()).then(|| {
            let hours: Vec<String> = self.hours.iter().map(ToString::to_string).collect();
            ("hours", hours.join("; "))
        });
        let named = [
            shown("device", self.device.as_ref()),
            shown("did", self.did.map(DeviceId::get).as_ref()),
            shown("mac", self.mac.as_ref()),
            shown("tag", self.tag.as_ref()),
            shown("type", self.kind.as_ref()),
            shown("subnet", self.subnet.as_ref()),
            shown("rule", self.rule.map(Rule::id).as_ref()),
            shown("all_rules", Some(&self.all_rules).filter(|all| **all)),
            shown("domain", self.domain.as_ref()),
            shown("asn", self.asn.as_ref()),
            shown("port", self.port.as_ref()),
            shown("peer", self.peer.as_ref()),
            shown("direction", self.direction.as_ref()),
            hours,
            shown("timezone", self.timezone.as_ref()),
            shown("limit", self.limit.as_ref()),
        ];
        named.into_iter().flatten().collect()
    }
}

impl ExclusionTerms {
    /// The end of an entry that does not say when: a day 90 days from `now`, long enough to be of use, and
    /// not for ever.
    ///
    /// ```
    /// use dt_analysis::exclusions::ExclusionTerms;
    /// use jiff::tz::TimeZone;
    ///
    /// let now = "2026-11-24T02:00:00Z".parse()?;
    /// assert_eq!(ExclusionTerms::default_end(now, &TimeZone::UTC), "2027-02-22");
    /// # Ok::<(), jiff::Error>(())
    /// ```
    #[must_use]
    pub fn default_end(now: Timestamp, zone: &TimeZone) -> String {
        let end = now.to_zoned_datetime(zone.clone()).checked_add(90.days());
        end.map(|end| end.date().to_string()).unwrap_or_default()
    }

    /// When an entry ends, of which somebody typed this: a length of time, such as `30d` or `12h`, ends so long from
    /// `now`; anything else stays as it is.
    ///
    /// ```
    /// use dt_analysis::exclusions::ExclusionTerms;
    /// use jiff::tz::TimeZone;
    ///
    /// let now = "2026-11-24T02:00:00Z".parse()?;
    /// let end = |text| ExclusionTerms::end(text, now, &TimeZone::UTC);
    /// assert_eq!((end("2w"), end("2027-03-01")), ("2026-12-08T02:00:00Z".to_owned(), "2027-03-01".to_owned()));
    /// # Ok::<(), jiff::Error>(())
    /// ```
    #[must_use]
    pub fn end(text: &str, now: Timestamp, zone: &TimeZone) -> String {
        let length = text.parse::<Span>().ok().filter(Span::is_positive);
        let end = length.and_then(|length| {
            let end = now.to_zoned_datetime(zone.clone()).checked_add(length).ok()?;
            Some(format!("{:.0}", end.timestamp()))
        });
        end.unwrap_or_else(|| text.to_owned())
    }

    /// With who a device is beside its name, where that is known.
    #[must_use]
    pub fn of_device(self, device: &Device) -> Self {
        // A name with a * in it would be a pattern.
        let hostname = device.hostname.as_deref().filter(|name| !name.contains('*'));
        let name = hostname.and_then(|name| format!("host:{name}").parse().ok());
        Self {
            device: name.filter(|_| !device.is_anonymised()).or(self.device),
            did: device.did.or(self.did),
            mac: device.hardware_addresses().next().or(self.mac),
            ..self
        }
    }

    /// With what a finding is, where nothing else is said.
    #[must_use]
    pub fn of_finding(self, finding: &Finding) -> Self {
        let (domain, port) = match &finding.object {
            Object::Domain(domain) => (domain.parse().ok(), None),
            Object::Port(Port::Number(port)) => (None, Some(*port)),
            _ => (None, None),
        };
        Self {
            rule: self.rule.or(Some(finding.rule).filter(|_| !self.all_rules)),
            domain: self.domain.or(domain),
            port: self.port.or(port),
            limit: self.limit.or(Limit::of(finding)),
            ..self
        }
    }
}

impl Serialize for ExclusionTerms {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let criteria = self.criteria();
        let mut written = serializer.serialize_map(Some(criteria.len() + 3))?;
        for (name, value) in criteria {
            match name {
                "did" => written.serialize_entry(name, &self.did.map(DeviceId::get))?,
                "port" => written.serialize_entry(name, &self.port)?,
                "all_rules" => written.serialize_entry(name, &self.all_rules)?,
                "hours" => {
                    let hours: Vec<String> = self.hours.iter().map(ToString::to_string).collect();
                    written.serialize_entry(name, &hours)?;
                }
                name => written.serialize_entry(name, &value)?,
            }
        }
        written.serialize_entry("reason", &self.reason)?;
        written.serialize_entry("who", &self.who)?;
        written.serialize_entry("until", &self.until)?;
        written.end()
    }
}

/// A text, or what stands for one: a number, or a day without quotes.
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfAnyKind;

        impl<'de> Visitor<'de> for OfAnyKind {
            type Value = Word;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text in quotes")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Word, E> {
                Ok(Word(text.to_owned()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Word, E> {
                Ok(Word(number.to_string()))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Word, E> {
                Ok(Word(number.to_string()))
            }

            /// TOML has days and times without quotes, which its readers hand on as a map of one text.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Word, A::Error> {
                match map.next_entry::<String, String>()? {
                    Some((key, text)) if key.starts_with("$__toml") => Ok(Word(text)),
                    _ => Err(A::Error::custom("expected a text in quotes")),
                }
            }
        }

        deserializer.deserialize_any(OfAnyKind)
    }
}

fn word<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Word::deserialize(deserializer).map(|word| word.0)
}

fn text<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    word(deserializer)?.parse().map(Some).map_err(D::Error::custom)
}

fn texts<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
}

fn did<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DeviceId>, D::Error> {
    let did = DeviceId::new(i64::deserialize(deserializer)?);
    if did.is_device() { Ok(Some(did)) } else { Err(D::Error::custom("there is no such device")) }
}

fn port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    let port = word(deserializer)?;
    let number = port.parse().ok().filter(|number| *number > 0);
    number.map(Some).ok_or_else(|| D::Error::custom(format_args!("{port:?} is no port")))
}
