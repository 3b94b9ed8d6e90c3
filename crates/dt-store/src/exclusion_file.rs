//! A file of exclusions, which people write, review and share.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tempfile::Builder;
use toml::Spanned;

use crate::regular::Named;
use crate::{Protection, atomic};

/// How many bytes such a file may have: far more than anybody reviews.
const MOST_BYTES: u64 = 1 << 20;

/// An entry, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEntry<T> {
    /// The number of its first line.
    pub line: usize,
    /// What it says.
    pub entry: T,
}

/// Why a file of exclusions is not taken. One that cannot be taken is never taken as one without entries.
#[derive(Debug)]
pub struct ExclusionFileError {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Read(io::Error),
    Write(io::Error),
    NotRegular,
    WritableByOthers,
    TooLarge,
    NotText { line: usize },
    Invalid { line: usize, message: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "T: DeserializeOwned")]
struct Contents<T> {
    #[serde(default = "Vec::new")]
    exclusion: Vec<Spanned<T>>,
}

/// Reads the entries of a file: TOML, a table `[[exclusion]]` each.
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("exclusions.toml");
/// # std::fs::write(&path, "[[exclusion]]\nrule = \"dt-download\"\n")?;
/// # #[cfg(unix)]
/// # std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
/// use std::collections::BTreeMap;
///
/// let entries = dt_store::read_exclusions::<BTreeMap<String, String>>(&path)?;
/// assert_eq!((entries[0].line, &*entries[0].entry["rule"]), (1, "dt-download"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If it is missing, no regular file, larger than 1 MiB, can be written to by others than its owner, or is
/// not what it should be: then the error has the line.
pub fn read_exclusions<T: DeserializeOwned>(
    path: &Path,
) -> Result<Vec<ListedEntry<T>>, ExclusionFileError> {
    parse(path, &read(path)?)
}

/// Adds an entry to the end of a file, which is created for its owner alone if it is not there. What stands
/// in it is left as it is, and nobody sees half of it. Gives the number of the entry's first line.
///
/// # Errors
///
/// If the file cannot be [read](read_exclusions) or be written to.
pub fn append_exclusion<T: Serialize + DeserializeOwned>(
    path: &Path,
    entry: &T,
) -> Result<usize, ExclusionFileError> {
    let wrong = |kind| ExclusionFileError { path: path.to_owned(), kind };
    let directory = atomic::parent(path);
    atomic::directories(directory).map_err(Kind::Write).map_err(wrong)?;
    // What two programs add at once has to be there both times; where directories cannot be locked, they
    // are as good as alone.
    let lock = File::open(directory).and_then(|opened| opened.lock().map(|()| opened));
    let before = match read(path) {
        Err(error) if error.is_missing() => String::new(),
        before => before?,
    };
    parse::<T>(path, &before)?;
    let written = toml::to_string(entry);
    let written = written.map_err(|error| wrong(Kind::Write(io::Error::other(error))))?;
    let apart = match before.as_bytes() {
        [] => "",
        [.., b'\n'] => "\n",
        _ => "\n\n",
    };
    let start = format!("{before}{apart}");
    let line = line_at(&start, start.len());
    let content = format!("{start}[[exclusion]]\n{written}");
    // A file that has its entries in another form takes none in this one.
    parse::<T>(path, &content)?;
    replace(path, content.as_bytes()).map_err(Kind::Write).map_err(wrong)?;
    drop(lock);
    Ok(line)
}

fn read(path: &Path) -> Result<String, ExclusionFileError> {
    let wrong = |kind| ExclusionFileError { path: path.to_owned(), kind };
    let unreadable = |error| wrong(Kind::Read(error));
    let named = Named::open(path).map_err(unreadable)?.ok_or_else(|| wrong(Kind::NotRegular))?;
    if !Protection::ReadOnly.holds_of(&named.metadata) {
        return Err(wrong(Kind::WritableByOthers));
    }
    let content = named.read(MOST_BYTES).map_err(unreadable)?;
    let content = content.ok_or_else(|| wrong(Kind::TooLarge))?;
    String::from_utf8(content).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
        wrong(Kind::NotText { line: line_at(&text, valid) })
    })
}

fn parse<T: DeserializeOwned>(
    path: &Path,
    text: &str,
) -> Result<Vec<ListedEntry<T>>, ExclusionFileError> {
    let contents: Contents<T> = toml::from_str(text).map_err(|error| {
        let line = line_at(text, error.span().map_or(0, |span| span.start));
        let kind = Kind::Invalid { line, message: error.message().to_owned() };
        ExclusionFileError { path: path.to_owned(), kind }
    })?;
    let listed = |entry: Spanned<T>| ListedEntry {
        line: line_at(text, entry.span().start),
        entry: entry.into_inner(),
    };
    Ok(contents.exclusion.into_iter().map(listed).collect())
}

/// The number of the line of a byte.
fn line_at(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// Replaces a file, or what a link to it leads to, which keeps its permissions.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = atomic::parent(&path);
    let mut file = Builder::new().prefix(".unfinished-exclusions-").tempfile_in(directory)?;
    file.write_all(content)?;
    if let Ok(before) = fs::metadata(&path) {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(&path)?;
    atomic::sync(directory)
}

impl ExclusionFileError {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The number of the line that is wrong, if one is.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        match self.kind {
            Kind::NotText { line } | Kind::Invalid { line, .. } => Some(line),
            _ => None,
        }
    }

    /// Whether there is no such file.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        let is_missing = |error: &io::Error| {
            matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
        };
        matches!(&self.kind, Kind::Read(error) if is_missing(error))
    }

    /// Whether it failed while it was written.
    #[must_use]
    pub const fn is_unwritten(&self) -> bool {
        matches!(self.kind, Kind::Write(_))
    }

    /// Whether others than its owner can write to it.
    #[must_use]
    pub const fn is_writable_by_others(&self) -> bool {
        matches!(self.kind, Kind::WritableByOthers)
    }
}

/// What is wrong, without the place.
impl fmt::Display for ExclusionFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Read(_) => f.write_str("failed to read the exclusions"),
            Kind::Write(_) => f.write_str("failed to write the exclusions"),
            Kind::NotRegular => f.write_str("the exclusions are not a regular file"),
            Kind::WritableByOthers => f.write_str("others can write to the exclusions"),
            Kind::TooLarge => f.write_str("the exclusions are larger than 1 MiB"),
            Kind::NotText { .. } => f.write_str("the exclusions are not text in UTF-8"),
            Kind::Invalid { message, .. } => write!(f, "the exclusions cannot be read: {message}"),
        }
    }
}

impl std::error::Error for ExclusionFileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Read(error) | Kind::Write(error) => Some(error),
            _ => None,
        }
    }
}
