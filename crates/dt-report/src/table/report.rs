//! The screens of `dt report`: the first one, which has room for the answer, why, and what cannot be
//! seen; and the whole of it.

use dt_analysis::Level;
use dt_analysis::finding::{Aspect, Object};
use dt_analysis::transfers::Pattern;
use dt_model::{EvidencePart, PartState, Port};

use super::rows::{Long, Rows};
use super::screen::Screen;
use super::view::Charts;
use super::{Extent, Options, view};
use crate::contract::{Answer, Connections, External, Finding, Report};
use crate::phrases::alerts;
use crate::phrases::known::without_name;
use crate::phrases::numbers::{amount, amount_or, percent, plural};
use crate::phrases::part;
use crate::phrases::unseen::{unseen, without_reason};
use crate::phrases::when::when;
use crate::unit::Unit;
use crate::view::exclusions::not_shown;
use crate::view::{
    Kind, SmallSeries, Summary, View, connections, excluding, outside, report, short_id, transfers,
};

/// How many lines a screen has.
const HEIGHT: usize = 24;

/// With room for fewer rows of a list none is shown; more of them say little more.
const FEWEST_ROWS: usize = 2;
const MOST_ROWS: usize = 5;

/// How many reasons and doubts are told; the others are with the finding itself.
const REASONS: usize = 3;

/// How many findings the first screen shows, and with how many of them each has a reason below it.
const MOST_FINDINGS: usize = 4;
const FEW_FINDINGS: usize = 2;

pub(super) fn render(screen: &mut Screen, answer: &Answer<Report>, options: &Options<'_>) {
    let found = report::view(answer, options.viewpoint);
    view::subject(screen, &found.subject, options);
    match options.extent {
        Extent::Whole => whole(screen, &found, options),
        Extent::Screen => {
            let mut all = screen.another();
            whole(&mut all, &found, options);
            let lines = screen.height() + all.height();
            first(screen, answer, options);
            numbers(screen, answer, lines, options);
        }
    }
}

/// Every section under its heading. Charts are told in words.
fn whole(screen: &mut Screen, view: &View<'_>, options: &Options<'_>) {
    view::top(screen, view, options);
    for section in &view.sections {
        screen.blank();
        screen.bold(&section.title.to_uppercase());
        view::blocks(screen, &section.blocks, Charts::InWords, options);
    }
}

/// The answer, and why.
fn first(screen: &mut Screen, answer: &Answer<Report>, options: &Options<'_>) {
    let findings = answer.body.judged.findings();
    match report::summary(answer) {
        Summary::Priority { score, level, findings: text } => {
            view::priority(screen, score, level);
            if findings.is_empty() && not_shown(answer.body.judged.untold()).is_none() {
                screen.line(&format!("  {text}"));
            }
        }
        Summary::Sentence { level, text } => {
            screen.level(level.unwrap_or(Level::Minimal), text.as_str());
        }
    }
    if answer.body.judged.findings.is_some() {
        first_findings(screen, answer, options);
        if let Some(others) = not_shown(answer.body.judged.untold()) {
            screen.line(&format!("  and {others}"));
        }
    } else {
        concerns(screen, answer);
    }
    screen.blank();
    why(screen, answer, options);
}

/// What stands out by the documented rules.
fn concerns(screen: &mut Screen, answer: &Answer<Report>) {
    let long = if answer.concerns.len() > FEW_FINDINGS { Long::Cut } else { Long::Wrapped };
    let mut rows = Rows::new(&[Kind::Word, Kind::Text], long);
    for (place, concern) in answer.concerns.iter().enumerate() {
        let level = concern.level.as_str().to_uppercase();
        rows.row([format!("{} {level}", place + 1), concern.message.clone()]);
    }
    rows.show(screen);
}

/// The findings that matter most, each a sentence.
fn first_findings(screen: &mut Screen, answer: &Answer<Report>, options: &Options<'_>) {
    let findings = answer.body.judged.findings();
    let shown = shown(findings);
    let long = if shown > FEW_FINDINGS { Long::Cut } else { Long::Wrapped };
    let mut rows = Rows::new(&[Kind::Word, Kind::Word, Kind::Text], long);
    // The link at the end, and why something was refused, take the room of the second one's reason.
    let is_refused = answer.body.parts.iter().any(|part| part.reason.is_some());
    let needs_room = is_refused || answer.body.url.is_some();
    for (place, finding) in findings[..shown].iter().enumerate() {
        let level = finding.severity.as_str().to_uppercase();
        let rank = format!("{} {level}", place + 1);
        rows.row([rank, when(finding, options.viewpoint), finding.message.clone()]);
        let has_room = shown <= FEW_FINDINGS && (place == 0 || !needs_room);
        if let Some(reason) = finding.reasons.first().filter(|_| has_room) {
            rows.row([String::new(), String::new(), reason.clone()]);
        }
    }
    rows.show(screen);
}

