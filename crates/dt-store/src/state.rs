//! What a program remembers from one run to the next.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::atomic::Kind;
use crate::error::Operation;
use crate::{Error, atomic};

/// What can be remembered.
pub trait Versioned: Serialize + DeserializeOwned {
    /// The number of the form in which it is written. It grows whenever a program that knows the
    /// former one would misunderstand it; what has a smaller number must still be read.
    const FORMAT: u32;

    /// Reads what was written in a form with a smaller number. Without a definition of its own that form
    /// is read as the present one, as it can be where nothing but optional fields was added.
    ///
    /// # Errors
    ///
    /// If it does not have the form with that number.
    fn upgrade<'de, D: Deserializer<'de>>(_format: u32, older: D) -> Result<Self, D::Error> {
        Self::deserialize(older)
    }
}

/// A directory in which one process remembers something, whole or not at all.
///
/// What [`save`](Self::save) has returned from is there after a crash, of the process or of the
/// machine, and until then what was saved before. The file is `state.json`, for its owner only:
///
/// ```json
/// {"format": 1, "state": ...}
/// ```
///
/// As long as this value lives, no other process gets the same directory. The operating system ends
/// that with the process, however it ends.
///
/// ```
/// use dt_store::{Versioned, State};
///
/// #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
/// struct Seen(Vec<String>);
/// impl Versioned for Seen {
///     const FORMAT: u32 = 1;
/// }
///
/// # let parent = tempfile::tempdir()?;
/// # let directory = parent.path().join("seen");
/// let mut state = State::open(&directory)?;
/// assert_eq!(state.load::<Seen>()?, None);
/// state.save(&Seen(vec!["first".to_owned()]))?;
/// assert_eq!(state.load::<Seen>()?, Some(Seen(vec!["first".to_owned()])));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct State {
    directory: PathBuf,
    // Locked until it is closed.
    _lock: File,
}

const FILE: &str = "state.json";
const LOCK: &str = "state.lock";

/// What the file holds besides the state, which may have any form if the number is another.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

#[derive(Serialize, Deserialize)]
struct StoredState<T> {
    format: u32,
    state: T,
}

impl State {
    /// Takes a directory, which is created for its owner alone if only its last part is missing, and
    /// removes what a killed process left unfinished there.
    ///
    /// # Errors
    ///
    /// If another process has it ([`is_locked`](Error::is_locked)), or it cannot be created or
    /// written to.
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, Error> {
        let directory = directory.into();
        atomic::directory(&directory)?;
        let path = directory.join(LOCK);
        let lock = atomic::lock_file(&path)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Error::locked(&directory),
            TryLockError::Error(error) => Error::io(Operation::Lock, &path)(error),
        })?;
        atomic::clean(&directory, Kind::State)?;
        Ok(Self { directory, _lock: lock })
    }

    /// What was saved last; `None` if nothing ever was.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is damaged ([`is_damaged`](Error::is_damaged)), or was written by a newer
    /// program ([`is_newer`](Error::is_newer)).
    pub fn load<T: Versioned>(&self) -> Result<Option<T>, Error> {
        let path = self.directory.join(FILE);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io(Operation::Read, &path)(error)),
        };
        let Head { format } = serde_json::from_slice(&bytes).map_err(Error::not_json(&path))?;
        if format > T::FORMAT {
            return Err(Error::newer(&path, format, T::FORMAT));
        }
        let state = if format == T::FORMAT {
            serde_json::from_slice(&bytes).map(|stored: StoredState<T>| stored.state)
        } else {
            serde_json::from_slice(&bytes)
                .and_then(|stored: StoredState<serde_json::Value>| T::upgrade(format, stored.state))
        };
        state.map(Some).map_err(Error::not_json(&path))
    }

    /// Remembers a state instead of the one before. Once this returns, it will be there.
    ///
    /// # Errors
    ///
    /// If it cannot be written, such as on a full disk ([`is_full`](Error::is_full)): the state before
    /// is then still there.
    pub fn save<T: Versioned>(&mut self, state: &T) -> Result<(), Error> {
        let mut bytes = serde_json::to_vec(&StoredState { format: T::FORMAT, state })
            .map_err(Error::no_json(&self.directory.join(FILE)))?;
        bytes.push(b'\n');
        atomic::replace(&self.directory, FILE, &bytes, Kind::State)
    }
}
