//! `dt timeline`: a series beside what is usual at its hours.

use dt_analysis::AsOf;
use dt_analysis::timeline::Severity;
use dt_model::DataType;
use jiff::tz::TimeZone;

use super::{Block, Column, Shown, SmallSeries, Subject, Summary, Table, Value, View};
use crate::chart::{Chart, Drawing};
use crate::contract::{Answer, Fall, Gap, Incident, SeriesScope, Timeline, Window};
use crate::phrases::numbers::{plural, whole};
use crate::phrases::times;
use crate::samples::width;
use crate::unit::Unit;

/// How many incidents a screen shows, the newest: of a series alone, and of one of several.
const MOST: usize = 12;
const MOST_OF_SEVERAL: usize = 3;

/// How many gaps are told: the newest. JSON has all of them.
const MOST_GAPS: usize = 3;

/// How a series is called.
struct Names {
    /// As a page, or in the first line of a screen.
    kind: &'static str,
    what: &'static str,
    /// What of it is unusual.
    unusual: &'static str,
    /// In a line of a screen with several.
    label: &'static str,
}

impl Names {
    const fn of(found: &Timeline) -> Self {
        let (kind, what, unusual, label) = match (found.datatype, found.scope) {
            (Some(DataType::BytesOut), SeriesScope::External) => (
                "Timeline of bytes sent externally",
                "Bytes sent externally",
                "Unusual outbound bytes",
                "out",
            ),
            (Some(DataType::BytesOut), SeriesScope::All) => {
                ("Timeline of bytes sent", "Bytes sent", "Unusual bytes sent", "out")
            }
            (Some(DataType::BytesIn), _) => {
                ("Timeline of bytes received", "Bytes received", "Unusual bytes received", "in")
            }
            (Some(DataType::Connections), _) => {
                ("Timeline of connections", "Connections", "Unusual connections", "co")
            }
            _ => ("Timeline", "The series", "Unusual intervals", ""),
        };
        Self { kind, what, unusual, label }
    }
}

pub(crate) fn view<'a>(answer: &'a Answer<Timeline>, from: AsOf<'_>) -> View<'a> {
    let found = &answer.body;
    let level = answer.concerns.first().map(|worst| worst.level);
    let is_one = found.sent_outside.is_none();
    let kind = if is_one { Names::of(found).kind } else { "Timeline" };
    let says = found.series().map(|of| {
        let sentence = sentence(of, from);
        if is_one {
            return sentence;
        }
        format!("{}: {}", Names::of(of).what, uncapitalised(&sentence))
    });
    let series = found.series().zip(&answer.facts).map(|(of, trace)| SmallSeries {
        label: if is_one { "" } else { Names::of(of).label },
        trace,
        unit: Unit::of_series(of.datatype),
    });
    let summary = Summary::sentence(level, says.collect::<Vec<_>>().join(" "));
    let subject = Subject::Device { header: &answer.header, window: Some(window(found)) };
    let view = View::of(kind, subject, summary).series(series);
    found.series().zip(["when", "sent"]).fold(view, |view, (of, id)| {
        let what = Names::of(of).what;
        let most = if is_one { MOST } else { MOST_OF_SEVERAL };
        let blocks = chart(what, of, from).into_iter().chain(incidents(of, most, from));
        view.section(id, if is_one { "Timeline" } else { what }, blocks)
    })
}

/// A sentence after a colon.
fn uncapitalised(sentence: &str) -> String {
    let mut sentence = sentence.to_owned();
    sentence.get_mut(..1).into_iter().for_each(str::make_ascii_lowercase);
    sentence
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
        is_unreported: false,
    }
}

/// What was unusual; and of how much that cannot be told.
fn sentence(found: &Timeline, from: AsOf<'_>) -> String {
    let raised = raised(found, from);
    match found.drops.as_slice() {
        [] => raised,
        [one] => format!("{raised} Much less than usual {}.", drop_of(one, found, from)),
        [several @ .., last] => format!(
            "{raised} Much less than usual {} times, the last {}.",
            several.len() + 1,
            drop_of(last, found, from)
        ),
    }
}

/// What was above what is usual.
fn raised(found: &Timeline, from: AsOf<'_>) -> String {
    if let Some(missing) = found.basis.status.missing() {
        return format!("Not enough data: {missing}.");
    }
    let intervals = plural(found.buckets.len(), "interval", "intervals");
    let judged = found.buckets.iter().filter(|bucket| bucket.z.is_some()).count();
    let unknown = found.buckets.len() - judged;
    match (found.buckets.len(), found.main_incident()) {
        (0, _) => "No intervals in the requested time.".to_owned(),
        (_, None) if judged == 0 => format!("None of {intervals} could be assessed."),
        (_, None) => {
            let nothing = if found.drops.is_empty() { "Nothing unusual" } else { "Nothing raised" };
            match unknown {
                0 => format!("{nothing} in {intervals}."),
                some => {
                    format!("{nothing} in {judged} of {intervals}; {some} could not be assessed.")
                }
            }
        }
        (_, Some(main)) => {
            let which = match found.incidents.len() {
                1 => "1 incident: ".to_owned(),
                several => format!("{several} incidents, the most severe "),
            };
            let unknown = match unknown {
                0 => String::new(),
                some => format!("; {some} of {intervals} could not be assessed"),
            };
            format!("{which}{}{unknown}.", incident(main, found, from))
        }
    }
}

