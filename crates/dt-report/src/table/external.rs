//! The screen of `dt external`.

use dt_model::{EvidencePart, PartState};

use super::Options;
use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::quantity::{Fraction, Quantity, name};
use crate::contract::{External, KnownDomain, PartView, PortRow, Risk};
use crate::phrases::known::{countries, generated, used_by, without_name};
use crate::phrases::numbers::{amount, amount_or, bytes_or, percent};
use crate::phrases::part;
use crate::phrases::reason::no_risk;
use crate::phrases::times;

/// How many rows of a list a screen shows: the document's numbers.
const COUNTRIES: usize = 10;
const DOMAINS: usize = 15;
const PORTS: usize = 10;

pub(super) fn body(screen: &mut Screen, external: &External, options: &Options) {
    match &external.risk {
        Some(risk) => assessment(screen, risk),
        None => screen.bold(&format!("EXTERNAL RISK  {}", no_risk(external))),
    }
    screen.blank();
    let totals = &external.totals;
    let missing = |part| part::missing(&external.parts, part);
    let listed = missing(EvidencePart::External);
    screen.line(&format!("connections     {}", amount_or(&totals.connections, listed)));
    screen.line(&format!("destinations    {}", amount_or(&totals.destinations, listed)));
    let out = bytes_or(&totals.bytes_out, missing(EvidencePart::ExternalOut));
    let into = bytes_or(&totals.bytes_in, part::no_bytes_in(external));
    screen.line(&format!("bytes           out {out}, in {into}"));
    coverage(screen, external);
    if external.countries.is_none() {
        let missing = part::word(part::no_countries(external));
        screen.line(&format!("countries       {missing}"));
    }
    screen.remarks(&part::refusals(&external.parts));
    if let Some(countries) = &external.countries {
        let rows = countries.iter().map(|row| (row.country.as_str(), &row.connections, &row.share));
        list(screen, "COUNTRIES", COUNTRIES, rows);
    }
    if let Some(domains) = &external.domains {
        let rows = domains.iter().map(|row| (row.domain.as_str(), &row.connections, &row.share));
        list(screen, "DOMAINS", DOMAINS, rows);
    }
    if let Some(extended) = &external.extended {
        known(screen, &extended.domains, &external.parts, options);
    }
    if let Some(ports) = external.ports.as_deref().filter(|ports| !ports.is_empty()) {
        port_rows(screen, "PORTS", &ports[..ports.len().min(PORTS)]);
        more(screen, ports.len(), PORTS);
    }
    if let Some(risk) = &external.risk {
        screen.blank();
        screen.bold("RECOMMENDED");
        for text in &risk.recommendations {
            screen.line(&format!("  {text}"));
        }
    }
}

fn assessment(screen: &mut Screen, risk: &Risk) {
    let text = format!(
        "EXTERNAL RISK  {}, {:.1} of 0.9  (by the documented rules)",
        risk.level.as_str().to_uppercase(),
        risk.score
    );
    screen.level(risk.level, &text);
    for factor in &risk.factors {
        let mut rows = Rows::new(&[Column::Word, Column::Text], Long::Wrapped);
        rows.row([format!("+{:.1}", factor.weight), factor.message.clone()]);
        rows.show(screen);
    }
}

fn coverage(screen: &mut Screen, external: &External) {
    let Some(coverage) = &external.coverage else { return };
    let listed = percent(&coverage.listed);
    // Where no country is known, the next line says why.
    let unresolved = match coverage.unresolved.measured {
        None if external.countries.is_none() => String::new(),
        None => format!("; countries {}", part::word(part::no_countries(external))),
        Some(_) => format!("; {} without a country", percent(&coverage.unresolved)),
    };
    screen.line(&format!("lists explain   {listed} of the connections{unresolved}"));
    if let Some(unnamed) = without_name(coverage) {
        screen.line(&format!("                {unnamed}"));
    }
}

fn list<'a>(
    screen: &mut Screen,
    title: &str,
    most: usize,
    entries: impl ExactSizeIterator<
        Item = (&'a str, &'a Quantity<name::Connections>, &'a Fraction<name::Share>),
    >,
) {
    let count = entries.len();
    if count == 0 {
        screen.line(&format!("{:<16}none listed", title.to_lowercase()));
        return;
    }
    screen.blank();
    let mut rows = Rows::new(&[Column::Text, Column::Number, Column::Number], Long::Cut).header(&[
        title,
        "connections",
        "share",
    ]);
    for (name, connections, share) in entries.take(most) {
        rows.row([name.to_owned(), amount(connections), percent(share)]);
    }
    rows.show(screen);
    more(screen, count, most);
}

/// Ports with the services they are registered for.
fn port_rows(screen: &mut Screen, title: &str, ports: &[PortRow]) {
    screen.blank();
    let columns = &[Column::Word, Column::Text, Column::Number, Column::Number];
    let mut rows = Rows::new(columns, Long::Cut).header(&[title, "", "connections", "share"]);
    for row in ports {
        let service = row.service.unwrap_or_default().to_owned();
        rows.row([row.port.clone(), service, amount(&row.connections), percent(&row.share)]);
    }
    rows.show(screen);
}

/// What is known about each domain.
fn known(screen: &mut Screen, domains: &[KnownDomain], parts: &[PartView], options: &Options) {
    if domains.is_empty() {
        return;
    }
    screen.blank();
    let columns =
        &[Column::Text, Column::Number, Column::Text, Column::Word, Column::Number, Column::Number];
    let header = ["KNOWN ABOUT THEM", "sent", "country", "known here since", "used by", "DGA"];
    let mut rows = Rows::new(columns, Long::Cut).header(&header);
    let shown = &domains[..domains.len().min(DOMAINS)];
    // Of bytes that were answered, a domain without any is not listed.
    let unsent = match part::state(parts, EvidencePart::ExternalOut) {
        PartState::Answered => "",
        missing => part::word(missing),
    };
    for domain in shown {
        let since = domain.first_seen.map(|first| times::date(first, options.viewpoint()));
        let sent = domain.bytes_out_share.measured.map(|_| percent(&domain.bytes_out_share));
        rows.row([
            domain.domain.clone(),
            sent.unwrap_or_else(|| unsent.to_owned()),
            countries(domain, 1),
            since.unwrap_or_else(|| part::word(domain.state).to_owned()),
            used_by(domain).unwrap_or_default(),
            generated(domain).unwrap_or_default(),
        ]);
    }
    rows.show(screen);
    more(screen, domains.len(), DOMAINS);
    screen.remarks(&part::of_domains(domains, parts));
}

/// Says what a shortened list leaves out, and where it is.
fn more(screen: &mut Screen, count: usize, shown: usize) {
    if count > shown {
        screen.line(&format!("  and {} more (-o json lists them all)", count - shown));
    }
}
