//! What was found about a device, each with its numbers, its reasons and its doubts?
//!
//! A [`Finding`] is one incident: hours that belong together, a port, a domain, a group of peers.
//! What only shows the same thing from another side is a reason of the finding that says most, not a
//! finding of its own. Every finding names what it might be (MITRE ATT&CK techniques, as candidates)
//! and what speaks against it.
//!
//! Thresholds are in [`FindingPolicy`](crate::FindingPolicy).

mod callers;
mod company;
mod differences;
mod drops;
mod joined;
mod newcomers;
mod rises;

use std::borrow::Cow;
use std::fmt;

use dt_model::{DeviceId, EvidencePart, Port};
use jiff::Timestamp;

use crate::Level;

pub(crate) use callers::callers;
pub(crate) use differences::differences;
pub(crate) use drops::drops;
pub(crate) use joined::{joined, shows};
pub(crate) use newcomers::newcomers;
pub(crate) use rises::rises;

/// Something about a device that should be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// By which rule it was found.
    pub rule: Rule,
    /// How urgent it is: low, medium or high.
    pub severity: Level,
    /// What it is, as a sentence without its end.
    pub message: String,
    /// What it is about.
    pub object: Object,
    /// When it began.
    pub first_time: Timestamp,
    /// Until when it was seen.
    pub last_time: Timestamp,
    /// What was counted; `None` if nothing was.
    pub observed: Option<f64>,
    /// What is usual.
    pub expected: Option<f64>,
    /// The least that is usual.
    pub low: Option<f64>,
    /// The most that is usual.
    pub high: Option<f64>,
    /// In which unit.
    pub unit: Unit,
    /// The probability of this or more by chance, where a test gives one.
    pub p: Option<f64>,
    /// On how much data it rests: buckets, devices or entries, as the method says.
    pub n_used: usize,
    /// How it was found.
    pub method: &'static str,
    /// How sure it is that this is no artefact.
    pub confidence: Confidence,
    /// What speaks for it.
    pub reasons: Vec<String>,
    /// What speaks against it, or is not known.
    pub doubts: Vec<String>,
    /// What it might be.
    pub attack_candidates: Vec<Technique>,
}

/// How a finding is found. Its id and version are part of the output contract: the version rises
/// when the rule finds something else than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// Much more than usual was sent outside.
    ExternalUpload,
    /// Much more than usual was sent, and it is not known whether outside, or most of it went there and
    /// does not stand out among what usually does.
    Upload,
    /// Much more than usual was sent within the network.
    InternalUpload,
    /// Much more than usual was received.
    Download,
    /// Many more connections than usual were opened.
    ConnectionRise,
    /// A device fell silent, or nearly so.
    ConnectionDrop,
    /// A port is used that never was.
    NewPort,
    /// A domain is used that the network did not know, and nobody else uses.
    NewDomain,
    /// Many internal devices are contacted that never were.
    NewPeers,
    /// A rare domain is called with great regularity.
    RegularCaller,
    /// A domain's name looks generated.
    GeneratedDomain,
    /// Traffic changed, and that of similar devices did not.
    ChangeFromPeers,
    /// Traffic is made of other things than that of similar devices.
    MixFromPeers,
}

