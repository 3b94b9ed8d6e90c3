//! The one directory that names of files are below.

use std::path::{Component, Path, PathBuf};

use crate::ServeError;
use crate::argument::{FileFault, InvalidArgument, is_like_option};

/// A directory, chosen when the server is started, below which tools may name lakes and snapshots.
#[derive(Debug)]
pub struct Root(PathBuf);

impl Root {
    /// This directory; a link that leads to it is followed now and never again.
    ///
    /// # Errors
    ///
    /// If it is not there or no directory.
    pub fn open(path: &Path) -> Result<Self, ServeError> {
        let entered = path.canonicalize().and_then(|found| found.read_dir().map(|_| Self(found)));
        entered.map_err(|source| ServeError::Root { path: path.to_owned(), source })
    }

    /// What a name leads to. Nothing on the way may be a link, so that it ends below the directory.
    pub(crate) fn find(&self, name: &str) -> Result<PathBuf, InvalidArgument> {
        self.walk(name).map_err(|why| InvalidArgument::File { text: name.to_owned(), why })
    }

    fn walk(&self, name: &str) -> Result<PathBuf, FileFault> {
        if name.is_empty() {
            return Err(FileFault::Empty);
        }
        let mut path = self.0.clone();
        for component in steps(name)? {
            path.push(component);
            let found = path.symlink_metadata().map_err(|_| FileFault::Missing)?;
            if found.is_symlink() {
                return Err(FileFault::Link);
            }
        }
        Ok(path)
    }
}

/// The names of a path, one below the other.
fn steps(name: &str) -> Result<Vec<&str>, FileFault> {
    let path = Path::new(name);
    if path.is_absolute() || path.has_root() {
        return Err(FileFault::Absolute);
    }
    // `components` passes over `.` within a path.
    if name.split(['/', '\\']).any(|step| matches!(step, "." | "..")) {
        return Err(FileFault::Upwards);
    }
    let step = |component| match component {
        Component::Normal(step) => {
            let step = step.to_str().ok_or(FileFault::Missing)?;
            if is_like_option(step) { Err(FileFault::Option) } else { Ok(step) }
        }
        Component::CurDir | Component::ParentDir => Err(FileFault::Upwards),
        Component::Prefix(_) | Component::RootDir => Err(FileFault::Absolute),
    };
    path.components().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(root: &Root, name: &str) -> Option<FileFault> {
        match root.find(name) {
            Ok(_) => None,
            Err(InvalidArgument::File { why, .. }) => Some(why),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn names_below_the_directory_are_found() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(directory.path().join("snaps/12345")).unwrap();
        let root = Root::open(directory.path()).unwrap();
        let found = root.find("snaps/12345").unwrap();
        assert_eq!(found, directory.path().canonicalize().unwrap().join("snaps/12345"));
    }

    #[test]
    fn nothing_leads_out_of_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        let inside = directory.path().join("root");
        std::fs::create_dir_all(inside.join("snaps")).unwrap();
        std::fs::create_dir(directory.path().join("outside")).unwrap();
        let root = Root::open(&inside).unwrap();
        for (name, why) in [
            ("", FileFault::Empty),
            ("..", FileFault::Upwards),
            ("../outside", FileFault::Upwards),
            ("snaps/../../outside", FileFault::Upwards),
            ("snaps/./.", FileFault::Upwards),
            ("..\\outside", FileFault::Upwards),
            ("/etc", FileFault::Absolute),
            ("-o", FileFault::Option),
            ("snaps/--force", FileFault::Option),
            ("nothing", FileFault::Missing),
            ("a\0b", FileFault::Missing),
        ] {
            assert_eq!(fault(&root, name), Some(why), "{name:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused_wherever_they_stand() {
        let directory = tempfile::tempdir().unwrap();
        let inside = directory.path().join("root");
        std::fs::create_dir_all(inside.join("snaps")).unwrap();
        std::fs::create_dir_all(directory.path().join("outside/lake")).unwrap();
        std::os::unix::fs::symlink(directory.path().join("outside"), inside.join("out")).unwrap();
        std::os::unix::fs::symlink(inside.join("snaps"), inside.join("within")).unwrap();
        let root = Root::open(&inside).unwrap();
        for name in ["out", "out/lake", "within"] {
            assert_eq!(fault(&root, name), Some(FileFault::Link), "{name}");
        }
    }
}
