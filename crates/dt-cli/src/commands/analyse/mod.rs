//! The six analyses of a device: `dt connections`, `transfers`, `compare`, `external`, `timeline` and
//! `report`.

use std::ops::ControlFlow;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use dt_analysis::Level;
use dt_analysis::plan::Endpoints;
use dt_analysis::timeline::Baseline;
use dt_model::{DataType as Counted, DeviceInfo, Evidence, Subject};
use dt_report::contract::{self, Document};
use dt_transport::{Recording, Transport};

use super::{Context, Request};
use crate::connect::connect;
use crate::documents::{print_each, status};
use crate::failure::{Failure, Result};
use crate::gather::{Answer, Gathering, Unanswered};
use crate::input::{self, Input, Reading};
use crate::inputs::Inputs;
use crate::interrupt::{Ends, Interrupt};
use crate::inventory::targets;
use crate::options::{
    ApplianceOptions, DataType, DestinationOptions, DeviceOptions, EnrichOptions, EventOptions,
    FailOnOptions, InputOptions, IntervalOptions, OutputOptions, RestrictOptions, RuleOptions,
    SelectionOptions, SimilarOptions, TimeRangeOptions,
};
use crate::query::QueryOptions;
use crate::question::Question;
use crate::selection::TargetDevices;
use crate::session::Session;
use crate::source::{Connection, one_place};
use crate::times::TimeRange;
use crate::ui::{Output, Printer, found};

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

/// Arguments of `dt connections`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dt --demo connections 12345
  dt connections ws-042 --port 443 --since 7d
  dt connections --tag Finance -o ndjson")]
