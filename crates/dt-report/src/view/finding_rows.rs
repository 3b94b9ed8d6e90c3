//! Findings as rows: each with all that is known about it, after whose it is.

use dt_analysis::{Concern, Level};

use super::table::TableOf;
use super::{Column, Table, Value};
use crate::contract::{Answer, Finding, Header, Priority, Report};

/// What a row says: a finding, or what stands out by documented rules, which have none; or neither.
#[derive(Clone, Copy, Default)]
pub(super) struct Row<'a> {
    told: Option<(Level, &'a str)>,
    finding: Option<&'a Finding>,
}

impl<'a> From<&'a Finding> for Row<'a> {
    fn from(found: &'a Finding) -> Self {
        Self { told: Some((found.severity, &found.message)), finding: Some(found) }
    }
}

impl<'a> From<&'a Concern> for Row<'a> {
    fn from(found: &'a Concern) -> Self {
        Self { told: Some((found.level, &found.message)), finding: None }
    }
}

/// What of a finding stands in a cell.
type Cell = fn(&Finding) -> Value;

/// What a table of CSV says of a finding besides its severity and its sentence. A screen has room for
/// since when it is.
const COLUMNS: [(Column, Cell); 21] = [
    (Column::csv("rule"), |it| it.rule.id.id().into()),
    (Column::csv("rule_version"), |it| it.rule.version.into()),
    (Column::csv("object_type"), |it| it.object.kind().into()),
    (Column::csv("object"), |it| it.object.to_string().into()),
    (Column::word("from").keyed("first_time"), |it| it.first_time.into()),
    (Column::csv("last_time"), |it| it.last_time.into()),
    (Column::csv("observed"), |it| it.observed.into()),
    (Column::csv("expected"), |it| it.expected.into()),
    (Column::csv("low"), |it| it.low.into()),
    (Column::csv("high"), |it| it.high.into()),
    (Column::csv("unit"), |it| it.unit.as_str().into()),
    (Column::csv("p"), |it| it.p.into()),
    (Column::csv("values_used"), |it| it.n_used.into()),
    (Column::csv("method"), |it| (&*it.method).into()),
    (Column::csv("confidence"), |it| it.confidence.as_str().into()),
    (Column::csv("reasons"), |it| (&it.reasons).into()),
    (Column::csv("doubts"), |it| (&it.doubts).into()),
    (Column::csv("attack_candidates"), |it| {
        it.attack_candidates.iter().map(|it| it.id().to_owned()).collect::<Vec<_>>().into()
    }),
    (Column::csv("appliance"), |it| (&it.appliance).into()),
    (Column::csv("id"), |it| it.id.to_string().into()),
    (Column::csv("policy"), |it| (&it.policy).into()),
];

/// A finding a row; under documented rules one for each thing that stands out. A device of which neither
/// is known has a row of its own, so that none is missing among others.
pub(crate) fn table(answer: &Answer<Report>) -> Table {
    let report = &answer.body;
    let mut rows: Vec<Row<'_>> = match &report.judged.findings {
        Some(findings) => findings.iter().map(Row::from).collect(),
        None => answer.concerns.iter().map(Row::from).collect(),
    };
    if rows.is_empty() {
        rows.push(Row::default());
    }
    let missing = answer.facts.missing.iter().map(|it| format!("{}: {it}", it.part));
    let missing: Vec<String> = missing.collect();
    let priority = report.priority.as_ref();
    of_findings(Table::of("Findings", rows), &answer.header, priority, |row| *row)
        .csv("missing", |_| &missing)
        .whole()
}

/// The columns of the findings of one device, after those that say whose they are.
pub(super) fn of_findings<'a, R>(
    table: TableOf<R>,
    Header { device, .. }: &Header,
    priority: Option<&Priority>,
    row: impl Fn(&R) -> Row<'a>,
) -> TableOf<R> {
    let table = table
        .of_device(device)
        .csv("ip", |_| &device.ip)
        .csv("priority_score", |_| priority.map(|it| Value::Score(it.score)))
        .csv("priority_level", |_| priority.map(|it| it.level))
        .column(Column::word("severity").keyed("severity"), |it| row(it).told.map(|it| it.0))
        .column(Column::text("finding").keyed("message"), |it| row(it).told.map(|it| it.1));
    COLUMNS
        .into_iter()
        .fold(table, |table, (column, cell)| table.column(column, |it| row(it).finding.map(cell)))
}
