//! What answers the question of an analysis.

use dt_model::Evidence;
use dt_report::contract::Document;
use dt_report::table::Extent;

use super::Analysis;
use crate::asking::{Inputs, TimeRange};
use crate::failure::{Failure, Result};
use crate::ui::Output;

impl Analysis {
    /// What the question cannot do without is not there.
    pub(super) fn missing(&self, evidence: &Evidence) -> Failure {
        self.query.kind.missing(evidence, self.query.parameters.data_type).into()
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
        let series = inputs.series.take();
        let (evidence, parameters) = (&inputs.evidence, &self.query.parameters);
        let perspective = inputs.perspective(&self.session);
        let document =
            Document::of_analysis(self.query.kind, parameters, evidence, series, perspective);
        Ok(match document.ok_or_else(|| self.missing(evidence))? {
            Document::Timeline(answer) => {
                let TimeRange { since, until } = self.range;
                Document::Timeline(Box::new(answer.between(since, until)))
            }
            Document::Report(answer) => {
                self.session.note_report(evidence, &answer.body);
                if self.summarizes() {
                    Document::ReportSummary(Box::new(answer.summarized(perspective)))
                } else {
                    Document::Report(answer)
                }
            }
            document => document,
        })
    }
}
