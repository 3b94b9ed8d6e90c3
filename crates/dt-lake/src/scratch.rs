//! A lake for the time being.

use std::ops::Deref;

use tempfile::TempDir;

use crate::{Error, Lake};

/// A lake in a directory of its own, which is gone when this is.
///
/// ```
/// use dt_lake::ScratchLake;
///
/// let lake = ScratchLake::create()?;
/// assert!(lake.runs()?.is_empty());
/// let path = lake.path().to_owned();
/// drop(lake);
/// assert!(!path.exists());
/// # Ok::<(), dt_lake::Error>(())
/// ```
#[derive(Debug)]
pub struct ScratchLake {
    lake: Lake,
    _directory: TempDir,
}

impl ScratchLake {
    /// An empty lake where this system keeps what is temporary.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn create() -> Result<Self, Error> {
        let directory = tempfile::tempdir().map_err(|source| Error::Scratch { source })?;
        Ok(Self { lake: Lake::create(directory.path())?, _directory: directory })
    }
}

impl Deref for ScratchLake {
    type Target = Lake;

    fn deref(&self) -> &Lake {
        &self.lake
    }
}