/// When it was, how much that is, and when there was most of it.
fn incident(it: &Incident, found: &Timeline, from: AsOf<'_>) -> String {
    let Incident { start, end, peak, .. } = *it;
    let unit = Unit::of_series(found.datatype);
    let [counted, usual] = [it.count as f64, it.expected].map(|count| unit.words(count));
    let told = format!("{}, {counted} where {usual} is usual", times::range(start, end, from));
    if u128::from(peak.count) == it.count {
        return told;
    }
    let (most, time) = (unit.words(peak.count as f64), times::beside(peak.start, start, from));
    format!("{told}, peak {most} at {time}")
}

/// When there was less, and how much less that is.
fn drop_of(it: &Fall, found: &Timeline, from: AsOf<'_>) -> String {
    let unit = Unit::of_series(found.datatype);
    let [counted, usual] = [it.count, it.expected].map(|count| unit.words(count));
    format!("{}, {counted} where {usual} is usual", times::range(it.start, it.end, from))
}

/// The series beside what is usual, and when nothing is known of it.
pub(super) fn chart(what: &str, found: &Timeline, from: AsOf<'_>) -> Vec<Block> {
    if found.buckets.len() < 2 {
        return Vec::new();
    }
    let chart = Block::Chart(Chart {
        caption: format!("{what}, against what is usual at that hour").into(),
        alt_text: format!("{}{}", sentence(found, from), newest(found, from)).into(),
        drawing: Drawing::Timeline {
            buckets: found.buckets.clone(),
            unit: Unit::of_series(found.datatype),
        },
    });
    let gaps = gaps(&found.gaps, from.zone).map(|gaps| Block::note(format!("{gaps}.")));
    std::iter::once(chart).chain(gaps).collect()
}

/// The gaps as a sentence without its period; `None` if there are none.
fn gaps(gaps: &[Gap], zone: &TimeZone) -> Option<String> {
    let (first, told) =
        (gaps.len().saturating_sub(MOST_GAPS), gaps.iter().rev().take(MOST_GAPS).rev());
    let told = told.map(|gap| {
        format!("from {} to {}", times::moment(gap.start, zone), times::moment(gap.end, zone))
    });
    let told: Vec<String> = told.collect();
    let more = if first > 0 { format!(", and {first} times before") } else { String::new() };
    (!told.is_empty()).then(|| format!("No data {}{more}", told.join(", ")))
}

/// When it stood out besides, for those who do not see the chart; nothing if it did at most once.
fn newest(found: &Timeline, from: AsOf<'_>) -> String {
    const FEW: usize = 3;
    if found.incidents.len() < 2 {
        return String::new();
    }
    let times = found.incidents.iter().rev().take(FEW);
    let times: Vec<String> = times.map(|it| times::range(it.start, it.end, from)).collect();
    format!(" The newest: {}.", times.join(", "))
}

/// A number of what a series counts.
fn amount(count: f64, found: &Timeline) -> Value {
    match Unit::of_series(found.datatype) {
        Unit::Connections => Value::Count(whole(count)),
        Unit::Bytes => Value::Bytes(whole(count)),
    }
}

/// The incidents and what was much less than usual, the newest first, and by which method they were found.
fn incidents(found: &Timeline, most: usize, from: AsOf<'_>) -> impl Iterator<Item = Block> {
    let screen = |title| Column::word(title).only(Shown::TEXT);
    let pages = |title| Column::word(title).only(Shown::PAGES);
    let drops = Table::of("Much less than usual", found.drops.iter().rev())
        .column(screen("When"), |it| times::range(it.start, it.end, from))
        .column(pages("From"), |it| it.start)
        .column(pages("to"), |it| it.end)
        .number("total", |it| amount(it.count, found))
        .number("usual", |it| amount(it.expected, found));
    let table = Table::of(Names::of(found).unusual, found.incidents.iter().rev())
        .column(screen("When"), |it| times::range(it.start, it.end, from))
        .column(pages("From"), |it| it.start)
        .column(pages("to"), |it| it.end)
        .word("level", |it| severity(it.severity))
        .column(Column::number("hours").only(Shown::PAGES), |it| it.hours.to_string())
        .number("total", |it| amount(it.count as f64, found))
        .number("usual", |it| amount(it.expected, found))
        .number("peak", |it| amount(it.peak.count as f64, found))
        .column(screen("at"), |it| times::beside(it.peak.start, it.start, from))
        .column(pages("at"), |it| it.peak.start);
    let over = plural(found.basis.n_used, "interval", "intervals");
    let method = Block::note(format!("Method: {}, over {over}.", found.basis.method));
    let drops = Block::table(drops.long().on_screen(most));
    Block::table(table.long().on_screen(most)).into_iter().chain(drops).chain([method])
}

fn severity(severity: Severity) -> Value {
    Value::Level(Some(severity.level()), severity.as_str())
}

/// All intervals: pages have a chart of them. What counts something bears its unit.
pub(crate) fn table(answer: &Answer<Timeline>) -> Table {
    let (device, found) = (&answer.header.device, &answer.body);
    let [count, expected, low, high] = match Unit::of_series(found.datatype) {
        Unit::Connections => {
            ["count_connections", "expected_connections", "low_connections", "high_connections"]
        }
        Unit::Bytes => ["count_bytes", "expected_bytes", "low_bytes", "high_bytes"],
    };
    Table::of("Intervals", &found.buckets)
        .of_device(device)
        .csv("time", |it| it.time)
        .csv(count, |it| it.count)
        .csv(expected, |it| it.expected)
        .csv(low, |it| it.low)
        .csv(high, |it| it.high)
        .csv("z", |it| it.z)
        .csv("flagged", |it| it.flagged)
        .csv("severity", |it| it.severity.map(severity))
        .csv("window_hours", |it| it.window.map(|window| window.hours))
        .csv("incident", |it| it.incident.map(|id| id.to_string()))
        .csv("told", |it| it.told)
        .whole()
}
