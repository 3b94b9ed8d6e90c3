//! `dt evidence`: which devices were assessed, what was found, on what that rests, and by which
//! thresholds.

use dt_analysis::{AsOf, Level, Policy};

use super::{
    Block, Column, Fact, Section, Shown, Subject, Summary, Table, Text, Value, View, exclusions,
};
use super::{findings, thresholds};
use crate::contract::{
    AssessedDevice, BelowLevel, Custody, DeviceView, Evidence, Finding, Unreported,
};
use crate::phrases::numbers::plural;
use crate::phrases::{period, scope};

const NAME: Column = Column::text("Device");
const DID: Column = Column::number("id").keyed("did").only(Shown::PAGES_AND_CSV);
const IP: Column = Column::word("address").keyed("ip").only(Shown::PAGES_AND_CSV);
const TYPE: Column = Column::text("type").keyed("type").only(Shown::PAGES_AND_CSV);

/// A device a row, whether it was assessed or not. The last ones say who had it made, and how.
const COLUMNS: [Column; 24] = [
    NAME,
    DID,
    Column::text("host name").keyed("hostname").only(Shown::CSV),
    IP,
    TYPE,
    Column::word("scope").keyed("scope").only(Shown::CSV),
    Column::text("reason").keyed("reason").only(Shown::CSV),
    Column::word("dialect").keyed("dialect").only(Shown::CSV),
    Column::word("from").keyed("data_from").only(Shown::CSV),
    Column::word("until").keyed("data_until").only(Shown::CSV),
    Column::number("priority").keyed("priority_score"),
    Column::word("level").keyed("priority_level"),
    Column::number("findings").keyed("findings"),
    Column::word("worst").keyed("worst_severity").only(Shown::CSV),
    Column::text("most severe finding"),
    Column::text("missing").keyed("not_reported").only(Shown::CSV),
    Column::number("responses").keyed("exchanges").only(Shown::CSV),
    Column::number("bytes").keyed("bytes").only(Shown::CSV),
    Column::text("snapshot").keyed("snapshot").only(Shown::CSV),
    Column::text("found").keyed("found").only(Shown::CSV),
    Column::text("case").keyed("case").only(Shown::CSV),
    Column::word("operator").keyed("operator").only(Shown::CSV),
    Column::word("host").keyed("host").only(Shown::CSV),
    Column::text("command").keyed("command").only(Shown::CSV),
];

pub(crate) fn view<'a>(
    evidence: &'a Evidence,
    from: AsOf<'_>,
    policy: Option<&Policy>,
) -> View<'a> {
    let failed = evidence.failed.iter().map(|it| vec![(&it.name).into(), (&it.reason).into()]);
    let failed = table("Not assessed", &[NAME, Column::text("why")], failed);
    let devices = evidence.devices.iter().map(|device| assessed(evidence, device));
    let devices = table("Devices", &COLUMNS, devices);
    let thresholds = policy.map(|policy| Block::Table(thresholds::table(policy)));
    let sections = [
        Section::of_pages("scope", "Scope", scope_of(evidence)),
        Section::of("devices", "Devices assessed", devices),
        Section::of("failed", "Devices that could not be assessed", failed),
        Section::of_pages("findings", "Findings", found(evidence, from)),
        Section::of("excluded", "Excluded", excluded(evidence, from)),
        Section::of("coverage", "Coverage", coverage(evidence, from)),
        Section::of("exchanges", "Responses", exchanges(evidence)),
        Section::of_pages("outside", "Devices out of scope", out_of_scope(evidence)),
        Section::of("custody", "Custody and rules", custody(evidence)),
        Section::of_pages("thresholds", "Thresholds", thresholds.into_iter().collect()),
    ];
    let priorities = evidence.devices.iter().filter_map(|device| device.priority.as_ref());
    View {
        kind: "Evidence",
        subject: Subject::Appliance { schema: evidence.schema },
        summary: Summary::Sentence {
            level: priorities.map(|priority| priority.level).max(),
            text: scope::sentence(evidence).into(),
        },
        series: Vec::new(),
        sections: sections.into_iter().flatten().collect(),
    }
}

/// Every device that is known, those that were assessed first: the most urgent first.
pub(crate) fn all(evidence: &Evidence) -> Table {
    let devices = evidence.devices.iter().map(|device| assessed(evidence, device));
    let failed = evidence.failed.iter().map(|failed| {
        let name = DeviceView { hostname: Some(failed.name.clone()), ..DeviceView::default() };
        not_assessed(evidence, &name, "failed", &failed.reason)
    });
    let others = evidence.scope.outside.iter().flatten();
    let others = others.map(|device| not_assessed(evidence, device, "outside", ""));
    Table::whole("Devices", &COLUMNS, devices.chain(failed).chain(others))
}

