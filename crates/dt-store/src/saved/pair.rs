//! Two snapshots of a device, to be laid beside each other.

use std::path::Path;

use dt_model::IntervalHours;

use super::{SavedDevice, SavedError, SavedSnapshots, shown};
use crate::{Snapshot, StoredEvidence};

/// Two snapshots of one device, taken in the same way, and what they say.
#[derive(Debug)]
pub struct SnapshotPair {
    /// Those that are compared: the two that were named, in that order, or the oldest and the newest.
    pub snapshots: [SavedDevice; 2],
    /// What each says.
    pub evidence: [StoredEvidence; 2],
    /// How many there are between them that are not compared.
    pub between: usize,
}

impl SnapshotPair {
    /// Reads two snapshots by their paths, or of those in directories the oldest and the newest.
    /// `interval` is how wide their intervals are said to be.
    ///
    /// # Errors
    ///
    /// If there are not two, one cannot be read, or they are of different devices or dialects.
    pub fn read(
        named: &[impl AsRef<Path>],
        interval: Option<IntervalHours>,
    ) -> Result<Self, SavedError> {
        let named: Vec<&Path> = named.iter().map(AsRef::as_ref).collect();
        let (snapshots, between) = match *named {
            [old, new] if Snapshot::is_at(old) && Snapshot::is_at(new) => {
                ([one(old)?, one(new)?], 0)
            }
            _ => ends(&named)?,
        };
        let [old, new] = &snapshots;
        let subject = |it: &SavedDevice| (it.about().appliance.clone(), it.about().device.did);
        if subject(old) != subject(new) {
            return Err(SavedError::DifferentDevices {
                snapshots: Box::new([old, new].map(|it| it.about().clone())),
            });
        }
        let evidence = [old.read(interval)?, new.read(interval)?];
        let [old, new] = &evidence;
        if old.evidence.dialect() != new.evidence.dialect() {
            return Err(SavedError::DifferentDialects);
        }
        Ok(Self { snapshots, evidence, between })
    }
}

impl SnapshotPair {
    /// Where the two are.
    #[must_use]
    pub fn paths(&self) -> [String; 2] {
        self.snapshots.each_ref().map(|it| it.paths().iter().map(|path| shown(path)).collect())
    }

    /// What whoever reads the difference should know, in words: that others lie between them, or that the
    /// first is the newer one.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let [first, second] = self.snapshots.each_ref().map(|it| it.about().taken);
        let between = (self.between > 0)
            .then(|| format!("of {} snapshots, the oldest and the newest", self.between + 2));
        let newer = (first > second).then(|| {
            "the first snapshot is the newer one, so new entries are shown as gone".to_owned()
        });
        between.into_iter().chain(newer).collect()
    }
}

fn one(path: &Path) -> Result<SavedDevice, SavedError> {
    SavedSnapshots::in_directories(&[path])?.only().cloned()
}

/// The oldest and the newest snapshot in directories, and how many there are between them.
fn ends(directories: &[&Path]) -> Result<([SavedDevice; 2], usize), SavedError> {
    let mut saved = SavedSnapshots::in_directories(directories)?;
    if let Some(error) = saved.take_unreadable() {
        return Err(error.into());
    }
    match saved.only()?.paths() {
        [old, between @ .., new] => Ok(([one(old)?, one(new)?], between.len())),
        _ => Err(SavedError::OneSnapshot),
    }
}
