//! Where a device's traffic goes outside, on the first screen.

use dt_analysis::ByteSize;

use super::Options;
use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::{External, OutsideDomain, Report};
use crate::words::numbers::{NOT_REPORTED, amount, percent};
use crate::words::times;

/// Where bytes went, what is known about it there, and since when.
pub(super) fn known(screen: &mut Screen, report: &Report, most: usize, options: &Options) {
    let totals = report.external.as_ref().map(|external| &external.totals);
    let bytes_out = totals.and_then(|totals| totals.bytes_out.amount);
    let connections = totals.map(|totals| amount(&totals.connections));
    let (title, total, in_bytes) = match (bytes_out, connections) {
        (Some(bytes), _) => ("SENT OUTSIDE", ByteSize(bytes).to_string(), true),
        (None, connections) => ("CONNECTIONS OUTSIDE", connections.unwrap_or_default(), false),
    };
    let columns = &[Column::Text, Column::Number, Column::Number, Column::Text, Column::Word];
    let header = [title, &total, "share", "country", "known here since"];
    let mut rows = Rows::new(columns, Long::Cut).header(&header);
    // What is left out is told, and takes a line as well.
    let count = report.outside.len();
    let shown = if count > most { most - 1 } else { count };
    for domain in &report.outside[..shown] {
        let much = match domain.amount {
            None => NOT_REPORTED.to_owned(),
            Some(bytes) if in_bytes => ByteSize(bytes).to_string(),
            Some(connections) => connections.to_string(),
        };
        rows.row([
            domain.name.clone().unwrap_or_else(|| "not itemised".to_owned()),
            much,
            format!("≈ {:.0} %", 100.0 * domain.share.value()),
            countries(domain),
            domain
                .first_seen
                .map_or_else(String::new, |first| times::date(first, options.viewpoint())),
        ]);
    }
    rows.show(screen);
    if count > shown {
        screen.line(&format!("  and {} more", count - shown));
    }
}

/// The first country, and how many more there are.
fn countries(domain: &OutsideDomain) -> String {
    match domain.countries.as_deref() {
        None | Some([]) => NOT_REPORTED.to_owned(),
        Some([only]) => only.clone(),
        Some([first, more @ ..]) => format!("{first}, {} more", more.len()),
    }
}

/// The largest domains, each with its share.
pub(super) fn listed(screen: &mut Screen, external: &External, most: usize) {
    let total = amount(&external.totals.connections);
    let title = format!("OUTSIDE  {total} connections");
    let Some(domains) = external.domains.as_deref().filter(|domains| !domains.is_empty()) else {
        screen.bold(&format!("{title}; no domains reported"));
        return;
    };
    let mut rows = Rows::new(&[Column::Text, Column::Number, Column::Number], Long::Cut)
        .header(&[&title, "", "share"]);
    // What is left out is told, and takes a line as well.
    let shown = if domains.len() > most { most - 1 } else { domains.len() };
    for row in &domains[..shown] {
        rows.row([row.domain.clone(), amount(&row.connections), percent(&row.share)]);
    }
    rows.show(screen);
    if domains.len() > shown {
        screen.line(&format!("  and {} more", domains.len() - shown));
    }
}
