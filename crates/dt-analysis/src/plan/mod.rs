//! What has to be asked for each analysis: plans that a driver of [`dt_model::Plan`]s asks for.
//!
//! | plan | asks, in rounds |
//! |---|---|
//! | [`PartsPlan`] | some parts, together: connections, a comparison, transfers, a timeline |
//! | [`ExternalPlan`] | connections, and what goes outside; then what is known about the hosts there |
//! | [`ReportPlan`] | all five parts, and what the appliance says of its own accord; then what is known about hosts outside; then single domains that may explain what was found |
//!
//! [`DevicePlan`] is any of them, and [`AnalysisKind`] chooses one. A plan says nothing about how it is asked: an appliance, a recording and a test get the same
//! questions.

mod alerts;
mod device;
mod endpoints;
mod external;
mod kind;
mod missing;
mod parts;
mod report;

pub use alerts::Alerts;
pub use device::DevicePlan;
pub use endpoints::Endpoints;
pub use external::ExternalPlan;
pub use kind::{AnalysisKind, PlanOptions};
pub use missing::MissingEvidence;
pub use parts::PartsPlan;
pub use report::ReportPlan;

use dt_model::{DeviceDetails, DeviceInfoQuery, EvidencePart, Question};

/// Questions about these parts, the first of which is about all traffic. Who the devices are is asked
/// with that one and with the first about the outside, or with the second where none is: a device has
/// its name even if one of them is refused.
fn questions(parts: &[EvidencePart], query: &DeviceInfoQuery) -> Vec<Question> {
    let outside =
        |part: &EvidencePart| matches!(part, EvidencePart::External | EvidencePart::ExternalOut);
    let second = parts.iter().position(outside).unwrap_or(1);
    let question = |(place, part): (usize, &EvidencePart)| {
        let query = query.clone();
        let query = if place == 0 || place == second {
            query
        } else {
            query.device_details(DeviceDetails::Omitted)
        };
        Question::part(*part, &query)
    };
    parts.iter().enumerate().map(question).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dt_model::{DataType, DeviceId, Evidence, Plan, Required};

    /// Which of the questions of a plan's first round ask who the devices are.
    fn described(mut plan: impl Plan) -> Vec<String> {
        let asks = |question: &Question| {
            let pairs = question.pairs().unwrap();
            let details = pairs.iter().find(|(name, _)| *name == "fulldevicedetails");
            details.is_some_and(|(_, value)| value == "true")
        };
        let questions = plan.next(&Evidence::default());
        questions.iter().filter(|it| asks(it)).map(ToString::to_string).collect()
    }

    #[test]
    fn a_timeline_is_of_one_series_or_of_connections_and_what_is_sent_outside() {
        let asked = |data_type| {
            let query = DeviceInfoQuery::new(DeviceId::new(7)).unwrap();
            let mut plan = PartsPlan::timeline(query, data_type);
            let questions = plan.next(&Evidence::default());
            (plan.required(), questions.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let (required, questions) = asked(None);
        assert_eq!(required, Required::Part(EvidencePart::Connections));
        assert_eq!(questions, ["co", "external-out"]);
        let (required, questions) = asked(Some(DataType::BytesIn));
        assert_eq!(required, Required::Part(EvidencePart::BytesIn));
        assert_eq!(questions, ["sizein"]);
    }

    #[test]
    fn a_device_has_its_name_even_if_one_question_is_refused() {
        let query = DeviceInfoQuery::new(DeviceId::new(7)).unwrap();
        let query = query.device_details(DeviceDetails::Full);
        assert_eq!(described(PartsPlan::transfers(query.clone(), None)), ["sizeout", "sizein"]);
        let external = ExternalPlan::new(query, Endpoints::default());
        assert_eq!(described(external), ["co", "external"]);
    }
}
