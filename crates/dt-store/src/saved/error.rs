//! Why saved answers do not answer.

use dt_model::{DeviceId, EvidencePart, IntervalHours, JoinError, ReadError};

use crate::{About, Error};

/// Saved answers that cannot be read, or cannot be meant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    /// A label stands alone.
    #[error("a saved response has no file")]
    NoFile,
    /// Standard input can be read only once.
    #[error("standard input can be read only once")]
    StandardInputTwice,
    /// Two responses are the same part.
    #[error("two saved responses are both \"{part}\"")]
    SamePart {
        /// Which part.
        part: EvidencePart,
        /// The second of them, if it was read.
        at: Option<String>,
    },
    /// Directories stand beside files, or have a label.
    #[error("a snapshot says itself what it holds, and all of it")]
    Mixed,
    /// A file cannot be read.
    #[error("failed to read a saved response")]
    Io {
        /// The file, or standard input.
        at: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is far larger than four weeks can be.
    #[error("a saved response is larger than 256 MiB")]
    TooLarge {
        /// The file, or standard input.
        at: String,
    },
    /// A file begins as a recorded exchange, and is none.
    #[error("failed to read a recorded exchange")]
    Exchange {
        /// The file, or standard input.
        at: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A file holds no response.
    #[error("{error}")]
    Body {
        /// The file, or standard input.
        at: String,
        /// What it holds instead.
        error: ReadError,
    },
    /// An exchange was recorded of another question than those about a device.
    #[error("the recorded exchange is about no part of a device's traffic")]
    NoPart {
        /// The file, or standard input.
        at: String,
    },
    /// An exchange is another part than it was said to be.
    #[error("the recorded exchange is \"{part}\"")]
    OtherPart {
        /// The file, or standard input.
        at: String,
        /// Which part it is.
        part: EvidencePart,
    },
    /// Intervals are not as wide as they were said to be.
    #[error(
        "the recorded exchange has intervals of {} h, not of {} h",
        recorded.get(), said.get()
    )]
    OtherInterval {
        /// The file, or standard input.
        at: String,
        /// How wide they were asked for.
        recorded: IntervalHours,
        /// How wide they are said to be.
        said: IntervalHours,
    },
    /// A response has no label, and does not say itself what it counts.
    #[error("the response does not say whether it counts bytes")]
    Unlabelled {
        /// The file, or standard input.
        at: String,
    },
    /// Responses are about two devices.
    #[error("the saved responses are about different devices: did {0} and did {1}")]
    Devices(DeviceId, DeviceId),
    /// Responses are in two dialects.
    #[error("the saved responses are in different dialects")]
    Dialects,
    /// Responses are about another device than the one that was named, or do not say it.
    #[error("the saved responses are not known to be about {named:?}")]
    OtherDevice {
        /// As it was named.
        named: String,
        /// Whom they are about.
        about: Box<dt_model::Device>,
    },
    /// A directory is no snapshot, and holds none.
    #[error("there is no snapshot")]
    NoSnapshot {
        /// The directory.
        at: String,
    },
    /// No snapshot is about a device of this name.
    #[error("no snapshot is known to be about {named:?}")]
    Unknown {
        /// As it was named.
        named: String,
        /// Names that are nearly the same.
        near: Vec<String>,
        /// Whom the snapshots are about.
        known: Vec<About>,
    },
    /// Snapshots of several devices have this name.
    #[error("snapshots of several devices are called {named:?}")]
    Ambiguous {
        /// As it was named.
        named: String,
        /// All of these devices.
        devices: Vec<About>,
    },
    /// Snapshots of one device were meant, and there are some of several.
    #[error("the snapshots are about several devices")]
    Several {
        /// Whom they are about.
        known: Vec<About>,
    },
    /// No snapshot is about such a device.
    #[error("no snapshot is about a device that matches the selection")]
    NoneSelected,
    /// No snapshot holds what devices are selected by.
    #[error("none of the snapshots says which {what} its device has")]
    NotReported {
        /// What is asked for and not there, such as "tags".
        what: &'static str,
    },
    /// Two snapshots were meant, and there is one.
    #[error("there is only one snapshot, and nothing to compare it with")]
    OneSnapshot,
    /// Two snapshots that are to be compared are of two devices.
    #[error("the snapshots are about different devices")]
    DifferentDevices {
        /// Whom they are about.
        snapshots: Box<[About; 2]>,
    },
    /// Two snapshots that are to be compared are in two dialects.
    #[error("the snapshots are in different dialects")]
    DifferentDialects,
    /// Snapshots of one device do not fit together.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// A snapshot cannot be read.
    #[error(transparent)]
    Store(#[from] Error),
}

impl SavedError {
    /// Which file it is about, or standard input, if it is about one.
    #[must_use]
    pub fn at(&self) -> Option<&str> {
        match self {
            Self::SamePart { at, .. } => at.as_deref(),
            Self::Io { at, .. }
            | Self::TooLarge { at }
            | Self::Exchange { at, .. }
            | Self::Body { at, .. }
            | Self::NoPart { at }
            | Self::OtherPart { at, .. }
            | Self::OtherInterval { at, .. }
            | Self::Unlabelled { at }
            | Self::NoSnapshot { at } => Some(at),
            _ => None,
        }
    }

    /// Whether something was asked for that cannot be, rather than something being wrong with what is
    /// there.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::NoFile
                | Self::StandardInputTwice
                | Self::SamePart { .. }
                | Self::Mixed
                | Self::OtherPart { .. }
                | Self::OtherInterval { .. }
                | Self::Unlabelled { .. }
                | Self::Devices(..)
                | Self::Dialects
                | Self::Several { .. }
                | Self::NotReported { .. }
                | Self::OneSnapshot
                | Self::DifferentDevices { .. }
                | Self::DifferentDialects
                | Self::Join(_)
        )
    }
}
