//! Where a device's traffic goes outside, and what is known about it there.

use std::collections::HashMap;

use dt_analysis::AsOf;
use dt_model::{Amount, DataType};

use super::{Block, Column, Shown, Table, Value};
use crate::contract::{Answer, ExtendedExternal, External, KnownDomain, OutsideDomain, Report};
use crate::phrases::known::{generated, used_by};
use crate::phrases::numbers::NOT_REPORTED;
use crate::phrases::{part, times};

/// How many columns say how much there is; the others, what is known about it.
const COUNTED: usize = 3;

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
    let rest = domains.len() - shown.len();
    (table(answer, shown, from), rest)
}

fn table<'a>(
    answer: &Answer<Report>,
    domains: impl IntoIterator<Item = &'a OutsideDomain>,
    from: AsOf<'_>,
) -> Table {
    let external = answer.body.external.as_ref();
    let totals = external.map(|external| &external.totals);
    let amount: fn(Amount) -> Value = match answer.facts.outside_by {
        DataType::Connections => Value::Count,
        DataType::BytesOut | DataType::BytesIn => Value::Bytes,
    };
    let (what, total, unit) = match answer.facts.outside_by {
        DataType::Connections => {
            let total = totals.and_then(|totals| totals.connections.amount);
            ("External", total, "connections")
        }
        DataType::BytesOut | DataType::BytesIn => {
            ("Outbound", totals.and_then(|totals| totals.bytes_out.amount), "bytes")
        }
    };
    let total = total.map_or(Value::Missing(NOT_REPORTED), amount);
    let domains: Vec<&OutsideDomain> = domains.into_iter().collect();
    let columns = [
        Column::text("Domain"),
        Column::number(unit),
        Column::share("share"),
        Column::text("country"),
        Column::word("first seen"),
        Column::number("devices").only(Shown::PAGES),
        Column::number("DGA score").only(Shown::PAGES),
    ];
    // Of destinations that are counted, nothing is known by domain.
    let is_asked = domains.iter().any(|domain| domain.host.is_some());
    let columns = if is_asked { &columns[..] } else { &columns[..COUNTED] };
    let known = extended(external).into_iter().flat_map(|extended| &extended.domains);
    let known: HashMap<&str, &KnownDomain> =
        known.map(|known| (known.domain.as_str(), known)).collect();
    let watched = answer.body.watched.as_deref().unwrap_or_default();
    let is_watched = |name: &str| watched.iter().any(|it| it.domain == name);
    let rows = domains.into_iter().map(|domain| -> Vec<Value> {
        let known = domain.name.as_deref().and_then(|name| known.get(name));
        let since = domain.first_seen.map(|first| Value::from(times::date(first, from)));
        let countries =
            (!domain.countries.is_empty()).then(|| Value::Several(domain.countries.clone()));
        vec![
            match domain.name.as_deref() {
                Some(name) if is_watched(name) => format!("{name} (watched)").into(),
                name => name.unwrap_or("not itemised").into(),
            },
            match domain.amount {
                None if domain.share.is_none() => Value::Missing("not listed"),
                None => Value::Missing(NOT_REPORTED),
                Some(known) => amount(known),
            },
            domain.share.map_or(Value::Empty, |share| Value::Share(share.into())),
            countries.unwrap_or_else(|| missing(domain)),
            since.unwrap_or_else(|| missing(domain)),
            known.and_then(|known| used_by(known)).unwrap_or_default().into(),
            known.and_then(|known| generated(known)).unwrap_or_default().into(),
        ]
    });
    Table::new(
        format!("{what}: {}", total.words(from.zone)),
        columns,
        rows.map(|row| row.into_iter().take(columns.len()).collect()),
    )
}

fn extended(external: Option<&External>) -> Option<&ExtendedExternal> {
    external?.extended.as_ref()
}

/// Why something is not known about a domain; nothing of several domains.
fn missing(domain: &OutsideDomain) -> Value {
    domain.host.as_ref().map_or(Value::Empty, |host| Value::Missing(part::of_host(host)))
}
