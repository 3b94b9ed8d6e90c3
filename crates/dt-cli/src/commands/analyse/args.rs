//! What the analyses take, and what that is resolved to.

use clap::Args;
use dt_analysis::Level;
use dt_analysis::plan::AnalysisKind as Question;
use dt_analysis::timeline::Baseline;
use dt_model::DataType;
use dt_report::event::Subject;
use dt_store::SavedResponse;

use super::Analysis;
use crate::asking::{
    Connection, QueryOptions, Session, Source, TargetDevices, TimeRange, one_place,
};
use crate::choice::choice;
use crate::commands::Context;
use crate::failure::{Failure, Result};
use crate::options::{
    ApplianceOptions, DATA_TYPES, DeviceOptions, EnrichOptions, EventOptions, ExclusionOptions,
    FailOnOptions, FindingOptions, InputOptions, IntervalOptions, OutputOptions,
    ReportQueryOptions, RestrictOptions, RuleOptions, SelectionOptions, SeriesOptions,
    SimilarOptions, TimeRangeOptions, TrafficOptions,
};
use crate::ui::{Output, found};

/// What every analysis takes.
#[derive(Debug, Args)]
struct AnalysisOptions {
    #[command(flatten)]
    rules: RuleOptions,
    #[command(flatten)]
    appliance: ApplianceOptions,
    #[command(flatten)]
    input: InputOptions,
    #[command(flatten)]
    fail_on: FailOnOptions,
    #[command(flatten)]
    output: OutputOptions,
}

/// Arguments of an analysis of devices, with its own.
#[derive(Debug, Args)]
pub(crate) struct DeviceAnalysisArgs<O: Args> {
    #[command(flatten)]
    devices: DeviceOptions,
    #[command(flatten)]
    own: O,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// What an analysis asks, by its own arguments.
pub(crate) trait Inquire: Args {
    fn inquire(self) -> Inquiry;
}

impl<O: Inquire> DeviceAnalysisArgs<O> {
    pub(in crate::commands) fn resolve(self, context: &Context<'_>) -> Result<Analysis> {
        self.own.inquire().resolve(self.devices, self.analysis, context)
    }
}

/// Arguments of `dt connections`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dt --demo connections 12345
  dt connections ws-042 --port 443 --since 7d
  dt connections --tag Finance -o ndjson")]
pub(crate) struct ConnectionsArgs {
    /// What to count
    #[arg(long, value_name = "TYPE", value_parser = choice(&DATA_TYPES[..1]))]
    datatype: Option<DataType>,
    #[command(flatten)]
    series: SeriesOptions,
}

/// Arguments of `dt transfers`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dt --demo transfers 12345
  dt transfers ws-042 --datatype sizeout --odid 0
  dt get ws-042 --datatype sizeout | dt transfers --input sizeout=-")]
pub(crate) struct TransfersArgs {
    /// What to count [default: both]
    #[arg(long, value_name = "TYPE")]
    #[arg(value_parser = choice(&DATA_TYPES[1..]))]
    datatype: Option<DataType>,
    #[command(flatten)]
    series: SeriesOptions,
}

/// Arguments of `dt compare`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dt --demo compare 12345 --similar-devices 5
  dt --demo compare 12345 12346
  dt compare ws-042 --rules documented -o json")]
pub(crate) struct CompareArgs {
    /// Device id, host name, IP, MAC or label: one, which is compared with similar devices, or two, which
    /// are compared with each other
    #[arg(value_name = "DEVICE")]
    devices: Vec<String>,
    #[command(flatten)]
    similar: SimilarOptions,
    #[command(flatten)]
    traffic: TrafficOptions,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// Arguments of `dt external`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dt --demo external 12345
  dt external ws-042 --external-domain files.example
  dt external --type server --fail-on medium
  dt external --type server -o ecs --events traffic")]
pub(crate) struct ExternalArgs {
    #[command(flatten)]
    restrict: RestrictOptions,
    #[command(flatten)]
    interval: IntervalOptions,
    #[command(flatten)]
    enrich: EnrichOptions,
    #[command(flatten)]
    events: EventOptions,
    #[command(flatten)]
    exclusions: ExclusionOptions,
}

/// Arguments of `dt timeline`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dt --demo timeline 12345
  dt timeline ws-042 --odid 0 --timezone Europe/Berlin --since 7d
  dt timeline --input saved.json --causal -o ndjson")]
pub(crate) struct TimelineArgs {
    /// What to count [default: co, and sizeout of external traffic]
    #[arg(long, value_parser = choice(&DATA_TYPES), value_name = "TYPE")]
    datatype: Option<DataType>,
    /// Compare each bucket only with the 28 days before it, as continuous monitoring would have; also
    /// for series longer than that
    #[arg(long)]
    causal: bool,
    #[command(flatten)]
    series: SeriesOptions,
}

/// Arguments of `dt report`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dt --demo report 12345
  dt report ws-042 --all
  dt report ws-042 -o html > report.html
  dt report --tag Finance --fail-on medium -o json
  dt report --tag Finance -o ocsf >> findings.ndjson
  dt report - < names.txt")]
pub(crate) struct ReportArgs {
    /// Show every part: not just the first screen or, of several devices, a summary of each
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    report: ReportQueryOptions,
    #[command(flatten)]
    restrict: RestrictOptions,
    #[command(flatten)]
    events: EventOptions,
    #[command(flatten)]
    findings: FindingOptions,
}

impl Inquire for ConnectionsArgs {
    fn inquire(self) -> Inquiry {
        let query = QueryOptions::hourly(&self.series.traffic.interval);
        Inquiry::series(Question::Connections, query.counting(self.datatype), self.series)
    }
}

impl Inquire for TransfersArgs {
    fn inquire(self) -> Inquiry {
        let query = QueryOptions::four_hourly(&self.series.traffic.interval);
        Inquiry::series(Question::Transfers, query.counting(self.datatype), self.series)
    }
}

impl Inquire for TimelineArgs {
    fn inquire(self) -> Inquiry {
        let baseline = if self.causal { Baseline::Before } else { Baseline::Others };
        let query = QueryOptions::hourly(&self.series.traffic.interval);
        Inquiry::series(Question::Timeline(baseline), query.counting(self.datatype), self.series)
    }
}

impl CompareArgs {
    pub(in crate::commands) fn resolve(self, context: &Context<'_>) -> Result<Analysis> {
        let is_two = self.devices.len() == 2;
        if self.devices.len() > 2 || self.devices.iter().any(|name| name == "-") {
            return Err(Failure::usage("compare takes one device, or two")
                .hint("name one, to compare it with similar devices, or two, with each other"));
        }
        if is_two && self.similar.similar_devices.is_some() {
            return Err(Failure::usage("two devices are compared with each other alone")
                .hint("leave out --similar-devices, or name one device"));
        }
        let query = QueryOptions::four_hourly(&self.traffic.interval)
            .traffic(self.traffic)
            .similar(&self.similar, if is_two { 0 } else { 3 });
        let inquiry = Inquiry::new(Question::Compare, query);
        let selection = SelectionOptions::default();
        let devices = DeviceOptions { devices: self.devices, selection };
        inquiry.resolve(devices, self.analysis, context)
    }
}

impl Inquire for ExternalArgs {
    fn inquire(self) -> Inquiry {
        let query = QueryOptions::hourly(&self.interval).restrict(self.restrict);
        let inquiry = Inquiry::new(Question::External, query.enrich(&self.enrich));
        Inquiry { events: self.events.events, exclusions: Some(self.exclusions), ..inquiry }
    }
}

impl Inquire for ReportArgs {
    fn inquire(self) -> Inquiry {
        let query = QueryOptions::of_report(&self.report).restrict(self.restrict);
        Inquiry {
            events: self.events.events,
            is_whole: self.all,
            level: self.findings.min_severity,
            exclusions: Some(self.findings.exclusions),
            ..Inquiry::new(Question::Report, query)
        }
    }
}

/// What is asked about devices, before it is decided who answers.
pub(crate) struct Inquiry {
    question: Question,
    query: QueryOptions,
    range: TimeRangeOptions,
    events: Option<Subject>,
    is_whole: bool,
    level: Option<Level>,
    exclusions: Option<ExclusionOptions>,
}

impl Inquiry {
    fn new(question: Question, query: QueryOptions) -> Self {
        let (range, is_whole) = (TimeRangeOptions::default(), false);
        Self { question, query, range, events: None, is_whole, level: None, exclusions: None }
    }

