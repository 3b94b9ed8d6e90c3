//! Which paths reach a server as they were written.

use std::fmt;

/// Why a path would not reach the server, or the signature, as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathProblem {
    /// It does not begin with `/`: joined to a base URL it would continue the host or port.
    Relative,
    /// It begins with `//`: resolved against a base URL it would name another host.
    Authority,
    /// It has a segment `.` or `..`, which HTTP clients resolve before sending, escaped or not.
    DotSegment,
    /// It holds `?` or `#`, which end a path; `\`, which URL parsers take for a `/`; `%`, which in
    /// a decoded path is an escape made too early; or a control character, which breaks the string
    /// to sign.
    Character(char),
}

impl fmt::Display for PathProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relative => f.write_str("it does not begin with a slash"),
            Self::Authority => f.write_str("it begins with two slashes"),
            Self::DotSegment => f.write_str("it has a segment \".\" or \"..\""),
            Self::Character(character) => write!(f, "it holds {character:?}"),
        }
    }
}

/// Checks a decoded path. Only refuses: a path made "right" would be another request.
pub(crate) fn check(path: &str) -> Result<(), PathProblem> {
    if !path.starts_with('/') {
        return Err(PathProblem::Relative);
    }
    if path.starts_with("//") {
        return Err(PathProblem::Authority);
    }
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(PathProblem::DotSegment);
    }
    match path.chars().find(|c| matches!(c, '?' | '#' | '%' | '\\') || c.is_ascii_control()) {
        Some(character) => Err(PathProblem::Character(character)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_would_be_rewritten_are_refused() {
        for (path, problem) in [
            ("", PathProblem::Relative),
            ("deviceinfo", PathProblem::Relative),
            (".evil.example/deviceinfo", PathProblem::Relative),
            ("//evil.example/deviceinfo", PathProblem::Authority),
            ("/pcaps/../deviceinfo", PathProblem::DotSegment),
            ("/deviceinfo/..", PathProblem::DotSegment),
            ("/./deviceinfo", PathProblem::DotSegment),
            ("/deviceinfo?did=1", PathProblem::Character('?')),
            ("/deviceinfo#top", PathProblem::Character('#')),
            ("/%2e%2e/deviceinfo", PathProblem::Character('%')),
            ("/pcaps/..\\deviceinfo", PathProblem::Character('\\')),
            ("/device\ninfo", PathProblem::Character('\n')),
        ] {
            assert_eq!(check(path), Err(problem), "{path:?}");
        }
    }

    #[test]
    fn other_paths_are_accepted() {
        for path in ["/", "/deviceinfo", "/a//b/", "/pcaps/..a.pcap", "/search/YWI+Lz8=", "/é ü"]
        {
            assert_eq!(check(path), Ok(()), "{path:?}");
        }
    }
}
