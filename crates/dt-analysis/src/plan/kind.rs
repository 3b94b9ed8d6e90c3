//! Which analysis of a device: what it asks, and what it draws on.

use dt_model::{
    DataType, DeviceDetails, DeviceInfoParameters, DeviceInfoQuery, Evidence, EvidencePart,
    IntervalHours, Refusal, Subject,
};

use super::{Alerts, DevicePlan, Endpoints, ExternalPlan, PartsPlan, ReportPlan};
use crate::timeline::Baseline;
use crate::{Analyses, AsOf, Policy};

/// An analysis of a device, as a program offers them to choose from.
///
/// ```
/// use dt_analysis::plan::{Alerts, AnalysisKind, Endpoints, PlanOptions};
/// use dt_analysis::{AsOf, Policy};
/// use dt_model::{DeviceId, DeviceInfoQuery, Evidence, Plan};
/// use jiff::tz::TimeZone;
///
/// let options = PlanOptions {
///     as_of: AsOf { now: "2026-11-24T02:00:00Z".parse()?, zone: &TimeZone::UTC },
///     policy: &Policy::default(),
///     data_type: None,
///     endpoints: Endpoints::default(),
///     alerts: Alerts::default(),
/// };
/// let query = DeviceInfoQuery::new(DeviceId::new(7))?;
/// let mut plan = AnalysisKind::Compare.plan(query, options);
/// let questions: Vec<String> =
///     plan.next(&Evidence::default()).iter().map(ToString::to_string).collect();
/// assert_eq!(questions, ["co", "sizeout", "sizein"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnalysisKind {
    /// [`connections`](crate::connections).
    Connections,
    /// [`transfers`](crate::transfers).
    Transfers,
    /// [`peers`](crate::peers) and, by the extended rules, [`peer_bytes`](crate::peer_bytes).
    Compare,
    /// [`external`](crate::external).
    External,
    /// A [`timeline`](crate::timeline) against this baseline.
    Timeline(Baseline),
    /// Everything about the device: a [`device_report`](fn@crate::device_report).
    Report,
}

/// What a plan depends on besides the query.
#[derive(Debug, Clone, Copy)]
pub struct PlanOptions<'a> {
    /// As of when it is judged.
    pub as_of: AsOf<'a>,
    /// By which thresholds.
    pub policy: &'a Policy,
    /// What transfers and a timeline count, if not what they count by themselves.
    pub data_type: Option<DataType>,
    /// Which hosts outside are asked about.
    pub endpoints: Endpoints,
    /// What a report asks of what the appliance says of its own accord.
    pub alerts: Alerts,
}

