//! `dt exclusions`: which findings are excluded, why, and of what use that was.

use dt_report::contract::{Document, Exclusions};
use dt_report::schema::Object;
use dt_sweep::ExclusionList;
use jiff::Timestamp;

use super::{Context, Request};
use crate::documents::print_one;
use crate::failure::Result;
use crate::options::{ExclusionOptions, OutputOptions};
use crate::ui::{Output, PrintContext};

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

/// Which exclusions are listed.
#[derive(Debug)]
pub(super) struct Listing {
    exclusions: ExclusionList,
    output: Output,
    now: Timestamp,
}

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Listing> {
        let output = Output::resolve(Object::Exclusions, &self.output, None, context.environment)?;
        // What has expired is in the list.
        let exclusions = self.exclusions.read(context)?;
        Ok(Listing { exclusions, output, now: context.now })
    }
}

impl Request for Listing {
    fn run(self: Box<Self>) -> Result<u8> {
        let Self { exclusions, output, now } = &*self;
        let place = |number| exclusions.place(number);
        let listed = Exclusions::new(exclusions.entries(), place, &exclusions.usage(), *now);
        print_one(Document::Exclusions(listed), PrintContext::plain(output, *now), None)
    }
}
