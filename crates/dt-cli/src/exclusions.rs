//! Which findings are excluded in a run.

use dt_sweep::ExclusionList;

use crate::commands::Context;
use crate::config::{exclusions_file, state_directory};
use crate::failure::Result;
use crate::options::ExclusionOptions;
use crate::ui::Verbosity;

impl ExclusionOptions {
    /// The exclusions that are named, else those in the configuration's folder, if there are any.
    pub(crate) fn resolve(
        self,
        context: &Context<'_>,
        verbosity: Verbosity,
    ) -> Result<ExclusionList> {
        let list = self.read(context)?;
        list.expired(context.now).iter().for_each(|text| verbosity.warn(text));
        Ok(list)
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
