//! Where a device's traffic goes outside, and what is known about it there.

use std::collections::HashMap;

use dt_analysis::{AsOf, Measured};
use dt_model::{Amount, DataType};

use super::{Block, Column, Shown, Table, Value};
use crate::contract::{Answer, ExtendedExternal, External, KnownDomain, OutsideDomain, Report};
use crate::phrases::known::{generated, used_by};
use crate::phrases::numbers::NOT_REPORTED;
use crate::phrases::{part, times};

/// The domains outside, the largest first, and why something is not known of them; nothing if none is
/// listed.
pub(super) fn blocks(answer: &Answer<Report>, from: AsOf<'_>) -> Vec<Block> {
    let domains = &answer.facts.outside;
    if domains.is_empty() {
        return Vec::new();
    }
    let external = answer.body.external.as_ref();
    let parts = external.map_or(&[][..], |external| &external.parts);
    let why = extended(external).map(|it| part::of_domains(&it.domains, parts)).unwrap_or_default();
    let why = why.into_iter().map(|why| Block::note(format!("{why}.")));
    std::iter::once(Block::Table(table(answer, domains, from))).chain(why).collect()
}

/// At most so many of the domains outside: those that a finding names, and the largest. How many are
/// left out takes a row as well.
pub(crate) fn first(answer: &Answer<Report>, most: usize, from: AsOf<'_>) -> (Table, usize) {
    let domains = &answer.facts.outside;
    let room = if domains.len() > most { most.saturating_sub(1) } else { most };
    let named = domains.iter().filter(|domain| domain.is_named).count();
    let mut unnamed = room.saturating_sub(named);
    let mut shown: Vec<&OutsideDomain> = Vec::new();
    for domain in domains {
        let is_shown = domain.is_named || unnamed > 0;
        unnamed -= usize::from(!domain.is_named && unnamed > 0);
        shown.extend(is_shown.then_some(domain));
    }
    shown.truncate(room);
    // What is not itemised is no destination.
    let named = |shown: &[&OutsideDomain]| shown.iter().filter(|it| it.name.is_some()).count();
    let rest = named(&domains.iter().collect::<Vec<_>>()) - named(&shown);
    (table(answer, shown, from), rest)
}

/// How an amount is told.
type OfAmount = fn(Amount) -> Value;

fn table<'a>(
    answer: &Answer<Report>,
    domains: impl IntoIterator<Item = &'a OutsideDomain>,
    from: AsOf<'_>,
) -> Table {
    let external = answer.body.external.as_ref();
    let totals = external.map(|external| &external.totals);
    let (what, total, unit, amount): (_, _, _, OfAmount) = match answer.facts.outside_by {
        DataType::Connections => {
            let total = totals.and_then(|totals| totals.connections);
            ("External", total, "connections", Value::Count)
        }
        DataType::BytesOut | DataType::BytesIn => {
            ("Outbound", totals.and_then(|totals| totals.bytes_out), "bytes", Value::Bytes)
        }
    };
    let total = Value::reported(total.map(amount));
    let domains: Vec<&OutsideDomain> = domains.into_iter().collect();
    // Of destinations that are counted, nothing is known by domain.
    let is_asked = domains.iter().any(|domain| domain.host.is_some());
    let known = extended(external).into_iter().flat_map(|extended| &extended.domains);
    let known: HashMap<&str, &KnownDomain> =
        known.map(|known| (known.domain.as_str(), known)).collect();
    let known = |it: &&OutsideDomain| known.get(it.name.as_deref()?).copied();
    let watched = answer.body.watched.as_deref().unwrap_or_default();
    let is_watched = |name: &str| watched.iter().any(|it| it.domain == name);
    let amount = |it: &&OutsideDomain| match it.amount {
        None if it.share.is_none() => Value::Missing("not listed"),
        None => Value::Missing(NOT_REPORTED),
        Some(known) => amount(known),
    };
    let countries = |it: &&OutsideDomain| match it.countries.as_slice() {
        [] => missing(it),
        some => Value::Several(some.to_vec()),
    };
    let since = |it: &&OutsideDomain| {
        it.first_seen.map_or_else(|| missing(it), |first| times::date(first, from).into())
    };
    Table::of(format!("{what}: {}", total.words(from.zone)), domains)
        .text("Domain", |it| match it.name.as_deref() {
            Some(name) if is_watched(name) => format!("{name} (watched)"),
            name => name.unwrap_or("not itemised").to_owned(),
        })
        .number(unit, amount)
        .share("share", |it| it.share.map(Measured::from))
        .when(is_asked, |table| {
            table
                .text("country", countries)
                .word("first seen", since)
                .column(Column::number("devices").only(Shown::PAGES), |it| {
                    known(it).and_then(used_by)
                })
                .column(Column::number("DGA score").only(Shown::PAGES), |it| {
                    known(it).and_then(generated)
                })
        })
        .long()
}

fn extended(external: Option<&External>) -> Option<&ExtendedExternal> {
    external?.extended.as_ref()
}

/// Why something is not known about a domain; nothing of several domains.
fn missing(domain: &OutsideDomain) -> Value {
    domain.host.as_ref().map_or(Value::Empty, |host| Value::Missing(part::word(host.state)))
}
