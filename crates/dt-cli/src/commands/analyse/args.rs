//! What the analyses take, and what that is resolved to.

use clap::Args;
use dt_analysis::plan::AnalysisKind as Question;
use dt_analysis::timeline::Baseline;
use dt_model::DataType;
use dt_report::event::Subject;
use dt_report::table::Extent;
use dt_store::SavedResponse;

use super::Analysis;
use crate::asking::{Connection, QueryOptions, Session, TargetDevices, TimeRange, one_place};
use crate::choice::choice;
use crate::commands::{Context, Run};
use crate::failure::{Failure, Result};
use crate::options::{
    ApplianceOptions, AssessmentOptions, DATA_TYPES, DeviceOptions, EnrichOptions, EventOptions,
    ExclusionOptions, FailOnOptions, FindingOptions, InputOptions, IntervalOptions, OutputOptions,
    ReportQueryOptions, RestrictOptions, RuleOptions, SelectionOptions, SeriesOptions,
    SimilarOptions, TimeRangeOptions, TrafficOptions,
};

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

impl<O: Args + Into<Inquiry>> DeviceAnalysisArgs<O> {
    pub(in crate::commands) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        self.own.into().resolve(self.devices, self.analysis, context)
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

impl From<ConnectionsArgs> for Inquiry {
    fn from(args: ConnectionsArgs) -> Self {
        Self::series(Question::Connections, args.datatype, args.series)
    }
}

impl From<TransfersArgs> for Inquiry {
    fn from(args: TransfersArgs) -> Self {
        Self::series(Question::Transfers, args.datatype, args.series)
    }
}

impl From<TimelineArgs> for Inquiry {
    fn from(args: TimelineArgs) -> Self {
        let baseline = if args.causal { Baseline::Before } else { Baseline::Others };
        Self::series(Question::Timeline(baseline), args.datatype, args.series)
    }
}

impl CompareArgs {
    pub(in crate::commands) fn resolve(self, context: &Context<'_>) -> Result<Run> {
        let is_two = self.devices.len() == 2;
        if self.devices.len() > 2 || self.devices.iter().any(|name| name == "-") {
            return Err(Failure::usage("compare takes one device, or two")
                .hint("name one, to compare it with similar devices, or two, with each other"));
        }
        if is_two && self.similar.similar_devices.is_some() {
            return Err(Failure::usage("two devices are compared with each other alone")
                .hint("leave out --similar-devices, or name one device"));
        }
        let query = QueryOptions::of_traffic(Question::Compare, self.traffic);
        let mut query = query.similar(&self.similar);
        if is_two {
            query.parameters.similar_devices = 0;
        }
        let selection = SelectionOptions::default();
        let devices = DeviceOptions { devices: self.devices, selection };
        Inquiry::new(query).resolve(devices, self.analysis, context)
    }
}

impl From<ExternalArgs> for Inquiry {
    fn from(args: ExternalArgs) -> Self {
        let query = QueryOptions::of(Question::External, &args.interval).restrict(args.restrict);
        let findings = FindingOptions { min_severity: None, exclusions: args.exclusions };
        let inquiry = Self::new(query.enrich(&args.enrich));
        Self { events: args.events.events, findings, ..inquiry }
    }
}

impl From<ReportArgs> for Inquiry {
    fn from(args: ReportArgs) -> Self {
        let query = QueryOptions::of_report(&args.report).restrict(args.restrict);
        Self {
            events: args.events.events,
            extent: if args.all { Extent::Whole } else { Extent::Screen },
            findings: args.findings,
            ..Self::new(query)
        }
    }
}

/// What is asked about devices, before it is decided who answers.
pub(crate) struct Inquiry {
    query: QueryOptions,
    range: TimeRangeOptions,
    events: Option<Subject>,
    extent: Extent,
    findings: FindingOptions,
}

impl Inquiry {
    fn new(query: QueryOptions) -> Self {
        let (range, extent) = (TimeRangeOptions::default(), Extent::Screen);
        let findings = FindingOptions { min_severity: None, exclusions: ExclusionOptions::none() };
        Self { query, range, events: None, extent, findings }
    }

    /// About a series, which can be cut.
    fn series(question: Question, counted: Option<DataType>, series: SeriesOptions) -> Self {
        let SeriesOptions { traffic, range } = series;
        let mut query = QueryOptions::of_traffic(question, traffic);
        query.parameters.data_type = counted;
        Self { range, ..Self::new(query) }
    }

    fn resolve(
        self,
        devices: DeviceOptions,
        options: AnalysisOptions,
        context: &Context<'_>,
    ) -> Result<Run> {
        let Self { query, range, events, extent, findings } = self;
        let AnalysisOptions { rules, appliance, input, fail_on, output } = options;
        let assessment = AssessmentOptions { rules, fail_on, findings, output };
        let mut session = Session::assessing(assessment, query.kind.into(), events, context)?;
        session.output.extent = extent;
        let range = TimeRange::resolve(&range, session.as_of())?;
        let targets = TargetDevices::resolve(devices)?;
        one_place(&appliance, Some(&input))?;
        if input.input.is_empty() {
            targets.demand()?;
            let connection = Connection::resolve(appliance, context.environment)?;
            let session = session.with(&connection);
            let analysis = Analysis { query, range, targets, session };
            return Ok(Box::new(move || analysis.ask(&connection)));
        }
        let inputs = saved(&input, &query)?;
        let names: Vec<String> = inputs.iter().map(SavedResponse::name).collect();
        session.source = format!("saved responses: {}", names.join(", "));
        let analysis = Analysis { query, range, targets, session };
        Ok(Box::new(move || analysis.read(&inputs)))
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
