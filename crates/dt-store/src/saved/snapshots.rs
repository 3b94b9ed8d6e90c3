//! Snapshots of many devices.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dt_model::{Device, DeviceName, IntervalHours, Question, Selection, near_names};

use super::responses::check_interval;
use super::{SavedDevice, SavedError, shown};
use crate::{About, Error, Snapshot, StoredEvidence, StoredExchange};

/// The snapshots in some directories, device by device, of which only what they are about is read.
#[derive(Debug)]
pub struct SavedSnapshots {
    devices: Vec<SavedDevice>,
    unreadable: Vec<Error>,
}

impl SavedSnapshots {
    /// Finds the snapshots at these paths: each is one, or holds some.
    ///
    /// # Errors
    ///
    /// If one of the paths is no snapshot and holds none, or is one that cannot be read. What cannot be
    /// read beside others is [left out](Self::unreadable).
    pub fn in_directories(paths: &[impl AsRef<Path>]) -> Result<Self, SavedError> {
        let mut found: BTreeMap<(i64, String), Vec<(About, PathBuf)>> = BTreeMap::new();
        let mut unreadable = Vec::new();
        for named in paths.iter().map(AsRef::as_ref) {
            for path in at(named)? {
                match Snapshot::about(&path) {
                    Ok(about) => {
                        let device = (about.device.did, about.appliance.clone());
                        found.entry(device).or_default().push((about, path));
                    }
                    Err(error) if path != named => unreadable.push(error),
                    Err(error) => return Err(error.into()),
                }
            }
        }
        let devices = found.into_values().filter_map(SavedDevice::of).collect();
        Ok(Self { devices, unreadable })
    }

    /// The devices, by their ids.
    #[must_use]
    pub fn devices(&self) -> &[SavedDevice] {
        &self.devices
    }

    /// Why snapshots could not be read that are beside others: whose they are, nobody knows.
    #[must_use]
    pub fn unreadable(&self) -> &[Error] {
        &self.unreadable
    }

    /// The first of the reasons why snapshots could not be read.
    pub(super) fn take_unreadable(&mut self) -> Option<Error> {
        self.unreadable.drain(..).next()
    }

    /// The one device that there is.
    ///
    /// # Errors
    ///
    /// If there are several.
    pub fn only(&self) -> Result<&SavedDevice, SavedError> {
        match self.devices.as_slice() {
            [device] => Ok(device),
            several => Err(SavedError::Several { known: abouts(several) }),
        }
    }

    /// The device of this name, or those that a pattern fits.
    ///
    /// # Errors
    ///
    /// If there is none, or there are several of a name that is no pattern.
    pub fn find(&self, name: &DeviceName) -> Result<Vec<&SavedDevice>, SavedError> {
        let mut found = self.fitting(name, SavedDevice::subject);
        if found.is_empty() {
            // Answers say more about a device than a snapshot says of itself, if they can be read.
            found =
                self.fitting(name, |device| device.device().unwrap_or_else(|_| device.subject()));
        }
        match found.as_slice() {
            [] => Err(self.unknown(name)),
            [_, _, ..] if !name.is_pattern() => Err(SavedError::Ambiguous {
                named: name.to_string(),
                devices: found.into_iter().map(|device| device.about().clone()).collect(),
            }),
            _ => Ok(found),
        }
    }

    fn fitting(
        &self,
        name: &DeviceName,
        known: impl Fn(&SavedDevice) -> Device,
    ) -> Vec<&SavedDevice> {
        let known: Vec<Device> = self.devices.iter().map(known).collect();
        let best = name.best(&known);
        let is_best = |device: &Device| best.iter().any(|best| std::ptr::eq(*best, device));
        let found = self.devices.iter().zip(&known).filter(|(_, device)| is_best(device));
        found.map(|(device, _)| device).collect()
    }

    fn unknown(&self, name: &DeviceName) -> SavedError {
        let names =
            self.devices.iter().filter_map(|device| device.about().device.hostname.as_ref());
        SavedError::Unknown {
            named: name.to_string(),
            near: near_names(name.as_str(), names, 3),
            known: abouts(&self.devices),
        }
    }

