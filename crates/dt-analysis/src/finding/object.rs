//! What findings are about.

use std::borrow::Cow;
use std::fmt;

use dt_model::{DeviceId, Port};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "StoredObject", try_from = "StoredObject")]
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

/// An object as it is stored.
#[derive(Serialize, Deserialize)]
struct StoredObject {
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    key: String,
}

impl Object {
    /// Which one of its [kind](Self::kind) it is. It never changes: ids of findings are made of it, and
    /// stored findings hold it.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Hours { start, end } => format!("{start}/{end}"),
            // As `Port` reads it.
            Self::Port(port) => port.to_string(),
            Self::Domain(domain) => domain.clone(),
            Self::Peer(did) => did.get().to_string(),
            Self::Peers(count) => count.to_string(),
            Self::Metric(name) => name.clone().into_owned(),
        }
    }

    /// Reads an object of a [`kind`](Self::kind) from its [`key`](Self::key); `None` if that is none.
    ///
    /// ```
    /// use dt_analysis::finding::Object;
    ///
    /// let domain = Object::Domain("files.example".to_owned());
    /// assert_eq!(Object::from_key(domain.kind(), &domain.key()), Some(domain));
    /// assert_eq!(Object::from_key("peers", "several"), None);
    /// ```
    #[must_use]
    pub fn from_key(kind: &str, key: &str) -> Option<Self> {
        Some(match kind {
            "hours" => {
                let (start, end) = key.split_once('/')?;
                Self::Hours { start: start.parse().ok()?, end: end.parse().ok()? }
            }
            "port" => {
                let Ok(port) = key.parse();
                Self::Port(port)
            }
            "domain" => Self::Domain(key.to_owned()),
            "peer" => Self::Peer(DeviceId::new(key.parse().ok()?)),
            "peers" => Self::Peers(key.parse().ok()?),
            "metric" => Self::Metric(key.to_owned().into()),
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

impl From<Object> for StoredObject {
    fn from(object: Object) -> Self {
        Self { kind: object.kind().into(), key: object.key() }
    }
}

impl TryFrom<StoredObject> for Object {
    type Error = String;

    fn try_from(StoredObject { kind, key }: StoredObject) -> Result<Self, String> {
        Self::from_key(&kind, &key).ok_or_else(|| format!("there is no {kind} {key:?}"))
    }
}
