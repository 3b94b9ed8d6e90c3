//! What can go wrong with a lake.

use std::path::PathBuf;

use dt_model::{Diagnostic, FailureKind, Help};

/// Something could not be kept in a lake, or read from it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be written or read.
    #[error(transparent)]
    File(#[from] dt_store::Error),
    /// A table is not what was written, or could not be written.
    #[error("the table {} cannot be used", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What the reader or writer says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A table has another size, or another number of rows, than its manifest says.
    #[error("{} is not the table that its manifest lists", path.display())]
    OtherTable {
        /// The file.
        path: PathBuf,
    },
    /// What all runs knew of domains cannot be read.
    #[error("{}, what all runs knew of domains, cannot be read", path.display())]
    Known {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<Error>,
    },
    /// A manifest or a journal is not what was written.
    #[error("{} is damaged, or something else wrote it", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        source: serde_json::Error,
    },
    /// Something was written by a newer version of the program.
    #[error("{}: its format is {found}, and formats up to {known} are known here", path.display())]
    Newer {
        /// The manifest.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest that is known.
        known: u32,
    },
    /// A lake for the time being has no place.
    #[error("failed to make a directory")]
    Scratch {
        /// What the system says.
        source: std::io::Error,
    },
    /// The directory is no lake.
    #[error("{} is not a lake: it has no manifests; `dt sweep --to` makes one", path.display())]
    NoLake {
        /// The directory.
        path: PathBuf,
    },
    /// Whether the directory is a lake cannot be seen.
    #[error("{} cannot be looked into", path.display())]
    Refused {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Every sweep of the lake was stopped before its end, or none was begun.
    #[error("no sweep of this lake is finished")]
    NothingFinished {
        /// The lake.
        path: PathBuf,
        /// Whether one was begun that can be gone on with.
        is_begun: bool,
    },
    /// The lake has no such run.
    #[error("there is no run {run}{}", if *finished { "" } else { " that is not finished" })]
    NoRun {
        /// Which was asked for.
        run: String,
        /// Whether it should be a finished one.
        finished: bool,
    },
    /// A run that began with other rules or another selection cannot go on with these.
    #[error("the run {run} was begun with another {what}: {before}, now {now}; begin another run")]
    OtherPlan {
        /// The run.
        run: String,
        /// What differs.
        what: &'static str,
        /// As it was begun.
        before: String,
        /// As it is now.
        now: String,
    },
}

impl Error {
    /// For `map_err`: a table that the reader or writer cannot use.
    pub(crate) fn table<E: std::error::Error + Send + Sync + 'static>(
        path: &std::path::Path,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self::Table { path: path.to_owned(), source: Box::new(source) }
    }

    /// For `map_err`: JSON that is not what was written.
    pub(crate) fn damaged(path: &std::path::Path) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::Damaged { path: path.to_owned(), source }
    }

    /// Whether another process works with the same run.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::File(error) if error.is_locked())
    }
}

impl Diagnostic for Error {
    fn kind(&self) -> FailureKind {
        match self {
            Self::NoLake { .. } | Self::NoRun { .. } | Self::OtherPlan { .. } => FailureKind::Usage,
            Self::File(_)
            | Self::Table { .. }
            | Self::OtherTable { .. }
            | Self::Known { .. }
            | Self::Damaged { .. }
            | Self::Newer { .. }
            | Self::Refused { .. }
            | Self::NothingFinished { .. }
            | Self::Scratch { .. } => FailureKind::Failed,
        }
    }

    fn place(&self) -> Option<String> {
        match self {
            Self::NothingFinished { path, .. } => Some(path.display().to_string()),
            _ => None,
        }
    }

    fn help(&self) -> Option<Help> {
        match self {
            Self::NothingFinished { is_begun, .. } => Some(Help::new(if *is_begun {
                "dt sweep --to LAKE --resume goes on with one"
            } else {
                "dt sweep --to LAKE makes one"
            })),
            Self::Table { .. } | Self::OtherTable { .. } => {
                Some(Help::new("dt lake check LAKE compares all files with the manifests"))
            }
            Self::Known { .. } => Some(Help::new(
                "remove that file: the next run makes it anew, of the domains that it sees",
            )),
            Self::File(error) => error.help(),
            _ => None,
        }
    }
}
