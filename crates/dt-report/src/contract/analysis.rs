//! The object of an analysis, whichever it is.

use dt_analysis::SeriesAnalysis;
use dt_analysis::plan::AnalysisKind;
use dt_model::{DeviceInfoParameters, Evidence};

use super::{Answer, Document, ReportOptions};

impl Document {
    /// What an analysis says about a device that was asked about with these parameters. `series` is what its
    /// plan has analysed already; `None` where the answer is missing that it
    /// [cannot do without](AnalysisKind::missing).
    ///
    /// ```
    /// use dt_analysis::plan::AnalysisKind;
    /// use dt_analysis::{AsOf, Policy};
    /// use dt_model::{DeviceInfo, Evidence, Part};
    /// use dt_report::contract::{Document, ReportOptions};
    /// use jiff::tz::TimeZone;
    ///
    /// let body = br#"{"deviceInfo":[{"did":7,"graphData":[{"time":0,"count":5}]}]}"#;
    /// let connections = Part::Answered(DeviceInfo::from_slice(body)?);
    /// let evidence = Evidence { connections, ..Evidence::default() };
    /// let (policy, kind) = (Policy::default(), AnalysisKind::Connections);
    /// let as_of = AsOf { now: "1970-01-01T02:00:00Z".parse()?, zone: &TimeZone::UTC };
    /// let options = ReportOptions::new(&policy, as_of);
    /// let document = Document::of_analysis(kind, &kind.parameters(), &evidence, None, options);
    /// assert!(matches!(document, Some(Document::Connections(_))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of_analysis(
        kind: AnalysisKind,
        parameters: &DeviceInfoParameters,
        evidence: &Evidence,
        series: Option<SeriesAnalysis>,
        options: ReportOptions<'_>,
    ) -> Option<Self> {
        use AnalysisKind::{Compare, Connections, External, Report, Timeline, Transfers};

        let ReportOptions { policy, viewpoint, .. } = options;
        let (info, now) = (evidence.connections.answer(), viewpoint.now);
        Some(match kind {
            Connections => Self::Connections(Box::new(Answer::connections(info?, policy, now))),
            Transfers => Self::Transfers(Box::new(Answer::transfers(evidence, policy, now)?)),
            Compare => Self::Compare(Box::new(Answer::compare(evidence, policy, now)?)),
            External => Self::External(Box::new(Answer::external(evidence, options)?)),
            Timeline(baseline) => {
                let counted = parameters.counted();
                let timeline = |info| Answer::timeline(info, baseline, policy, viewpoint);
                let mut answer = timeline(evidence.counting(counted)?);
                if parameters.is_external() {
                    answer = answer.outside_only();
                }
                let has_both = counted.is_none() && info.is_some();
                let sent = evidence.external_out.answer().filter(|_| has_both);
                Self::Timeline(Box::new(match sent {
                    Some(sent) => answer.beside(timeline(sent)),
                    None => answer,
                }))
            }
            Report => Self::Report(Box::new(Answer::report_of(evidence, series, options)?)),
        })
    }
}