/// What a priority is made of, so that one cause cannot count twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Unusual hours.
    Timeline,
    /// Differences from similar devices.
    Peers,
    /// Where bytes go.
    Direction,
    /// The other end, outside.
    External,
    /// What is new.
    Novelty,
    /// What repeats.
    Regularity,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 6] = [
        Self::Timeline,
        Self::Peers,
        Self::Direction,
        Self::External,
        Self::Novelty,
        Self::Regularity,
    ];

    /// The family's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timeline => "timeline",
            Self::Peers => "peers",
            Self::Direction => "direction",
            Self::External => "external",
            Self::Novelty => "novelty",
            Self::Regularity => "regularity",
        }
    }
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 13] = [
        Self::ExternalUpload,
        Self::Upload,
        Self::InternalUpload,
        Self::Download,
        Self::ConnectionRise,
        Self::ConnectionDrop,
        Self::NewPort,
        Self::NewDomain,
        Self::NewPeers,
        Self::RegularCaller,
        Self::GeneratedDomain,
        Self::ChangeFromPeers,
        Self::MixFromPeers,
    ];

    /// The rule's id, which never changes.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::ExternalUpload => "dt-external-upload",
            Self::Upload => "dt-upload",
            Self::InternalUpload => "dt-internal-upload",
            Self::Download => "dt-download",
            Self::ConnectionRise => "dt-connection-rise",
            Self::ConnectionDrop => "dt-connection-drop",
            Self::NewPort => "dt-new-port",
            Self::NewDomain => "dt-new-domain",
            Self::NewPeers => "dt-new-peers",
            Self::RegularCaller => "dt-regular-caller",
            Self::GeneratedDomain => "dt-generated-domain",
            Self::ChangeFromPeers => "dt-change-from-peers",
            Self::MixFromPeers => "dt-mix-from-peers",
        }
    }

    /// The rule in a few words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExternalUpload => "Unusual upload outside",
            Self::Upload => "Unusual upload",
            Self::InternalUpload => "Unusual upload within the network",
            Self::Download => "Unusual download",
            Self::ConnectionRise => "Unusually many connections",
            Self::ConnectionDrop => "Unusually few connections",
            Self::NewPort => "New port",
            Self::NewDomain => "New and rare domain",
            Self::NewPeers => "Many new internal peers",
            Self::RegularCaller => "Regular calls to a rare domain",
            Self::GeneratedDomain => "Domain name that looks generated",
            Self::ChangeFromPeers => "Change that similar devices do not share",
            Self::MixFromPeers => "Mix that similar devices do not have",
        }
    }

    /// The rule's version.
    #[must_use]
    pub const fn version(self) -> u32 {
        1
    }

    /// The parts of the evidence without which it finds less, or nothing.
    #[must_use]
    pub const fn rests_on(self) -> &'static [EvidencePart] {
        use EvidencePart::{BytesIn, BytesOut, Connections, Endpoints, External, ExternalOut};
        match self {
            Self::ExternalUpload => &[ExternalOut],
            Self::Upload | Self::InternalUpload => &[BytesOut, ExternalOut],
            Self::Download => &[BytesIn],
            Self::ConnectionRise | Self::ConnectionDrop | Self::NewPort | Self::NewPeers => {
                &[Connections]
            }
            Self::NewDomain | Self::RegularCaller | Self::GeneratedDomain => &[External, Endpoints],
            Self::ChangeFromPeers | Self::MixFromPeers => {
                &[Connections, BytesOut, BytesIn, External]
            }
        }
    }

    /// Further parts of the evidence, by which it is more or less severe.
    #[must_use]
    pub const fn weighed_by(self) -> &'static [EvidencePart] {
        use EvidencePart::{Endpoints, External, ExternalOut};
        match self {
            Self::ExternalUpload => &[External, Endpoints],
            Self::NewDomain => &[ExternalOut],
            _ => &[],
        }
    }

    /// Which part of the priority it belongs to.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Download | Self::ConnectionRise | Self::ConnectionDrop => Family::Timeline,
            Self::ExternalUpload | Self::Upload | Self::InternalUpload => Family::Direction,
            Self::NewPort | Self::NewPeers | Self::NewDomain => Family::Novelty,
            Self::RegularCaller => Family::Regularity,
            Self::GeneratedDomain => Family::External,
            Self::ChangeFromPeers | Self::MixFromPeers => Family::Peers,
        }
    }
}

