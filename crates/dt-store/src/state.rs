//! What a program remembers from one run to the next.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::atomic::Kind;
use crate::error::Operation;
use crate::journal::{self, Journal};
use crate::lines::Durability;
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

/// What can be remembered by what changed of it.
pub trait Journaled: Versioned {
    /// What changes it.
    type Change: Serialize + DeserializeOwned;

    /// Changes it.
    fn apply(&mut self, change: Self::Change);
}

/// A directory in which one process remembers something, whole or not at all.
///
/// What [`save`](Self::save) has returned from is there after a crash, of the process or of the
/// machine, and until then what was saved before. The file is `state.json`, for its owner only:
///
/// ```json
/// {"format": 1, "journal": 1, "state": ...}
/// ```
///
/// What changes a little again and again is [saved](Self::save) once and then [appended](Self::append) to,
/// which costs what changed: `state-1.journal` has a change a line, and is there until the state is
/// saved again.
///
/// As long as this value lives, no other process gets the same directory, whichever of its files are
/// removed. The operating system ends that with the process, however it ends.
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
    // Both locked until they are closed: the file is all that some file systems lock, and what former
    // versions did.
    held: Option<File>,
    _lock: File,
    /// What changed since it was saved.
    journal: Journal,
    /// The number of the next one: higher than any that is there.
    next: u64,
    /// How much was saved; `None` if nothing that the journal could go on from.
    saved: Option<u64>,
}

const FILE: &str = "state.json";
const LOCK: &str = "state.lock";

/// A journal is not worth saving the state for before it has as many bytes.
const SHORT: u64 = 1 << 20;

/// And not before it is so many times as long as the state: one that has just grown is as long as what made it
/// grow, and would only be written twice.
const WORTH: u64 = 4;

