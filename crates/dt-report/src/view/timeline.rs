//! `dt timeline`: a series beside what is usual at its hours.

use dt_analysis::timeline::Severity;
use dt_analysis::{AsOf, Level};
use dt_model::{Amount, DataType};

use super::{Block, Column, Section, Shown, SmallSeries, Subject, Summary, Table, Value, View};
use crate::chart::{Chart, Drawing};
use crate::contract::{Answer, Bucket, Timeline, Window};
use crate::phrases::gaps::gaps;
use crate::phrases::numbers::{plural, whole};
use crate::phrases::times;
use crate::samples::width;
use crate::unit::Unit;

/// How many raised intervals a screen shows: the newest.
const MOST: usize = 12;

pub(crate) fn view<'a>(
    answer: &'a Answer<Timeline>,
    window: &'a Window,
    from: AsOf<'_>,
) -> View<'a> {
    let found = &answer.body;
    let level = answer.concerns.first().map(|worst| worst.level);
    let what = match found.datatype {
        Some(DataType::BytesOut) => "Bytes sent",
        Some(DataType::BytesIn) => "Bytes received",
        Some(DataType::Connections) => "Connections",
        _ => "The series",
    };
    let blocks = chart(what, found, from).into_iter().chain(raised(found)).collect();
    let series =
        SmallSeries { label: "", trace: &answer.facts, unit: Unit::of_series(found.datatype) };
    View {
        kind: "Timeline",
        subject: Subject::Device { header: &answer.header, window: Some(window) },
        summary: Summary::Sentence { level, text: sentence(found).into() },
        series: vec![series],
        sections: Section::of("when", "Timeline", blocks).into_iter().collect(),
    }
}

/// The time of the intervals that are shown.
pub(crate) fn window(found: &Timeline) -> Window {
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

/// The series beside what is usual, and when nothing is known of it.
pub(super) fn chart(what: &str, found: &Timeline, from: AsOf<'_>) -> Vec<Block> {
    if found.buckets.len() < 2 {
        return Vec::new();
    }
    let chart = Block::Chart(Chart {
        caption: format!("{what}, beside what is usual at that hour").into(),
        alt_text: format!("{}{}", sentence(found), newest(found, from)).into(),
        drawing: Drawing::Timeline {
            buckets: found.buckets.clone(),
            unit: Unit::of_series(found.datatype),
        },
    });
    let gaps = gaps(&found.gaps, from.zone).map(|gaps| Block::note(format!("{gaps}.")));
    std::iter::once(chart).chain(gaps).collect()
}

/// When it stood out, for those who do not see the chart; nothing if it never did.
fn newest(found: &Timeline, from: AsOf<'_>) -> String {
    const FEW: usize = 3;
    let raised = found.buckets.iter().rev().filter(|bucket| bucket.flagged);
    let times = raised.clone().take(FEW);
    let times: Vec<String> = times.map(|bucket| times::moment(bucket.time, from.zone)).collect();
    let before = match raised.count() {
        0 => return String::new(),
        1..=FEW => "When",
        _ => "The newest",
    };
    format!(" {before}: {}.", times.join(", "))
}

/// The raised intervals, the newest first, and by which method they were found.
fn raised(found: &Timeline) -> Vec<Block> {
    let columns = [
        Column::word("From"),
        Column::word("severity"),
        Column::number("for"),
        Column::number("counted"),
        Column::number("usual"),
        Column::number("up to"),
        Column::number("z"),
    ];
    let amount = |count| match Unit::of_series(found.datatype) {
        Unit::Connections => Value::Count(whole(count)),
        Unit::Bytes => Value::Bytes(whole(count)),
    };
    let raised = found.buckets.iter().rev().filter_map(|bucket| Some((bucket, bucket.window?)));
    let rows = raised.map(|(bucket, window)| {
        vec![
            Value::Time(window.start),
            severity(bucket.severity),
            window.length().into(),
            amount(window.count),
            amount(window.expected),
            amount(window.high),
            Value::Decimal(window.z),
        ]
    });
    let table = Table::new("Unusual intervals", &columns, rows).on_screen(MOST);
    let table = (!table.rows.is_empty()).then_some(Block::Table(table));
    let over = plural(found.basis.n_used, "interval", "intervals");
    let method = Block::note(format!("By {}, over {over}.", found.basis.method));
    table.into_iter().chain([method]).collect()
}

fn severity(severity: Option<Severity>) -> Value {
    let level = severity.map(|severity| match severity {
        Severity::Notice => Level::Low,
        Severity::Alert => Level::Medium,
    });
    Value::Level(level, severity.map_or("", Severity::as_str))
}

/// The columns of all intervals, those that count something with its unit.
pub(crate) fn columns(found: &Timeline) -> [Column; 11] {
    let [count, expected, low, high] = match Unit::of_series(found.datatype) {
        Unit::Connections => {
            ["count_connections", "expected_connections", "low_connections", "high_connections"]
        }
        Unit::Bytes => ["count_bytes", "expected_bytes", "low_bytes", "high_bytes"],
    };
    let csv = |column: Column, key| column.keyed(key).only(Shown::CSV);
    [
        csv(Column::number("id"), "did"),
        csv(Column::text("host name"), "hostname"),
        csv(Column::word("time"), "time"),
        csv(Column::number("count"), count),
        csv(Column::number("usual"), expected),
        csv(Column::number("from"), low),
        csv(Column::number("up to"), high),
        csv(Column::number("z"), "z"),
        csv(Column::word("flagged"), "flagged"),
        csv(Column::word("severity"), "severity"),
        csv(Column::number("raised for"), "window_hours"),
    ]
}

/// All intervals: pages have a chart of them.
pub(crate) fn table(answer: &Answer<Timeline>) -> Table {
    let (device, found) = (&answer.header.device, &answer.body);
    let decimal = |number: Option<f64>| number.map_or(Value::Empty, Value::Decimal);
    let row = |bucket: &Bucket| {
        vec![
            device.did.into(),
            (&device.hostname).into(),
            Value::Time(bucket.time),
            Value::Count(Amount::Exact(bucket.count.into())),
            decimal(bucket.expected),
            decimal(bucket.low),
            decimal(bucket.high),
            decimal(bucket.z),
            Value::Flag(bucket.flagged),
            severity(bucket.severity),
            decimal(bucket.window.map(|window| window.hours)),
        ]
    };
    Table::whole("Intervals", &columns(found), found.buckets.iter().map(row))
}