pub(crate) struct ConnectionsArgs {
    #[command(flatten)]
    devices: DeviceOptions,
    /// What to count
    #[arg(long, value_name = "TYPE", value_parser = data_types(&[DataType::Co]))]
    datatype: Option<DataType>,
    #[command(flatten)]
    destination: DestinationOptions,
    #[command(flatten)]
    restrict: RestrictOptions,
    #[command(flatten)]
    interval: IntervalOptions,
    #[command(flatten)]
    range: TimeRangeOptions,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// Arguments of `dt transfers`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dt --demo transfers 12345
  dt transfers ws-042 --datatype sizeout --odid 0
  dt get ws-042 --datatype sizeout | dt transfers --input sizeout=-")]
pub(crate) struct TransfersArgs {
    #[command(flatten)]
    devices: DeviceOptions,
    /// What to count [default: both]
    #[arg(long, value_name = "TYPE")]
    #[arg(value_parser = data_types(&[DataType::Sizeout, DataType::Sizein]))]
    datatype: Option<DataType>,
    #[command(flatten)]
    destination: DestinationOptions,
    #[command(flatten)]
    restrict: RestrictOptions,
    #[command(flatten)]
    interval: IntervalOptions,
    #[command(flatten)]
    range: TimeRangeOptions,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// Arguments of `dt compare`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dt --demo compare 12345 --similar-devices 5
  dt --demo compare 12345 12346
  dt compare ws-042 --rules documented -o json")]
pub(crate) struct CompareArgs {
    /// Device id, host name, IP or MAC: one, which is compared with similar devices, or two, which are
    /// compared with each other
    #[arg(value_name = "DEVICE")]
    devices: Vec<String>,
    #[command(flatten)]
    similar: SimilarOptions,
    #[command(flatten)]
    destination: DestinationOptions,
    #[command(flatten)]
    restrict: RestrictOptions,
    #[command(flatten)]
    interval: IntervalOptions,
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
    devices: DeviceOptions,
    #[command(flatten)]
    restrict: RestrictOptions,
    #[command(flatten)]
    interval: IntervalOptions,
    #[command(flatten)]
    enrich: EnrichOptions,
    #[command(flatten)]
    events: EventOptions,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// Arguments of `dt timeline`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dt --demo timeline 12345 --datatype sizeout
  dt timeline ws-042 --odid 0 --timezone Europe/Berlin --since 7d
  dt timeline --input saved.json --causal -o ndjson")]
pub(crate) struct TimelineArgs {
    #[command(flatten)]
    devices: DeviceOptions,
    /// What to count [default: co]
    #[arg(long, value_enum, value_name = "TYPE")]
    datatype: Option<DataType>,
    /// Compare each bucket only with the 28 days before it, as a watcher would have; for series
    /// longer than that, too
    #[arg(long)]
    causal: bool,
    #[command(flatten)]
    destination: DestinationOptions,
    #[command(flatten)]
    restrict: RestrictOptions,
    #[command(flatten)]
    interval: IntervalOptions,
    #[command(flatten)]
    range: TimeRangeOptions,
    #[command(flatten)]
    analysis: AnalysisOptions,
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
    #[command(flatten)]
    devices: DeviceOptions,
    /// Show every part, not just the first screen
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    similar: SimilarOptions,
    #[command(flatten)]
    restrict: RestrictOptions,
    #[command(flatten)]
    interval: IntervalOptions,
    #[command(flatten)]
    enrich: EnrichOptions,
    #[command(flatten)]
    events: EventOptions,
    #[command(flatten)]
    analysis: AnalysisOptions,
}

/// Some of the types that can be counted.
fn data_types(types: &[DataType]) -> impl TypedValueParser<Value = DataType> {
    let values = types.iter().filter_map(ValueEnum::to_possible_value);
    PossibleValuesParser::new(values.collect::<Vec<_>>())
        .try_map(|name| DataType::from_str(&name, false))
}

impl ConnectionsArgs {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Analysis> {
        let query = QueryOptions::hourly(&self.interval)?
            .restrict(&self.restrict)?
            .destination(&self.destination)
            .counting(self.datatype);
        let inquiry =
            Inquiry { range: Some(self.range), ..Inquiry::new(Question::Connections, query) };
        inquiry.resolve(self.devices, self.analysis, context)
    }
}

impl TransfersArgs {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Analysis> {
        let query = QueryOptions::four_hourly(&self.interval)?
            .restrict(&self.restrict)?
            .destination(&self.destination)
            .counting(self.datatype);
        let inquiry =
            Inquiry { range: Some(self.range), ..Inquiry::new(Question::Transfers, query) };
        inquiry.resolve(self.devices, self.analysis, context)
    }
}

impl CompareArgs {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Analysis> {
        let is_two = self.devices.len() == 2;
        if self.devices.len() > 2 || self.devices.iter().any(|name| name == "-") {
            return Err(Failure::usage("compare takes one device, or two")
                .hint("name one, to compare it with similar devices, or two, with each other"));
        }
        if is_two && self.similar.similar_devices.is_some() {
            return Err(Failure::usage("two devices are compared with each other alone")
                .hint("leave out --similar-devices, or name one device"));
        }
        let query = QueryOptions::four_hourly(&self.interval)?
            .restrict(&self.restrict)?
            .destination(&self.destination)
            .similar(&self.similar, if is_two { 0 } else { 3 });
        let inquiry = Inquiry::new(Question::Compare, query);
        let selection = SelectionOptions::default();
        let devices = DeviceOptions { devices: self.devices, selection };
        inquiry.resolve(devices, self.analysis, context)
    }
}

impl ExternalArgs {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Analysis> {
        let query = QueryOptions::hourly(&self.interval)?.restrict(&self.restrict)?;
        let inquiry = Inquiry {
            endpoints: self.enrich.endpoints(),
            events: Some(self.events),
            ..Inquiry::new(Question::External, query)
        };
        inquiry.resolve(self.devices, self.analysis, context)
    }
}

impl TimelineArgs {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Analysis> {
        let query = QueryOptions::hourly(&self.interval)?
            .restrict(&self.restrict)?
            .destination(&self.destination)
            .counting(self.datatype);
        let baseline = if self.causal { Baseline::Before } else { Baseline::Others };
        let question = Question::Timeline(baseline);
        let inquiry = Inquiry { range: Some(self.range), ..Inquiry::new(question, query) };
        inquiry.resolve(self.devices, self.analysis, context)
    }
}

impl ReportArgs {
    pub(super) fn resolve(self, context: &Context<'_>) -> Result<Analysis> {
        let query = QueryOptions::hourly(&self.interval)?
            .restrict(&self.restrict)?
            .similar(&self.similar, 5);
        let inquiry = Inquiry {
            endpoints: self.enrich.endpoints(),
            events: Some(self.events),
            is_whole: self.all,
            ..Inquiry::new(Question::Report, query)
        };
        inquiry.resolve(self.devices, self.analysis, context)
    }
}

/// What is asked about devices, before it is decided who answers.
struct Inquiry {
    question: Question,
    query: QueryOptions,
    endpoints: Endpoints,
    range: Option<TimeRangeOptions>,
    events: Option<EventOptions>,
    is_whole: bool,
}

impl Inquiry {
    fn new(question: Question, query: QueryOptions) -> Self {
        let endpoints = Endpoints::default();
        Self { question, query, endpoints, range: None, events: None, is_whole: false }
    }

