//! The screen of `dt report`: the answer, why, what speaks against it, what cannot be seen.

use dt_analysis::Concern;
use dt_model::EvidencePart;

use super::numbers::{amount, percent, plural};
use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use super::{Extent, Options, compare, connections, external, head, transfers};
use crate::contract::{Answer, External, Report};

/// How many lines a screen has.
const HEIGHT: usize = 24;

/// How many domains there is always room for, and how many say little more.
const FEWEST_DOMAINS: usize = 3;
const MOST_DOMAINS: usize = 5;

/// With more concerns than this, each gets one line.
const FEW_CONCERNS: usize = 2;

pub(super) fn render(screen: &mut Screen, answer: &Answer<Report>, options: &Options) {
    head::device(screen, &answer.header);
    match &answer.body.connections {
        Some(found) => head::window(screen, &found.window, options),
        None => head::data_until(screen, &answer.header, options),
    }
    screen.blank();
    headline(screen, &answer.concerns);
    screen.blank();
    why(screen, &answer.body);
    match options.extent {
        Extent::Screen => first_numbers(screen, &answer.body, options),
        Extent::Whole => every_part(screen, &answer.body, options),
    }
}

fn headline(screen: &mut Screen, concerns: &[Concern]) {
    let Some(worst) = concerns.first() else {
        screen.bold("NOTHING STANDS OUT  (by the documented rules)");
        return;
    };
    let count = plural(concerns.len(), "thing stands out", "things stand out");
    let level = worst.level.as_str().to_uppercase();
    screen.level(worst.level, &format!("{level}  {count}  (by the documented rules)"));
    let long = if concerns.len() > FEW_CONCERNS { Long::Cut } else { Long::Wrapped };
    let mut rows = Rows::new(&[Column::Word, Column::Text], long);
    for (place, concern) in concerns.iter().enumerate() {
        let level = concern.level.as_str().to_uppercase();
        rows.row([format!("{} {level}", place + 1), concern.message.clone()]);
    }
    rows.show(screen);
}

fn why(screen: &mut Screen, report: &Report) {
    screen.bold("WHY");
    let mut rows = Rows::new(&[Column::Word, Column::Text], Long::Wrapped);
    rows.row(["against".to_owned(), against(report)]);
    rows.row(["cannot see".to_owned(), cannot_see(report)]);
    rows.show(screen);
}

/// What speaks against looking at this device first.
fn against(report: &Report) -> String {
    let mut reasons = Vec::new();
    if let Some(compare) = &report.compare
        && !compare.comparisons.is_empty()
        && compare.anomalies.is_empty()
    {
        let peers = plural(compare.comparisons.len(), "similar device", "similar devices");
        reasons.push(format!("in line with {peers}"));
    }
    if let Some(transfers) = &report.transfers
        && let Some(pattern) = transfers.pattern.filter(|pattern| *pattern != "upload_heavy")
    {
        reasons.push(format!("traffic is {}", pattern.replace('_', "-")));
    }
    if reasons.is_empty() { "nothing found".to_owned() } else { reasons.join("; ") }
}

/// What the answers do not say.
fn cannot_see(report: &Report) -> String {
    let mut unseen: Vec<&str> = Vec::new();
    if report.connections.as_ref().is_some_and(|connections| connections.protocols.is_none()) {
        unseen.push("protocols");
    }
    unseen.extend(report.missing.iter().map(|part| match part {
        EvidencePart::Connections => "connections (co)",
        EvidencePart::BytesOut => "bytes sent (sizeout)",
        EvidencePart::BytesIn => "bytes received (sizein)",
        EvidencePart::External => "domains (external)",
        EvidencePart::ExternalOut => "bytes sent outside (external-out)",
        EvidencePart::Endpoints => "countries (endpoints)",
    }));
    unseen.push("what was unusual when");
    unseen.join("; ")
}

/// The numbers that fit on the first screen: the largest domains take what room is left.
fn first_numbers(screen: &mut Screen, report: &Report, options: &Options) {
    let mut below = Screen::default();
    if let Some(found) = &report.connections {
        let total = amount(&found.metrics.total_connections);
        let outside = percent(&found.metrics.external_ratio);
        let destinations = match &found.destinations {
            Some(destinations) => amount(&destinations.total),
            None => amount(&found.metrics.unique_destinations),
        };
        below
            .bold(&format!("CONNECTIONS  {total}; outside {outside}; destinations {destinations}"));
        connections::drawing(&mut below, found, options);
    }
    if let Some(found) = &report.transfers {
        below.bold(&transfers::sentence(found));
        transfers::drawings(&mut below, found, options);
    }
    if let Some(external) = &report.external {
        // Besides the rows: the list's title, a blank line on either side, the last line, and one
        // for the shell's prompt.
        let room = HEIGHT.saturating_sub(screen.height() + below.height() + 5);
        screen.blank();
        outside(screen, external, room.clamp(FEWEST_DOMAINS, MOST_DOMAINS));
    }
    screen.blank();
    screen.append(&below);
    let mut whole = Screen::default();
    every_part(&mut whole, report, options);
    let lines = whole.height();
    screen.line(&format!(
        "next  add --all for ports, destinations, similar devices ({lines} more lines)"
    ));
}

/// The largest domains, each with its share.
fn outside(screen: &mut Screen, external: &External, most: usize) {
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

fn every_part(screen: &mut Screen, report: &Report, options: &Options) {
    if let Some(found) = &report.external {
        screen.blank();
        external::body(screen, found);
    }
    if let Some(found) = &report.compare {
        screen.blank();
        compare::body(screen, found);
    }
    if let Some(found) = &report.transfers {
        screen.blank();
        transfers::body(screen, found, options);
    }
    if let Some(found) = &report.connections {
        screen.blank();
        connections::body(screen, found, options);
    }
}
