//! `dt evidence`: which devices were assessed, what was found, on what that rests, and by which
//! thresholds.

use dt_analysis::{AsOf, Level, Policy};
use dt_model::EvidencePart;

use super::{Block, Column, Fact, Subject, Summary, Table, Value, View, exclusions, thresholds};
use crate::contract::{
    AssessedDevice, BelowLevel, DeviceView, Evidence, FailedDevice, Finding, Unreported,
};
use crate::phrases::numbers::plural;
use crate::phrases::period;

pub(crate) fn view<'a>(
    evidence: &'a Evidence,
    from: AsOf<'_>,
    policy: Option<&Policy>,
) -> View<'a> {
    let failed = Table::of("Not assessed", &evidence.failed);
    let failed = failed.text("Device", |it| &it.name).text("why", |it| &it.reason).whole();
    let devices = table(evidence, evidence.devices.iter().map(Row::assessed));
    let thresholds = policy.map(|policy| Block::Table(thresholds::table(policy)));
    let priorities = evidence.devices.iter().filter_map(|device| device.priority.as_ref());
    let level = priorities.map(|priority| priority.level).max();
    let summary = Summary::sentence(level, sentence(evidence));
    View::of("Evidence", Subject::Appliance { schema: evidence.schema }, summary)
        .of_pages("scope", "Scope", [scope_of(evidence)])
        .section("devices", "Devices assessed", Block::table(devices))
        .section("failed", "Devices that could not be assessed", Block::table(failed))
        .of_pages("findings", "Findings", found(evidence, from))
        .section("excluded", "Excluded", excluded(evidence, from))
        .section("coverage", "Coverage", coverage(evidence, from))
        .section("exchanges", "Responses", exchanges(evidence))
        .of_pages("outside", "Devices out of scope", out_of_scope(evidence))
        .section("custody", "Custody and rules", [custody(evidence)])
        .of_pages("thresholds", "Thresholds", thresholds)
}

/// How many devices were assessed, of how many.
fn sentence(evidence: &Evidence) -> String {
    let silent = evidence.devices.iter().filter(|device| device.no_traffic.is_some()).count();
    let assessed = evidence.devices.len() - silent;
    let assessed = match evidence.scope.known {
        Some(known) => format!("{assessed} of the {known} devices that the appliance knows"),
        None => plural(assessed, "device", "devices"),
    };
    let failed = match evidence.failed.len() + silent {
        0 => String::new(),
        some => format!("; {some} could not be assessed"),
    };
    format!("Assessed {assessed}{failed}.")
}

/// A device, whether it was assessed or not.
#[derive(Default)]
struct Row<'a> {
    name: String,
    /// Who it is, as far as that is known.
    device: Option<&'a DeviceView>,
    hostname: Option<&'a String>,
    scope: &'static str,
    reason: Option<&'a String>,
    assessed: Option<&'a AssessedDevice>,
}

impl<'a> Row<'a> {
    fn of(device: &'a DeviceView, scope: &'static str) -> Self {
        let (name, hostname) = (device.name(), device.hostname.as_ref());
        Self { name, device: Some(device), hostname, scope, ..Self::default() }
    }

    fn assessed(assessed: &'a AssessedDevice) -> Self {
        Self { assessed: Some(assessed), ..Self::of(&assessed.device, "inside") }
    }

    fn failed(FailedDevice { name, reason, .. }: &'a FailedDevice) -> Self {
        let (hostname, reason) = (Some(name), Some(reason));
        Self { name: name.clone(), hostname, scope: "failed", reason, ..Self::default() }
    }
}

/// Every device that is known, those that were assessed first: the most urgent first.
pub(crate) fn all(evidence: &Evidence) -> Table {
    let devices = evidence.devices.iter().map(Row::assessed);
    let failed = evidence.failed.iter().map(Row::failed);
    let others = evidence.scope.outside.iter().flatten().map(|it| Row::of(it, "outside"));
    table(evidence, devices.chain(failed).chain(others))
}

