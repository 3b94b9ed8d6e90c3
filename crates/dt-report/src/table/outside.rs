//! Where a device's traffic goes outside, on the first screen.

use dt_analysis::ByteSize;
use dt_model::{EvidencePart, PartState};

use super::Options;
use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::{External, OutsideDomain, Report};
use crate::phrases::numbers::{NOT_REPORTED, amount_or, percent};
use crate::phrases::part;
use crate::phrases::times;

/// Where bytes went, what is known about it there, and since when.
pub(super) fn known(screen: &mut Screen, report: &Report, most: usize, options: &Options) {
    let totals = report.external.as_ref().map(|external| &external.totals);
    let bytes_out = totals.and_then(|totals| totals.bytes_out.amount);
    let connections = report.external.as_ref().map(connections);
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
                .map_or_else(|| missing(domain), |first| times::date(first, options.viewpoint())),
        ]);
    }
    rows.show(screen);
    if count > shown {
        screen.line(&format!("  and {} more", count - shown));
    }
}

/// The first country, and how many more there are.
fn countries(domain: &OutsideDomain) -> String {
    match domain.countries.as_slice() {
        [] => missing(domain),
        [only] => only.clone(),
        [first, more @ ..] => format!("{first}, {} more", more.len()),
    }
}

/// Why something is not known about a domain; nothing of several domains.
fn missing(domain: &OutsideDomain) -> String {
    domain.host.as_ref().map(part::of_host).unwrap_or_default().to_owned()
}

fn connections(external: &External) -> String {
    let missing = part::missing(&external.parts, EvidencePart::External);
    amount_or(&external.totals.connections, missing)
}

/// The largest domains, each with its share.
pub(super) fn listed(screen: &mut Screen, external: &External, most: usize) {
    let title = match external.totals.connections.amount {
        Some(total) => format!("OUTSIDE  {total} connections"),
        None => format!("OUTSIDE  connections {}", connections(external)),
    };
    let Some(domains) = external.domains.as_deref().filter(|domains| !domains.is_empty()) else {
        let domains = match part::state(&external.parts, EvidencePart::External) {
            PartState::Answered => "no domains reported".to_owned(),
            missing => format!("domains {}", part::word(missing)),
        };
        screen.bold(&format!("{title}; {domains}"));
        return;
    };
    let mut rows = Rows::new(&[Column::Text, Column::Number, Column::Number], Long::Cut)
        .header(&[&title, "", "share"]);
    // What is left out is told, and takes a line as well.
    let shown = if domains.len() > most { most - 1 } else { domains.len() };
    for row in &domains[..shown] {
        rows.row([
            row.domain.clone(),
            amount_or(&row.connections, NOT_REPORTED),
            percent(&row.share),
        ]);
    }
    rows.show(screen);
    if domains.len() > shown {
        screen.line(&format!("  and {} more", domains.len() - shown));
    }
}
