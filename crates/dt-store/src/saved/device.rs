//! The snapshots of a device, of which only what they are about is read.

use std::path::PathBuf;

use dt_model::Device;

use crate::About;

/// The snapshots of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDevice {
    /// The oldest first.
    paths: Vec<PathBuf>,
    /// What the newest is of.
    about: About,
}

impl SavedDevice {
    pub(super) fn of(mut snapshots: Vec<(About, PathBuf)>) -> Option<Self> {
        snapshots.sort_by(|(one, first), (other, second)| {
            (one.taken, first).cmp(&(other.taken, second))
        });
        snapshots.dedup_by(|(_, one), (_, other)| one == other);
        let (about, _) = snapshots.last()?.clone();
        Some(Self { paths: snapshots.into_iter().map(|(_, path)| path).collect(), about })
    }

    /// What its newest snapshot is of.
    #[must_use]
    pub const fn about(&self) -> &About {
        &self.about
    }

    /// Its snapshots, the oldest first.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// What its newest snapshot says of itself.
    pub(super) fn subject(&self) -> Device {
        self.about.device.to_device()
    }
}