    /// The devices of these names, and those that are [selected](Self::select) if something is: each once,
    /// or why there is none of a name.
    ///
    /// # Errors
    ///
    /// If nothing is as it was selected.
    pub fn meant<'a>(
        &'a self,
        names: &[DeviceName],
        selection: &Selection,
    ) -> Result<Vec<Result<&'a SavedDevice, SavedError>>, SavedError> {
        let mut meant: Vec<Result<&SavedDevice, SavedError>> = Vec::new();
        let once = |found: Vec<&'a SavedDevice>, meant: &mut Vec<Result<&'a SavedDevice, _>>| {
            for device in found {
                if !meant.iter().flatten().any(|known| *known == device) {
                    meant.push(Ok(device));
                }
            }
        };
        for name in names {
            match self.find(name) {
                Ok(found) => once(found, &mut meant),
                Err(error) => meant.push(Err(error)),
            }
        }
        if !selection.is_empty() {
            once(self.select(selection)?, &mut meant);
        }
        Ok(meant)
    }

    /// The devices that are selected by what they are. One whose answers cannot be read may be, and so is
    /// among them: reading it says what is wrong.
    ///
    /// # Errors
    ///
    /// If there is none, or none of the snapshots says what it takes.
    pub fn select(&self, selection: &Selection) -> Result<Vec<&SavedDevice>, SavedError> {
        let known: Vec<Option<Device>> = self.devices.iter().map(|it| it.device().ok()).collect();
        let reports = |says: fn(&Device) -> bool| known.iter().flatten().any(says);
        if !selection.tags.is_empty() && !reports(|device| device.tags.is_some()) {
            return Err(SavedError::NotReported { what: "tags" });
        }
        if !selection.types.is_empty() && !reports(|device| device.device_type.is_some()) {
            return Err(SavedError::NotReported { what: "type" });
        }
        let is_meant =
            |device: &Option<Device>| device.as_ref().is_none_or(|it| selection.holds(it));
        let found = self.devices.iter().zip(&known).filter(|(_, device)| is_meant(device));
        let found: Vec<&SavedDevice> = found.map(|(device, _)| device).collect();
        if found.is_empty() { Err(SavedError::NoneSelected) } else { Ok(found) }
    }
}

impl SavedDevice {
    /// What the answers in its newest snapshot say of it.
    fn device(&self) -> Result<Device, SavedError> {
        let known = self.subject();
        let Some(newest) = self.paths().last() else { return Ok(known) };
        Ok(known.completed_by(&Snapshot::open(newest)?.evidence().evidence.device()))
    }

    /// Reads its snapshots, and joins them: what is told over time is told by all of them, and everything
    /// else by the newest. `interval` is how wide their intervals are said to be.
    ///
    /// # Errors
    ///
    /// If one cannot be read, they do not fit together, or intervals are of another width.
    pub fn read(&self, interval: Option<IntervalHours>) -> Result<StoredEvidence, SavedError> {
        let open = |path: &PathBuf| open_with_intervals(path, interval);
        let snapshots = self.paths().iter().map(open).collect::<Result<Vec<_>, _>>()?;
        Ok(StoredEvidence { source: Some(self.clone()), ..Snapshot::joined(&snapshots)? })
    }
}

/// Opens a snapshot, whose intervals have to be as wide as they are said to be.
fn open_with_intervals(
    path: &Path,
    interval: Option<IntervalHours>,
) -> Result<Snapshot, SavedError> {
    let snapshot = Snapshot::open(path)?;
    for StoredExchange { file, exchange, .. } in &snapshot.exchanges {
        if let Some(question) = Question::from_target(&exchange.target) {
            check_interval(&question, interval, &shown(file))?;
        }
    }
    Ok(snapshot)
}

/// The snapshot at a path, or those in it.
fn at(path: &Path) -> Result<Vec<PathBuf>, SavedError> {
    if Snapshot::is_at(path) {
        return Ok(vec![path.to_owned()]);
    }
    let found = Snapshot::list(path)?;
    if found.is_empty() { Err(SavedError::NoSnapshot { at: shown(path) }) } else { Ok(found) }
}

fn abouts(devices: &[SavedDevice]) -> Vec<About> {
    devices.iter().map(|device| device.about().clone()).collect()
}