    /// About a series, which can be cut.
    fn series(question: Question, query: QueryOptions, series: SeriesOptions) -> Self {
        let query = query.traffic(series.traffic);
        Self { range: series.range, ..Self::new(question, query) }
    }

    fn resolve(
        self,
        devices: DeviceOptions,
        options: AnalysisOptions,
        context: &Context<'_>,
    ) -> Result<Analysis> {
        let Self { question, query, events, .. } = self;
        let output =
            Output::resolve(question.into(), &options.output, events, context.environment)?;
        let output = if self.is_whole { output.whole() } else { output };
        let output = output.at_level(self.level);
        let exclusions = self.exclusions.map(|it| it.resolve(context, output.verbosity));
        let exclusions = exclusions.transpose()?.unwrap_or_default();
        let range = TimeRange::resolve(&self.range, &output.time_zone, context.now)?;
        found(output.format, output.subject, options.rules.rules())?;
        let targets = TargetDevices::resolve(devices)?;
        one_place(&options.appliance, Some(&options.input))?;
        let session = |connection, output| {
            let session = Session::new(connection, options.rules.policy(), output, context.now);
            session.excluding(exclusions)
        };
        let (source, session) = if options.input.input.is_empty() {
            targets.demand()?;
            let connection = Connection::resolve(options.appliance, context.environment)?;
            let session = session(Some(&connection), output);
            (Source::Live(Box::new(connection)), session)
        } else {
            let inputs = saved(&options.input, &query)?;
            let names: Vec<String> = inputs.iter().map(SavedResponse::name).collect();
            let source = format!("saved responses: {}", names.join(", "));
            (Source::Saved(inputs), Session { source, ..session(None, output) })
        };
        let fail_on = options.fail_on.fail_on;
        Ok(Analysis { question, query, range, targets, source, session, fail_on })
    }
}

/// Answers to the question, unless it is about less than what was saved.
fn saved(options: &InputOptions, query: &QueryOptions) -> Result<Vec<SavedResponse>> {
    if query.parameters.is_restricted() {
        return Err(Failure::usage("a saved response cannot be restricted any more")
            .hint("leave out --odid, --port and --external-domain, or ask an appliance"));
    }
    Ok(options.resolve()?)
}
