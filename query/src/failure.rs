//! What went wrong, where, and what to do: told as `dt` tells it.

use std::fmt;
use std::process::ExitCode;

use datafusion::error::DataFusionError;
use dt_model::{Diagnostic, FailureKind};
use dt_report::clean;
use dt_report::contract::{ErrorKind, ErrorReport};

/// A failure as its user sees it.
#[derive(Debug)]
pub struct Failure {
    kind: FailureKind,
    message: String,
    details: Vec<(&'static str, String)>,
}

impl Failure {
    /// Something that could not be done.
    pub fn new(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Failed, message: message.into(), details: Vec::new() }
    }

    /// Something that cannot be asked for.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Usage, ..Self::new(message) }
    }

    /// Somebody was not reached.
    pub fn network(message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Network, ..Self::new(message) }
    }

    /// A query that the engine does not understand.
    #[must_use]
    pub fn of_query(error: &DataFusionError) -> Self {
        Self::usage("the query cannot be asked").because(&in_words(error)).hint(
            "'show tables' lists what can be asked about, 'describe NAME' its columns; \
             docs/query.md has examples",
        )
    }

    /// A query that ended before its last row.
    #[must_use]
    pub fn of_run(error: &DataFusionError) -> Self {
        let failure = Self::new("the query did not end").because(&in_words(error));
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => {
                failure.hint("give it more with --limit-memory, or ask for fewer rows or columns")
            }
            _ => failure,
        }
    }

    /// Where it happened.
    #[must_use]
    pub fn at(self, place: impl Into<String>) -> Self {
        self.detail("in", place)
    }

    /// What caused it.
    #[must_use]
    pub fn because(self, reason: &str) -> Self {
        self.detail("why", reason)
    }

    /// The next step.
    #[must_use]
    pub fn hint(self, step: impl Into<String>) -> Self {
        self.detail("do", step)
    }

    fn detail(mut self, label: &'static str, text: impl Into<String>) -> Self {
        self.details.push((label, text.into()));
        self
    }

    /// The exit status, as `dt` has them.
    #[must_use]
    pub const fn status(&self) -> u8 {
        match self.kind {
            FailureKind::Failed => 1,
            FailureKind::Usage => 2,
            FailureKind::Access => 4,
            FailureKind::Network => 5,
        }
    }

    /// The same for programs, as one line of JSON.
    #[must_use]
    pub fn line(&self) -> String {
        let kind = match self.kind {
            FailureKind::Failed => ErrorKind::Failed,
            FailureKind::Usage => ErrorKind::Usage,
            FailureKind::Access => ErrorKind::Access,
            FailureKind::Network => ErrorKind::Network,
        };
        let (steps, details): (Vec<_>, Vec<_>) =
            self.details.iter().partition(|(label, _)| *label == "do");
        let details = details.into_iter().map(|(_, text)| format!(": {text}"));
        let message = details.fold(self.message.clone(), |told, text| told + &text);
        let help = steps.first().map(|(_, step)| step.clone());
        ErrorReport { help, ..ErrorReport::new(self.status(), kind, message) }.line()
    }
}

impl From<&Failure> for ExitCode {
    fn from(failure: &Failure) -> Self {
        Self::from(failure.status())
    }
}

impl From<dt_lake::Error> for Failure {
    fn from(error: dt_lake::Error) -> Self {
        let failure = Self { kind: error.kind(), ..Self::new(error.to_string()) };
        let source = std::error::Error::source(&error);
        source.into_iter().fold(failure, |failure, source| failure.because(&source.to_string()))
    }
}

/// What the engine says, without where in it that was said.
fn in_words(error: &DataFusionError) -> String {
    let text = error.strip_backtrace();
    let text = ["Error during planning: ", "SQL error: ", "Schema error: ", "Execution error: "]
        .into_iter()
        .fold(text, |text, prefix| text.replace(prefix, ""));
    // What a function says of its arguments is said by it, without what the engine guesses besides.
    let text = text.split_once(" user-defined coercion failed with: ").map_or(&*text, |(_, it)| it);
    let text = text.split_once(" No function matches the given name").map_or(text, |(it, _)| it);
    text.trim().to_owned()
}

/// Every text is cleaned: names come from responses.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", clean(&self.message))?;
        for (label, text) in &self.details {
            write!(f, "\n  {label:<5} {}", clean(text))?;
        }
        Ok(())
    }
}
