//! What was answered about a device, from wherever.

use dt_analysis::SeriesAnalysis;
use dt_model::{DataType, Evidence, RefusalGroup, Warning};
use dt_report::clean;
use dt_report::contract::ReportOptions;
use dt_store::{SavedDevice, StoredEvidence};
use jiff::Timestamp;

use crate::question::Question;
use crate::session::Session;
use crate::ui::{PrintContext, Verbosity, eprint_line};

/// What was read, and what was odd about it.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    pub(crate) evidence: Evidence,
    pub(crate) warnings: Vec<String>,
    pub(crate) notes: Vec<String>,
    /// What its series say, if that was analysed when it was gathered.
    pub(crate) series: Option<SeriesAnalysis>,
    /// The one question that is answered from it and what it is to count, if more may have been recorded
    /// than that needs.
    pub(crate) question: Option<(Question, Option<DataType>)>,
    /// What it is about, where messages have to tell several apart.
    pub(crate) about: Option<String>,
    /// When and where it was answered, if it was kept by this program.
    pub(crate) origin: Option<Origin>,
}

/// When and where a snapshot was taken.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) taken: Timestamp,
    pub(crate) appliance: String,
}

impl Inputs {
    /// What saved responses say.
    pub(crate) fn saved(stored: StoredEvidence) -> Self {
        let StoredEvidence { evidence, warnings, assumed, joins, .. } = stored;
        let mut inputs = Self { evidence, ..Self::default() };
        for (at, warning) in warnings {
            inputs.warn(&at, &[warning]);
        }
        let joins = joins.iter().filter(|(_, it)| it.differing > 0 || !it.gaps.is_empty());
        inputs.warnings.extend(joins.map(|(part, report)| format!("{part}: {report}")));
        inputs.notes.extend(assumed.iter().map(|at| {
            format!(
                "{at} does not say what it counts, and is taken as connections; a label (co=) says so"
            )
        }));
        inputs
    }

    /// What the snapshots of a device say.
    pub(crate) fn of_snapshots(device: &SavedDevice, stored: StoredEvidence) -> Self {
        let mut inputs = Self::saved(stored);
        let about = device.about();
        inputs.origin = Some(Origin { taken: about.taken, appliance: about.appliance.clone() });
        if let [_, .., newest] = device.paths() {
            inputs.notes.push(format!(
                "{} snapshots are joined for series over time; everything else is from {}",
                device.paths().len(),
                newest.display()
            ));
        }
        inputs
    }

    pub(crate) fn warn(&mut self, name: &str, warnings: &[Warning]) {
        self.warnings.extend(warnings.iter().map(|warning| format!("{name}: {warning}")));
    }

    /// What was refused of that which matters here, and why.
    pub(crate) fn refusals(&self) -> Vec<String> {
        let groups = match self.question {
            None => RefusalGroup::list(self.evidence.refusals()),
            Some((question, data_type)) => {
                RefusalGroup::list(question.refusals(&self.evidence, data_type))
            }
        };
        groups.iter().map(ToString::to_string).collect()
    }

    /// Prints what was refused, and what was odd about the answers.
    pub(crate) fn print_notes(&self, verbosity: Verbosity) {
        if verbosity > Verbosity::ErrorsOnly {
            for refusal in self.refusals() {
                self.note("warning", &refusal);
            }
        }
        self.print_oddities(verbosity);
    }

    /// Prints what was odd about the answers.
    pub(crate) fn print_oddities(&self, verbosity: Verbosity) {
        const FIRST: usize = 5;
        let shown = match verbosity {
            Verbosity::ErrorsOnly => return,
            Verbosity::FirstWarnings => FIRST,
            Verbosity::Everything => usize::MAX,
        };
        if let Some(why) = self.evidence.no_traffic() {
            self.note("warning", &why.to_string());
        }
        for note in &self.notes {
            self.note("note", note);
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

    /// From when and where it is judged: what was kept, as it was then.
    pub(crate) fn perspective<'a>(&'a self, session: &'a Session) -> ReportOptions<'a> {
        let mut perspective = session.perspective();
        if let Some(Origin { taken, appliance }) = &self.origin {
            perspective.viewpoint.now = *taken;
            perspective.appliance = Some(appliance);
        }
        perspective
    }

    /// How what is printed of it is made.
    pub(crate) fn print_context<'a>(&'a self, session: &'a Session) -> PrintContext<'a> {
        PrintContext { appliance: self.perspective(session).appliance, ..session.print_context() }
    }
}