/// What the file holds besides the state, which may have any form if the number is another.
#[derive(Deserialize)]
struct Head {
    format: u32,
    #[serde(default)]
    journal: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredState<T> {
    format: u32,
    #[serde(default)]
    journal: u64,
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
        let held = match atomic::lock_directory(&directory) {
            Err(TryLockError::WouldBlock) => return Err(Error::locked(&directory)),
            held => held.ok(),
        };
        let path = directory.join(LOCK);
        let lock = atomic::lock_file(&path)?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Error::locked(&directory),
            TryLockError::Error(error) => Error::io(Operation::Lock, &path)(error),
        })?;
        atomic::clean(&directory, Kind::State)?;
        let highest = journal::highest(&directory)?;
        let journal = Journal::new(&directory, highest);
        Ok(Self {
            directory,
            held,
            _lock: lock,
            journal,
            next: highest.saturating_add(1),
            saved: None,
        })
    }

    /// What was saved last; `None` if nothing ever was.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is no regular file, is damaged ([`is_damaged`](Error::is_damaged)), or was
    /// written by a newer program ([`is_newer`](Error::is_newer)).
    pub fn load<T: Versioned>(&self) -> Result<Option<T>, Error> {
        Ok(self.read()?.map(|(_, _, state)| state))
    }

    /// What was saved last, with what was appended to it; `None` if nothing ever was.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn load_journaled<T: Journaled>(&mut self) -> Result<Option<T>, Error> {
        let Some((head, length, mut state)) = self.read::<T>()? else { return Ok(None) };
        self.next = self.next.max(head.journal.saturating_add(1));
        self.journal = Journal::new(&self.directory, head.journal);
        self.journal.remove_others();
        self.journal.read(|change| state.apply(change))?;
        self.saved = (head.format == T::FORMAT).then_some(length);
        Ok(Some(state))
    }

    fn read<T: Versioned>(&self) -> Result<Option<(Head, u64, T)>, Error> {
        let path = self.directory.join(FILE);
        let mut bytes = Vec::new();
        match atomic::open_regular(&path, File::options().read(true)) {
            Ok(mut file) => file.read_to_end(&mut bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => Err(error),
        }
        .map_err(Error::io(Operation::Read, &path))?;
        let head: Head = serde_json::from_slice(&bytes).map_err(Error::not_json(&path))?;
        let format = head.format;
        if format > T::FORMAT {
            return Err(Error::newer(&path, format, T::FORMAT));
        }
        let state = if format == T::FORMAT {
            serde_json::from_slice(&bytes).map(|stored: StoredState<T>| stored.state)
        } else {
            serde_json::from_slice(&bytes)
                .and_then(|stored: StoredState<serde_json::Value>| T::upgrade(format, stored.state))
        };
        let state = state.map_err(Error::not_json(&path))?;
        Ok(Some((head, bytes.len() as u64, state)))
    }

    /// Remembers a state instead of the one before. Once this returns, it will be there.
    ///
    /// # Errors
    ///
    /// If it cannot be written, such as on a full disk ([`is_full`](Error::is_full)), or the directory is
    /// not the one that was opened any more ([`is_replaced`](Error::is_replaced)): the state before is
    /// then still there.
    pub fn save<T: Versioned>(&mut self, state: &T) -> Result<(), Error> {
        let bytes = self.whole(state)?;
        self.replace(&bytes)
    }

    /// Brings to the disk what was appended to be there [later](Durability::Later): as it is, or, where reading that
    /// would take several times as long as reading the state that it made, by [saving](Self::save) this.
    ///
    /// # Errors
    ///
    /// As [`save`](Self::save).
    pub fn settle<T: Versioned>(&mut self, state: &T) -> Result<(), Error> {
        let appended = self.journal.length();
        if self.saved.is_some_and(|saved| appended <= SHORT.max(WORTH * saved)) {
            return self.journal.sync();
        }
        let bytes = self.whole(state)?;
        if self.saved.is_some() && appended <= WORTH * bytes.len() as u64 {
            return self.journal.sync();
        }
        self.replace(&bytes)
    }

    /// The state as its file has it.
    fn whole<T: Versioned>(&self, state: &T) -> Result<Vec<u8>, Error> {
        let stored = StoredState { format: T::FORMAT, journal: self.next, state };
        let mut bytes =
            serde_json::to_vec(&stored).map_err(Error::no_json(&self.directory.join(FILE)))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    fn replace(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.ensure_held()?;
        // Until this is done, nobody knows which journal the state goes on in.
        self.saved = None;
        atomic::replace(&self.directory, FILE, bytes, Kind::State)?;
        self.saved = Some(bytes.len() as u64);
        self.journal = Journal::new(&self.directory, self.next);
        self.next = self.next.saturating_add(1);
        self.journal.remove_others();
        Ok(())
    }

    /// Remembers a change of what was saved or [loaded](Self::load_journaled).
    ///
    /// # Errors
    ///
    /// As [`save`](Self::save), or if there is nothing that it could be a change of
    /// ([`is_unsaved`](Self::is_unsaved)): nothing of the change is remembered then.
    pub fn append<C: Serialize>(
        &mut self,
        change: &C,
        durability: Durability,
    ) -> Result<(), Error> {
        self.ensure_held()?;
        if self.is_unsaved() {
            return Err(Error::unsaved(&self.directory));
        }
        self.journal.append(change, durability)
    }

    /// Whether it has to be [saved](Self::save) before something is appended: nothing was saved or
    /// [loaded](Self::load_journaled) yet, or an older format of it, or the last time failed.
    #[must_use]
    pub const fn is_unsaved(&self) -> bool {
        self.saved.is_none()
    }

    /// Fails if somebody moved or removed the directory: what is there now may be another process's.
    fn ensure_held(&self) -> Result<(), Error> {
        match &self.held {
            Some(held) if !atomic::is_at(held, &self.directory) => {
                Err(Error::replaced(&self.directory))
            }
            _ => Ok(()),
        }
    }
}