    fn resolve(
        self,
        devices: DeviceOptions,
        options: AnalysisOptions,
        context: &Context<'_>,
    ) -> Result<Analysis> {
        let Self { question, query, endpoints, .. } = self;
        let events = self.events.and_then(|options| options.events);
        let output =
            Output::resolve(question.object(), &options.output, events, context.environment)?;
        let output = if self.is_whole { output.whole() } else { output };
        let range =
            self.range.map(|range| TimeRange::resolve(&range, &output.time_zone, context.now));
        let range = range.transpose()?.unwrap_or_default();
        found(output.format, output.subject, options.rules.rules())?;
        let targets = TargetDevices::resolve(devices)?;
        one_place(&options.appliance, Some(&options.input))?;
        let policy = options.rules.policy();
        let (source, session) = if options.input.input.is_empty() {
            targets.demand()?;
            let connection = Connection::resolve(options.appliance, context.environment)?;
            let session = Session::with(&connection, policy, output, context.now);
            (Source::Live(Box::new(connection)), session)
        } else {
            let inputs = saved(&options.input, &targets, &query)?;
            let names: Vec<String> = inputs.iter().map(Input::name).collect();
            let source = format!("saved responses: {}", names.join(", "));
            let session = Session { appliance: None, source, policy, output, now: context.now };
            (Source::Saved(inputs), session)
        };
        let fail_on = options.fail_on.fail_on.map(Level::from);
        Ok(Analysis { question, query, endpoints, range, targets, source, session, fail_on })
    }
}

/// Responses that can answer the question.
fn saved(
    options: &InputOptions,
    targets: &TargetDevices,
    query: &QueryOptions,
) -> Result<Vec<Input>> {
    if !targets.is_one() {
        return Err(Failure::usage("saved responses are about one device: name at most one")
            .hint("leave out other names, --tag, --type and --subnet"));
    }
    if query.restricts() {
        return Err(Failure::usage("a saved response cannot be restricted any more")
            .hint("leave out --odid, --port and --external-domain, or ask an appliance"));
    }
    let inputs: Vec<Input> = options.input.iter().map(Input::parse).collect::<Result<_>>()?;
    Input::check(&inputs)?;
    Ok(inputs)
}

/// Where answers come from.
#[derive(Debug)]
enum Source {
    Saved(Vec<Input>),
    Live(Box<Connection>),
}

/// An analysis of devices.
#[derive(Debug)]
pub(super) struct Analysis {
    question: Question,
    query: QueryOptions,
    endpoints: Endpoints,
    range: TimeRange,
    targets: TargetDevices,
    source: Source,
    session: Session,
    fail_on: Option<Level>,
}

impl Request for Analysis {
    fn run(self: Box<Self>) -> Result<u8> {
        match &self.source {
            Source::Saved(inputs) => self.read(inputs),
            Source::Live(connection) => self.ask(connection),
        }
    }
}

impl Analysis {
    fn ask(&self, connection: &Connection) -> Result<u8> {
        let interrupt = Interrupt::listen(Ends::Unfinished)?;
        let connected = connect(connection, self.session.output.verbosity)?;
        let gathering = Gathering {
            session: &self.session,
            question: self.question,
            query: &self.query,
            endpoints: self.endpoints,
            range: self.gathered_range(),
            client: &connected.client,
            recording: Recording::Nothing,
            interrupt: &interrupt,
        };
        if let (Question::Compare, [_, _]) = (self.question, &*self.targets.typed) {
            let done = self.compare_two(&gathering);
            return interrupt.status().map_or(done, Ok);
        }
        let context = self.session.print_context();
        let done = print_each(&self.targets, &gathering, context, self.fail_on, |answer| {
            let Answer { mut inputs, .. } = answer;
            inputs.print_notes(self.session.output.verbosity);
            self.document(&mut inputs)
        });
        interrupt.status().map_or(done, Ok)
    }

    /// Compares two devices, of which both have to answer.
    fn compare_two<T: Transport>(&self, gathering: &Gathering<'_, T>) -> Result<u8> {
        let targets = targets(&self.targets, gathering.client, self.session.output.verbosity)?;
        let mut answers = Vec::new();
        gathering.each(targets, |outcome| {
            let answer = outcome.map_err(Unanswered::into_failure)?;
            answer.inputs.print_notes(self.session.output.verbosity);
            answers.push(answer.inputs);
            Ok(ControlFlow::Continue(()))
        })?;
        let [first, second] = &*answers else {
            return Err(Failure::usage("both names are of the same device")
                .hint("name another one, or one alone to compare it with similar devices"));
        };
        let perspective = self.session.perspective();
        let compared = contract::Answer::compare_two(
            self.connections(&first.evidence)?,
            self.connections(&second.evidence)?,
            perspective.policy,
            perspective.viewpoint.now,
        );
        let document = Document::Compare(Box::new(compared));
        let status = status(self.fail_on, &document);
        gathering.interrupt.close();
        let mut printer = Printer::one(self.session.print_context());
        printer.print(document)?;
        printer.finish()?;
        Ok(status)
    }

