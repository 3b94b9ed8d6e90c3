//! How runs are called.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A run's name: when it began, in UTC and without colons, such as `2026-11-26T02-00-00Z`.
///
/// ```
/// use dt_lake::RunId;
///
/// let run = RunId::at("2026-11-26T02:00:00Z".parse()?);
/// assert_eq!(run.to_string(), "2026-11-26T02-00-00Z");
/// assert_eq!("2026-11-26T02-00-00Z".parse::<RunId>()?, run);
/// assert!("../etc".parse::<RunId>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(Timestamp);

/// Text that is no run's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunIdError(String);

const PATTERN: &str = "%Y-%m-%dT%H-%M-%SZ";

impl RunId {
    /// The run that begins at a time, of which whole seconds count.
    #[must_use]
    pub fn at(began: Timestamp) -> Self {
        Self(Timestamp::from_second(began.as_second()).unwrap_or(began))
    }

    /// When it began.
    #[must_use]
    pub const fn began(self) -> Timestamp {
        self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime(PATTERN).fmt(f)
    }
}

impl FromStr for RunId {
    type Err = RunIdError;

    fn from_str(text: &str) -> Result<Self, RunIdError> {
        let parsed = jiff::civil::DateTime::strptime(PATTERN, text)
            .and_then(|time| TimeZone::UTC.to_timestamp(time))
            .map(Self);
        // What is read may be written in several ways, a name in one.
        parsed.ok().filter(|run| run.to_string() == text).ok_or_else(|| RunIdError(text.to_owned()))
    }
}

impl fmt::Display for RunIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no run: one is called like 2026-11-26T02-00-00Z", self.0)
    }
}

impl std::error::Error for RunIdError {}
