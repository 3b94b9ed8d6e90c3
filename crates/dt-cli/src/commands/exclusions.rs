//! `dt exclusions`: which findings are excluded, why, and of what use that was.

use dt_report::contract::{Document, Exclusions};
use dt_report::schema::Object;

use super::{Context, Run};
use crate::asking::Session;
use crate::documents::print_one;
use crate::failure::Result;
use crate::options::{ExclusionOptions, OutputOptions};

/// Arguments of `dt exclusions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt exclusions
  dt exclusions -o csv > review.csv")]
pub(crate) struct Args {
    #[command(flatten)]
    exclusions: ExclusionOptions,
    #[command(flatten)]
    output: OutputOptions,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let session = Session::new(Object::Exclusions, &self.output, context)?;
        // What has expired is in the list.
        let list = self.exclusions.read(context)?;
        Ok(Box::new(move || {
            let place = |number| list.place(number);
            let listed = Exclusions::new(list.entries(), place, &list.usage()?, session.now);
            print_one(Document::Exclusions(listed), session.print_context_unjudged())
        }))
    }
}