/// A device a row. The last columns say who had it made, and how.
fn table<'a>(evidence: &Evidence, rows: impl Iterator<Item = Row<'a>>) -> Table {
    let custody = &evidence.custody;
    let priority = |it: &Row<'a>| it.assessed?.priority.as_ref();
    let findings = |it: &Row<'a>| it.assessed?.judged.findings.as_deref();
    let score = |it: &Row<'a>| priority(it).map(|it| Value::Score(it.score));
    let worst = |it: &Row<'a>| findings(it)?.iter().map(|it| it.severity).max();
    let silent = |it: &Row<'a>| it.assessed?.no_traffic.map(|why| why.to_string());
    let exchanges = |it: &Row<'a>| it.assessed.map(|it| &it.exchanges);
    let bytes =
        |it: &Row<'a>| exchanges(it).map(|all| all.iter().map(|it| it.bytes).sum::<usize>());
    let line = |it: &Finding| format!("{}: {}", it.severity.as_str(), it.message);
    Table::of("Devices", rows)
        .text("Device", |it| it.name.clone())
        .column(Column::number("id").filed("did"), |it| it.device?.did)
        .csv("hostname", |it| it.hostname)
        .column(Column::word("address").filed("ip"), |it| it.device?.ip.as_ref())
        .column(Column::text("type").filed("type"), |it| it.device?.kind.as_ref())
        .csv("scope", |it| it.scope)
        .csv("reason", |it| it.reason.cloned().or_else(|| silent(it)))
        .csv("dialect", |it| it.assessed.map(|it| it.dialect.as_str()))
        .csv("data_from", |it| it.assessed?.data_from)
        .csv("data_until", |it| it.assessed?.data_until)
        .column(Column::number("priority").keyed("priority_score"), score)
        .column(Column::word("level").keyed("priority_level"), |it| priority(it).map(|it| it.level))
        .column(Column::number("findings").keyed("findings"), |it| findings(it).map(<[_]>::len))
        .csv("worst_severity", worst)
        .text("most severe finding", |it| silent(it).or_else(|| findings(it).map(most_severe)))
        .csv("not_reported", |it| it.assessed.map(missing))
        .csv("exchanges", |it| exchanges(it).map(Vec::len))
        .csv("bytes", bytes)
        .csv("snapshot", |it| it.assessed?.snapshot.as_ref())
        .csv("found", |it| findings(it).map(|all| all.iter().map(line).collect::<Vec<_>>()))
        .csv("case", |_| &custody.case)
        .csv("operator", |_| &custody.operator)
        .csv("host", |_| &custody.host)
        .csv("command", |_| &custody.command)
        .whole()
}

/// The first of the findings, which is the most severe.
fn most_severe(findings: &[Finding]) -> String {
    findings.first().map_or_else(|| "none".to_owned(), |first| first.message.clone())
}

fn scope_of(evidence: &Evidence) -> Block {
    let scope = &evidence.scope;
    Block::Facts(vec![
        Fact::new("Requested", scope.asked.join(", ")),
        Fact::new("Known to the appliance", Value::reported(scope.known)),
        Fact::new("In scope", scope.inside),
        Fact::new("Assessed", evidence.devices.len()),
        Fact::new("Failed", evidence.failed.len()),
        Fact::new("Out of scope", Value::reported(scope.outside.as_ref().map(Vec::len))),
    ])
}

/// Every finding under the name of its device: low ones are rows of a table.
fn found(evidence: &Evidence, from: AsOf<'_>) -> Vec<Block> {
    let mut low = Vec::new();
    let mut blocks = Vec::new();
    for assessed in &evidence.devices {
        let name = assessed.device.name();
        let all = assessed.judged.findings().iter();
        let (urgent, rest): (Vec<_>, Vec<_>) = all.partition(|it| it.severity > Level::Low);
        low.extend(rest.into_iter().map(|it| (name.clone(), it)));
        if !urgent.is_empty() {
            blocks.push(Block::text(format!("{name}:")));
        }
        blocks.extend(urgent.into_iter().map(|it| Block::finding(it, &assessed.device, from)));
    }
    let low = Table::of("Findings of low severity", low)
        .text("Device", |(name, _)| name.clone())
        .word("from", |(_, it)| it.first_time)
        .text("finding", |(_, it)| &it.message);
    blocks.extend(Block::table(low.whole()));
    let below = evidence.devices.iter().map(|device| device.judged.untold().0);
    let below = below.fold(BelowLevel::default(), BelowLevel::and);
    if let Some(others) = exclusions::not_shown((below, 0)) {
        blocks.push(Block::note(format!("Not listed: {others}.")));
    }
    if blocks.is_empty() { vec![Block::text("Nothing was found.")] } else { blocks }
}

