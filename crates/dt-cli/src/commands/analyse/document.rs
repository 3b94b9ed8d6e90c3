//! What answers the question of an analysis.

use dt_analysis::plan::AnalysisKind as Question;
use dt_model::{DataType, DeviceInfo, Evidence, Subject};
use dt_report::contract::{self, Document};
use dt_report::table::Extent;

use super::Analysis;
use crate::failure::{Failure, Result};
use crate::inputs::Inputs;
use crate::ui::Output;

impl Analysis {
    /// The answer that counts connections, which the question cannot do without.
    fn connections<'a>(&self, evidence: &'a Evidence) -> Result<&'a DeviceInfo> {
        evidence.connections.answer().ok_or_else(|| self.missing(evidence))
    }

    /// What the question cannot do without is not there.
    pub(super) fn missing(&self, evidence: &Evidence) -> Failure {
        missing(self.question, evidence, self.query.data_type)
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
                let counted = self.query.counted();
                let info = series(evidence, counted).ok_or_else(missing)?;
                let zone = &self.session.output.time_zone;
                let timeline = |info| contract::Answer::timeline(info, zone, baseline, policy, now);
                let mut answer = timeline(info);
                if self.query.is_external() {
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

/// The answer whose timeline is asked for: the one that counts that; unless it is said, connections,
/// or the only one there is.
fn series(evidence: &Evidence, data_type: Option<DataType>) -> Option<&DeviceInfo> {
    let mut answers = evidence.answers();
    match data_type {
        Some(DataType::BytesOut) => evidence.bytes_out.answer(),
        Some(DataType::BytesIn) => evidence.bytes_in.answer(),
        Some(DataType::Connections) => evidence.connections.answer(),
        // What was refused has to be told, not stood in for.
        None if evidence.connections.refusal().is_some() => None,
        None => evidence.connections.answer().or_else(|| {
            let first = answers.next();
            first.filter(|_| answers.next().is_none())
        }),
    }
}

/// The part that a question cannot do without is not there.
fn missing(question: Question, evidence: &Evidence, data_type: Option<DataType>) -> Failure {
    let part = match question {
        Question::Connections | Question::Compare | Question::Report => "co=FILE",
        Question::Transfers => "sizeout=FILE or --input sizein=FILE",
        Question::External => "external=FILE or --input co=FILE",
        Question::Timeline(_) => "co=FILE, or say which with --datatype",
    };
    let name = dt_report::schema::Object::from(question).name();
    let refused = question.refusals(evidence, data_type);
    let refused = refused.filter(|(subject, _)| matches!(subject, Subject::Part(_)));
    if let Some(failure) = Failure::refused(name, &refused.collect::<Vec<_>>()) {
        return failure;
    }
    Failure::usage(format!("none of the saved responses is one that {name} can answer from"))
        .hint(format!("add --input {part}"))
}
