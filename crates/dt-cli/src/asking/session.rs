//! What holds for a whole run.

use dt_analysis::exclusions::ExclusionId;
use dt_analysis::finding::FindingId;
use dt_analysis::{AsOf, Policy};
use dt_model::{AppliancePages, Device, Evidence};
use dt_report::contract::{Report, ReportOptions};
use dt_report::event::Subject;
use dt_report::schema::Object;
use dt_sweep::{ExclusionList, SnapshotOrigin};
use jiff::Timestamp;

use super::repeated::RepeatedOptions;
use super::{Client, Connection};
use crate::commands::Context;
use crate::config::{exclusions_file, state_directory};
use crate::failure::Result;
use crate::options::{AssessmentOptions, ExclusionOptions, OutputOptions};
use crate::ui::{Output, PrintContext, Verbosity, found};

/// What holds for a whole run: who answers, by which thresholds and as of when it is judged, and how it is
/// printed.
#[derive(Debug)]
pub(crate) struct Session {
    /// The appliance that answers; saved responses do not say it.
    pub(crate) appliance: Option<String>,
    /// Where its own pages are, if anybody knows.
    pub(crate) pages: Option<AppliancePages>,
    /// Where answers come from, for readers.
    pub(crate) source: String,
    pub(crate) policy: Policy,
    pub(crate) output: Output,
    /// When the program was started, or a round of it.
    pub(crate) now: Timestamp,
    pub(crate) exclusions: ExclusionList,
    /// What of the command line a suggested command repeats.
    repeated: RepeatedOptions,
}

impl Session {
    /// Of a command that prints an object, and assesses nothing or by what is usual.
    pub(crate) fn new(
        object: Object,
        options: &OutputOptions,
        context: &Context<'_>,
    ) -> Result<Self> {
        let output = Output::resolve(object, options, None, context.environment)?;
        Ok(Self::printing(output, context.now))
    }

    fn printing(output: Output, now: Timestamp) -> Self {
        Self {
            appliance: None,
            pages: None,
            source: String::new(),
            policy: Policy::default(),
            output,
            now,
            exclusions: ExclusionList::default(),
            repeated: RepeatedOptions::default(),
        }
    }

    /// Of a command that assesses devices, and prints an object about them. `events` is what events are to
    /// tell, if that was said.
    pub(crate) fn assessing(
        options: AssessmentOptions,
        object: Object,
        events: Option<Subject>,
        context: &Context<'_>,
    ) -> Result<Self> {
        let AssessmentOptions { rules, fail_on, findings, output } = options;
        let mut output = Output::resolve(object, &output, events, context.environment)?;
        output.min_severity = findings.min_severity.unwrap_or(output.min_severity);
        output.fail_on = fail_on.fail_on;
        let exclusions = findings.exclusions.resolve(context, output.verbosity)?;
        found(output.format, output.subject, rules.rules())?;
        let (policy, repeated) = (rules.policy(), RepeatedOptions::of(context.words));
        Ok(Self { policy, exclusions, repeated, ..Self::printing(output, context.now) })
    }

    /// Asking this appliance.
    pub(crate) fn with(self, connection: &Connection) -> Self {
        Self {
            appliance: Some(connection.appliance.clone()),
            pages: Some(connection.pages.clone()),
            source: connection.description.clone(),
            ..self
        }
    }

    /// When and where it is judged.
    pub(crate) fn as_of(&self) -> AsOf<'_> {
        AsOf { now: self.now, zone: &self.output.time_zone }
    }

    /// Notes what was excluded of a device, and says which entries are not about it any more.
    pub(crate) fn note_excluded(
        &self,
        device: &Device,
        excluded: impl Iterator<Item = (ExclusionId, FindingId)>,
        now: Timestamp,
    ) {
        excluded.for_each(|(entry, finding)| self.exclusions.note(entry, finding, now));
        for text in self.exclusions.parted(device, now) {
            self.output.verbosity.warn(&text);
        }
    }

    /// The same of a report.
    pub(crate) fn note_report(&self, evidence: &Evidence, report: &Report) {
        let excluded = report.judged.excluded.iter().flatten();
        let excluded = excluded.map(|it| (it.exclusion.id, it.finding.id));
        self.note_excluded(&evidence.device(), excluded, self.now);
    }

    /// How a report is made.
    pub(crate) fn perspective(&self) -> ReportOptions<'_> {
        self.perspective_at(self.now)
    }

    /// How a report is made as of some time.
    pub(crate) fn perspective_at(&self, now: Timestamp) -> ReportOptions<'_> {
        ReportOptions {
            policy: &self.policy,
            viewpoint: AsOf { now, ..self.as_of() },
            appliance: self.appliance.as_deref(),
            pages: self.pages.as_ref(),
            exclusions: self.exclusions.at(now),
            repeated: self.repeated.given(),
        }
    }

    /// What a snapshot says of itself besides what was answered.
    pub(crate) fn snapshot_origin<'a>(&'a self, client: &'a Client) -> SnapshotOrigin<'a> {
        SnapshotOrigin {
            appliance: self.appliance.as_deref().unwrap_or_default(),
            address: client.base_url(),
            taken: self.now,
            dt_version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// How what is judged is printed.
    pub(crate) fn print_context(&self) -> PrintContext<'_> {
        PrintContext {
            output: &self.output,
            now: self.now,
            appliance: self.appliance.as_deref(),
            pages: self.pages.as_ref(),
            source: self.source.clone(),
            policy: Some(&self.policy),
        }
    }

    /// How what is not judged is printed.
    pub(crate) fn print_context_unjudged(&self) -> PrintContext<'_> {
        PrintContext { policy: None, ..self.print_context() }
    }
}

impl ExclusionOptions {
    /// The exclusions that are named, else those in the configuration's folder, if there are any.
    pub(crate) fn resolve(
        self,
        context: &Context<'_>,
        verbosity: Verbosity,
    ) -> Result<ExclusionList> {
        let list = self.read(context)?;
        list.expired(context.now).iter().for_each(|text| verbosity.warn(text));
        Ok(list)
    }

    /// The same, whatever has expired.
    pub(crate) fn read(self, context: &Context<'_>) -> Result<ExclusionList> {
        let mut files = self.exclusions;
        if files.is_empty() && !self.no_exclusions {
            let own = exclusions_file(context.environment).ok();
            files.extend(own.filter(|file| file.symlink_metadata().is_ok()));
        }
        let usage_at = state_directory(context.environment).map(|it| it.join("exclusions"));
        Ok(ExclusionList::read(files, usage_at)?)
    }
}
