//! The table of `dt evidence`: a device a line, whether it was looked at or not.

use super::cells::{Cell, Row, number, text, texts, time};
use crate::contract::{AssessedDevice, Custody, DeviceView, Evidence};
use crate::phrases::scope;

pub(super) const COLUMNS: [&str; 22] = [
    "did",
    "hostname",
    "ip",
    "type",
    "scope",
    "reason",
    "dialect",
    "data_from",
    "data_until",
    "priority_score",
    "priority_level",
    "findings",
    "worst_severity",
    "not_reported",
    "exchanges",
    "bytes",
    "snapshot",
    "found",
    "case",
    "operator",
    "host",
    "command",
];

/// How many columns tell who had it made, and how: the last ones.
const CUSTODY: usize = 4;

/// The cells of these columns.
fn custody(evidence: &Evidence) -> [Cell; CUSTODY] {
    let Custody { operator, host, command, case } = &evidence.custody;
    [case, operator, host, command].map(|value| text(value.as_deref()))
}

pub(super) fn rows(evidence: &Evidence) -> Vec<Row> {
    let examined = evidence.devices.iter().map(examined);
    let failed = evidence.failed.iter().map(|failed| {
        let name = [number(None::<i64>), text(Some(&failed.name)), text(None), text(None)];
        let why = [text(Some("failed")), text(Some(&failed.reason))];
        filled(name.into_iter().chain(why).collect())
    });
    let outside = evidence.scope.outside.iter().flatten();
    let outside = outside.map(|view| filled(device(view, "outside").collect()));
    let mut rows: Vec<Row> = examined.chain(failed).chain(outside).collect();
    for row in &mut rows {
        row.extend(custody(evidence));
    }
    rows
}

fn examined(examined: &AssessedDevice) -> Row {
    let findings = examined.findings.as_deref();
    let worst = findings.into_iter().flatten().map(|found| found.severity).max();
    let missing = examined.not_reported.iter();
    let missing: Vec<String> =
        missing.map(|it| format!("{}: {}", it.part, scope::why(it))).collect();
    let found: Option<Vec<String>> = findings.map(|found| {
        found.iter().map(|it| format!("{}: {}", it.severity.as_str(), it.message)).collect()
    });
    let bytes: usize = examined.exchanges.iter().map(|exchange| exchange.bytes).sum();
    let priority = examined.priority.as_ref();
    let rest = [
        text(None),
        text(Some(examined.dialect)),
        time(examined.data_from),
        time(examined.data_until),
        number(priority.map(|priority| priority.score)),
        text(priority.map(|priority| priority.level.as_str())),
        number(findings.map(<[_]>::len)),
        text(worst.map(dt_analysis::Level::as_str)),
        texts(Some(&missing)),
        number(Some(examined.exchanges.len())),
        number(Some(bytes)),
        text(examined.snapshot.as_deref()),
        texts(found.as_deref()),
    ];
    device(&examined.device, "inside").chain(rest).collect()
}

fn device(view: &DeviceView, scope: &str) -> impl Iterator<Item = Cell> + use<> {
    let cells = [
        number(view.did),
        text(view.hostname.as_deref()),
        text(view.ip.as_deref()),
        text(view.kind.as_deref()),
        text(Some(scope)),
    ];
    cells.into_iter()
}

/// A row of a device about which no more is known.
fn filled(mut row: Row) -> Row {
    row.resize(COLUMNS.len() - CUSTODY, text(None));
    row
}
