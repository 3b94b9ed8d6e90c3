//! Which snapshots are compared, and how.

use std::path::PathBuf;

use dt_analysis::{Level, Policy};
use dt_model::IntervalHours;
use dt_report::schema::Object;
use dt_report::table::Extent;
use jiff::Timestamp;

use super::formats::Printed;
use super::{Asking, Cut, Environment, Output, Selection, policy};
use crate::failure::{Failure, Result};
use crate::options::Options;

/// Which snapshots are compared, and how.
#[derive(Debug)]
pub(crate) struct Differing {
    /// Two of them, or directories that hold some.
    pub(crate) snapshots: Vec<PathBuf>,
    /// How wide their buckets are, if that was given.
    pub(crate) interval: Option<IntervalHours>,
    pub(crate) policy: Policy,
    pub(crate) output: Output,
    pub(crate) fail_on: Option<Level>,
    /// The time at which the program was started.
    pub(crate) now: Timestamp,
}

impl Differing {
    pub(super) fn resolve(
        typed: Vec<PathBuf>,
        options: Options,
        now: Timestamp,
        environment: &Environment<'_>,
    ) -> Result<Self> {
        let printed = Printed::Object(Object::Diff);
        let output = Output::resolve(&options.output, Extent::Screen, printed, environment)?;
        let source = options.source;
        if source.demo.is_some() || source.url.is_some() || source.profile.is_some() {
            return Err(Failure::usage("a difference is one of snapshots: no appliance is asked")
                .hint("leave out --demo, --url and --profile"));
        }
        let asking = Asking::resolve(&options.question, None)?;
        let selects = !Selection::resolve(options.selection)?.is_empty();
        if asking.restricts() || asking.data_type.is_some() || selects {
            return Err(Failure::usage("a snapshot cannot be restricted any more").hint(
                "leave out --datatype, --odid, --port, --external-domain, --tag, --type and \
                 --subnet",
            ));
        }
        Cut::resolve(&options.question, None, &output.time_zone, now)?;
        let mut snapshots = typed;
        snapshots.extend(source.input.into_iter().map(PathBuf::from));
        if snapshots.is_empty() || snapshots.len() > 2 {
            return Err(Failure::usage("a difference is one of two snapshots")
                .hint("dt diff OLD NEW, or dt diff DIR for the oldest and the newest in it"));
        }
        Ok(Self {
            snapshots,
            interval: asking.interval,
            policy: policy(&options.question),
            output,
            fail_on: options.output.fail_on.map(Level::from),
            now,
        })
    }
}