fn assessed(evidence: &Evidence, assessed: &AssessedDevice) -> Vec<Value> {
    let findings = assessed.findings.as_deref();
    let severities = findings.into_iter().flatten().map(|found| found.severity);
    let priority = assessed.priority.as_ref();
    let bytes: usize = assessed.exchanges.iter().map(|exchange| exchange.bytes).sum();
    let found = findings.unwrap_or_default().iter();
    let found = found.map(|it| format!("{}: {}", it.severity.as_str(), it.message));
    let rest = [
        "inside".into(),
        Value::Empty,
        assessed.dialect.into(),
        assessed.data_from.into(),
        assessed.data_until.into(),
        priority.map_or(Value::Empty, |it| Value::Score(it.score)),
        Value::of_level(priority.map(|it| it.level)),
        findings.map_or(Value::Empty, |found| Value::counted(found.len())),
        Value::of_level(severities.max()),
        most_severe(findings).into(),
        Value::List(assessed.not_reported.iter().map(missing).collect()),
        Value::counted(assessed.exchanges.len()),
        Value::counted(bytes),
        (&assessed.snapshot).into(),
        Value::List(found.collect()),
    ];
    identity(&assessed.device).into_iter().chain(rest).chain(made_by(evidence)).collect()
}

/// A device of which no more is known than why it was not assessed.
fn not_assessed(
    evidence: &Evidence,
    device: &DeviceView,
    scope: &'static str,
    reason: &str,
) -> Vec<Value> {
    let known = identity(device).into_iter().chain([scope.into(), reason.into()]);
    let made_by = made_by(evidence);
    let empty = std::iter::repeat(Value::Empty);
    known.chain(empty).take(COLUMNS.len() - made_by.len()).chain(made_by).collect()
}

fn identity(device: &DeviceView) -> [Value; 5] {
    [
        device.name().into(),
        device.did.into(),
        (&device.hostname).into(),
        (&device.ip).into(),
        (&device.kind).into(),
    ]
}

fn made_by(evidence: &Evidence) -> [Value; 4] {
    let Custody { operator, host, command, case } = &evidence.custody;
    [case, operator, host, command].map(Value::from)
}

/// The first of the findings, which is the most severe.
fn most_severe(findings: Option<&[Finding]>) -> String {
    findings.map_or_else(String::new, |found| {
        found.first().map_or_else(|| "none".to_owned(), |first| first.message.clone())
    })
}

fn scope_of(evidence: &Evidence) -> Vec<Block> {
    let scope = &evidence.scope;
    let count = |count: Option<usize>| count.map_or(Value::Missing("not reported"), Value::counted);
    vec![Block::Facts(vec![
        Fact::new("Requested", scope.asked.join(", ")),
        Fact::new("Known to the appliance", count(scope.known)),
        Fact::new("In scope", Value::counted(scope.inside)),
        Fact::new("Assessed", Value::counted(evidence.devices.len())),
        Fact::new("Failed", Value::counted(evidence.failed.len())),
        Fact::new("Out of scope", count(scope.outside.as_ref().map(Vec::len))),
    ])]
}

/// Every finding under the name of its device: low ones are rows of a table.
fn found(evidence: &Evidence, from: AsOf<'_>) -> Vec<Block> {
    let mut low = Vec::new();
    let mut blocks = Vec::new();
    for assessed in &evidence.devices {
        let name = assessed.device.name();
        let all = assessed.findings.iter().flatten();
        let (urgent, rest): (Vec<_>, Vec<_>) = all.partition(|it| it.severity > Level::Low);
        let row = |it: &Finding| -> Vec<Value> {
            vec![name.as_str().into(), Value::Time(it.first_time), (&it.message).into()]
        };
        low.extend(rest.into_iter().map(row));
        if !urgent.is_empty() {
            blocks.push(Block::text(format!("{name}:")));
        }
        let card = |it| Block::Finding(Box::new(findings::finding(it, &assessed.device, from)));
        blocks.extend(urgent.into_iter().map(card));
    }
    let columns = [NAME, Column::word("from"), Column::text("finding")];
    blocks.extend(table("Findings of low severity", &columns, low));
    let below = evidence.devices.iter().filter_map(|device| device.below_level);
    let below = below.fold(BelowLevel::default(), BelowLevel::and);
    if let Some(others) = exclusions::not_shown(Some(below), 0) {
        blocks.push(Block::note(format!("Not listed: {others}.")));
    }
    if blocks.is_empty() { vec![Block::text("Nothing was found.")] } else { blocks }
}

