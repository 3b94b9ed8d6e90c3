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
    /// How the same place is asked again.
    pub repeated: Repeated<'a>,
}

/// How a command line asked, so that the commands that are suggested ask the same place for the same traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Repeated<'a> {
    /// Its options, as a shell takes them, such as `--demo`; empty without any.
    pub options: &'a str,
    /// Whether it was about a part of the traffic: exclusions are about all of it.
    pub is_partial: bool,
}

impl<'a> ReportOptions<'a> {
    /// Of saved responses, of which nothing is excluded.
    #[must_use]
    pub const fn new(policy: &'a Policy, viewpoint: AsOf<'a>) -> Self {
        let exclusions = ExclusionsAt::NONE;
        let repeated = Repeated { options: "", is_partial: false };
        Self { policy, viewpoint, appliance: None, pages: None, exclusions, repeated }
    }
}
