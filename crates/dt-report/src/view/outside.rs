//! Where a device's traffic goes outside, and what is known about it there.

use std::collections::HashMap;

use dt_analysis::ByteSize;

use super::{Block, Column, Provenance, Table, Value};
use crate::contract::{KnownDomain, OutsideDomain, Report};
use crate::phrases::known::{generated, used_by};
use crate::phrases::numbers::NOT_REPORTED;
use crate::phrases::part;
use crate::phrases::times;

/// The domains outside, the largest first; nothing if none is listed.
pub(super) fn table(report: &Report, made: &Provenance<'_>) -> Vec<Block> {
    let totals = report.external.as_ref().map(|external| &external.totals);
    let in_bytes = totals.is_some_and(|totals| totals.bytes_out.amount.is_some());
    let (caption, amount) = if in_bytes {
        ("Sent outside, by domain", "bytes")
    } else {
        ("Outside, by domain", "connections")
    };
    let columns = [
        Column::text("Domain"),
        Column::number(amount),
        Column::share("share"),
        Column::text("country"),
        Column::text("known here since"),
        Column::number("popularity"),
        Column::number("DGA score"),
    ];
    let external = report.external.as_ref();
    let extended = external.and_then(|external| external.extended.as_ref());
    let parts = external.map_or(&[][..], |external| &external.parts);
    let known: HashMap<&str, &KnownDomain> = extended
        .iter()
        .flat_map(|extended| &extended.domains)
        .map(|known| (known.domain.as_str(), known))
        .collect();
    let rows = report.outside.iter().map(|domain| -> Vec<Value> {
        let much = match domain.amount {
            None => NOT_REPORTED.to_owned(),
            Some(bytes) if in_bytes => ByteSize(bytes).to_string(),
            Some(connections) => connections.to_string(),
        };
        let known = domain.name.as_deref().and_then(|name| known.get(name));
        let since = domain.first_seen.map(|first| times::date(first, made.viewpoint));
        vec![
            domain.name.as_deref().unwrap_or("not itemised").into(),
            much.into(),
            Value::Share(domain.share.into()),
            countries(domain).into(),
            since.unwrap_or_else(|| missing(domain)).into(),
            known.and_then(|known| used_by(known)).unwrap_or_default().into(),
            known.and_then(|known| generated(known)).unwrap_or_default().into(),
        ]
    });
    let table = Table::new(caption, &columns, rows);
    if table.rows.is_empty() {
        return Vec::new();
    }
    let why =
        extended.map(|extended| part::of_domains(&extended.domains, parts)).unwrap_or_default();
    let why = why.into_iter().map(|why| Block::note(format!("{why}.")));
    std::iter::once(Block::Table(table)).chain(why).collect()
}

fn countries(domain: &OutsideDomain) -> String {
    if domain.countries.is_empty() { missing(domain) } else { domain.countries.join(", ") }
}

/// Why something is not known about a domain; nothing of several domains.
fn missing(domain: &OutsideDomain) -> String {
    domain.host.as_ref().map(part::of_host).unwrap_or_default().to_owned()
}
