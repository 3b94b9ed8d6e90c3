//! How what is judged is made.

use dt_analysis::exclusions::ExclusionsAt;
use dt_analysis::{AsOf, Policy};
use dt_model::AppliancePages;

/// How a report is made.
#[derive(Debug, Clone, Copy)]
pub struct ReportOptions<'a> {
    /// By which thresholds; the documented ones leave out everything the document does not have.
    pub policy: &'a Policy,
    /// From when and where.
    pub viewpoint: AsOf<'a>,
    /// The appliance that answered, which findings name; `None` for saved responses.
    pub appliance: Option<&'a str>,
    /// Where that has pages of its own; `None` if nobody knows.
    pub pages: Option<&'a AppliancePages>,
    /// What is excluded.
    pub exclusions: ExclusionsAt<'a>,
}

impl<'a> ReportOptions<'a> {
    /// Of saved responses, of which nothing is excluded.
    #[must_use]
    pub const fn new(policy: &'a Policy, viewpoint: AsOf<'a>) -> Self {
        let exclusions = ExclusionsAt::NONE;
        Self { policy, viewpoint, appliance: None, pages: None, exclusions }
    }
}
