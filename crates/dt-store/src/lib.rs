//! What is kept on disk, written whole or not at all.
//!
//! A [`Snapshot`] is what an appliance answered about a device at one time: recorded exchanges that
//! every command reads, beside one another in an [`Archive`]. [`SavedAnswers`] finds and reads
//! snapshots of one device or many, and single responses that somebody saved. [`State`] is what a program that runs
//! again and again remembers. An [`EvidenceBundle`] is what is filed, and [`verify`] tells
//! whether it is still that. [`read_token_file`] reads what must not be other people's. Whatever is written here is there
//! whole, or is what it was before, at whatever moment the process is killed or the machine stops:
//! it is written under another name, brought to the disk, and renamed; of what is appended, a last
//! line that is not whole is not there.
//!
//! # Why this is a crate
//!
//! Analyses and reports touch no files, and what asks an appliance touches none either. Whoever reads
//! what the program has kept should need neither the program nor a network stack.
//!
//! # What it does not do
//!
//! It reads no clock and deletes nothing that it once finished. The project is unofficial and not
//! affiliated with Darktrace.

mod archive;
mod atomic;
mod bundle;
mod command_line;
mod error;
mod evidence;
mod exclusion_file;
pub mod files;
mod help;
mod journal;
mod lines;
mod manifest;
mod not_answered;
mod protected;
mod regular;
mod saved;
mod snapshot;
mod state;
mod verify;

pub use archive::Archive;
pub use bundle::EvidenceBundle;
pub use command_line::command_line;
pub use error::Error;
pub use evidence::StoredEvidence;
pub use exclusion_file::{ExclusionFileError, ListedEntry, append_exclusion, read_exclusions};
pub use lines::{Durability, LineFile, Place};
pub use manifest::{About, Subject, sha256};
pub use not_answered::NotAnswered;
pub use protected::{Protection, TokenFileError, read_token_file};
pub use regular::{read_regular, read_regular_text};
pub use saved::{
    ReadOptions, SavedAnswers, SavedDevice, SavedError, SavedResponse, SavedResponses,
    SavedSnapshots, SnapshotPair, Unlabelled,
};
pub use snapshot::{Snapshot, StoredExchange};
pub use state::{Journaled, State, Versioned};
pub use verify::{Problem, ProblemKind, Verification, verify};
