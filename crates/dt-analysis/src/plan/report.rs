//! Everything a report needs.

use dt_model::{DeviceInfoQuery, Evidence, EvidencePart, Plan, Question, Required};

use super::{Alerts, Endpoints, questions};
use crate::assessment::{Assessment, assess_with, domain_questions};
use crate::{Analyses, AsOf, DeviceReport, Policy, SeriesAnalysis, device_report};

/// Asks for all that [`assess`](crate::assessment::assess) needs: five parts, what the appliance says of its own accord, then what
/// it knows about hosts outside, then what went to the single domains that may explain what was found.
///
/// ```
/// use dt_analysis::{AsOf, Policy};
/// use dt_analysis::plan::ReportPlan;
/// use dt_model::{DeviceId, DeviceInfoQuery, Evidence, Plan};
/// use jiff::tz::TimeZone;
///
/// let query = DeviceInfoQuery::new(DeviceId::new(7))?.similar_devices(5);
/// let as_of = AsOf { now: "2026-11-24T02:00:00Z".parse()?, zone: &TimeZone::UTC };
/// let policy = Policy::default();
/// let mut plan = ReportPlan::new(query, as_of, &policy);
/// assert_eq!(plan.next(&Evidence::default()).len(), 8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ReportPlan<'a> {
    query: DeviceInfoQuery,
    as_of: AsOf<'a>,
    policy: &'a Policy,
    endpoints: Endpoints,
    alerts: Alerts,
    rounds: u32,
    /// What the series say, once it had to be known: nothing that is asked later changes them.
    series: Option<SeriesAnalysis>,
}

impl<'a> ReportPlan<'a> {
    /// About the device of a query, as it is assessed at a point in time by a policy.
    #[must_use]
    pub fn new(query: DeviceInfoQuery, as_of: AsOf<'a>, policy: &'a Policy) -> Self {
        let (endpoints, alerts) = (Endpoints::default(), Alerts::default());
        Self { query, as_of, policy, endpoints, alerts, rounds: 0, series: None }
    }

    /// About which hosts outside the appliance is asked what it knows.
    #[must_use]
    pub fn endpoints(self, endpoints: Endpoints) -> Self {
        Self { endpoints, ..self }
    }

    /// What the appliance is asked of what it says of its own accord. By the document's rules nothing is:
    /// they do not know it.
    #[must_use]
    pub fn alerts(self, alerts: Alerts) -> Self {
        Self { alerts, ..self }
    }

    /// Assesses the evidence that was gathered by this plan.
    #[must_use]
    pub fn assess(&self, evidence: &Evidence) -> Assessment {
        let series = self.series.clone();
        let series =
            series.unwrap_or_else(|| SeriesAnalysis::of(evidence, self.as_of, self.policy));
        assess_with(series, evidence, self.as_of, self.policy)
    }

    /// Everything about the device, from the evidence that was gathered by this plan.
    #[must_use]
    pub fn report(self, evidence: &Evidence) -> DeviceReport {
        device_report(evidence, self.series, self.as_of, self.policy)
    }

    /// What the series say, if the plan had to know it.
    #[must_use]
    pub fn into_series(self) -> Option<SeriesAnalysis> {
        self.series
    }

    /// The domains that may explain what was found.
    fn domain_questions(&mut self, evidence: &Evidence) -> Vec<Question> {
        if self.policy.analyses == Analyses::Documented {
            return Vec::new();
        }
        let Self { as_of, policy, query, .. } = self;
        let series =
            self.series.get_or_insert_with(|| SeriesAnalysis::of(evidence, *as_of, policy));
        let questions = domain_questions(series, evidence, *as_of, policy);
        questions.into_iter().map(|question| Question::domain(question, query)).collect()
    }
}

impl Plan for ReportPlan<'_> {
    fn next(&mut self, evidence: &Evidence) -> Vec<Question> {
        use EvidencePart::{BytesIn, BytesOut, Connections, External, ExternalOut};
        self.rounds += 1;
        if self.rounds == 1 {
            let parts = [Connections, BytesOut, BytesIn, External, ExternalOut];
            let mut questions = questions(&parts, &self.query);
            if self.policy.analyses == Analyses::All {
                questions.extend(self.alerts.questions(self.query.did(), self.as_of.now));
            }
            return questions;
        }
        if self.rounds == 2 {
            let about_hosts = self.endpoints.questions(evidence);
            if !about_hosts.is_empty() {
                return about_hosts;
            }
            self.rounds += 1;
        }
        if self.rounds == 3 { self.domain_questions(evidence) } else { Vec::new() }
    }

    fn required(&self) -> Required {
        Required::AnyDeviceInfo
    }
}
