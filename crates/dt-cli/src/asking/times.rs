//! Times as people type them.

use dt_analysis::AsOf;
use dt_model::Diagnostic;
use jiff::Timestamp;

use crate::failure::{Failure, Result, step};
use crate::options::TimeRangeOptions;

/// From when to when; open where `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TimeRange {
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
}

impl TimeRange {
    /// The range that was given.
    pub(crate) fn resolve(options: &TimeRangeOptions, as_of: AsOf<'_>) -> Result<Self> {
        let since = point_in_time("--since", options.since.as_deref(), as_of)?;
        let until = point_in_time("--until", options.until.as_deref(), as_of)?;
        match (since, until) {
            (Some(since), Some(until)) if since >= until => {
                Err(Failure::usage("--since is not before --until: nothing is between them"))
            }
            _ => Ok(Self { since, until }),
        }
    }
}

/// The time that an option says, if it was given.
pub(crate) fn point_in_time(
    option: &str,
    text: Option<&str>,
    as_of: AsOf<'_>,
) -> Result<Option<Timestamp>> {
    let time = text.map(|text| as_of.point_in_time(text)).transpose();
    time.map_err(|error| {
        let failure = Failure::usage(format!("{option} {error}"));
        failure.hint_if(error.help().map(|help| step(&help)))
    })
}