/// How many findings the first screen shows: those above low, or a few low ones where there are no
/// others.
fn shown(findings: &[Finding]) -> usize {
    let urgent = findings.iter().filter(|finding| finding.severity > Level::Low).count();
    if urgent == 0 { findings.len().min(FEW_FINDINGS) } else { urgent.min(MOST_FINDINGS) }
}

fn why(screen: &mut Screen, answer: &Answer<Report>, options: &Options<'_>) {
    screen.bold("WHY");
    let mut rows = Rows::new(&[Kind::Word, Kind::Text], Long::Wrapped);
    let main = answer.body.judged.findings().first();
    // The first reason stands below the finding itself, where there is room.
    let reasons = main.map_or(&[][..], |finding| &finding.reasons);
    let said = alerts::in_short(&answer.body, options.viewpoint);
    // What the appliance says takes the room of one.
    let most = REASONS - usize::from(said.is_some());
    let further: Vec<&str> = reasons.iter().skip(1).take(most).map(String::as_str).collect();
    if !further.is_empty() {
        rows.row(["supports", &further.join("; ")]);
    }
    rows.row(["weighs against".to_owned(), against(answer, main)]);
    if let Some(said) = said {
        if let Some(url) = &answer.body.url {
            rows.link("Darktrace", url);
        }
        rows.row(["Darktrace", &said]);
    }
    rows.row(["not visible".to_owned(), unseen(answer, main, options.viewpoint).join("; ")]);
    rows.show(screen);
}

/// What speaks against looking at this device first.
fn against(answer: &Answer<Report>, main: Option<&Finding>) -> String {
    if let Some(finding) = main {
        let doubts = finding.doubts.iter().take(REASONS);
        let doubts: Vec<&str> = doubts.map(|doubt| without_reason(doubt, &answer.facts)).collect();
        return if doubts.is_empty() { "nothing found".to_owned() } else { doubts.join("; ") };
    }
    if answer.header.data_until.is_none() {
        return "nothing could be assessed".to_owned();
    }
    let report = &answer.body;
    let mut reasons = Vec::new();
    if let Some(compare) = &report.compare
        && !compare.comparisons.is_empty()
        && compare.anomalies.is_empty()
        && compare.uncompared().is_none()
    {
        let peers = plural(compare.comparisons.len(), "similar device", "similar devices");
        reasons.push(format!("in line with {peers} by the documented rules"));
    }
    if let Some(transfers) = &report.transfers
        && let Some(pattern) = transfers.pattern.filter(|it| *it != Pattern::UploadHeavy)
    {
        reasons.push(format!("traffic is {}", transfers::pattern(pattern)));
    }
    if reasons.is_empty() { "nothing found".to_owned() } else { reasons.join("; ") }
}

/// Which numbers matter beside the finding that matters most.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Focus {
    /// Where bytes went outside.
    Outside,
    /// Whom the device talks to in the network, and on which ports.
    Connections,
    /// What it sends and receives anywhere.
    Transfers,
    /// Everything alike.
    Everything,
}

impl Focus {
    fn of(main: Option<&Finding>) -> Self {
        let Some(main) = main.filter(|finding| finding.severity > Level::Low) else {
            return Self::Everything;
        };
        match main.rule.id.aspect() {
            Aspect::BytesOutside | Aspect::Domains => Self::Outside,
            Aspect::Connections | Aspect::Ports | Aspect::Peers => Self::Connections,
            Aspect::BytesSent | Aspect::BytesReceived => Self::Transfers,
            Aspect::SimilarDevices => Self::Everything,
        }
    }
}

/// The numbers that fit on the first screen, of a report of so many lines: lists take what room is left.
fn numbers(screen: &mut Screen, answer: &Answer<Report>, lines: usize, options: &Options<'_>) {
    let findings = answer.body.judged.findings();
    let focus = Focus::of(findings.first());
    let mut below = screen.another();
    match focus {
        Focus::Outside => outbound(&mut below, answer, options),
        Focus::Connections => all_connections(&mut below, answer, options),
        Focus::Transfers => transferred(&mut below, answer, options),
        Focus::Everything => {
            all_connections(&mut below, answer, options);
            transferred(&mut below, answer, options);
        }
    }
    next(&mut below, answer, lines);
    // Besides the rows: a blank line, the list's title, and a line for the shell's prompt.
    let room = HEIGHT.saturating_sub(screen.height() + below.height() + 3);
    let most = room.min(MOST_ROWS);
    if most >= FEWEST_ROWS {
        match &answer.body.connections {
            Some(found) if focus == Focus::Connections => ports(screen, found, most, options),
            _ => domains(screen, answer, most, options),
        }
    }
    screen.append(&below);
}

/// Where traffic goes outside: what the findings name, and the largest.
fn domains(screen: &mut Screen, answer: &Answer<Report>, most: usize, options: &Options<'_>) {
    if answer.facts.outside.is_empty() {
        if let Some(external) = &answer.body.external {
            screen.blank();
            screen.bold(&none_listed(external));
        }
        return;
    }
    let (table, rest) = outside::first(answer, most, options.viewpoint);
    view::table(screen, &table, options);
    if rest > 0 {
        let coverage = answer.body.external.as_ref().and_then(|found| found.coverage.as_ref());
        let unnamed = coverage.and_then(without_name);
        let unnamed =
            unnamed.map_or_else(String::new, |share| format!("; of connections, {share}"));
        screen.line(&format!("  and {rest} more{unnamed}"));
    }
}

