//! Whether evidence is still as it was written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::archive::LOCK;
use crate::error::Operation;

/// The list of the files of an [`EvidenceBundle`](crate::EvidenceBundle) with their SHA-256.
pub(crate) const CHECKSUMS: &str = "SHA256SUMS";

/// The document of an [`EvidenceBundle`](crate::EvidenceBundle).
pub(crate) const DOCUMENT: &str = "evidence.json";

/// How many bytes a list of checksums has at most: far more than any number of devices takes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What came of looking at evidence again.
///
/// Without problems, every file is as it was when `SHA256SUMS` was written. By whom, it does not say:
/// whoever may change a file may change its checksum, too.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verification {
    /// How many files are as they are listed.
    pub intact: usize,
    /// What is wrong, by path.
    pub problems: Vec<Problem>,
}

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Problem {
    /// The file, below the directory of the evidence. It may be anybody's text.
    pub path: String,
    /// What is wrong with it.
    pub kind: ProblemKind,
}

/// What can be wrong with a file of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProblemKind {
    /// Its SHA-256 is another one.
    Changed,
    /// It is listed, or has to be there, and is not.
    Missing,
    /// It is there and not listed.
    Extra,
    /// It is a symbolic link, which may lead anywhere. It is not followed.
    Link,
    /// It is neither a file nor a directory.
    NotAFile,
    /// It is listed more than once.
    ListedTwice,
    /// It is listed by a path that leads out of the directory.
    LeadsOut,
    /// This line of the list is none that the program writes.
    Malformed(usize),
    /// It cannot be read.
    Unreadable(io::ErrorKind),
}

/// Looks at every file of an [`EvidenceBundle`](crate::EvidenceBundle) again.
///
/// No path is followed before it was looked at: only plain files that were found below the directory,
/// without a link on the way, are opened.
///
/// # Errors
///
/// If the directory cannot be listed. What is wrong with its files is in the result.
pub fn verify(directory: &Path) -> Result<Verification, Error> {
    let mut found = Found::default();
    found.walk(directory, "").map_err(Error::io(Operation::Read, directory))?;
    let Found { mut files, mut problems } = found;
    // Those who write there keep it locked by a file that holds nothing.
    if files.get(LOCK) == Some(&0) {
        files.remove(LOCK);
    }
    let list = match files.remove(CHECKSUMS) {
        None => Err(ProblemKind::Missing),
        Some(size) if size > LARGEST => Err(ProblemKind::Unreadable(io::ErrorKind::FileTooLarge)),
        Some(_) => fs::read_to_string(directory.join(CHECKSUMS))
            .map_err(|error| ProblemKind::Unreadable(error.kind())),
    };
    let list = match list {
        Ok(list) => list,
        Err(kind) => {
            // What it is instead was found already.
            if !problems.iter().any(|problem| problem.path == CHECKSUMS) {
                problems.push(Problem::new(CHECKSUMS, kind));
            }
            problems.sort();
            return Ok(Verification { intact: 0, problems });
        }
    };
    // A link, or what else is no file, was told as that and is no missing file.
    let no_files: BTreeSet<String> = problems.iter().map(|it| it.path.clone()).collect();
    let listed = read(&list, &mut problems);
    let wanted: BTreeSet<&str> = listed.keys().copied().chain([DOCUMENT]).collect();
    let missing =
        wanted.into_iter().filter(|path| !files.contains_key(*path) && !no_files.contains(*path));
    problems.extend(missing.map(|path| Problem::new(path, ProblemKind::Missing)));
    let mut intact = 0;
    for (path, expected) in &listed {
        if !files.contains_key(*path) {
            continue;
        }
        match checksum(&directory.join(path)) {
            Ok(sha256) if sha256 == *expected => intact += 1,
            Ok(_) => problems.push(Problem::new(path, ProblemKind::Changed)),
            Err(error) => {
                problems.push(Problem::new(path, ProblemKind::Unreadable(error.kind())));
            }
        }
    }
    let extra = files.keys().filter(|path| !listed.contains_key(path.as_str()));
    problems.extend(extra.map(|path| Problem::new(path, ProblemKind::Extra)));
    problems.sort();
    Ok(Verification { intact, problems })
}

