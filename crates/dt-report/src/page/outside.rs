//! Where a device's traffic goes outside, and what is known about it there.

use std::collections::HashMap;

use dt_analysis::ByteSize;

use super::{Block, Cell, Column, Made, Table};
use crate::contract::{KnownDomain, OutsideDomain, Report};
use crate::words::known::{generated, used_by};
use crate::words::numbers::NOT_REPORTED;
use crate::words::times;

/// The domains outside, the largest first; nothing if none is listed.
pub(super) fn table(report: &Report, made: &Made<'_>) -> Option<Block> {
    let totals = report.external.as_ref().map(|external| &external.totals);
    let in_bytes = totals.is_some_and(|totals| totals.bytes_out.amount.is_some());
    let (caption, amount) = if in_bytes {
        ("Sent outside, by domain", "bytes")
    } else {
        ("Outside, by domain", "connections")
    };
    let columns = [
        Column::Text("Domain"),
        Column::Number(amount),
        Column::Share("share"),
        Column::Text("country"),
        Column::Text("known here since"),
        Column::Number("popularity"),
        Column::Number("DGA score"),
    ];
    let extended = report.external.as_ref().and_then(|external| external.extended.as_ref());
    let known: HashMap<&str, &KnownDomain> = extended
        .iter()
        .flat_map(|extended| &extended.domains)
        .map(|known| (known.domain.as_str(), known))
        .collect();
    let rows = report.outside.iter().map(|domain| -> Vec<Cell> {
        let much = match domain.amount {
            None => NOT_REPORTED.to_owned(),
            Some(bytes) if in_bytes => ByteSize(bytes).to_string(),
            Some(connections) => connections.to_string(),
        };
        let share = domain.share.value();
        let known = domain.name.as_deref().and_then(|name| known.get(name));
        let since = domain.first_seen.map(|first| times::date(first, made.viewpoint));
        vec![
            domain.name.as_deref().unwrap_or("not itemised").into(),
            much.into(),
            Cell {
                text: format!("≈ {:.0} %", 100.0 * share).into(),
                bar: Some(share),
                level: None,
            },
            countries(domain).into(),
            since.unwrap_or_else(|| NOT_REPORTED.to_owned()).into(),
            known.and_then(|known| used_by(known)).unwrap_or_default().into(),
            known.and_then(|known| generated(known)).unwrap_or_default().into(),
        ]
    });
    let table = Table::new(caption, &columns, rows);
    (!table.rows.is_empty()).then_some(Block::Table(table))
}

fn countries(domain: &OutsideDomain) -> String {
    match domain.countries.as_deref() {
        None | Some([]) => NOT_REPORTED.to_owned(),
        Some(countries) => countries.join(", "),
    }
}
