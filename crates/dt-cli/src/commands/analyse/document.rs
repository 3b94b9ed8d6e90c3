//! What answers the question of an analysis.

use dt_analysis::plan::AnalysisKind as Question;
use dt_model::{DeviceInfo, Evidence};
use dt_report::contract::{self, Document};
use dt_report::table::Extent;

use super::Analysis;
use crate::asking::Inputs;
use crate::failure::{Failure, Result};
use crate::ui::Output;

impl Analysis {
    /// The answer that counts connections, which the question cannot do without.
    fn connections<'a>(&self, evidence: &'a Evidence) -> Result<&'a DeviceInfo> {
        evidence.connections.answer().ok_or_else(|| self.missing(evidence))
    }

    /// What the question cannot do without is not there.
    pub(super) fn missing(&self, evidence: &Evidence) -> Failure {
        self.question.missing(evidence, self.query.parameters.data_type).into()
    }

    /// Whether each of several devices is summarized, where programs or pages would have to go through
    /// the hours of them all. What was asked for decides, not how many devices there turn out to be.
    fn summarizes(&self) -> bool {
        let Output { format, extent, .. } = &self.session.output;
        let has_summary = format.is_one_document() || format.is_json();
        !self.targets.is_one() && has_summary && *extent == Extent::Screen
    }

    /// Answers the question from what was read.
    pub(super) fn document(&self, inputs: &mut Inputs) -> Result<Document> {
        let analysed = inputs.series.take();
        let evidence = &inputs.evidence;
        let perspective = inputs.perspective(&self.session);
        let (policy, now) = (perspective.policy, perspective.viewpoint.now);
        let missing = || self.missing(evidence);
        Ok(match self.question {
            Question::Connections => Document::Connections(Box::new(
                contract::Answer::connections(self.connections(evidence)?, policy, now),
            )),
            Question::Compare => {
                let answer = contract::Answer::compare(evidence, policy, now);
                Document::Compare(Box::new(answer.ok_or_else(missing)?))
            }
            Question::Transfers => {
                let answer = contract::Answer::transfers(evidence, policy, now);
                Document::Transfers(Box::new(answer.ok_or_else(missing)?))
            }
            Question::External => {
                let answer = contract::Answer::external(evidence, perspective);
                Document::External(Box::new(answer.ok_or_else(missing)?))
            }
            Question::Timeline(baseline) => {
                let counted = self.query.parameters.counted();
                let info = evidence.counting(counted).ok_or_else(missing)?;
                let zone = &self.session.output.time_zone;
                let timeline = |info| contract::Answer::timeline(info, zone, baseline, policy, now);
                let mut answer = timeline(info);
                if self.query.parameters.is_external() {
                    answer = answer.outside_only();
                }
                let sent = evidence.external_out.answer().filter(|_| counted.is_none());
                if let Some(sent) = sent.filter(|_| evidence.connections.is_answered()) {
                    answer = answer.beside(timeline(sent));
                }
                Document::Timeline(Box::new(answer.between(self.range.since, self.range.until)))
            }
            Question::Report => {
                let answer = contract::Answer::report_of(evidence, analysed, perspective);
                let answer = answer.ok_or_else(missing)?;
                self.session.note_report(evidence, &answer.body);
                if self.summarizes() {
                    Document::ReportSummary(Box::new(answer.summarized(perspective)))
                } else {
                    Document::Report(Box::new(answer))
                }
            }
        })
    }
}