impl AnalysisKind {
    /// What it is called, as the command of `dt` that makes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Transfers => "transfers",
            Self::Compare => "compare",
            Self::External => "external",
            Self::Timeline(_) => "timeline",
            Self::Report => "report",
        }
    }

    /// What each device is asked where nothing else is wanted: about all traffic, in buckets and beside as
    /// many similar devices as the analysis is usually made from.
    ///
    /// ```
    /// use dt_analysis::plan::AnalysisKind;
    /// use dt_model::{DeviceInfoParameters, IntervalHours};
    ///
    /// let parameters = AnalysisKind::Compare.parameters();
    /// assert_eq!((parameters.interval, parameters.similar_devices), (IntervalHours::FOUR, 3));
    /// let restricted = DeviceInfoParameters { port: Some(443), ..parameters };
    /// assert!(restricted.is_restricted());
    /// ```
    #[must_use]
    pub fn parameters(self) -> DeviceInfoParameters {
        let (interval, similar_devices) = match self {
            Self::Compare => (IntervalHours::FOUR, 3),
            Self::Transfers => (IntervalHours::FOUR, 0),
            Self::Report => (IntervalHours::ONE, 5),
            Self::Connections | Self::External | Self::Timeline(_) => (IntervalHours::ONE, 0),
        };
        DeviceInfoParameters {
            interval,
            similar_devices,
            device_details: DeviceDetails::Full,
            ..DeviceInfoParameters::default()
        }
    }

    /// What has to be asked about a device.
    #[must_use]
    pub fn plan(self, query: DeviceInfoQuery, options: PlanOptions<'_>) -> DevicePlan<'_> {
        let PlanOptions { as_of, policy, data_type, endpoints, alerts } = options;
        DevicePlan::Parts(match self {
            // The document's rules compare no bytes.
            Self::Compare if policy.analyses == Analyses::All => PartsPlan::comparison(query),
            Self::Connections | Self::Compare => PartsPlan::connections(query),
            Self::Transfers => PartsPlan::transfers(query, data_type),
            Self::Timeline(_) => PartsPlan::timeline(query, data_type),
            Self::External => return DevicePlan::External(ExternalPlan::new(query, endpoints)),
            Self::Report => {
                let plan = ReportPlan::new(query, as_of, policy);
                let plan = plan.endpoints(endpoints).alerts(alerts);
                return DevicePlan::Report(Box::new(plan));
            }
        })
    }

    /// Whether it draws on a part of the evidence, or on what is known of a domain or a host.
    /// `data_type` is what it counts, if not what it counts by itself: a timeline is of one part alone,
    /// or else of connections and the bytes sent outside.
    #[must_use]
    pub fn draws_on(self, subject: Subject<'_>, data_type: Option<DataType>) -> bool {
        use EvidencePart::{BytesIn, BytesOut, Connections, ExternalOut};

        let part = match (self, subject) {
            (Self::Report, _) | (Self::External, Subject::Endpoint(_)) => return true,
            (_, Subject::Part(part)) => part,
            _ => return false,
        };
        match self {
            Self::Connections => part == Connections,
            Self::Compare => matches!(part, Connections | BytesOut | BytesIn),
            Self::Transfers => matches!(part, BytesOut | BytesIn),
            Self::Timeline(_) => match data_type {
                Some(counted) => part == EvidencePart::counting(counted),
                None => matches!(part, Connections | ExternalOut),
            },
            Self::External => !matches!(part, BytesOut | BytesIn) && !part.is_own_accord(),
            Self::Report => true,
        }
    }

    /// What was refused of that which it [draws on](Self::draws_on), and why.
    pub fn refusals(
        self,
        evidence: &Evidence,
        data_type: Option<DataType>,
    ) -> impl Iterator<Item = (Subject<'_>, &Refusal)> {
        evidence.refusals().filter(move |(subject, _)| self.draws_on(*subject, data_type))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dt_model::{DeviceId, Plan};
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    const KINDS: [AnalysisKind; 6] = [
        AnalysisKind::Connections,
        AnalysisKind::Transfers,
        AnalysisKind::Compare,
        AnalysisKind::External,
        AnalysisKind::Timeline(Baseline::Others),
        AnalysisKind::Report,
    ];

    /// The parts that the first round of an analysis asks about.
    fn asked(kind: AnalysisKind, policy: &Policy, data_type: Option<DataType>) -> Vec<String> {
        let as_of = AsOf { now: Timestamp::UNIX_EPOCH, zone: &TimeZone::UTC };
        let (endpoints, alerts) = (Endpoints::default(), Alerts::default());
        let options = PlanOptions { as_of, policy, data_type, endpoints, alerts };
        let query = DeviceInfoQuery::new(DeviceId::new(7)).unwrap();
        let questions = kind.plan(query, options).next(&Evidence::default());
        questions.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_asked_is_drawn_on() {
        for policy in [Policy::default(), Policy::documented()] {
            for kind in KINDS {
                for data_type in [None, Some(DataType::BytesIn)] {
                    for part in asked(kind, &policy, data_type) {
                        let subject = Subject::Part(part.parse().unwrap());
                        assert!(kind.draws_on(subject, data_type), "{kind:?}: {part}");
                    }
                }
            }
        }
    }

    #[test]
    fn bytes_are_compared_by_the_extended_rules_alone() {
        let compared = |policy| asked(AnalysisKind::Compare, &policy, None);
        assert_eq!(compared(Policy::default()), ["co", "sizeout", "sizein"]);
        assert_eq!(compared(Policy::documented()), ["co"]);
    }
}
