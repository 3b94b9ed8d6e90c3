//! `dt external`: how much goes outside, where to, and how risky that is by the documented rules.

use dt_analysis::AsOf;
use dt_model::{Amount, EvidencePart, PartState, Share};

use super::connections::ports;
use super::{Block, Column, Fact, Shown, Subject, Summary, Table, Value, View};
use crate::contract::{Answer, Coverage, External, Factor, KnownDomain, Risk, Signal};
use crate::phrases::known::{generated, similar, used_by, without_name};
use crate::phrases::numbers::{percent, plural};
use crate::phrases::reason::no_risk;
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
    let signs = told(signals, from).into_iter().chain(excluded);
    let known = found.extended.iter().flat_map(|it| known(&it.domains, found, from));
    let summary = Summary::sentence(level, sentence);
    View::of("External traffic", Subject::Device { header, window: Some(found.window) }, summary)
        .section("signs", "Signals outside these rules", signs)
        .section("outside", "External traffic", blocks(found).into_iter().chain(known))
        .section("risk", "By the documented rules", risk(found))
}

fn sentence(found: &External) -> String {
    match &found.risk {
        Some(Risk { level, score, .. }) => {
            let points = points(score.value());
            format!("Risk {level}, {points:.0} of 90 points by the documented rules.")
        }
        None => format!("Risk {}.", no_risk(found)),
    }
}

/// What stands out otherwise.
fn told(signals: &[Signal], from: AsOf<'_>) -> Vec<Block> {
    let told = Block::list(signals.iter().map(|it| {
        let when = span(&it.object, it.first_time, it.last_time, from);
        format!("{}, {when}", it.message)
    }));
    let note = || Block::note("dt report rates them against the rest of the evidence.");
    told.into_iter().flat_map(|list| [list, note()]).collect()
}

/// A score or a weight of the documented rules, which end at 0.9, in hundredths.
fn points(score: f64) -> f64 {
    100.0 * score
}

/// What adds to the risk by the documented rules, and what they recommend.
fn risk(found: &External) -> Vec<Block> {
    let Some(risk) = &found.risk else { return Vec::new() };
    let points = |it: &Factor| format!("+{:.0} points: {it}", points(it.weight.value()));
    let recommended: Vec<String> = risk.recommendations.iter().map(ToString::to_string).collect();
    let recommended = recommended.join("; ");
    let recommended = Block::text(format!("Recommended: {recommended}."));
    Block::list(risk.factors.iter().map(points)).into_iter().chain([recommended]).collect()
}

/// What the documented rules say, in full: no judgement of anything else.
pub(super) fn documented(found: &External) -> Vec<Block> {
    std::iter::once(Block::text(sentence(found))).chain(risk(found)).collect()
}

pub(super) fn blocks(found: &External) -> Vec<Block> {
    let mut blocks = vec![Block::Facts(totals(found))];
    blocks.extend(Block::refusals(&found.parts));
    if let Some(countries) = &found.countries {
        let rows = countries.iter().map(|row| (row.country.as_str(), row.connections, row.share));
        blocks.push(list("Countries", "Country", COUNTRIES, rows));
    }
    if let Some(domains) = &found.domains {
        let rows = domains.iter().map(|row| (row.domain.as_str(), row.connections, row.share));
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
    let out = Value::bytes_or(totals.bytes_out, missing(EvidencePart::ExternalOut));
    let mut facts = vec![
        Fact::new("Connections", Value::known_or(totals.connections, listed)),
        Fact::new("Destinations", Value::known_or(totals.destinations, listed)),
        Fact::new("Bytes out", out),
        Fact::new("Bytes in", Value::bytes_or(totals.bytes_in, part::no_bytes_in(found))),
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
        None => percent(Some(coverage.listed)),
        Some(unnamed) => format!("{}; {unnamed}", percent(Some(coverage.listed))),
    };
    let unresolved = match coverage.unresolved {
        // Where no country is known, the list of them says why.
        None if found.countries.is_none() => None,
        None => Some(Value::Missing(part::word(part::no_countries(found)))),
        Some(share) => Some(share.into()),
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
    let missing = |it: &&KnownDomain| Value::Missing(part::word(it.host.state));
    let countries = |it: &&KnownDomain| {
        let known = it.countries.clone().filter(|countries| !countries.is_empty());
        known.map_or_else(|| missing(it), Value::Several)
    };
    let since = |it: &&KnownDomain| {
        it.first_seen.map_or_else(|| missing(it), |first| times::date(first, from).into())
    };
    let sent = |it: &&KnownDomain| it.bytes_out_share.map_or_else(|| unsent.clone(), Value::from);
    let similar_devices = Column::number("similar devices using it").only(Shown::PAGES);
    let table = Table::of("Domain details", domains)
        .text("Domain", |it| &it.domain)
        .share("bytes sent", sent)
        .text("country", countries)
        .word("first seen", since)
        .number("devices", |it| used_by(it))
        .column(similar_devices, |it| similar(it))
        .number("DGA score", |it| generated(it))
        .long()
        .on_screen(DOMAINS);
    let why = part::of_domains(domains, &found.parts);
    let why = why.into_iter().map(|why| Block::note(format!("{why}.")));
    std::iter::once(Block::Table(table)).chain(why).collect()
}

fn list<'a>(
    caption: &str,
    first: &'static str,
    most: usize,
    entries: impl ExactSizeIterator<Item = (&'a str, Option<Amount>, Share)>,
) -> Block {
    if entries.len() == 0 {
        return Block::note(format!("{caption}: none listed."));
    }
    let table = Table::of(caption, entries)
        .text(first, |(name, ..)| *name)
        .number("connections", |(_, connections, _)| Value::reported(*connections))
        .share("share", |(.., share)| *share);
    Block::Table(table.long().on_screen(most))
}
