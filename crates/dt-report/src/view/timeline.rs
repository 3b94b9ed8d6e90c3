//! The page of `dt timeline`.

use dt_analysis::Level;
use dt_analysis::timeline::Severity;

use super::{Block, Column, Made, Page, Section, Table, Value, Verdict, device};
use crate::chart::{Chart, Drawing, Unit, width};
use crate::contract::{Answer, Timeline, Window};
use crate::words::gaps::gaps;
use crate::words::numbers::plural;
use crate::words::times;

pub(super) fn page(answer: &Answer<Timeline>, made: &Made<'_>) -> Page {
    let found = &answer.body;
    let level = answer.concerns.first().map(|worst| worst.level);
    let verdict = Verdict::Sentence { level, text: sentence(found).into() };
    let what = match found.datatype {
        Some("sizeout") => "Bytes sent",
        Some("sizein") => "Bytes received",
        Some("co") => "Connections",
        _ => "The series",
    };
    let chart = chart(what, found, made).map(Block::Chart);
    let blocks = chart.into_iter().chain(raised(found, made)).collect();
    let sections = [Section::of("when", "When", blocks)];
    let window = window(found);
    device::page("Timeline", &answer.header, Some(&window), verdict, sections, made)
}

/// The time of the intervals that are shown.
fn window(found: &Timeline) -> Window {
    let interval = width(found.buckets.iter().map(|bucket| bucket.time));
    let last = found.buckets.last().map(|bucket| bucket.time);
    Window {
        start: found.buckets.first().map(|bucket| bucket.time),
        end: last.zip(interval).map(|(last, interval)| last + interval),
        interval,
        intervals: found.buckets.len(),
    }
}

fn sentence(found: &Timeline) -> String {
    if let Some(missing) = &found.basis.missing {
        return format!("Too little to go by: {missing}.");
    }
    let raised = found.buckets.iter().filter(|bucket| bucket.flagged).count();
    let intervals = plural(found.buckets.len(), "interval", "intervals");
    match (found.buckets.len(), raised) {
        (0, _) => "No intervals in the time asked for.".to_owned(),
        (_, 0) => format!("Nothing unusual in {intervals}."),
        (_, 1) => format!("1 of {intervals} stands out."),
        (_, several) => format!("{several} of {intervals} stand out."),
    }
}

/// What is not known, as a sentence after others.
fn unknown(found: &Timeline, made: &Made<'_>) -> String {
    gaps(&found.gaps, made.viewpoint.zone).map_or_else(String::new, |gaps| format!(" {gaps}."))
}

/// The series beside what is usual.
pub(super) fn chart(what: &str, found: &Timeline, made: &Made<'_>) -> Option<Chart> {
    (found.buckets.len() > 1).then(|| Chart {
        caption: format!("{what}, beside what is usual at that hour").into(),
        says: format!("{}{}{}", sentence(found), newest(found, made), unknown(found, made)).into(),
        drawing: Drawing::Timeline {
            buckets: found.buckets.clone(),
            unit: Unit::of(found.datatype),
        },
    })
}

/// When it stood out, for those who do not see the chart; nothing if it never did.
fn newest(found: &Timeline, made: &Made<'_>) -> String {
    const FEW: usize = 3;
    let raised = found.buckets.iter().rev().filter(|bucket| bucket.flagged);
    let times = raised.clone().take(FEW);
    let times: Vec<String> =
        times.map(|bucket| times::moment(bucket.time, made.viewpoint.zone)).collect();
    let before = match raised.count() {
        0 => return String::new(),
        1..=FEW => "When",
        _ => "The newest",
    };
    format!(" {before}: {}.", times.join(", "))
}

/// The raised intervals, the newest first, and by which method they were found.
fn raised(found: &Timeline, made: &Made<'_>) -> Vec<Block> {
    let columns = [
        Column::text("From"),
        Column::text("severity"),
        Column::number("for"),
        Column::number("counted"),
        Column::number("usual"),
        Column::number("up to"),
        Column::number("how far (z)"),
    ];
    let raised = found.buckets.iter().rev().filter_map(|bucket| Some((bucket, bucket.window?)));
    let rows = raised.map(|(bucket, window)| -> Vec<Value> {
        vec![
            times::moment(window.start, made.viewpoint.zone).into(),
            bucket.severity.map(severity).unwrap_or_default(),
            window.length().into(),
            found.amount(window.count).into(),
            found.amount(window.expected).into(),
            found.amount(window.high).into(),
            format!("{:.1}", window.z).into(),
        ]
    });
    let table = Table::new("What stands out, the newest first", &columns, rows);
    let table = (!table.rows.is_empty()).then_some(Block::Table(table));
    let method = Block::note(format!(
        "By {}, over {}.",
        found.basis.method,
        plural(found.basis.n_used, "interval", "intervals")
    ));
    table.into_iter().chain([method]).collect()
}

fn severity(severity: Severity) -> Value {
    let level = match severity {
        Severity::Notice => Level::Low,
        Severity::Alert => Level::Medium,
    };
    Value::Level(Some(level), severity.as_str())
}
