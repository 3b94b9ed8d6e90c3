//! Files of exclusions are taken whole, or refused with what is wrong.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use dt_store::{ExclusionFileError, append_exclusion, read_exclusions};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: String,
    reason: String,
}

fn entry(reason: &str) -> Entry {
    Entry { rule: "dt-download".to_owned(), reason: reason.to_owned() }
}

/// A file with this content, which only its owner can write to.
fn file(content: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("exclusions.toml");
    fs::write(&path, content).unwrap();
    set_mode(&path, 0o644);
    (directory, path)
}

fn set_mode(path: &Path, mode: u32) {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    #[cfg(not(unix))]
    let _ = (path, mode);
}

fn refused(path: &Path) -> ExclusionFileError {
    read_exclusions::<Entry>(path).unwrap_err()
}

#[test]
fn what_is_appended_is_read_after_what_was_there() {
    let (_directory, path) = file("# reviewed by Anna\r\n");
    let hostile = entry("line\nbreak \"quoted\" \u{1b}[31m ]] [[exclusion]] '''");
    assert_eq!(append_exclusion(&path, &entry("first")).unwrap(), 3);
    let line = append_exclusion(&path, &hostile).unwrap();
    let read = read_exclusions::<Entry>(&path).unwrap();
    let entries: Vec<(usize, &Entry)> = read.iter().map(|it| (it.line, &it.entry)).collect();
    assert_eq!(entries, [(3, &entry("first")), (line, &hostile)]);
    assert!(fs::read_to_string(&path).unwrap().starts_with("# reviewed by Anna\r\n"));
}

#[test]
fn a_file_that_is_not_there_is_created_for_its_owner_alone_and_one_that_is_keeps_its_mode() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("dt").join("exclusions.toml");
    assert!(refused(&path).is_missing());
    append_exclusion(&path, &entry("first")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        set_mode(&path, 0o644);
        append_exclusion(&path, &entry("second")).unwrap();
        assert_eq!(mode(&path), 0o644);
        // A link stays one.
        let link = directory.path().join("link.toml");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        append_exclusion(&link, &entry("third")).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
    let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert_eq!(read_exclusions::<Entry>(&path).unwrap()[0].entry, entry("first"));
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let whole = "[[exclusion]]\nrule = \"a\"\nreason = \"b\"\n";
    for (content, line, said) in [
        ("exclusion = 5\n".to_owned(), 1, "invalid type"),
        (format!("{whole}[[exclusions]]\n"), 4, "unknown field `exclusions`"),
        (
            format!("{whole}\n[[exclusion]]\nrule = \"a\"\nresaon = \"b\"\n"),
            7,
            "unknown field `resaon`",
        ),
        (format!("{whole}rule = \"c\"\n"), 4, "duplicate key"),
        (format!("{whole}\n[[exclusion]]\nrule = \"a\"\n"), 5, "missing field `reason`"),
        (format!("{whole}\n[[exclusion]]\nrule = 7\nreason = \"b\"\n"), 6, "invalid type"),
        (format!("{whole}[[exclusion\n"), 4, ""),
    ] {
        let (_directory, path) = file(&content);
        let error = refused(&path);
        assert_eq!(error.line(), Some(line), "{content}: {error}");
        assert!(error.to_string().contains(said), "{content}: {error}");
        // Neither is anything added to what cannot be read.
        assert!(append_exclusion(&path, &entry("more")).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
    let (_directory, path) = file(b"# \xff\n");
    assert_eq!(refused(&path).line(), Some(1));
    for empty in ["", "\u{feff}", "# nothing yet\n"] {
        let (_directory, path) = file(empty);
        assert_eq!(read_exclusions::<Entry>(&path).unwrap(), []);
    }
}

#[test]
fn a_file_has_at_most_a_mebibyte() {
    let (_directory, path) = file(format!("#{}", " ".repeat((1 << 20) - 1)));
    assert_eq!(read_exclusions::<Entry>(&path).unwrap(), []);
    let (_directory, path) = file(format!("#{}", " ".repeat(1 << 20)));
    assert_eq!(refused(&path).to_string(), "the exclusions are larger than 1 MiB");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_write_to_or_that_is_none_is_refused() {
    let (directory, path) = file("");
    for (mode, is_refused) in [(0o600, false), (0o644, false), (0o664, true), (0o646, true)] {
        set_mode(&path, mode);
        let refused = read_exclusions::<Entry>(&path).err();
        assert_eq!(refused.is_some_and(|it| it.is_writable_by_others()), is_refused, "{mode:o}");
    }
    for irregular in [directory.path(), Path::new("/dev/null")] {
        let said = refused(irregular).to_string();
        assert_eq!(said, "the exclusions are not a regular file");
    }
}