    fn read(&self, inputs: &[Input]) -> Result<u8> {
        let reading = Reading {
            question: self.question,
            data_type: self.query.data_type,
            device: self.targets.typed.first().map(String::as_str),
            interval: self.query.interval,
            range: self.gathered_range(),
        };
        let mut inputs = input::read(inputs, &reading)?;
        inputs.question = Some((self.question, self.query.data_type));
        let document = self.document(&mut inputs);
        match &document {
            Ok(_) => inputs.print_notes(self.session.output.verbosity),
            // The failure says what was refused.
            Err(_) => inputs.print_oddities(self.session.output.verbosity),
        }
        let document = document?;
        let status = status(self.fail_on, &document);
        let mut printer = Printer::one(inputs.print_context(&self.session));
        printer.print(document)?;
        printer.finish()?;
        Ok(status)
    }

    /// The time that the question looks at. What is usual is told from everything, so a timeline is cut
    /// only when it is shown.
    fn gathered_range(&self) -> TimeRange {
        match self.question {
            Question::Timeline(_) => TimeRange::default(),
            _ => self.range,
        }
    }

    /// The answer that counts connections, which the question cannot do without.
    fn connections<'a>(&self, evidence: &'a Evidence) -> Result<&'a DeviceInfo> {
        let missing = || missing(self.question, evidence, self.query.data_type);
        evidence.connections.answer().ok_or_else(missing)
    }

    /// Answers the question from what was read.
    fn document(&self, inputs: &mut Inputs) -> Result<Document> {
        let analysed = inputs.series.take();
        let evidence = &inputs.evidence;
        let perspective = inputs.perspective(&self.session);
        let (policy, now) = (perspective.policy, perspective.viewpoint.now);
        let missing = || missing(self.question, evidence, self.query.data_type);
        Ok(match self.question {
            Question::Connections => Document::Connections(Box::new(
                contract::Answer::connections(self.connections(evidence)?, policy, now),
            )),
            Question::Compare => {
                let answer = contract::Answer::compare(self.connections(evidence)?, policy, now);
                Document::Compare(Box::new(answer))
            }
            Question::Transfers => {
                let answer = contract::Answer::transfers(evidence, policy, now);
                Document::Transfers(Box::new(answer.ok_or_else(missing)?))
            }
            Question::External => {
                let answer = contract::Answer::external(evidence, policy, now);
                Document::External(Box::new(answer.ok_or_else(missing)?))
            }
            Question::Timeline(baseline) => {
                let info = series(evidence, self.query.data_type).ok_or_else(missing)?;
                let zone = &self.session.output.time_zone;
                let answer = contract::Answer::timeline(info, zone, baseline, policy, now);
                Document::Timeline(Box::new(answer.between(self.range.since, self.range.until)))
            }
            Question::Report => {
                let answer = contract::Answer::report_of(evidence, analysed, perspective);
                Document::Report(Box::new(answer.ok_or_else(missing)?))
            }
        })
    }
}

impl EnrichOptions {
    /// Which external hosts are asked about.
    pub(super) fn endpoints(&self) -> Endpoints {
        if self.no_enrich { Endpoints::Omitted } else { Endpoints::default() }
    }
}

/// The answer whose timeline is asked for: the one that counts that; unless it is said, connections,
/// or the only one there is.
fn series(evidence: &Evidence, data_type: Option<Counted>) -> Option<&DeviceInfo> {
    let mut answers = evidence.answers();
    match data_type {
        Some(Counted::BytesOut) => evidence.bytes_out.answer(),
        Some(Counted::BytesIn) => evidence.bytes_in.answer(),
        Some(Counted::Connections) => evidence.connections.answer(),
        // What was refused has to be told, not stood in for.
        None if evidence.connections.refusal().is_some() => None,
        None => evidence.connections.answer().or_else(|| {
            let first = answers.next();
            first.filter(|_| answers.next().is_none())
        }),
    }
}

/// The part that a question cannot do without is not there.
fn missing(question: Question, evidence: &Evidence, data_type: Option<Counted>) -> Failure {
    let part = match question {
        Question::Connections | Question::Compare | Question::Report => "co=FILE",
        Question::Transfers => "sizeout=FILE or --input sizein=FILE",
        Question::External => "external=FILE or --input co=FILE",
        Question::Timeline(_) => "co=FILE, or say which with --datatype",
    };
    let name = question.object().name();
    let refused = question.refusals(evidence, data_type);
    let refused = refused.filter(|(subject, _)| matches!(subject, Subject::Part(_)));
    if let Some(failure) = Failure::refused(name, &refused.collect::<Vec<_>>()) {
        return failure;
    }
    Failure::usage(format!("none of the saved responses is one that {name} can answer from"))
        .hint(format!("add --input {part}"))
}
