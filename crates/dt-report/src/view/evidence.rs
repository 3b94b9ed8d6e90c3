//! The page of `dt evidence`: who was looked at, what was found, on what that rests, and by which
//! thresholds.

use dt_analysis::Level;

use super::{Block, Column, Fact, Page, Provenance, Section, Summary, Table, Value};
use super::{findings, made as how, thresholds};
use crate::contract::{AssessedDevice, DeviceView, Evidence};
use crate::phrases::{period, scope, times};

pub(super) fn page(evidence: &Evidence, made: &Provenance<'_>) -> Page {
    let failed = evidence.failed.iter().map(|it| vec![(&it.name).into(), (&it.reason).into()]);
    let columns = [Column::text("Device"), Column::text("why")];
    let failed = table("Not looked at", &columns, failed);
    let sections = [
        Section::of("scope", "Scope", scope_of(evidence)),
        Section::of("devices", "Devices looked at", devices(evidence)),
        Section::of("failed", "Devices that could not be looked at", failed),
        Section::of("findings", "Findings", found(evidence, made)),
        Section::of("coverage", "Coverage", coverage(evidence, made)),
        Section::of("exchanges", "Responses", exchanges(evidence)),
        Section::of("outside", "Devices outside the scope", outside(evidence)),
        Section::of("made", "How this was made", made_by(evidence, made)),
    ];
    let urgent = evidence.devices.iter().filter_map(|device| device.priority.as_ref());
    Page {
        kind: "Evidence",
        name: made.source.into(),
        facts: Vec::new(),
        period: vec![times::moment(made.viewpoint.now, made.viewpoint.zone).into()],
        verdict: Some(Summary::Sentence {
            level: urgent.map(|priority| priority.level).max(),
            text: scope::sentence(evidence).into(),
        }),
        decisive: None,
        sections: sections.into_iter().flatten().collect(),
    }
}

fn scope_of(evidence: &Evidence) -> Vec<Block> {
    let scope = &evidence.scope;
    let count = |count: Option<usize>| {
        count.map_or_else(|| "not reported".to_owned(), |count| count.to_string())
    };
    vec![Block::Facts(vec![
        Fact::new("Asked for", scope.asked.join(", ")),
        Fact::new("Known to the appliance", count(scope.known)),
        Fact::new("Inside", scope.inside.to_string()),
        Fact::new("Looked at", evidence.devices.len().to_string()),
        Fact::new("Failed", evidence.failed.len().to_string()),
        Fact::new("Outside", count(scope.outside.as_ref().map(Vec::len))),
    ])]
}

fn devices(evidence: &Evidence) -> Vec<Block> {
    let columns = [
        Column::text("Device"),
        Column::number("id"),
        Column::text("address"),
        Column::text("type"),
        Column::number("priority"),
        Column::text("level"),
        Column::number("findings"),
    ];
    let rows = evidence.devices.iter().map(|examined| {
        let AssessedDevice { device, priority, findings, .. } = examined;
        let text = |text: &Option<String>| Value::from(text.as_deref().unwrap_or_default());
        let score = priority.as_ref().map(|it| format!("{:.0}", 100.0 * it.score));
        let level = priority.as_ref().map(|it| it.level);
        let level = Value::Level(level, level.map_or("", Level::as_str));
        vec![
            device.name().into(),
            did(device),
            text(&device.ip),
            text(&device.kind),
            score.unwrap_or_default().into(),
            level,
            findings.as_ref().map_or_else(String::new, |found| found.len().to_string()).into(),
        ]
    });
    table("The most urgent first", &columns, rows)
}

/// Every finding under the name of its device.
fn found(evidence: &Evidence, made: &Provenance<'_>) -> Vec<Block> {
    let of = |examined: &AssessedDevice| -> Vec<Block> {
        let found = examined.findings.as_deref().unwrap_or_default();
        if found.is_empty() {
            return Vec::new();
        }
        let name = std::iter::once(Block::text(format!("{}:", examined.device.name())));
        let found = found.iter().map(|it| Block::Finding(Box::new(findings::finding(it, made))));
        name.chain(found).collect()
    };
    let blocks: Vec<Block> = evidence.devices.iter().flat_map(of).collect();
    if blocks.is_empty() { vec![Block::text("Nothing was found.")] } else { blocks }
}

