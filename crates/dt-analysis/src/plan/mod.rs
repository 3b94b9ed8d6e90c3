//! What has to be asked for each analysis: plans that a driver of [`dt_model::Plan`]s asks for.
//!
//! | plan | asks, in rounds |
//! |---|---|
//! | [`PartsPlan`] | some parts, together: connections, a comparison, transfers, a timeline |
//! | [`ExternalPlan`] | connections, and what goes outside; then what is known about the hosts there |
//! | [`ReportPlan`] | all five parts; then what is known about hosts outside; then single domains that may explain what was found |
//!
//! A plan says nothing about how it is asked: an appliance, a recording and a test get the same
//! questions.

mod endpoints;
mod external;
mod parts;
mod report;

pub use endpoints::Endpoints;
pub use external::ExternalPlan;
pub use parts::PartsPlan;
pub use report::ReportPlan;

use dt_model::{DeviceDetails, DeviceInfoQuery, EvidencePart, Question};

/// Questions about these parts. Who the devices are is asked with the first of those about all traffic
/// and with the first about the outside, so that a device has its name even if one of them is refused.
fn questions(parts: &[EvidencePart], query: &DeviceInfoQuery) -> Vec<Question> {
    let outside =
        |part: EvidencePart| matches!(part, EvidencePart::External | EvidencePart::ExternalOut);
    let mut described = [false; 2];
    let question = |part: &EvidencePart| {
        let described = &mut described[usize::from(outside(*part))];
        let query = if std::mem::replace(described, true) {
            query.clone().device_details(DeviceDetails::Omitted)
        } else {
            query.clone()
        };
        Question::part(*part, &query)
    };
    parts.iter().map(question).collect()
}
