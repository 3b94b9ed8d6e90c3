//! The screen of `dt report`: the answer, why, what speaks against it, what cannot be seen.

use dt_analysis::finding::Rule;
use dt_analysis::transfers::Pattern;
use dt_analysis::{Concern, Level};

use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use super::{Extent, Options, compare, extended, external, findings, head, outside, view};
use crate::contract::{Answer, Finding, Report, Timeline};
use crate::phrases::numbers::{amount, percent, plural};
use crate::phrases::reason::no_findings;
use crate::phrases::unseen::{unseen, without_reason};
use crate::unit::Unit;
use crate::view::{SmallSeries, connections, transfers};

/// How many lines a screen has.
const HEIGHT: usize = 24;

/// With room for fewer domains none is shown; more of them say little more.
const FEWEST_DOMAINS: usize = 2;
const MOST_DOMAINS: usize = 5;

/// How many reasons and doubts are told; the others are with the finding itself.
const REASONS: usize = 3;

/// With more concerns than this, each gets one line.
const FEW_CONCERNS: usize = 2;

pub(super) fn render(screen: &mut Screen, answer: &Answer<Report>, options: &Options) {
    head::device(screen, &answer.header);
    match &answer.body.connections {
        Some(found) => head::window(screen, &found.window, options),
        None => head::data_until(screen, &answer.header, options),
    }
    screen.blank();
    match (&answer.body.priority, &answer.body.findings) {
        (Some(priority), Some(findings)) => {
            findings::priority(screen, priority);
            if findings.is_empty() {
                screen.line(&format!("  {}", no_findings(answer.body.timeline.as_ref())));
            }
            match options.extent {
                Extent::Screen => findings::first(screen, findings, options),
                Extent::Whole => findings::every(screen, findings, options),
            }
        }
        _ => headline(screen, &answer.concerns),
    }
    screen.blank();
    if options.extent == Extent::Screen || answer.body.findings.is_none() {
        why(screen, answer, options);
    } else {
        screen.bold("CANNOT SEE");
        let findings = answer.body.findings.as_deref().unwrap_or_default();
        screen.remarks(&[unseen(answer, findings.first(), options.viewpoint()).join("; ")]);
    }
    match options.extent {
        Extent::Screen => first_numbers(screen, answer, options),
        Extent::Whole => every_part(screen, answer, options),
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

fn why(screen: &mut Screen, answer: &Answer<Report>, options: &Options) {
    let report = &answer.body;
    screen.bold("WHY");
    let mut rows = Rows::new(&[Column::Word, Column::Text], Long::Wrapped);
    let findings = report.findings.as_deref().unwrap_or_default();
    let main = findings.first().filter(|finding| finding.severity > Level::Low);
    // The first reason stands below the finding itself.
    let reasons = main.map_or(&[][..], |finding| &finding.reasons);
    let further: Vec<&str> = reasons.iter().skip(1).take(REASONS).map(String::as_str).collect();
    if !further.is_empty() {
        rows.row(["speaks for", &further.join("; ")]);
    }
    rows.row(["against".to_owned(), against(report, main)]);
    rows.row(["cannot see".to_owned(), unseen(answer, main, options.viewpoint()).join("; ")]);
    rows.show(screen);
}

/// What speaks against looking at this device first.
fn against(report: &Report, main: Option<&Finding>) -> String {
    if let Some(finding) = main {
        let doubts = finding.doubts.iter().take(REASONS);
        let doubts: Vec<&str> = doubts.map(|doubt| without_reason(doubt, report)).collect();
        return if doubts.is_empty() { "nothing found".to_owned() } else { doubts.join("; ") };
    }
    let mut reasons = Vec::new();
    if let Some(compare) = &report.compare
        && !compare.comparisons.is_empty()
        && compare.anomalies.is_empty()
    {
        let peers = plural(compare.comparisons.len(), "similar device", "similar devices");
        reasons.push(format!("in line with {peers}"));
    }
    if let Some(transfers) = &report.transfers
        && let Some(pattern) = transfers.pattern.filter(|it| *it != Pattern::UploadHeavy)
    {
        reasons.push(format!("traffic is {}", transfers::pattern(pattern)));
    }
    if reasons.is_empty() { "nothing found".to_owned() } else { reasons.join("; ") }
}

/// The numbers that fit on the first screen: the largest domains take what room is left.
fn first_numbers(screen: &mut Screen, answer: &Answer<Report>, options: &Options) {
    let report = &answer.body;
    let mut below = Screen::default();
    let urgent = report.findings.iter().flatten().any(|finding| finding.severity > Level::Low);
    // What is urgent needs its room; of the rest, the bytes sent outside are nearest to it.
    if let Some(sent) = report.sent_outside.as_ref().filter(|_| urgent) {
        sent_by_day(&mut below, sent, options);
    } else {
        below.blank();
        all_traffic(&mut below, answer, options);
    }
    let mut whole = Screen::default();
    every_part(&mut whole, answer, options);
    next(&mut below, answer, whole.height());
    // Besides the rows: a blank line, the list's title, and a line for the shell's prompt.
    let room = HEIGHT.saturating_sub(screen.height() + below.height() + 3);
    let most = room.min(MOST_DOMAINS);
    match &report.external {
        _ if most < FEWEST_DOMAINS => {}
        _ if !report.outside.is_empty() => {
            screen.blank();
            outside::known(screen, report, most, options);
        }
        Some(external) => {
            screen.blank();
            outside::listed(screen, external, most);
        }
        None => {}
    }
    screen.append(&below);
}

fn all_traffic(screen: &mut Screen, answer: &Answer<Report>, options: &Options) {
    let (header, report) = (&answer.header, &answer.body);
    if let Some(found) = &report.connections {
        let total = amount(&found.metrics.total_connections);
        let outside = percent(&found.metrics.external_ratio);
        let destinations = match &found.destinations {
            Some(destinations) => amount(&destinations.total),
            None => amount(&found.metrics.unique_destinations),
        };
        screen.bold(&format!(
            "CONNECTIONS  {total}; external {outside}; destinations {destinations}"
        ));
        let series = SmallSeries { label: "", trace: &found.trace, unit: Unit::Connections };
        view::small_series(screen, &series, options);
    }
    if let Some(found) = &report.transfers {
        view::top(screen, &transfers::view(header, found, &[]), options);
    }
}

/// The bytes sent outside, a column a day.
fn sent_by_day(screen: &mut Screen, sent: &Timeline, options: &Options) {
    let series = SmallSeries { label: "out", trace: &sent.trace, unit: Unit::Bytes };
    view::small_series(screen, &series, options);
}

/// What to ask next.
fn next(screen: &mut Screen, answer: &Answer<Report>, more: usize) {
    let findings = answer.body.findings.as_deref().unwrap_or_default();
    let did = answer.header.device.did;
    let uploads = findings.iter().any(|finding| finding.rule.id == Rule::ExternalUpload);
    if let (true, Some(did)) = (uploads, did) {
        screen.line(&format!("next  dt timeline {did} --datatype sizeout --odid 0   which hours"));
    }
    let hidden = findings.len() - findings::shown(findings);
    let hidden = match hidden {
        0 => String::new(),
        some => format!("{}, ", plural(some, "more finding", "more findings")),
    };
    screen.line(&format!("next  add --all for {hidden}ports, peers ({more} more lines)"));
}

fn every_part(screen: &mut Screen, answer: &Answer<Report>, options: &Options) {
    let report = &answer.body;
    if let Some(found) = &report.external {
        screen.blank();
        external::body(screen, found, options);
    }
    if let Some(found) = &report.compare {
        screen.blank();
        compare::body(screen, found);
    }
    if let Some(found) = &report.transfers {
        screen.blank();
        view::body(screen, &transfers::view(&answer.header, found, &[]), options);
    }
    if let Some(found) = &report.connections {
        screen.blank();
        let found = connections::view(&answer.header, found, options.viewpoint());
        view::body(screen, &found, options);
    }
    if let Some(found) = &report.extended {
        screen.blank();
        extended::body(screen, found, options);
    }
}
