//! What a snapshot says of itself: the form of `snapshot.json`.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Error, NotAnswered};

/// The file's name.
pub(crate) const FILE: &str = "snapshot.json";

/// The number of the form. A program that knows only smaller ones refuses it.
pub(crate) const FORMAT: u32 = 1;

/// What a snapshot is of, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The device.
    pub device: Subject,
    /// When it was begun to ask.
    pub taken: Timestamp,
    /// Until when the answers have whole data; `None` if they do not say.
    pub data_until: Option<Timestamp>,
    /// The appliance as findings name it: its host, or `demo`.
    pub appliance: String,
    /// The address it was asked at.
    pub address: String,
    /// The version of the program that asked.
    pub dt_version: String,
}

/// The device of a snapshot. What was not reported is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The appliance's number for it.
    pub did: i64,
    /// Its host name.
    pub hostname: Option<String>,
    /// Its latest address.
    pub ip: Option<String>,
    /// Its hardware address.
    pub mac: Option<String>,
    /// The name an operator gave it.
    pub label: Option<String>,
}

impl Subject {
    /// A device whose id is known.
    #[must_use]
    pub fn new(did: dt_model::DeviceId, device: &dt_model::Device) -> Self {
        Self {
            did: did.get(),
            hostname: device.hostname.clone(),
            ip: device.ip.clone(),
            mac: device.mac.clone(),
            label: device.label.clone(),
        }
    }

    /// The device, as far as it is known here.
    #[must_use]
    pub fn to_device(&self) -> dt_model::Device {
        dt_model::Device {
            hostname: self.hostname.clone(),
            ip: self.ip.clone(),
            mac: self.mac.clone(),
            label: self.label.clone(),
            ..dt_model::Device::with_id(dt_model::DeviceId::new(self.did))
        }
    }
}

/// The whole file.
#[derive(Serialize, Deserialize)]
pub(crate) struct Manifest {
    format: u32,
    #[serde(flatten)]
    pub(crate) about: About,
    /// The exchanges, in the order of the questions.
    pub(crate) exchanges: Vec<Entry>,
    /// What was asked, or should have been, and not answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) not_answered: Vec<NotAnswered>,
}

/// One exchange, and how to tell whether it is still what it was.
#[derive(Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its file's name, below `exchanges`.
    pub(crate) file: String,
    pub(crate) sha256: String,
    pub(crate) bytes: u64,
    /// When the response came; snapshots of older versions do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answered_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl Manifest {
    pub(crate) fn new(about: About, exchanges: Vec<Entry>, not_answered: Vec<NotAnswered>) -> Self {
        Self { format: FORMAT, about, exchanges, not_answered }
    }

    /// Reads the file's content; `path` is for the error.
    pub(crate) fn read(bytes: &[u8], path: &Path) -> Result<Self, Error> {
        let Head { format } = serde_json::from_slice(bytes).map_err(Error::not_json(path))?;
        if format > FORMAT {
            return Err(Error::newer(path, format, FORMAT));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(Error::not_json(path))?;
        // It may come from anywhere, and must not lead anywhere.
        let own = |entry: &Entry| {
            !entry.file.starts_with('.') && !entry.file.contains(['/', '\\', ':', '\0'])
        };
        let names: BTreeSet<&str> = manifest.exchanges.iter().map(|it| &*it.file).collect();
        if names.len() == manifest.exchanges.len() && manifest.exchanges.iter().all(own) {
            Ok(manifest)
        } else {
            Err(Error::strange_name(path))
        }
    }
}

impl Entry {
    pub(crate) fn of(file: String, content: &[u8], answered_at: Option<Timestamp>) -> Self {
        Self { file, sha256: sha256(content), bytes: content.len() as u64, answered_at }
    }

    pub(crate) fn holds(&self, content: &[u8]) -> bool {
        self.bytes == content.len() as u64 && self.sha256 == sha256(content)
    }
}

/// The SHA-256 of some bytes, in hex.
///
/// ```
/// assert!(dt_store::sha256(b"abc").starts_with("ba7816bf8f01cfea"));
/// ```
#[must_use]
pub fn sha256(content: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(content))
}
