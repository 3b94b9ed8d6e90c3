//! What was found, with all that is known about it.

use dt_analysis::finding::{Object, Rule, Technique, Unit};
use dt_analysis::priority::hundredths;
use dt_analysis::{AsOf, Level};

use super::{Block, Fact, Table, Text};
use crate::contract::{DeviceView, Finding, Priority, Timeline};
use crate::phrases::alerts::within;
use crate::phrases::numbers::{decimal, plural};
use crate::phrases::reason::{capital, no_findings};
use crate::phrases::times;
use crate::phrases::when::when;
use crate::unit;

/// A finding as it is read.
pub(crate) struct FindingView {
    pub(crate) level: Level,
    /// The rule in a few words.
    pub(crate) title: &'static str,
    pub(crate) when: Text,
    pub(crate) message: Text,
    pub(crate) reasons: Vec<Text>,
    pub(crate) doubts: Vec<Text>,
    pub(crate) techniques: Vec<Technique>,
    /// How it was found, and how sure that is.
    pub(crate) how: Vec<Fact>,
    /// The same in a line.
    pub(crate) method: Text,
    /// The same for the same finding, whatever becomes of it.
    pub(crate) id: String,
}

/// Every finding, the most severe first.
pub(super) fn blocks(
    findings: &[Finding],
    timeline: Option<&Timeline>,
    device: &DeviceView,
    from: AsOf<'_>,
) -> Vec<Block> {
    if findings.is_empty() {
        return vec![Block::text(capital(&format!("{}.", no_findings(timeline))))];
    }
    findings.iter().map(|found| Block::finding(found, device, from)).collect()
}

pub(super) fn finding(found: &Finding, device: &DeviceView, from: AsOf<'_>) -> FindingView {
    let texts = |texts: &[String]| -> Vec<Text> { texts.iter().map(Text::from).collect() };
    FindingView {
        level: found.severity,
        title: found.rule.name,
        when: when(found, from).into(),
        message: found.message.as_str().into(),
        reasons: texts(&found.reasons)
            .into_iter()
            .chain(within(found, from).map(Text::from))
            .collect(),
        doubts: texts(&found.doubts),
        techniques: found.attack_candidates.clone(),
        how: how(found, device, from),
        method: format!("{}; {} confidence", found.method, found.confidence.as_str()).into(),
        id: found.id.to_string(),
    }
}

/// The command that excludes a finding. No name from the network stands in it: it will be pasted into a
/// shell.
pub(crate) fn excluding(did: Option<i64>, found: &Finding) -> String {
    let device = did.map_or_else(String::new, |did| format!(" --device {did}"));
    format!("exclude{device} --finding {} --reason WHY", short_id(found))
}

/// As much of an id as tells it from the others of a device.
pub(crate) fn short_id(found: &Finding) -> String {
    found.id.to_string().chars().take(6).collect()
}

fn how(found: &Finding, device: &DeviceView, from: AsOf<'_>) -> Vec<Fact> {
    let zone = from.zone;
    let about = match &found.object {
        Object::Hours { .. } => None,
        object => Some(Fact::new("About", format!("{} {object}", object.kind()))),
    };
    let number = |label, number: Option<f64>| {
        number.map(|number| Fact::new(label, in_unit(number, found.unit)))
    };
    let usual = match (found.low, found.high) {
        (Some(low), Some(high)) => {
            let (low, high) = (in_unit(low, found.unit), in_unit(high, found.unit));
            Some(Fact::new("Usual range", format!("{low} to {high}")))
        }
        _ => None,
    };
    let rule = format!("{} version {}", found.rule.id.id(), found.rule.version);
    let (first, last) =
        (times::moment(found.first_time, zone), times::moment(found.last_time, zone));
    [
        number("Observed", found.observed),
        number("Expected", found.expected),
        usual,
        about,
        Some(Fact::new("From", first)),
        Some(Fact::new("To", last)),
        Some(Fact::new("Confidence", found.confidence.as_str())),
        found.p.map(|p| Fact::new("p-value", format!("{p:.2e}"))),
        Some(Fact::new("Method", &*found.method)),
        Some(Fact::new("Based on", plural(found.n_used, "value", "values"))),
        Some(Fact::new("Rule", rule)),
        Some(Fact::new("Finding id", found.id.to_string())),
        Some(Fact::new("To exclude it", format!("dt {}", excluding(device.did, found)))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A number of a finding, as people read its unit.
fn in_unit(number: f64, unit: Unit) -> String {
    match unit {
        Unit::Bytes => unit::Unit::Bytes.words(number),
        Unit::Connections | Unit::Devices => unit::Unit::Connections.words(number),
        Unit::Share => format!("{:.1} %", number * 100.0),
        Unit::Ratio => format!("{number:.2} x"),
        Unit::Bits => format!("{} bits", decimal(number)),
    }
}

/// How the priority came about.
pub(super) fn priority(priority: &Priority) -> Vec<Block> {
    let sum: f64 = priority.contributions.iter().map(|term| term.weight).sum();
    let score = format!("{} of 100", hundredths(priority.score));
    let terms = priority.contributions.iter();
    let terms = terms.map(|term| (term.name(), term.weight, &term.message));
    let table = Table::of("Priority, as log-odds", terms.chain([("sum", sum, &score)]))
        .text("What", |(family, ..)| *family)
        .number("adds", |(_, weight, _)| format!("{weight:+.2}"))
        .text("because", |(.., why)| *why);
    let mut blocks = vec![Block::Table(table.long())];
    if !priority.missing.is_empty() {
        let missing = priority.missing.join("; ");
        blocks.push(Block::note(format!("Not assessed: {missing}.")));
    }
    blocks
}

/// Every rule that looks for findings, and how many it found: what was looked for has to be known
/// where nothing was found, too.
pub(super) fn rules(findings: &[Finding]) -> Vec<Block> {
    let count = |rule: &Rule| findings.iter().filter(|found| found.rule.id == *rule).count();
    let table = Table::of("Rules", Rule::ALL)
        .text("Rule", |rule| rule.name())
        .text("id", |rule| rule.id())
        .number("version", |rule| rule.version())
        .number("findings", |rule| count(rule));
    vec![
        Block::Table(table.whole().folded()),
        Block::note("A rule also finds nothing where its evidence is missing."),
    ]
}