/// On which ports it talks most.
fn ports(screen: &mut Screen, found: &Connections, most: usize, options: &Options<'_>) {
    let Some(rows) = found.ports.as_deref().filter(|rows| !rows.is_empty()) else { return };
    let shown = &rows[..rows.len().min(most)];
    view::table(screen, &connections::ports("Top ports", shown), options);
}

fn none_listed(external: &External) -> String {
    let missing = part::missing(&external.parts, EvidencePart::External);
    let connections = amount_or(external.totals.connections, missing);
    let domains = match part::state(&external.parts, EvidencePart::External) {
        PartState::Answered => "no domains reported".to_owned(),
        missing => format!("domains {}", part::word(missing)),
    };
    format!("EXTERNAL  connections {connections}; {domains}")
}

/// The bytes sent outside, a column a day.
fn outbound(screen: &mut Screen, answer: &Answer<Report>, options: &Options<'_>) {
    let series = SmallSeries { label: "out", trace: &answer.facts.outbound, unit: Unit::Bytes };
    view::small_series(screen, &series, options);
}

fn all_connections(screen: &mut Screen, answer: &Answer<Report>, options: &Options<'_>) {
    let Some(found) = &answer.body.connections else { return };
    let total = amount(found.metrics.total_connections);
    let external = percent(found.metrics.external_ratio);
    let client = if connections::serves(&found.metrics) { "as client " } else { "" };
    let destinations = match &found.destinations {
        Some(destinations) => amount(Some(destinations.total)),
        None => amount(found.metrics.unique_destinations),
    };
    screen.blank();
    screen.bold(&format!(
        "CONNECTIONS  {total}; {client}external {external}; destinations {destinations}"
    ));
    let trace = &answer.facts.connections;
    let series = SmallSeries { label: "", trace, unit: Unit::Connections };
    view::small_series(screen, &series, options);
}

fn transferred(screen: &mut Screen, answer: &Answer<Report>, options: &Options<'_>) {
    let Some(found) = &answer.body.transfers else { return };
    screen.blank();
    screen.bold(&format!("TRANSFERS  {}", transfers::sentence(found)));
    for series in transfers::series(&answer.facts.transfers) {
        view::small_series(screen, &series, options);
    }
}

/// What to ask next. It is to be copied, so it is whole however narrow the screen is.
fn next(screen: &mut Screen, answer: &Answer<Report>, lines: usize) {
    let findings = answer.body.judged.findings();
    let main = answer.header.device.did.zip(findings.first());
    let facts = &answer.facts;
    let again = |command: &str| match &*facts.repeated_options {
        "" => format!("next  dt {command}"),
        options => format!("next  dt {options} {command}"),
    };
    if let Some((command, why)) = main.map(|(did, main)| command(did, main)) {
        screen.whole(&format!("{}   {why}", again(&command)));
    }
    let (shown, hidden) = findings.split_at(shown(findings));
    // An entry is about all traffic, and a part of it was asked for.
    if let ([first, others @ ..], false) = (shown, facts.is_partial) {
        let others: Vec<String> = others.iter().map(short_id).collect();
        let why =
            if others.is_empty() { String::new() } else { format!("   or {}", others.join(", ")) };
        screen.whole(&format!("{}{why}", again(&excluding(answer.header.device.did, first))));
    }
    let hidden = match hidden.len() {
        0 => String::new(),
        some => format!("{}, ", plural(some, "more finding", "more findings")),
    };
    screen.whole(&format!("next  add --all for {hidden}ports, peers ({lines} lines)"));
    if let Some(url) = &answer.body.url {
        screen.whole(&format!("open  {url}"));
    }
}

/// The command that shows more of a finding, and what of it. No name from the network stands in it: it
/// will be pasted into a shell.
fn command(did: i64, finding: &Finding) -> (String, &'static str) {
    let (command, options, why) = match (finding.rule.id.aspect(), &finding.object) {
        (Aspect::BytesOutside, _) => ("timeline", " --datatype sizeout --odid 0", "which hours"),
        (Aspect::BytesSent, _) => ("timeline", " --datatype sizeout", "which hours"),
        (Aspect::BytesReceived, _) => ("timeline", " --datatype sizein", "which hours"),
        (Aspect::Connections, _) => ("timeline", "", "which hours"),
        (Aspect::Ports, Object::Port(Port::Number(port))) => {
            return (format!("connections {did} --port {port}"), "which peers");
        }
        (Aspect::Ports | Aspect::Peers, _) => ("connections", "", "which ports and peers"),
        (Aspect::Domains, _) => ("external", "", "which domains, and who else uses them"),
        (Aspect::SimilarDevices, _) => ("compare", "", "against similar devices"),
    };
    (format!("{command} {did}{options}"), why)
}
