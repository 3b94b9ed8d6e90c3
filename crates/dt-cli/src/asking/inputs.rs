//! What was answered about a device, from wherever.

use dt_analysis::SeriesAnalysis;
use dt_analysis::plan::AnalysisKind as Question;
use dt_model::{AppliancePages, DataType, Evidence, RefusalGroup, Warning};
use dt_report::clean;
use dt_report::contract::ReportOptions;
use dt_store::{SavedDevice, StoredEvidence};
use dt_sweep::DeviceAnswer;
use dt_transport::{BaseUrl, HttpPolicy};

use super::Session;
use crate::ui::Verbosity;

/// What was read, and what was odd about it.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) evidence: Evidence,
    pub(crate) notes: Notes,
    /// What its series say, if that was analysed when it was gathered.
    pub(crate) series: Option<SeriesAnalysis>,
    /// The snapshots that it was read from, which say when and where it was answered.
    source: Option<SavedDevice>,
    /// Where the appliance of the snapshots has pages of its own.
    pages: Option<AppliancePages>,
}

/// What is said on standard error about answers.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) warnings: Vec<String>,
    remarks: Vec<String>,
    /// The one question that is answered and what it is to count, if more may have been recorded than that
    /// needs.
    pub(crate) question: Option<(Question, Option<DataType>)>,
    /// What they are about, where messages have to tell several apart.
    pub(crate) about: Option<String>,
}

impl Inputs {
    /// What was answered just now; where several devices are asked about, its name is told.
    pub(crate) fn gathered(answer: DeviceAnswer) -> Self {
        let notes = Notes::of(&answer);
        let DeviceAnswer { evidence, series, .. } = answer;
        Self { evidence, notes, series, ..Self::default() }
    }

    /// What saved responses or the snapshots of a device say.
    pub(crate) fn saved(stored: StoredEvidence) -> Self {
        let (warnings, remarks) = (stored.oddities(), stored.remarks());
        let notes = Notes { warnings, remarks, ..Notes::default() };
        let pages = stored.source.as_ref().and_then(saved_pages);
        Self { evidence: stored.evidence, notes, series: None, source: stored.source, pages }
    }

    /// Prints what was refused, and what was odd about the answers.
    pub(crate) fn print_notes(&self, verbosity: Verbosity) {
        self.notes.print_all(&self.evidence, verbosity);
    }

    /// Prints what was odd about the answers.
    pub(crate) fn print_oddities(&self, verbosity: Verbosity) {
        self.notes.print_oddities(&self.evidence, verbosity);
    }

    /// From when and where it is judged: what was kept, as it was then.
    pub(crate) fn perspective<'a>(&'a self, session: &'a Session) -> ReportOptions<'a> {
        let mut perspective = session.perspective();
        if let Some(about) = self.source.as_ref().map(SavedDevice::about) {
            perspective.viewpoint.now = about.taken;
            perspective.appliance = Some(&about.appliance);
            perspective.pages = self.pages.as_ref();
        }
        perspective
    }
}

/// At the address that a snapshot names, if it can be an appliance's: this machine's own was that of a demo
/// appliance or of a tunnel, and leads nowhere now.
pub(crate) fn saved_pages(saved: &SavedDevice) -> Option<AppliancePages> {
    let base = BaseUrl::new(&saved.about().address, HttpPolicy::Anywhere).ok()?;
    (!base.is_loopback()).then(|| AppliancePages::at(&base.to_string()))
}

impl Notes {
    /// What was odd about the answers about a device, with its name if there are several.
    pub(crate) fn of(answer: &DeviceAnswer) -> Self {
        let about = (!answer.is_only).then(|| answer.name.clone());
        Self { about, ..Self::about(&answer.evidence) }
    }

    /// What was odd about answers.
    pub(crate) fn about(evidence: &Evidence) -> Self {
        let odd = evidence.warnings().map(|(part, odd)| format!("{}: {odd}", part.source()));
        Self { warnings: odd.collect(), ..Self::default() }
    }

    pub(crate) fn warn(&mut self, name: &str, warnings: &[Warning]) {
        self.warnings.extend(warnings.iter().map(|warning| format!("{name}: {warning}")));
    }

    /// Prints what was refused of that which matters here, and what was odd about answers.
    pub(crate) fn print_all(&self, evidence: &Evidence, verbosity: Verbosity) {
        let refused = match self.question {
            None => RefusalGroup::list(evidence.refusals()),
            Some((question, counted)) => RefusalGroup::list(question.refusals(evidence, counted)),
        };
        for group in refused {
            self.note(verbosity, "warning", &group.to_string());
        }
        self.print_oddities(evidence, verbosity);
    }

    /// Prints what was odd about answers.
    fn print_oddities(&self, evidence: &Evidence, verbosity: Verbosity) {
        if let Some(why) = evidence.no_traffic() {
            self.note(verbosity, "warning", &why.to_string());
        }
        self.print(verbosity);
    }

    /// Prints what was odd about a list.
    pub(crate) fn print(&self, verbosity: Verbosity) {
        const FIRST: usize = 5;
        let shown = if verbosity == Verbosity::Everything { usize::MAX } else { FIRST };
        for remark in &self.remarks {
            self.note(verbosity, "note", remark);
        }
        for warning in self.warnings.iter().take(shown) {
            self.note(verbosity, "warning", warning);
        }
        let more = self.warnings.len().saturating_sub(shown);
        if more > 0 {
            self.note(verbosity, "warning", &format!("{more} more; -v shows them all"));
        }
    }

    fn note(&self, verbosity: Verbosity, kind: &str, text: &str) {
        let about = self.about.as_ref().map_or_else(String::new, |about| format!("{about}: "));
        verbosity.note(&clean(&format!("{kind}: {about}{text}")));
    }
}
