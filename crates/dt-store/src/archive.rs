//! Writing snapshots.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use dt_model::Exchange;
use jiff::Timestamp;

use crate::atomic::Kind;
use crate::error::Operation;
use crate::manifest::{self, About, Entry, Manifest, sha256};
use crate::snapshot::{EXCHANGES, Snapshot, StoredExchange};
use crate::{Error, NotAnswered, atomic, files};

/// A directory that snapshots are written into, by any number of processes at once.
///
/// ```
/// use dt_model::{Device, DeviceId, Exchange};
/// use dt_store::{About, Archive, Snapshot, Subject};
///
/// # let parent = tempfile::tempdir()?;
/// # let directory = parent.path().join("snaps");
/// let archive = Archive::open(&directory)?;
/// let about = About {
///     device: Subject::new(DeviceId::new(7), &Device::default()),
///     taken: "2026-11-24T12:00:00Z".parse()?,
///     data_until: None,
///     appliance: "appliance.example".to_owned(),
///     address: "https://appliance.example".to_owned(),
///     dt_version: "0.1.0".to_owned(),
/// };
/// let exchange = Exchange::new("/deviceinfo?did=7", http::StatusCode::OK, "{}");
/// let answered = "2026-11-24T12:00:01Z".parse()?;
/// let kept = archive.keep(about, vec![(exchange, Some(answered))], Vec::new())?;
/// assert_eq!(kept.path, directory.join("7-20261124T120000Z"));
/// assert_eq!(Snapshot::open(&kept.path)?, kept);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Archive {
    directory: PathBuf,
    // Shared with other writers until it is closed, or held alone.
    _lock: File,
}

pub(crate) const LOCK: &str = ".lock";

impl Archive {
    /// Takes a directory, which is created for its owner alone if only its last part is missing, and
    /// removes what killed writers left unfinished there, unless others are writing.
    ///
    /// # Errors
    ///
    /// If it cannot be created or written to.
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, Error> {
        let directory = directory.into();
        atomic::directory(&directory)?;
        let lock = atomic::share(&directory.join(LOCK), &[&directory], Kind::Snapshot)?;
        Ok(Self { directory, _lock: lock })
    }

    /// The same, for this process alone.
    pub(crate) fn open_alone(directory: PathBuf) -> Result<Self, Error> {
        atomic::directory(&directory)?;
        let lock = files::lock(&directory.join(LOCK))?;
        atomic::clean(&directory, Kind::Snapshot)?;
        Ok(Self { directory, _lock: lock })
    }

    /// Keeps what was exchanged about a device, each with the time of its response, and what was not
    /// answered, in a directory of its own. Once this returns, it will be there; until then, nothing of
    /// it is.
    ///
    /// # Errors
    ///
    /// If it cannot be written, such as on a full disk ([`is_full`](Error::is_full)).
    pub fn keep(
        &self,
        about: About,
        exchanges: Vec<(Exchange, Option<Timestamp>)>,
        not_answered: Vec<NotAnswered>,
    ) -> Result<Snapshot, Error> {
        let name = format!("{}-{}", about.device.did, about.taken.strftime("%Y%m%dT%H%M%SZ"));
        let wanted = self.directory.join(&name);
        let mut entries = Vec::with_capacity(exchanges.len());
        let mut contents = Vec::with_capacity(exchanges.len());
        for (place, (exchange, answered_at)) in exchanges.iter().enumerate() {
            let file = format!("{:03}-{}.json", place + 1, summary(&exchange.target));
            let content = json(exchange, &wanted)?;
            entries.push(Entry::of(file, &content, *answered_at));
            contents.push(content);
        }
        let manifest = Manifest::new(about, entries, not_answered);
        let mut own = serde_json::to_vec_pretty(&manifest).map_err(Error::no_json(&wanted))?;
        own.push(b'\n');

        let write = || -> io::Result<PathBuf> {
            let unfinished = atomic::unfinished(&self.directory)?;
            let place = unfinished.path().join(EXCHANGES);
            atomic::create(&place)?;
            for (entry, content) in manifest.exchanges.iter().zip(&contents) {
                atomic::write(&place.join(&entry.file), content)?;
            }
            atomic::sync(&place)?;
            atomic::write(&unfinished.path().join(manifest::FILE), &own)?;
            atomic::sync(unfinished.path())?;
            let path = renamed(unfinished.path(), &self.directory, &name)?;
            // It is not under its old name any more, so there is nothing to remove.
            let _ = unfinished.keep();
            atomic::sync(&self.directory)?;
            Ok(path)
        };
        let path = write().map_err(Error::io(Operation::Write, &wanted))?;
        let place = path.join(EXCHANGES);
        let Manifest { about, exchanges: entries, not_answered, .. } = manifest;
        let stored = entries.into_iter().zip(exchanges).map(|(entry, (exchange, answered_at))| {
            let Entry { file, sha256, .. } = entry;
            StoredExchange { file: place.join(file), sha256, exchange, answered_at }
        });
        let exchanges = stored.collect();
        let bytes = contents.iter().map(|content| content.len() as u64).sum();
        Ok(Snapshot { path, about, exchanges, not_answered, bytes, sha256: sha256(&own) })
    }
}

/// Gives what is finished its name, or the next one: another may have been taken in the same second.
fn renamed(unfinished: &Path, directory: &Path, name: &str) -> io::Result<PathBuf> {
    const MOST: u32 = 10_000;
    let mut number = 1;
    loop {
        let path = match number {
            1 => directory.join(name),
            number => directory.join(format!("{name}-{number}")),
        };
        match fs::rename(unfinished, &path) {
            Ok(()) => return Ok(path),
            // A directory that holds something is never replaced.
            Err(_) if number < MOST && path.exists() => number += 1,
            Err(error) => return Err(error),
        }
    }
}

fn json(exchange: &Exchange, path: &Path) -> Result<Vec<u8>, Error> {
    let mut content = serde_json::to_vec(exchange).map_err(Error::no_json(path))?;
    content.push(b'\n');
    Ok(content)
}

/// What was asked, in a few words that any file system takes: `deviceinfo-co`.
fn summary(target: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let counted = query.split('&').find_map(|pair| pair.strip_prefix("datatype="));
    let words = path.rsplit('/').next().into_iter().chain(counted);
    let plain = |word: &str| -> String {
        word.chars().filter(char::is_ascii_alphanumeric).take(20).collect()
    };
    words.map(plain).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_after_what_was_asked() {
        assert_eq!(summary("/deviceinfo?datatype=sizeout&did=1"), "deviceinfo-sizeout");
        assert_eq!(summary("/endpointdetails?hostname=a"), "endpointdetails");
        assert_eq!(summary("/a/..%2f..?datatype=../x"), "2f-x");
        assert_eq!(summary(""), "");
    }
}
