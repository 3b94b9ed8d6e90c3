//! What was answered about a device, from wherever.

use dt_analysis::SeriesAnalysis;
use dt_analysis::plan::AnalysisKind as Question;
use dt_model::{DataType, Evidence, EvidencePart, Part, RefusalGroup, Warning};
use dt_report::clean;
use dt_report::contract::ReportOptions;
use dt_store::{SavedDevice, StoredEvidence};
use jiff::Timestamp;

use crate::session::Session;
use crate::ui::{Verbosity, eprint_line};

/// What was read, and what was odd about it.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) evidence: Evidence,
    pub(crate) notes: Notes,
    /// What its series say, if that was analysed when it was gathered.
    pub(crate) series: Option<SeriesAnalysis>,
    /// When and where it was answered, if it was kept by this program.
    origin: Option<Origin>,
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

/// When and where a snapshot was taken.
#[derive(Debug)]
struct Origin {
    taken: Timestamp,
    appliance: String,
}

impl Inputs {
    /// What was answered just now.
    pub(crate) fn gathered(evidence: Evidence) -> Self {
        Self { notes: Notes::about(&evidence), evidence, ..Self::default() }
    }

    /// What saved responses say.
    pub(crate) fn saved(stored: StoredEvidence) -> Self {
        let StoredEvidence { evidence, warnings, assumed, joins, .. } = stored;
        let mut notes = Notes::default();
        for (at, warning) in warnings {
            notes.warn(&at, &[warning]);
        }
        let joins = joins.iter().filter(|(_, it)| it.differing > 0 || !it.gaps.is_empty());
        notes.warnings.extend(joins.map(|(part, report)| format!("{part}: {report}")));
        notes.remarks.extend(assumed.iter().map(|at| {
            format!(
                "{at} does not say what it counts, and is taken as connections; a label (co=) says so"
            )
        }));
        Self { evidence, notes, ..Self::default() }
    }

    /// What the snapshots of a device say.
    pub(crate) fn of_snapshots(device: &SavedDevice, stored: StoredEvidence) -> Self {
        let mut inputs = Self::saved(stored);
        let about = device.about();
        inputs.origin = Some(Origin { taken: about.taken, appliance: about.appliance.clone() });
        if let [_, .., newest] = device.paths() {
            inputs.notes.remarks.push(format!(
                "{} snapshots are joined for series over time; everything else is from {}",
                device.paths().len(),
                newest.display()
            ));
        }
        inputs
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
        if let Some(Origin { taken, appliance }) = &self.origin {
            perspective.viewpoint.now = *taken;
            perspective.appliance = Some(appliance);
        }
        perspective
    }
}

impl Notes {
    /// What was odd about answers.
    pub(crate) fn about(evidence: &Evidence) -> Self {
        let mut notes = Self::default();
        for part in EvidencePart::ALL {
            if let Some(answer) = evidence.part(part).and_then(Part::answer) {
                notes.warn(&format!("/deviceinfo ({part})"), &answer.warnings);
            }
        }
        notes
    }

    pub(crate) fn warn(&mut self, name: &str, warnings: &[Warning]) {
        self.warnings.extend(warnings.iter().map(|warning| format!("{name}: {warning}")));
    }

    /// Prints what was refused, and what was odd about answers.
    pub(crate) fn print_all(&self, evidence: &Evidence, verbosity: Verbosity) {
        self.print_refusals(evidence, verbosity);
        self.print_oddities(evidence, verbosity);
    }

    /// Prints what was refused of that which matters here, and why.
    fn print_refusals(&self, evidence: &Evidence, verbosity: Verbosity) {
        if verbosity == Verbosity::ErrorsOnly {
            return;
        }
        let groups = match self.question {
            None => RefusalGroup::list(evidence.refusals()),
            Some((question, data_type)) => {
                RefusalGroup::list(question.refusals(evidence, data_type))
            }
        };
        for group in groups {
            self.note("warning", &group.to_string());
        }
    }

    /// Prints what was odd about answers.
    fn print_oddities(&self, evidence: &Evidence, verbosity: Verbosity) {
        if verbosity == Verbosity::ErrorsOnly {
            return;
        }
        if let Some(why) = evidence.no_traffic() {
            self.note("warning", &why.to_string());
        }
        self.print(verbosity);
    }

    /// Prints what was odd about a list.
    pub(crate) fn print(&self, verbosity: Verbosity) {
        const FIRST: usize = 5;
        let shown = match verbosity {
            Verbosity::ErrorsOnly => return,
            Verbosity::FirstWarnings => FIRST,
            Verbosity::Everything => usize::MAX,
        };
        for remark in &self.remarks {
            self.note("note", remark);
        }
        for warning in self.warnings.iter().take(shown) {
            self.note("warning", warning);
        }
        let more = self.warnings.len().saturating_sub(shown);
        if more > 0 {
            self.note("warning", &format!("{more} more; -v shows them all"));
        }
    }

    fn note(&self, kind: &str, text: &str) {
        let about = self.about.as_ref().map_or_else(String::new, |about| format!("{about}: "));
        eprint_line(&clean(&format!("{kind}: {about}{text}")));
    }
}
