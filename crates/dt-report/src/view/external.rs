//! The page of `dt external`.

use dt_model::EvidencePart;

use super::connections::ports;
use super::{Block, Column, Fact, Page, Provenance, Section, Summary, Table, Text, Value, device};
use crate::contract::quantity::{Fraction, Quantity, name};
use crate::contract::{Answer, External, Risk};
use crate::phrases::known::{countries, generated, similar, used_by, without_name};
use crate::phrases::numbers::{amount_or, bytes_or, percent};
use crate::phrases::part;
use crate::phrases::reason::no_risk;
use crate::phrases::times;

pub(super) fn page(answer: &Answer<External>, made: &Provenance<'_>) -> Page {
    let found = &answer.body;
    let level = answer.concerns.first().map(|worst| worst.level);
    let verdict = Summary::Sentence { level, text: sentence(found).into() };
    let blocks = blocks(found).into_iter().chain(known(found, made)).collect();
    let sections = [Section::of("outside", "Outside", blocks)];
    device::page("External communication", &answer.header, None, verdict, sections, made)
}

pub(super) fn sentence(found: &External) -> String {
    match &found.risk {
        Some(Risk { level, score, .. }) => {
            format!("External risk {level}, {score:.1} of 0.9 by the documented rules.")
        }
        None => format!("External risk {}.", no_risk(found)),
    }
}

pub(super) fn blocks(found: &External) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(risk) = &found.risk {
        let factors = risk.factors.iter();
        let factors: Vec<Text> =
            factors.map(|it| format!("+{:.1}: {}", it.weight, it.message).into()).collect();
        blocks.extend((!factors.is_empty()).then_some(Block::List(factors)));
        let recommended = risk.recommendations.join("; ");
        blocks.push(Block::text(format!("Recommended: {recommended}.")));
    }
    blocks.push(Block::Facts(totals(found)));
    blocks
        .extend(part::refusals(&found.parts).into_iter().map(|why| Block::note(format!("{why}."))));
    blocks.push(match &found.countries {
        None => Block::note(format!("Countries: {}.", part::word(part::no_countries(found)))),
        Some(countries) => {
            let rows =
                countries.iter().map(|row| (row.country.as_str(), &row.connections, &row.share));
            list("Countries", "Country", rows)
        }
    });
    if let Some(domains) = &found.domains {
        let rows = domains.iter().map(|row| (row.domain.as_str(), &row.connections, &row.share));
        blocks.push(list("Domains", "Domain", rows));
    }
    if let Some(rows) = found.ports.as_deref().filter(|ports| !ports.is_empty()) {
        blocks.push(Block::Table(ports("Ports outside", rows)));
    }
    blocks
}

/// What is known about each domain; nothing without any.
fn known(found: &External, made: &Provenance<'_>) -> Vec<Block> {
    let Some(extended) = &found.extended else { return Vec::new() };
    let domains = &extended.domains;
    let unsent = part::missing(&found.parts, EvidencePart::ExternalOut);
    let columns = [
        Column::text("Domain"),
        Column::share("bytes sent"),
        Column::text("country"),
        Column::text("known here since"),
        Column::number("popularity"),
        Column::number("similar devices with it"),
        Column::number("DGA score"),
    ];
    let rows = domains.iter().map(|domain| -> Vec<Value> {
        let (sent, since) = (&domain.bytes_out_share, domain.first_seen);
        let since = since.map(|first| times::date(first, made.viewpoint));
        vec![
            domain.domain.as_str().into(),
            Value::share_or(sent, unsent),
            countries(domain, usize::MAX).into(),
            since.unwrap_or_else(|| part::word(domain.state).to_owned()).into(),
            used_by(domain).unwrap_or_default().into(),
            similar(domain).unwrap_or_default().into(),
            generated(domain).unwrap_or_default().into(),
        ]
    });
    let table = Table::new("What is known about the domains", &columns, rows);
    if table.rows.is_empty() {
        return Vec::new();
    }
    let why = part::of_domains(domains, &found.parts)
        .into_iter()
        .map(|why| Block::note(format!("{why}.")));
    std::iter::once(Block::Table(table)).chain(why).collect()
}

fn totals(found: &External) -> Vec<Fact> {
    let totals = &found.totals;
    let missing = |part| part::missing(&found.parts, part);
    let listed = missing(EvidencePart::External);
    let out = bytes_or(&totals.bytes_out, missing(EvidencePart::ExternalOut));
    let mut facts = vec![
        Fact::new("Connections", amount_or(&totals.connections, listed)),
        Fact::new("Destinations", amount_or(&totals.destinations, listed)),
        Fact::new("Bytes out", out),
        Fact::new("Bytes in", bytes_or(&totals.bytes_in, part::no_bytes_in(found))),
    ];
    if let Some(coverage) = &found.coverage {
        let listed = match without_name(coverage) {
            None => percent(&coverage.listed),
            Some(unnamed) => format!("{}; {unnamed}", percent(&coverage.listed)),
        };
        facts.push(Fact::new("Explained by the lists", listed));
        let unresolved = match coverage.unresolved.measured {
            Some(_) => Some(percent(&coverage.unresolved)),
            // Where no country is known, the list of them says why.
            None if found.countries.is_none() => None,
            None => Some(part::word(part::no_countries(found)).to_owned()),
        };
        facts.extend(unresolved.map(|unresolved| Fact::new("Without a country", unresolved)));
    }
    facts
}

fn list<'a>(
    caption: &str,
    first: &'static str,
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
    Block::Table(Table::new(caption, &columns, rows))
}
