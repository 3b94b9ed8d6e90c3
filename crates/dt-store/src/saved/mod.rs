//! Answers that are there already: single responses that somebody saved, and snapshots.

mod device;
mod error;
mod pair;
mod response;
mod responses;
mod snapshots;

use std::path::Path;

pub use device::SavedDevice;
pub use error::SavedError;
pub use pair::SnapshotPair;
pub use response::SavedResponse;
pub use responses::{ReadOptions, Unlabelled};
pub use snapshots::SavedSnapshots;

use crate::StoredEvidence;

/// What a list of files and directories holds: single responses about one device, or snapshots, which
/// may be about many.
///
/// ```
/// use dt_store::{ReadOptions, SavedAnswers, SavedResponse};
///
/// # let directory = tempfile::tempdir()?;
/// # let file = directory.path().join("saved.json");
/// # std::fs::write(&file, r#"{"deviceInfo":[{"did":7,"graphData":[{"time":0,"count":5}]}]}"#)?;
/// let inputs = [SavedResponse::parse(format!("co={}", file.display()).as_ref())?];
/// let SavedAnswers::Responses(responses) = SavedAnswers::open(&inputs)? else {
///     panic!("these are no directories");
/// };
/// let read = responses.read(&ReadOptions::default())?;
/// assert!(read.evidence.connections.is_answered());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum SavedAnswers {
    /// Single responses.
    Responses(SavedResponses),
    /// Snapshots.
    Snapshots(SavedSnapshots),
}

/// Single responses about one device.
#[derive(Debug, Clone)]
pub struct SavedResponses(Vec<SavedResponse>);

impl SavedAnswers {
    /// Finds out what is there. Of snapshots only what they are about is read, and nothing yet of single
    /// responses.
    ///
    /// # Errors
    ///
    /// If directories are named beside files or with a label, or a directory holds no snapshot.
    pub fn open(inputs: &[SavedResponse]) -> Result<Self, SavedError> {
        let directories: Vec<&Path> = inputs.iter().filter_map(SavedResponse::directory).collect();
        match directories.len() {
            0 => SavedResponses::new(inputs.to_vec()).map(Self::Responses),
            all if all == inputs.len() && inputs.iter().all(|it| it.part().is_none()) => {
                SavedSnapshots::in_directories(&directories).map(Self::Snapshots)
            }
            _ => Err(SavedError::Mixed),
        }
    }
}

impl SavedAnswers {
    /// Reads what there is about one device: the one that the options name, or the only one there is.
    ///
    /// # Errors
    ///
    /// If there are several, or none of that name; or something cannot be read.
    pub fn of_one_device(&self, options: &ReadOptions<'_>) -> Result<StoredEvidence, SavedError> {
        let saved = match self {
            Self::Responses(responses) => return responses.read(options),
            Self::Snapshots(saved) => saved,
        };
        let Some(name) = options.device else { return saved.only()?.read(options.interval) };
        match saved.find(name)?.as_slice() {
            [device] => device.read(options.interval),
            several => Err(SavedError::Several {
                known: several.iter().map(|device| device.about().clone()).collect(),
            }),
        }
    }
}

impl SavedResponses {
    /// Single responses, each of which is another part.
    ///
    /// # Errors
    ///
    /// If standard input, or a part, is among them twice.
    pub fn new(responses: Vec<SavedResponse>) -> Result<Self, SavedError> {
        SavedResponse::check(&responses)?;
        Ok(Self(responses))
    }

    /// Reads all of them.
    ///
    /// # Errors
    ///
    /// If one cannot be read, or they are not about the same.
    pub fn read(&self, options: &ReadOptions<'_>) -> Result<StoredEvidence, SavedError> {
        responses::read(&self.0, options)
    }
}

/// A path as people read it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
