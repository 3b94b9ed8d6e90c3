//! `dt external`: how much goes outside, where to, and how risky that is by the documented rules.

use dt_analysis::AsOf;
use dt_model::{EvidencePart, PartState};

use super::connections::ports;
use super::{Block, Column, Fact, Section, Shown, Subject, Summary, Table, Text, Value, View};
use crate::contract::quantity::{Fraction, Quantity, name};
use crate::contract::{Answer, Coverage, External, KnownDomain, Risk, Signal};
use crate::phrases::known::{generated, similar, used_by, without_name};
use crate::phrases::numbers::{percent, plural};
use crate::phrases::reason::{no_risk, no_traffic};
use crate::phrases::when::span;
use crate::phrases::{part, times};

/// How many rows of a list a screen shows: the document's numbers.
const COUNTRIES: usize = 10;
const DOMAINS: usize = 15;
const PORTS: usize = 10;

pub(crate) fn view<'a>(answer: &'a Answer<External>, from: AsOf<'_>) -> View<'a> {
    let Answer { header, body: found, concerns, .. } = answer;
    let level = concerns.first().map(|worst| worst.level);
    let signals = found.signals.as_deref().unwrap_or_default();
    let sentence = match signals.len() {
        0 => sentence(found),
        some => {
            let others = plural(some, "other signal", "other signals");
            format!("{} {others}.", sentence(found))
        }
    };
    let excluded = found.excluded.as_ref().map_or(0, Vec::len);
    let excluded = (excluded > 0).then(|| Block::note(format!("{excluded} excluded.")));
    let signs = told(signals, from).into_iter().chain(excluded).collect();
    let known = found.extended.iter().flat_map(|it| known(&it.domains, found, from));
    let sections = [
        Section::of("signs", "Signals outside these rules", signs),
        Section::of(
            "outside",
            "External traffic",
            blocks(found).into_iter().chain(known).collect(),
        ),
        Section::of("risk", "By the documented rules", risk(found)),
    ];
    View {
        kind: "External traffic",
        subject: Subject::Device { header, window: Some(found.window) },
        summary: Summary::Sentence { level, text: no_traffic(header).unwrap_or(sentence).into() },
        series: Vec::new(),
        sections: sections.into_iter().flatten().collect(),
    }
}

fn sentence(found: &External) -> String {
    match &found.risk {
        Some(Risk { level, score, .. }) => {
            format!("Risk {level}, {:.0} of 90 points by the documented rules.", points(*score))
        }
        None => format!("Risk {}.", no_risk(found)),
    }
}

/// What stands out otherwise.
fn told(signals: &[Signal], from: AsOf<'_>) -> Vec<Block> {
    if signals.is_empty() {
        return Vec::new();
    }
    let signal = |it: &Signal| {
        let when = span(&it.object, it.first_time, it.last_time, from);
        Text::from(format!("{}, {when}", it.message))
    };
    let told = Block::List(signals.iter().map(signal).collect());
    vec![told, Block::note("dt report rates them against the rest of the evidence.")]
}

/// A score or a weight of the documented rules, which end at 0.9, in hundredths.
fn points(score: f64) -> f64 {
    100.0 * score
}

/// What adds to the risk by the documented rules, and what they recommend.
fn risk(found: &External) -> Vec<Block> {
    let Some(risk) = &found.risk else { return Vec::new() };
    let factors = risk
        .factors
        .iter()
        .map(|it| format!("+{:.0} points: {}", points(it.weight), it.message).into());
    let factors: Vec<Text> = factors.collect();
    let recommended = risk.recommendations.join("; ");
    let factors = (!factors.is_empty()).then_some(Block::List(factors));
    let recommended = Block::text(format!("Recommended: {recommended}."));
    factors.into_iter().chain([recommended]).collect()
}

/// What the documented rules say, in full: no judgement of anything else.
pub(super) fn documented(found: &External) -> Vec<Block> {
    std::iter::once(Block::text(sentence(found))).chain(risk(found)).collect()
}

pub(super) fn blocks(found: &External) -> Vec<Block> {
    let mut blocks = vec![Block::Facts(totals(found))];
    blocks.extend(Block::refusals(&found.parts));
    if let Some(countries) = &found.countries {
        let rows = countries.iter().map(|row| (row.country.as_str(), &row.connections, &row.share));
        blocks.push(list("Countries", "Country", COUNTRIES, rows));
    }
    if let Some(domains) = &found.domains {
        let rows = domains.iter().map(|row| (row.domain.as_str(), &row.connections, &row.share));
        blocks.push(list("Domains", "Domain", DOMAINS, rows));
    }
    if let Some(rows) = found.ports.as_deref().filter(|ports| !ports.is_empty()) {
        blocks.push(Block::Table(ports("External traffic ports", rows).on_screen(PORTS)));
    }
    blocks
}