/// What is excluded, under the name of its device.
fn excluded(evidence: &Evidence, from: AsOf<'_>) -> Vec<Block> {
    let blocks = evidence.devices.iter().flat_map(|assessed| {
        let excluded = exclusions::excluded(assessed.excluded.as_deref().unwrap_or_default(), from);
        let name =
            (!excluded.is_empty()).then(|| Block::text(format!("{}:", assessed.device.name())));
        name.into_iter().chain(excluded)
    });
    blocks.collect()
}

fn coverage(evidence: &Evidence, from: AsOf<'_>) -> Vec<Block> {
    let columns = [
        NAME.only(Shown::PAGES),
        Column::text("period").only(Shown::PAGES),
        Column::text("missing").only(Shown::PAGES),
        Column::share("external connections that are listed").only(Shown::PAGES),
    ];
    let rows = evidence.devices.iter().map(|assessed| {
        let listed = assessed.coverage.as_ref().and_then(|it| it.listed.measured);
        vec![
            assessed.device.name().into(),
            period::in_full(assessed.data_from, assessed.data_until, from.zone).into(),
            Value::List(assessed.not_reported.iter().map(missing).collect()),
            listed.map_or(Value::Empty, Value::Share),
        ]
    });
    let missing = scope::missing(evidence).into_iter().map(|(part, why, devices)| {
        let devices = plural(devices, "device", "devices");
        format!("missing of {devices}: {part}: {why}").into()
    });
    let missing: Vec<Text> = missing.collect();
    let missing = (!missing.is_empty()).then_some(Block::List(missing));
    let table = table("What the appliance reported about each device", &columns, rows);
    missing.into_iter().chain(table).collect()
}

/// A part that is missing, and why.
fn missing(missing: &Unreported) -> String {
    format!("{}: {}", missing.part, scope::why(missing))
}

fn exchanges(evidence: &Evidence) -> Vec<Block> {
    let columns = [
        NAME,
        Column::text("asked"),
        Column::word("answered"),
        Column::number("status"),
        Column::number("bytes"),
        Column::text("SHA-256 of the body"),
        Column::text("file"),
        Column::text("SHA-256 of the file"),
    ];
    let rows = evidence.exchanges().flat_map(|(name, exchanges)| {
        exchanges.iter().map(move |exchange| {
            vec![
                name.as_str().into(),
                (&exchange.target).into(),
                exchange.at.map(|at| format!("{at:.0}")).unwrap_or_default().into(),
                Value::Id(exchange.status.into()),
                Value::counted(exchange.bytes),
                (&exchange.sha256).into(),
                (&exchange.file).into(),
                (&exchange.file_sha256).into(),
            ]
        })
    });
    let columns = columns.map(|column| column.only(Shown::PAGES));
    let table = Table::whole("As received", &columns, rows).folded();
    let table = table.filled().map(Block::Table);
    std::iter::once(Block::text(scope::exchanges(evidence))).chain(table).collect()
}

fn out_of_scope(evidence: &Evidence) -> Vec<Block> {
    let Some(others) = &evidence.scope.outside else {
        return vec![Block::text("The appliance did not list them.")];
    };
    let rows = others.iter().map(|device| {
        vec![device.name().into(), device.did.into(), (&device.ip).into(), (&device.kind).into()]
    });
    table("Known to the appliance, and not assessed", &[NAME, DID, IP, TYPE], rows)
}

/// Who had it made, and by which rules it was judged.
fn custody(evidence: &Evidence) -> Vec<Block> {
    let custody = evidence.custody.facts().map(|(name, value)| Fact::new(name, value));
    let rules = [Fact::new("Rules", evidence.rules), Fact::new("Thresholds", &evidence.policy)];
    let exclusions = evidence.exclusions.as_ref().map(|digest| Fact::new("Exclusions", digest));
    vec![Block::Facts(custody.chain(rules).chain(exclusions).collect())]
}

/// A table as a block; none without rows.
fn table(
    caption: &'static str,
    columns: &[Column],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Vec<Block> {
    Table::whole(caption, columns, rows).filled().map(Block::Table).into_iter().collect()
}