/// What is below a directory.
#[derive(Default)]
struct Found {
    /// Plain files by their path, with their size.
    files: BTreeMap<String, u64>,
    problems: Vec<Problem>,
}

impl Found {
    /// Looks at what is in a directory and below it, and follows no link.
    fn walk(&mut self, directory: &Path, below: &str) -> io::Result<()> {
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name();
            let path = format!("{below}{}", name.to_string_lossy());
            let metadata = fs::symlink_metadata(entry.path())?;
            let kind = metadata.file_type();
            if kind.is_symlink() {
                self.problems.push(Problem::new(&path, ProblemKind::Link));
            } else if kind.is_dir() {
                match self.walk(&entry.path(), &format!("{path}/")) {
                    Ok(()) => {}
                    Err(error) => {
                        self.problems
                            .push(Problem::new(&path, ProblemKind::Unreadable(error.kind())));
                    }
                }
            } else if !kind.is_file() {
                self.problems.push(Problem::new(&path, ProblemKind::NotAFile));
            } else if name.to_str().is_none() {
                // A list cannot name it.
                self.problems.push(Problem::new(&path, ProblemKind::Extra));
            } else {
                self.files.insert(path, metadata.len());
            }
        }
        Ok(())
    }
}

/// Reads a list: the SHA-256 of each path that may be looked at. What else it says is a problem.
fn read<'a>(list: &'a str, problems: &mut Vec<Problem>) -> BTreeMap<&'a str, &'a str> {
    let mut listed = BTreeMap::new();
    for (index, line) in list.lines().enumerate() {
        let Some((sha256, path)) = line.split_once("  ").filter(|(sha256, _)| is_sha256(sha256))
        else {
            problems.push(Problem::new(CHECKSUMS, ProblemKind::Malformed(index + 1)));
            continue;
        };
        if leads_out(path) {
            problems.push(Problem::new(path, ProblemKind::LeadsOut));
        } else if path.split('/').any(|part| matches!(part, "" | ".")) {
            // Two ways to write one path would hide that it is listed twice.
            problems.push(Problem::new(CHECKSUMS, ProblemKind::Malformed(index + 1)));
        } else if listed.contains_key(path) {
            problems.push(Problem::new(path, ProblemKind::ListedTwice));
        } else {
            listed.insert(path, sha256);
        }
    }
    listed
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a path is no plain one below a directory, on any operating system: `\` and `:` separate
/// and begin paths on some, and no file of a bundle has them.
fn leads_out(path: &str) -> bool {
    path.starts_with('/')
        || path.contains(['\\', ':', '\0'])
        || path.split('/').any(|part| part == "..")
}

fn checksum(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(base16ct::lower::encode_string(&hash.finalize())),
            read => hash.update(&buffer[..read]),
        }
    }
}

impl Problem {
    fn new(path: &str, kind: ProblemKind) -> Self {
        Self { path: path.to_owned(), kind }
    }
}

/// The outcome in a line; each problem is another one.
impl fmt::Display for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { intact, problems } = self;
        match problems.len() {
            0 => write!(f, "all {intact} files are as they were written"),
            1 => write!(f, "1 problem; {intact} files are as they were written"),
            count => write!(f, "{count} problems; {intact} files are as they were written"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.kind)
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => f.write_str("changed: its SHA-256 is not the one that is listed"),
            Self::Missing => f.write_str("missing"),
            Self::Extra => f.write_str("extra: it is not listed"),
            Self::Link => f.write_str("a symbolic link, which is not followed"),
            Self::NotAFile => f.write_str("no regular file"),
            Self::ListedTwice => f.write_str("listed more than once"),
            Self::LeadsOut => f.write_str("listed, but its path leads out of the directory"),
            Self::Malformed(line) => {
                write!(f, "line {line} is no SHA-256 and plain path, as dt writes them")
            }
            Self::Unreadable(kind) => write!(f, "cannot be read: {kind}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::sha256;

    const SNAPSHOT: &str = "7-20261124T120000Z/snapshot.json";

    /// Evidence of two files.
    fn evidence() -> TempDir {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("7-20261124T120000Z")).unwrap();
        fs::write(directory.path().join(SNAPSHOT), "{}").unwrap();
        fs::write(directory.path().join(DOCUMENT), "[]").unwrap();
        fs::write(directory.path().join(LOCK), "").unwrap();
        list(&directory, &whole());
        directory
    }

    fn whole() -> String {
        format!("{}{}", line("{}", SNAPSHOT), line("[]", DOCUMENT))
    }

    fn line(content: &str, path: &str) -> String {
        format!("{}  {path}\n", sha256(content.as_bytes()))
    }

    fn list(directory: &TempDir, list: &str) {
        fs::write(directory.path().join(CHECKSUMS), list).unwrap();
    }

    /// The problems that are found.
    fn problems(directory: &TempDir) -> Vec<(String, ProblemKind)> {
        let found = verify(directory.path()).unwrap().problems;
        found.into_iter().map(|problem| (problem.path, problem.kind)).collect()
    }

    fn one(path: &str, kind: ProblemKind) -> Vec<(String, ProblemKind)> {
        vec![(path.to_owned(), kind)]
    }

    #[test]
    fn what_is_as_it_was_written_has_no_problems() {
        let found = verify(evidence().path()).unwrap();
        assert_eq!(found, Verification { intact: 2, problems: Vec::new() });
    }

    #[test]
    fn a_changed_file_is_told() {
        let directory = evidence();
        fs::write(directory.path().join(SNAPSHOT), "{ }").unwrap();
        assert_eq!(problems(&directory), one(SNAPSHOT, ProblemKind::Changed));
    }

    #[test]
    fn a_missing_file_is_told() {
        let directory = evidence();
        fs::remove_file(directory.path().join(SNAPSHOT)).unwrap();
        assert_eq!(problems(&directory), one(SNAPSHOT, ProblemKind::Missing));
    }

    #[test]
    fn evidence_without_its_document_or_its_list_is_not_whole() {
        let directory = evidence();
        fs::remove_file(directory.path().join(DOCUMENT)).unwrap();
        list(&directory, &line("{}", SNAPSHOT));
        assert_eq!(problems(&directory), one(DOCUMENT, ProblemKind::Missing));
        fs::remove_file(directory.path().join(CHECKSUMS)).unwrap();
        assert_eq!(problems(&directory), one(CHECKSUMS, ProblemKind::Missing));
        assert!(verify(&directory.path().join("nowhere")).unwrap_err().is_not_found());
    }

    #[test]
    fn an_extra_file_is_told_wherever_it_is() {
        let directory = evidence();
        fs::write(directory.path().join("7-20261124T120000Z/more"), "").unwrap();
        // What should hold nothing hides nothing.
        fs::write(directory.path().join(LOCK), "something").unwrap();
        let extra = [".lock", "7-20261124T120000Z/more"];
        let extra = extra.map(|path| (path.to_owned(), ProblemKind::Extra));
        assert_eq!(problems(&directory), extra);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_told_and_not_followed() {
        use std::os::unix::fs::symlink;

        let directory = evidence();
        let away = tempfile::tempdir().unwrap();
        let (file, folder) = (away.path().join("file"), away.path().join("folder"));
        fs::rename(directory.path().join(SNAPSHOT), &file).unwrap();
        symlink(&file, directory.path().join(SNAPSHOT)).unwrap();
        assert_eq!(problems(&directory), one(SNAPSHOT, ProblemKind::Link));

        fs::remove_file(directory.path().join(SNAPSHOT)).unwrap();
        fs::remove_dir(directory.path().join("7-20261124T120000Z")).unwrap();
        fs::create_dir(&folder).unwrap();
        fs::rename(&file, folder.join("snapshot.json")).unwrap();
        symlink(&folder, directory.path().join("7-20261124T120000Z")).unwrap();
        let found = problems(&directory);
        assert!(found.contains(&("7-20261124T120000Z".to_owned(), ProblemKind::Link)), "{found:?}");
        assert!(found.contains(&(SNAPSHOT.to_owned(), ProblemKind::Missing)), "{found:?}");

        let directory = evidence();
        fs::rename(directory.path().join(CHECKSUMS), &file).unwrap();
        symlink(&file, directory.path().join(CHECKSUMS)).unwrap();
        assert_eq!(problems(&directory), one(CHECKSUMS, ProblemKind::Link));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_opened() {
        let directory = evidence();
        fs::remove_file(directory.path().join(SNAPSHOT)).unwrap();
        let _socket =
            std::os::unix::net::UnixListener::bind(directory.path().join(SNAPSHOT)).unwrap();
        assert_eq!(problems(&directory), one(SNAPSHOT, ProblemKind::NotAFile));
    }

    #[test]
    fn a_file_that_is_listed_twice_is_told() {
        let directory = evidence();
        list(&directory, &(whole() + &line("other", SNAPSHOT)));
        assert_eq!(problems(&directory), one(SNAPSHOT, ProblemKind::ListedTwice));
    }

    #[test]
    fn a_path_that_leads_out_is_told_and_not_followed() {
        let directory = evidence();
        fs::write(directory.path().join("secret"), "secret").unwrap();
        let inner = directory.path().join("7-20261124T120000Z");
        fs::write(inner.join(DOCUMENT), "[]").unwrap();
        for path in ["../secret", "/etc/hostname", "a/../../secret", "c:secret", "..\\secret"] {
            let text = line("[]", DOCUMENT) + &line("secret", path) + &line("{}", "snapshot.json");
            fs::write(inner.join(CHECKSUMS), text).unwrap();
            let found = verify(&inner).unwrap();
            let problem = Problem::new(path, ProblemKind::LeadsOut);
            assert_eq!(found, Verification { intact: 2, problems: vec![problem] });
        }
    }

    #[test]
    fn a_line_that_is_none_is_told() {
        let directory = evidence();
        let sums = [
            "nothing".to_owned(),
            line("{}", SNAPSHOT).to_uppercase(),
            line("{}", &format!("./{SNAPSHOT}")),
            line("{}", &SNAPSHOT.replace('/', "//")),
        ];
        for (index, sum) in sums.iter().enumerate() {
            list(&directory, &format!("{}{sum}", whole()));
            let found = problems(&directory);
            assert_eq!(found, one(CHECKSUMS, ProblemKind::Malformed(3)), "{index}: {sum}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_list_that_is_no_text_is_told() {
        let directory = evidence();
        fs::write(directory.path().join(CHECKSUMS), b"\xff").unwrap();
        let kind = ProblemKind::Unreadable(io::ErrorKind::InvalidData);
        assert_eq!(problems(&directory), one(CHECKSUMS, kind));
    }

    #[test]
    fn every_problem_is_told_with_what_it_is() {
        let directory = evidence();
        fs::write(directory.path().join(SNAPSHOT), "other").unwrap();
        fs::remove_file(directory.path().join(DOCUMENT)).unwrap();
        fs::write(directory.path().join("more"), "").unwrap();
        list(&directory, &(whole() + &line("", "../out")));
        let found = verify(directory.path()).unwrap();
        let told: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "../out: listed, but its path leads out of the directory",
                "7-20261124T120000Z/snapshot.json: changed: its SHA-256 is not the one that is listed",
                "evidence.json: missing",
                "more: extra: it is not listed",
            ]
        );
    }
}
