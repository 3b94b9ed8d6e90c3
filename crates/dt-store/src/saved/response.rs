//! A saved response, as somebody names it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use dt_model::EvidencePart;

use super::{SavedError, shown};

/// A file that holds a response, or standard input, and which part it is said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedResponse {
    part: Option<EvidencePart>,
    source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    StandardInput,
    File(PathBuf),
}

/// How many bytes are read at most: far more than four weeks take.
const LARGEST: u64 = 256 * 1024 * 1024;

impl SavedResponse {
    /// Reads `[PART=]FILE`, where `-` is standard input. A `=` belongs to the name unless a part stands
    /// before it.
    ///
    /// # Errors
    ///
    /// If there is no file.
    pub fn parse(text: &OsStr) -> Result<Self, SavedError> {
        let labelled = text.to_str().and_then(|text| {
            let (label, file) = text.split_once('=')?;
            Some((label.parse().ok()?, file))
        });
        let (part, file) = match labelled {
            Some((part, file)) => (Some(part), Path::new(file)),
            None => (None, Path::new(text)),
        };
        if file.as_os_str().is_empty() {
            return Err(SavedError::NoFile);
        }
        let is_standard_input = file == Path::new("-");
        let file = || Source::File(file.to_owned());
        Ok(Self { part, source: if is_standard_input { Source::StandardInput } else { file() } })
    }

    /// The part that it is said to be.
    #[must_use]
    pub const fn part(&self) -> Option<EvidencePart> {
        self.part
    }

    /// Where it is, in words.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.source {
            Source::StandardInput => "standard input".to_owned(),
            Source::File(path) => shown(path),
        }
    }

    /// The directory that it is, if it is one.
    pub(super) fn directory(&self) -> Option<&Path> {
        match &self.source {
            Source::File(path) if path.is_dir() => Some(path),
            Source::File(_) | Source::StandardInput => None,
        }
    }

    /// Refuses what can be seen to be wrong before anything is read.
    pub(super) fn check(responses: &[Self]) -> Result<(), SavedError> {
        let is_standard_input = |it: &&Self| it.source == Source::StandardInput;
        if responses.iter().filter(is_standard_input).count() > 1 {
            return Err(SavedError::StandardInputTwice);
        }
        for part in EvidencePart::GIVEN {
            if responses.iter().filter(|it| it.part == Some(part)).count() > 1 {
                return Err(SavedError::SamePart { part, at: None });
            }
        }
        Ok(())
    }

    pub(super) fn bytes(&self) -> Result<Vec<u8>, SavedError> {
        let mut bytes = Vec::new();
        let mut take = |source: &mut dyn Read| source.take(LARGEST + 1).read_to_end(&mut bytes);
        let read = match &self.source {
            Source::StandardInput => take(&mut io::stdin().lock()),
            Source::File(path) => File::open(path).and_then(|mut file| take(&mut file)),
        };
        read.map_err(|source| SavedError::Io { at: self.name(), source })?;
        if bytes.len() as u64 > LARGEST {
            return Err(SavedError::TooLarge { at: self.name() });
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> SavedResponse {
        SavedResponse::parse(text.as_ref()).unwrap()
    }

    #[test]
    fn a_label_is_a_label_only_if_it_is_one() {
        let file = |name: &str| Source::File(name.into());
        assert_eq!(parse("a.json"), SavedResponse { part: None, source: file("a.json") });
        assert_eq!(parse("x=a.json"), SavedResponse { part: None, source: file("x=a.json") });
        let part = Some(EvidencePart::BytesIn);
        assert_eq!(parse("sizein=a=b"), SavedResponse { part, source: file("a=b") });
        assert_eq!(parse("sizein=-"), SavedResponse { part, source: Source::StandardInput });
        assert!(SavedResponse::parse("co=".as_ref()).is_err());
    }

    #[test]
    fn what_cannot_be_is_refused_before_anything_is_read() {
        let check = |texts: &[&str]| {
            let responses: Vec<SavedResponse> = texts.iter().map(|text| parse(text)).collect();
            SavedResponse::check(&responses).map_err(|error| error.to_string())
        };
        assert!(check(&["co=a", "sizeout=a", "-"]).is_ok());
        assert!(check(&["-", "co=-"]).unwrap_err().contains("only once"));
        assert!(check(&["co=a", "co=b"]).unwrap_err().contains("\"co\""));
    }
}
