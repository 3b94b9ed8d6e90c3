//! Which findings are excluded in a run.

use dt_report::clean;
use dt_store::ExclusionFileError;
use dt_sweep::ExclusionList;
use jiff::Timestamp;

use crate::commands::Context;
use crate::config::{exclusions_file, state_directory};
use crate::failure::{Failure, Result};
use crate::options::ExclusionOptions;
use crate::ui::{Verbosity, eprint_line};

impl ExclusionOptions {
    /// The exclusions that are named, else those in the configuration's folder, if there are any.
    pub(crate) fn resolve(
        self,
        context: &Context<'_>,
        verbosity: Verbosity,
    ) -> Result<ExclusionList> {
        let found = self.read(context)?;
        print_expired(&found, context.now, verbosity);
        Ok(found)
    }

    /// The same, whatever has expired.
    pub(crate) fn read(self, context: &Context<'_>) -> Result<ExclusionList> {
        let mut files = self.exclusions;
        if files.is_empty() && !self.no_exclusions {
            let own = exclusions_file(context.environment).ok();
            files.extend(own.filter(|file| file.symlink_metadata().is_ok()));
        }
        let usage_at = state_directory(context.environment).map(|it| it.join("exclusions"));
        Ok(ExclusionList::read(files, usage_at)?)
    }
}

/// Says which entries have expired.
pub(crate) fn print_expired(list: &ExclusionList, now: Timestamp, verbosity: Verbosity) {
    if verbosity > Verbosity::ErrorsOnly {
        print_warnings(&list.expired(now));
    }
}

pub(crate) fn print_warnings(texts: &[String]) {
    for text in texts {
        eprint_line(&clean(&format!("warning: {text}")));
    }
}

/// A file of exclusions that is not taken, or cannot be written.
impl From<ExclusionFileError> for Failure {
    fn from(error: ExclusionFileError) -> Self {
        let place = error.path().display().to_string();
        let failure = if error.is_unwritten() {
            Self::new(error.to_string())
        } else {
            Self::usage(error.to_string())
        };
        let line = error.line().map_or_else(String::new, |line| format!(", line {line}"));
        let failure = failure.at(format!("{place}{line}"));
        let source = std::error::Error::source(&error);
        let failure = source.into_iter().fold(failure, Failure::because);
        match () {
            () if error.is_writable_by_others() => failure.hint(format!("chmod go-w {place}")),
            () if error.is_missing() => {
                failure.hint("check the path; dt exclude --exclusions FILE begins one")
            }
            () => failure,
        }
    }
}