/// What is excluded, under the name of its device.
fn excluded(evidence: &Evidence, from: AsOf<'_>) -> impl Iterator<Item = Block> {
    let blocks = evidence.devices.iter().filter_map(move |assessed| {
        let excluded = exclusions::excluded(assessed.judged.excluded.as_deref()?, from)?;
        Some([Block::text(format!("{}:", assessed.device.name())), excluded])
    });
    blocks.flatten()
}

fn coverage(evidence: &Evidence, from: AsOf<'_>) -> impl Iterator<Item = Block> {
    let listed = "external connections that are listed";
    let table = Table::of("What the appliance reported about each device", &evidence.devices)
        .text("Device", |it| it.device.name())
        .text("period", |it| period::in_full(it.data_from, it.data_until, from.zone))
        .text("missing", |it| missing(it))
        .share(listed, |it| it.coverage.map(|it| it.listed));
    let missing = missing_parts(evidence).into_iter().map(|(part, why, devices)| {
        let devices = plural(devices, "device", "devices");
        format!("missing of {devices}: {part}: {why}")
    });
    Block::list(missing).into_iter().chain(Block::table(table.paged()))
}

/// Which parts are missing, each with its reason and of how many devices.
fn missing_parts(evidence: &Evidence) -> Vec<(EvidencePart, String, usize)> {
    let mut all: Vec<(EvidencePart, String, usize)> = Vec::new();
    for missing in evidence.devices.iter().flat_map(|device| &device.not_reported) {
        let why = why(missing);
        match all.iter_mut().find(|(part, known, _)| *part == missing.part && *known == why) {
            Some((_, _, devices)) => *devices += 1,
            None => all.push((missing.part, why, 1)),
        }
    }
    all
}

/// The parts that are missing, and why.
fn missing(assessed: &AssessedDevice) -> Vec<String> {
    let missing = |it: &Unreported| format!("{}: {}", it.part, why(it));
    assessed.not_reported.iter().map(missing).collect()
}

/// Why a part of the evidence is missing.
fn why(missing: &Unreported) -> String {
    missing.reason.clone().unwrap_or_else(|| missing.state.to_string())
}

/// What the answers rest on.
fn responses(evidence: &Evidence) -> String {
    let exchanges = || evidence.exchanges().flat_map(|(_, exchanges)| exchanges);
    let bytes: usize = exchanges().map(|exchange| exchange.bytes).sum();
    let kept = if exchanges().any(|exchange| exchange.file.is_some()) {
        "saved as received"
    } else {
        "identified by SHA-256, not saved"
    };
    format!("{}, {bytes} bytes, {kept}.", plural(exchanges().count(), "response", "responses"))
}

fn exchanges(evidence: &Evidence) -> impl Iterator<Item = Block> {
    let rows = evidence.exchanges().flat_map(|(name, exchanges)| {
        exchanges.iter().map(move |exchange| (name.clone(), exchange))
    });
    let table = Table::of("As received", rows)
        .text("Device", |(name, _)| name.clone())
        .text("asked", |(_, it)| &it.target)
        .word("answered", |(_, it)| it.at.map(|at| format!("{at:.0}")))
        .number("status", |(_, it)| u32::from(it.status))
        .number("bytes", |(_, it)| it.bytes)
        .text("SHA-256 of the body", |(_, it)| &it.sha256)
        .text("file", |(_, it)| &it.file)
        .text("SHA-256 of the file", |(_, it)| &it.file_sha256);
    let table = Block::table(table.paged().folded());
    std::iter::once(Block::text(responses(evidence))).chain(table)
}

fn out_of_scope(evidence: &Evidence) -> Option<Block> {
    let Some(others) = &evidence.scope.outside else {
        return Some(Block::text("The appliance did not list them."));
    };
    let table = Table::of("Known to the appliance, and not assessed", others)
        .text("Device", |it| it.name())
        .number("id", |it| it.did)
        .word("address", |it| &it.ip)
        .text("type", |it| &it.kind);
    Block::table(table.paged())
}

/// Who had it made, and by which rules it was judged.
fn custody(evidence: &Evidence) -> Block {
    let custody = evidence.custody.facts().map(|(name, value)| Fact::new(name, value));
    let rules = [Fact::new("Rules", evidence.rules), Fact::new("Thresholds", &evidence.policy)];
    let exclusions = evidence.exclusions.as_ref().map(|digest| Fact::new("Exclusions", digest));
    Block::Facts(custody.chain(rules).chain(exclusions).collect())
}