impl Finding {
    /// The parts of the evidence that it rests on: those of its [rule](Rule::rests_on), or the one of
    /// them that tells what it is about.
    pub fn rests_on(&self) -> impl Iterator<Item = EvidencePart> + use<> {
        let only = match (self.rule, &self.object) {
            (Rule::ChangeFromPeers, Object::Metric(measure)) => measure.parse().ok(),
            (Rule::MixFromPeers, Object::Metric(mix)) => match mix.as_ref() {
                "ports" => Some(EvidencePart::Connections),
                "domains" => Some(EvidencePart::External),
                _ => None,
            },
            _ => None,
        };
        let parts = self.rule.rests_on().iter().copied();
        parts.filter(move |part| only.is_none_or(|only| only == *part))
    }
}

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Object {
    /// Hours, from the beginning of the first to the end of the last.
    Hours {
        /// The beginning.
        start: Timestamp,
        /// The end.
        end: Timestamp,
    },
    /// A port.
    Port(Port),
    /// A domain outside.
    Domain(String),
    /// A device.
    Peer(DeviceId),
    /// A group of devices, by how many they are.
    Peers(usize),
    /// A metric or a mix by its name.
    Metric(Cow<'static, str>),
}

impl Object {
    /// Reads an object of a [`kind`](Self::kind) from what it displays as; `None` if that is none.
    ///
    /// ```
    /// use dt_analysis::finding::Object;
    ///
    /// let domain = Object::Domain("files.example".to_owned());
    /// assert_eq!(Object::read(domain.kind(), &domain.to_string()), Some(domain));
    /// assert_eq!(Object::read("peers", "several"), None);
    /// ```
    #[must_use]
    pub fn read(kind: &str, value: &str) -> Option<Self> {
        Some(match kind {
            "hours" => {
                let (start, end) = value.split_once('/')?;
                Self::Hours { start: start.parse().ok()?, end: end.parse().ok()? }
            }
            "port" => {
                let Ok(port) = value.parse();
                Self::Port(port)
            }
            "domain" => Self::Domain(value.to_owned()),
            "peer" => Self::Peer(DeviceId::new(value.parse().ok()?)),
            "peers" => Self::Peers(value.parse().ok()?),
            "metric" => Self::Metric(value.to_owned().into()),
            _ => return None,
        })
    }

    /// What kind of thing it is, in the output contract.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Hours { .. } => "hours",
            Self::Port(_) => "port",
            Self::Domain(_) => "domain",
            Self::Peer(_) => "peer",
            Self::Peers(_) => "peers",
            Self::Metric(_) => "metric",
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours { start, end } => write!(f, "{start}/{end}"),
            Self::Port(port) => port.fmt(f),
            Self::Domain(domain) => f.write_str(domain),
            Self::Peer(did) => did.fmt(f),
            Self::Peers(count) => count.fmt(f),
            Self::Metric(name) => f.write_str(name),
        }
    }
}

/// The unit of a finding's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Connections.
    Connections,
    /// Bytes.
    Bytes,
    /// Devices.
    Devices,
    /// A share from 0 to 1.
    Share,
    /// Bits of information.
    Bits,
    /// A factor.
    Ratio,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 6] =
        [Self::Connections, Self::Bytes, Self::Devices, Self::Share, Self::Bits, Self::Ratio];

    /// The unit's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Bytes => "bytes",
            Self::Devices => "devices",
            Self::Share => "share",
            Self::Bits => "bits",
            Self::Ratio => "ratio",
        }
    }
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// It may well be chance, or the way the data was made.
    Low,
    /// One kind of evidence supports it.
    Medium,
    /// Independent kinds of evidence support it.
    High,
}

impl Confidence {
    /// From the least to the most sure.
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    /// The name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A technique of MITRE ATT&CK for Enterprise that a finding might be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Technique(&'static str);

impl Technique {
    /// Exfiltration over the command-and-control channel.
    pub const EXFILTRATION_OVER_C2: Self = Self("T1041");
    /// Exfiltration over another protocol.
    pub const EXFILTRATION_OVER_OTHER: Self = Self("T1048");
    /// Exfiltration to cloud storage.
    pub const EXFILTRATION_TO_CLOUD: Self = Self("T1567.002");
    /// Transfers in small pieces.
    pub const SMALL_TRANSFERS: Self = Self("T1030");
    /// Transfers on a schedule.
    pub const SCHEDULED_TRANSFER: Self = Self("T1029");
    /// A protocol on a port it is not usual on.
    pub const NON_STANDARD_PORT: Self = Self("T1571");
    /// Commands over web protocols.
    pub const WEB_PROTOCOLS: Self = Self("T1071.001");
    /// Changing where commands come from.
    pub const DYNAMIC_RESOLUTION: Self = Self("T1568");
    /// Domains from an algorithm.
    pub const GENERATED_DOMAINS: Self = Self("T1568.002");
    /// Relaying within the network.
    pub const PROXY: Self = Self("T1090");
    /// Looking which services the network has.
    pub const SERVICE_DISCOVERY: Self = Self("T1046");
    /// Moving on by remote services.
    pub const REMOTE_SERVICES: Self = Self("T1021");

    /// Every technique that a finding names.
    pub const ALL: [Self; 12] = [
        Self::EXFILTRATION_OVER_C2,
        Self::EXFILTRATION_OVER_OTHER,
        Self::EXFILTRATION_TO_CLOUD,
        Self::SMALL_TRANSFERS,
        Self::SCHEDULED_TRANSFER,
        Self::NON_STANDARD_PORT,
        Self::WEB_PROTOCOLS,
        Self::DYNAMIC_RESOLUTION,
        Self::GENERATED_DOMAINS,
        Self::PROXY,
        Self::SERVICE_DISCOVERY,
        Self::REMOTE_SERVICES,
    ];

    /// The technique's id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.severity, self.message)
    }
}