fn coverage(evidence: &Evidence, made: &Provenance<'_>) -> Vec<Block> {
    let columns = [
        Column::text("Device"),
        Column::text("period"),
        Column::text("missing"),
        Column::text("external connections that are listed"),
    ];
    let rows = evidence.devices.iter().map(|examined| {
        let zone = made.viewpoint.zone;
        let missing = examined.not_reported.iter();
        let missing = missing.map(|it| format!("{}: {}", it.part, scope::why(it)));
        let listed =
            examined.coverage.as_ref().map(|it| crate::phrases::numbers::percent(&it.listed));
        vec![
            examined.device.name().into(),
            period::in_full(examined.data_from, examined.data_until, zone).into(),
            missing.collect::<Vec<_>>().join("; ").into(),
            listed.unwrap_or_default().into(),
        ]
    });
    table("What the appliance told about each device", &columns, rows)
}

fn exchanges(evidence: &Evidence) -> Vec<Block> {
    let columns = [
        Column::text("Device"),
        Column::text("asked"),
        Column::text("answered"),
        Column::number("status"),
        Column::number("bytes"),
        Column::text("SHA-256 of the body"),
        Column::text("file"),
        Column::text("SHA-256 of the file"),
    ];
    let rows = evidence.exchanges().flat_map(|(name, exchanges)| {
        exchanges.iter().map(move |exchange| {
            vec![
                name.clone().into(),
                (&exchange.target).into(),
                exchange.at.map(|at| format!("{at:.0}")).unwrap_or_default().into(),
                exchange.status.to_string().into(),
                exchange.bytes.to_string().into(),
                (&exchange.sha256).into(),
                exchange.file.as_deref().unwrap_or_default().into(),
                exchange.file_sha256.as_deref().unwrap_or_default().into(),
            ]
        })
    });
    let mut blocks = vec![Block::text(scope::exchanges(evidence))];
    let table = Table::whole("As they came", &columns, rows).folded();
    blocks.extend((!table.rows.is_empty()).then_some(Block::Table(table)));
    blocks
}

fn outside(evidence: &Evidence) -> Vec<Block> {
    let Some(outside) = &evidence.scope.outside else {
        return vec![Block::text("The appliance did not list them.")];
    };
    let columns = [
        Column::text("Device"),
        Column::number("id"),
        Column::text("address"),
        Column::text("type"),
    ];
    let rows = outside.iter().map(|device| {
        let text = |text: &Option<String>| Value::from(text.as_deref().unwrap_or_default());
        vec![device.name().into(), did(device), text(&device.ip), text(&device.kind)]
    });
    table("Known to the appliance, and not looked at", &columns, rows)
}

fn made_by(evidence: &Evidence, made: &Provenance<'_>) -> Vec<Block> {
    let custody = evidence.custody.facts().map(|(name, value)| Fact::new(name, value));
    let facts = [
        Fact::new("Source", made.source),
        Fact::new("Made", times::moment(evidence.made, made.viewpoint.zone)),
        Fact::new("By", format!("{}, unofficial: not affiliated with Darktrace", how::PROGRAM)),
        Fact::new("Schema", evidence.schema),
        Fact::new("Rules", evidence.rules),
        Fact::new("Thresholds", &evidence.policy),
    ];
    let thresholds = made.policy.map(|policy| Block::Table(thresholds::table(policy)));
    let facts = custody.chain(facts).collect();
    std::iter::once(Block::Facts(facts)).chain(thresholds).collect()
}

fn did(device: &DeviceView) -> Value {
    device.did.map_or_else(String::new, |did| did.to_string()).into()
}

fn table(
    caption: &'static str,
    columns: &[Column],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Vec<Block> {
    let table = Table::whole(caption, columns, rows);
    if table.rows.is_empty() { Vec::new() } else { vec![Block::Table(table)] }
}
