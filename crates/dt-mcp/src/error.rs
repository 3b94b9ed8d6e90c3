//! Why a tool gave no answer, and why the server ended.

use std::error::Error;
use std::path::PathBuf;

use dt_analysis::plan::MissingEvidence;
use dt_model::{Diagnostic, Help};
use dt_store::SavedError;
use dt_sweep::DeviceError;

use crate::InvalidArgument;

/// Why a tool gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// It was given what it does not take.
    #[error(transparent)]
    Argument(#[from] InvalidArgument),
    /// Nothing can be said about a device.
    #[error("nothing can be said about {}", .0.name)]
    Device(Box<DeviceError>),
    /// What the analysis cannot do without was not answered.
    #[error("{missing}")]
    Evidence {
        /// The device, as it was named, where there are several.
        device: Option<String>,
        /// What is not there.
        missing: MissingEvidence,
    },
    /// Snapshots cannot be read, or laid beside each other.
    #[error(transparent)]
    Saved(#[from] SavedError),
    /// A lake cannot be read.
    #[error(transparent)]
    Lake(#[from] dt_lake::Error),
    /// Both names are of one device.
    #[error("both names are of the same device")]
    SameDevice,
    /// One of the snapshots says nothing.
    #[error("one of the snapshots holds no answer")]
    NothingSaved,
    /// What the program says that serves the tools.
    #[error("{0}")]
    Program(String),
    /// The call was cancelled.
    #[error("the call was cancelled")]
    Cancelled,
}

impl Diagnostic for CallError {
    fn underlying(&self) -> Option<&dyn Diagnostic> {
        match self {
            Self::Argument(error) => Some(error),
            Self::Device(error) => Some(&error.error),
            Self::Evidence { missing, .. } => Some(missing),
            Self::Saved(error) => Some(error),
            Self::Lake(error) => Some(error),
            _ => None,
        }
    }

    fn help(&self) -> Option<Help> {
        match self {
            Self::SameDevice => {
                Some(Help::new("name another one, or one alone to compare it with similar devices"))
            }
            // No name of a tool is a pattern, and none of the tools lists devices.
            Self::Device(error) if error.is_unknown() => {
                Some(Help::new("name one device by id, host name, IP, MAC or label"))
            }
            _ => self.underlying().and_then(Diagnostic::help),
        }
    }
}

/// Why the server cannot start, or ended before its input did.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The operating system has no thread, or no timer, for it.
    #[error("failed to start the server")]
    Start(#[source] std::io::Error),
    /// The directory to read from cannot be read.
    #[error("failed to open the directory to read from")]
    Root {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The other side speaks something else.
    #[error("the Model Context Protocol was not spoken")]
    Protocol(#[source] Box<dyn Error + Send + Sync>),
}

impl Diagnostic for ServeError {
    fn place(&self) -> Option<String> {
        match self {
            Self::Root { path, .. } => Some(path.display().to_string()),
            Self::Start(_) | Self::Protocol(_) => None,
        }
    }
}
