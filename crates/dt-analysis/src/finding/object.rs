//! What findings are about.

use std::borrow::Cow;
use std::fmt;

use dt_model::{DeviceId, Port};
use jiff::Timestamp;

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
