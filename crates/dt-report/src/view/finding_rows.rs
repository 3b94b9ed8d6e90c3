//! Findings as rows: each with all that is known about it, after whose it is.

use dt_analysis::Concern;

use super::{Column, Shown, Table, Value};
use crate::contract::{Answer, Finding, Header, Priority, Report};

/// The columns of a finding. A screen has room for what it is, how severe and since when.
pub(crate) const COLUMNS: [Column; 28] = [
    Column::number("id").keyed("did").only(Shown::CSV),
    Column::text("host name").keyed("hostname").only(Shown::CSV),
    Column::word("address").keyed("ip").only(Shown::CSV),
    Column::number("priority").keyed("priority_score").only(Shown::CSV),
    Column::word("level").keyed("priority_level").only(Shown::CSV),
    Column::word("severity").keyed("severity"),
    Column::text("finding").keyed("message"),
    Column::word("rule").keyed("rule").only(Shown::CSV),
    Column::number("version").keyed("rule_version").only(Shown::CSV),
    Column::word("about").keyed("object_type").only(Shown::CSV),
    Column::text("object").keyed("object").only(Shown::CSV),
    Column::word("from").keyed("first_time"),
    Column::word("until").keyed("last_time").only(Shown::CSV),
    Column::number("observed").keyed("observed").only(Shown::CSV),
    Column::number("expected").keyed("expected").only(Shown::CSV),
    Column::number("low").keyed("low").only(Shown::CSV),
    Column::number("high").keyed("high").only(Shown::CSV),
    Column::word("unit").keyed("unit").only(Shown::CSV),
    Column::number("p").keyed("p").only(Shown::CSV),
    Column::number("values").keyed("values_used").only(Shown::CSV),
    Column::text("method").keyed("method").only(Shown::CSV),
    Column::word("confidence").keyed("confidence").only(Shown::CSV),
    Column::text("supports").keyed("reasons").only(Shown::CSV),
    Column::text("weighs against").keyed("doubts").only(Shown::CSV),
    Column::text("ATT&CK").keyed("attack_candidates").only(Shown::CSV),
    Column::word("appliance").keyed("appliance").only(Shown::CSV),
    Column::word("finding id").keyed("id").only(Shown::CSV),
    Column::word("thresholds").keyed("policy").only(Shown::CSV),
];

/// What the rows of a report end with: the parts of the evidence that are missing, and why.
const MISSING: Column = Column::text("missing").keyed("missing").only(Shown::CSV);

/// The columns of a report's findings.
fn of_report() -> Vec<Column> {
    COLUMNS.into_iter().chain([MISSING]).collect()
}

/// A finding a row; under documented rules, which have none, one for each thing that stands out. A
/// device of which neither is known has a row of its own, so that none is missing among others.
pub(crate) fn table(answer: &Answer<Report>) -> Table {
    let report = &answer.body;
    let device = || device(&answer.header, report.priority.as_ref()).into_iter();
    let mut rows: Vec<Vec<Value>> = match &report.findings {
        Some(findings) => findings.iter().map(|it| device().chain(cells(it)).collect()).collect(),
        None => answer.concerns.iter().map(|it| device().chain(concern(it)).collect()).collect(),
    };
    if rows.is_empty() {
        rows.push(device().collect());
    }
    let missing: Vec<String> =
        answer.facts.missing.iter().map(|it| format!("{}: {it}", it.part)).collect();
    for row in &mut rows {
        row.resize(COLUMNS.len(), Value::Empty);
        row.push(Value::List(missing.clone()));
    }
    Table::whole("Findings", &of_report(), rows)
}

/// The cells that every row of a device begins with.
pub(crate) fn device(header: &Header, priority: Option<&Priority>) -> [Value; 5] {
    let device = &header.device;
    [
        device.did.into(),
        (&device.hostname).into(),
        (&device.ip).into(),
        priority.map_or(Value::Empty, |it| Value::Score(it.score)),
        Value::of_level(priority.map(|it| it.level)),
    ]
}

/// The cells of a finding, after those of its device.
pub(crate) fn cells(found: &Finding) -> [Value; 23] {
    let number = |number: Option<f64>| number.map_or(Value::Empty, Value::Decimal);
    let techniques = found.attack_candidates.iter().map(|it| it.id().to_owned());
    [
        Value::of_level(Some(found.severity)),
        (&found.message).into(),
        found.rule.id.id().into(),
        Value::Id(found.rule.version.into()),
        found.object.kind().into(),
        found.object.to_string().into(),
        Value::Time(found.first_time),
        Value::Time(found.last_time),
        number(found.observed),
        number(found.expected),
        number(found.low),
        number(found.high),
        found.unit.as_str().into(),
        number(found.p),
        Value::counted(found.n_used),
        (&*found.method).into(),
        found.confidence.as_str().into(),
        Value::List(found.reasons.clone()),
        Value::List(found.doubts.clone()),
        Value::List(techniques.collect()),
        (&found.appliance).into(),
        found.id.to_string().into(),
        (&found.policy).into(),
    ]
}

fn concern(found: &Concern) -> [Value; 2] {
    [Value::of_level(Some(found.level)), (&found.message).into()]
}
