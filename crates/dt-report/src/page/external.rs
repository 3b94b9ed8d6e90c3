//! The page of `dt external`.

use super::connections::ports;
use super::{Block, Cell, Column, Fact, Made, Page, Section, Table, Text, Verdict, device};
use crate::contract::quantity::{Fraction, Quantity, name};
use crate::contract::{Answer, External, KnownDomain, Risk};
use crate::words::known::{countries, generated, similar, used_by};
use crate::words::numbers::{NOT_REPORTED, amount, bytes, percent};
use crate::words::reason::no_risk;
use crate::words::times;

pub(super) fn page(answer: &Answer<External>, made: &Made<'_>) -> Page {
    let found = &answer.body;
    let level = answer.concerns.first().map(|worst| worst.level);
    let verdict = Verdict::Sentence { level, text: sentence(found).into() };
    let known = found.extended.as_ref().and_then(|extended| known(&extended.domains, made));
    let blocks = blocks(found).into_iter().chain(known).collect();
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
    blocks.push(match &found.countries {
        None => Block::note("Countries are not reported."),
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
pub(super) fn known(domains: &[KnownDomain], made: &Made<'_>) -> Option<Block> {
    let columns = [
        Column::Text("Domain"),
        Column::Share("bytes sent"),
        Column::Text("country"),
        Column::Text("known here since"),
        Column::Number("popularity"),
        Column::Number("similar devices with it"),
        Column::Number("DGA score"),
    ];
    let rows = domains.iter().map(|domain| -> Vec<Cell> {
        let (sent, since) = (&domain.bytes_out_share, domain.first_seen);
        let since = since.map(|first| times::date(first, made.viewpoint));
        vec![
            domain.domain.as_str().into(),
            Cell::share(percent(sent), sent),
            countries(domain, usize::MAX).into(),
            since.unwrap_or_else(|| NOT_REPORTED.to_owned()).into(),
            used_by(domain).unwrap_or_default().into(),
            similar(domain).unwrap_or_default().into(),
            generated(domain).unwrap_or_default().into(),
        ]
    });
    let table = Table::new("What is known about the domains", &columns, rows);
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

fn totals(found: &External) -> Vec<Fact> {
    let totals = &found.totals;
    let mut facts = vec![
        Fact::new("Connections", amount(&totals.connections)),
        Fact::new("Destinations", amount(&totals.destinations)),
        Fact::new("Bytes out", bytes(&totals.bytes_out)),
        Fact::new("Bytes in", bytes(&totals.bytes_in)),
    ];
    if let Some(coverage) = &found.coverage {
        facts.push(Fact::new("Explained by the lists", percent(&coverage.listed)));
        facts.push(Fact::new("Without a country", percent(&coverage.unresolved)));
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
    let columns = [Column::Text(first), Column::Number("connections"), Column::Share("share")];
    let rows = entries.map(|(name, connections, share)| -> Vec<Cell> {
        vec![name.into(), amount(connections).into(), Cell::share(percent(share), share)]
    });
    Block::Table(Table::new(caption, &columns, rows))
}
