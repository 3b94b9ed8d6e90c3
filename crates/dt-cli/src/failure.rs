//! What went wrong, where, and what to do.

use std::fmt;

use dt_report::clean;

use crate::exit;

/// A failure as its user sees it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: u8,
    message: String,
    details: Vec<(&'static str, String)>,
}

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// Something that could not be done.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { status: exit::FAILED, message: message.into(), details: Vec::new() }
    }

    /// Something that cannot be asked for.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { status: exit::USAGE, ..Self::new(message) }
    }

    /// Where it happened.
    pub(crate) fn at(self, place: impl Into<String>) -> Self {
        self.detail("in", place)
    }

    /// What caused it, with everything behind that.
    pub(crate) fn because(self, error: &dyn std::error::Error) -> Self {
        let mut reason = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            reason = format!("{reason}: {cause}");
            source = cause.source();
        }
        self.detail("why", reason)
    }

    /// The next step.
    pub(crate) fn hint(self, step: impl Into<String>) -> Self {
        self.detail("do", step)
    }

    fn detail(mut self, label: &'static str, text: impl Into<String>) -> Self {
        self.details.push((label, text.into()));
        self
    }
}

/// Every text is cleaned: names and messages come from responses.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", clean(&self.message))?;
        for (label, text) in &self.details {
            write!(f, "\n  {label:<5} {}", clean(text))?;
        }
        Ok(())
    }
}
