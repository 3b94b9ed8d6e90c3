//! `dt report` about several devices: of each, what matters most.

use dt_analysis::Level;
use dt_model::Amount;

use super::{
    Block, Column, Fact, Section, Shown, Subject, Summary, Table, Text, Value, View, exclusions,
    report::headline,
};
use crate::contract::{Answer, FindingSummary, Header, PriorityReasons, ReportSummary};
use crate::phrases::numbers::plural;

/// A finding a row; those of CSV begin with whose it is.
const COLUMNS: [Column; 12] = [
    Column::number("id").keyed("did").only(Shown::CSV),
    Column::text("host name").keyed("hostname").only(Shown::CSV),
    Column::word("address").keyed("ip").only(Shown::CSV),
    Column::number("priority").keyed("priority_score").only(Shown::CSV),
    Column::word("level").keyed("priority_level").only(Shown::CSV),
    Column::word("Severity").keyed("severity"),
    Column::word("from").keyed("first_time"),
    Column::word("to").keyed("last_time"),
    Column::text("finding").keyed("message"),
    Column::text("supports").keyed("reasons").only(Shown::PAGES_AND_CSV),
    Column::text("weighs against").keyed("doubts").only(Shown::PAGES_AND_CSV),
    Column::word("finding id").keyed("id").only(Shown::CSV),
];

pub(crate) fn view(answer: &Answer<ReportSummary>) -> View<'_> {
    let found = &answer.body;
    let sections = [
        Section::of("findings", "Findings", findings(answer)),
        Section::of("totals", "Totals", totals(found)),
        Section::of("unseen", "Not visible", missing(found)),
    ];
    View {
        kind: "Device summary",
        subject: Subject::Device { header: &answer.header, window: None },
        summary: summary(answer),
        series: Vec::new(),
        sections: sections.into_iter().flatten().collect(),
    }
}

fn summary(answer: &Answer<ReportSummary>) -> Summary {
    let found = &answer.body;
    let (Some(priority), Some(findings)) = (&found.priority, &found.findings) else {
        return headline(&answer.concerns);
    };
    let findings = match findings.as_slice() {
        [] => "nothing stands out".to_owned(),
        [only] => only.message.clone(),
        [first, others @ ..] => {
            format!("{} and {}", first.message, plural(others.len(), "more", "more"))
        }
    };
    let others =
        exclusions::not_shown(found.below_level, found.excluded.as_ref().map_or(0, Vec::len));
    let findings = match others {
        Some(others) => format!("{findings}, and {others}"),
        None => findings,
    };
    let PriorityReasons { score, level, .. } = priority;
    Summary::Priority { score: score.get(), level: *level, findings: findings.into() }
}

fn findings(answer: &Answer<ReportSummary>) -> Vec<Block> {
    let found = &answer.body;
    if !answer.concerns.is_empty() && found.findings.is_none() {
        return vec![Block::concerns(&answer.concerns)];
    }
    let table = table(answer);
    let table = table.filled().map(Block::Table);
    let reasons = found.priority.iter().flat_map(|priority| &priority.reasons);
    let reasons: Vec<Text> = reasons.map(Text::from).collect();
    let reasons = (!reasons.is_empty())
        .then(|| [Block::text("What raises the priority most:"), Block::List(reasons)]);
    let thresholds = Block::note(format!("By the thresholds {}.", found.policy));
    table.into_iter().chain(reasons.into_iter().flatten()).chain([thresholds]).collect()
}

/// A finding a row, the most severe first.
pub(crate) fn table(answer: &Answer<ReportSummary>) -> Table {
    let (header, found) = (&answer.header, &answer.body);
    let findings = found.findings.iter().flatten();
    let rows = findings.map(|finding| row(header, found.priority.as_ref(), finding));
    Table::whole("The most severe first", &COLUMNS, rows).wrapped()
}

fn row(
    Header { device, .. }: &Header,
    priority: Option<&PriorityReasons>,
    found: &FindingSummary,
) -> Vec<Value> {
    let level = |level: Level| Value::Level(Some(level), level.as_str());
    vec![
        device.did.into(),
        (&device.hostname).into(),
        (&device.ip).into(),
        priority.map_or(Value::Empty, |it| Value::Decimal(it.score.get())),
        priority.map_or(Value::Empty, |it| level(it.level)),
        level(found.severity),
        Value::Time(found.first_time),
        Value::Time(found.last_time),
        (&found.message).into(),
        Value::List(found.reasons.clone()),
        Value::List(found.doubts.clone()),
        found.id.to_string().into(),
    ]
}

/// What is known of the totals.
fn totals(found: &ReportSummary) -> Vec<Block> {
    let totals = &found.totals;
    let count = |label, amount: Option<Amount>| amount.map(|it| Fact::new(label, Value::Count(it)));
    let bytes = |label, amount: Option<Amount>| amount.map(|it| Fact::new(label, Value::Bytes(it)));
    let external = totals.external.as_ref();
    let ratio = totals.external_ratio.and_then(|it| it.measured);
    let facts = [
        count("Connections", totals.total_connections.and_then(|it| it.amount)),
        count("Destinations", totals.unique_destinations.and_then(|it| it.amount)),
        ratio.map(|ratio| Fact::new("External", Value::Share(ratio))),
        bytes("Bytes sent", totals.bytes_out.and_then(|it| it.amount)),
        bytes("Bytes received", totals.bytes_in.and_then(|it| it.amount)),
        bytes("Sent externally", external.and_then(|it| it.bytes_out?.amount)),
        bytes("Received externally", external.and_then(|it| it.bytes_in?.amount)),
    ];
    let facts: Vec<Fact> = facts.into_iter().flatten().collect();
    if facts.is_empty() { Vec::new() } else { vec![Block::Facts(facts)] }
}

fn missing(found: &ReportSummary) -> Vec<Block> {
    let texts = found.not_answered.iter().map(|missing| {
        let why = missing.reason.clone().unwrap_or_else(|| missing.state.to_string());
        format!("{}: {why}", missing.part.in_words()).into()
    });
    let texts: Vec<Text> = texts.collect();
    if texts.is_empty() { Vec::new() } else { vec![Block::List(texts)] }
}
