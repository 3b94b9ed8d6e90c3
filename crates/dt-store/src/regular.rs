//! Reading files that somebody named.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

/// A file that somebody named, which is open.
pub(crate) struct Named {
    file: File,
    /// Its own, whatever else its name leads to by now.
    pub(crate) metadata: Metadata,
}

impl Named {
    /// Opens a file, which may be named by a link; `None` if it is a directory, a pipe or a device, reading which might never
    /// end.
    pub(crate) fn open(path: &Path) -> io::Result<Option<Self>> {
        let mut options = File::options();
        options.read(true);
        // Opening a pipe would wait for its other end.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(
            &mut options,
            nix::fcntl::OFlag::O_NONBLOCK.bits(),
        );
        match options.open(path) {
            Ok(file) => {
                let metadata = file.metadata()?;
                Ok(metadata.is_file().then_some(Self { file, metadata }))
            }
            // Not every device, and no socket, can be opened.
            Err(_) if fs::metadata(path).is_ok_and(|it| !it.is_file()) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is in it; `None` if that is more than so many bytes.
    pub(crate) fn read(self, most: u64) -> io::Result<Option<Vec<u8>>> {
        let mut content = Vec::new();
        self.file.take(most + 1).read_to_end(&mut content)?;
        Ok((content.len() as u64 <= most).then_some(content))
    }

    /// The same as text, where more is an error.
    pub(crate) fn read_text(self, most: u64) -> io::Result<String> {
        text(self.read(most)?.ok_or(io::ErrorKind::FileTooLarge)?)
    }
}

/// Reads a file of at most so many bytes. It may be named by a link, as containers mount what they are given.
///
/// # Errors
///
/// If it cannot be read or is larger, or if it is a directory, a pipe or a device, reading which might never end.
///
/// ```
/// let directory = std::env::temp_dir();
/// assert!(dt_store::read_regular(&directory, 1_024).is_err());
/// ```
pub fn read_regular(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let named = Named::open(path)?;
    let named = named.ok_or_else(|| io::Error::other("it is not a regular file"))?;
    Ok(named.read(most)?.ok_or(io::ErrorKind::FileTooLarge)?)
}

/// The same, as text.
///
/// # Errors
///
/// As there, or if it is not UTF-8.
pub fn read_regular_text(path: &Path, most: u64) -> io::Result<String> {
    text(read_regular(path, most)?)
}

fn text(content: Vec<u8>) -> io::Result<String> {
    // As some shells redirect.
    let is_wide = content.starts_with(&[0xff, 0xfe]) || content.starts_with(&[0xfe, 0xff]);
    let fault =
        if is_wide { "it is text in UTF-16; save it as UTF-8" } else { "it is not text in UTF-8" };
    String::from_utf8(content).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, fault))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_might_never_end_is_not_read() {
        let directory = tempfile::tempdir().unwrap();
        let zero = directory.path().join("zero");
        std::os::unix::fs::symlink("/dev/zero", &zero).unwrap();
        let pipe = directory.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for path in [&zero, &pipe, &directory.path().to_owned()] {
            let error = read_regular(path, 1 << 20).unwrap_err();
            assert_eq!(error.to_string(), "it is not a regular file", "{}", path.display());
        }
    }

    #[test]
    fn a_file_is_read_up_to_a_bound_and_what_is_no_text_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "token").unwrap();
        assert_eq!(read_regular_text(&path, 5).unwrap(), "token");
        assert_eq!(read_regular(&path, 4).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        fs::write(&path, b"\xff\xfet\0o\0").unwrap();
        let error = read_regular_text(&path, 100).unwrap_err().to_string();
        assert!(error.contains("UTF-16"), "{error}");
    }
}