fn totals(found: &External) -> Vec<Fact> {
    let totals = &found.totals;
    let missing = |part| part::missing(&found.parts, part);
    let listed = missing(EvidencePart::External);
    let out = Value::bytes_or(&totals.bytes_out, missing(EvidencePart::ExternalOut));
    let mut facts = vec![
        Fact::new("Connections", Value::count_or(&totals.connections, listed)),
        Fact::new("Destinations", Value::count_or(&totals.destinations, listed)),
        Fact::new("Bytes out", out),
        Fact::new("Bytes in", Value::bytes_or(&totals.bytes_in, part::no_bytes_in(found))),
    ];
    facts.extend(found.coverage.iter().flat_map(|coverage| explained(found, coverage)));
    if found.countries.is_none() {
        facts.push(Fact::new("Countries", Value::Missing(part::word(part::no_countries(found)))));
    }
    facts
}

/// How much of the connections the lists explain.
fn explained(found: &External, coverage: &Coverage) -> Vec<Fact> {
    let listed = match without_name(coverage) {
        None => percent(&coverage.listed),
        Some(unnamed) => format!("{}; {unnamed}", percent(&coverage.listed)),
    };
    let unresolved = match coverage.unresolved.measured {
        // Where no country is known, the list of them says why.
        None if found.countries.is_none() => None,
        None => Some(Value::Missing(part::word(part::no_countries(found)))),
        Some(share) => Some(Value::Share(share)),
    };
    let unresolved = unresolved.map(|value| Fact::new("Without a country", value));
    [Fact::new("Connections itemised", listed)].into_iter().chain(unresolved).collect()
}

/// What is known about each domain; nothing without any.
pub(super) fn known(domains: &[KnownDomain], found: &External, from: AsOf<'_>) -> Vec<Block> {
    if domains.is_empty() {
        return Vec::new();
    }
    // Of bytes that were answered, a domain without any is not listed.
    let unsent = match part::state(&found.parts, EvidencePart::ExternalOut) {
        PartState::Answered => Value::Empty,
        missing => Value::Missing(part::word(missing)),
    };
    let columns = [
        Column::text("Domain"),
        Column::share("bytes sent"),
        Column::text("country"),
        Column::word("first seen"),
        Column::number("devices"),
        Column::number("similar devices using it").only(Shown::PAGES),
        Column::number("DGA score"),
    ];
    let rows = domains.iter().map(|domain| -> Vec<Value> {
        let since = domain.first_seen.map(|first| Value::from(times::date(first, from)));
        let missing = || Value::Missing(part::word(domain.state));
        let countries = domain.countries.as_ref().filter(|countries| !countries.is_empty());
        vec![
            domain.domain.as_str().into(),
            domain.bytes_out_share.measured.map_or_else(|| unsent.clone(), Value::Share),
            countries.map_or_else(missing, |countries| Value::Several(countries.clone())),
            since.unwrap_or_else(missing),
            used_by(domain).unwrap_or_default().into(),
            similar(domain).unwrap_or_default().into(),
            generated(domain).unwrap_or_default().into(),
        ]
    });
    let table = Table::new("Domain details", &columns, rows).on_screen(DOMAINS);
    let why = part::of_domains(domains, &found.parts);
    let why = why.into_iter().map(|why| Block::note(format!("{why}.")));
    std::iter::once(Block::Table(table)).chain(why).collect()
}

fn list<'a>(
    caption: &str,
    first: &'static str,
    most: usize,
    entries: impl ExactSizeIterator<
        Item = (&'a str, &'a Quantity<name::Connections>, &'a Fraction<name::Share>),
    >,
) -> Block {
    if entries.len() == 0 {
        return Block::note(format!("{caption}: none listed."));
    }
    let columns = [Column::text(first), Column::number("connections"), Column::share("share")];
    let rows = entries.map(|(name, connections, share)| -> Vec<Value> {
        vec![name.into(), connections.into(), share.into()]
    });
    Block::Table(Table::new(caption, &columns, rows).on_screen(most))
}
