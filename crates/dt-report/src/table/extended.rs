//! What the extended analyses say besides findings, on the screen of `dt report --all`.

use super::Options;
use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::{Extended, Forecast, Trend};
use crate::phrases::extended::{forecast, sentences, trend};
use crate::phrases::numbers::{decimal, plural};
use crate::phrases::times;
use crate::unit::Unit;

/// How many of the intervals with unlikely counts are shown.
const COUNTS: usize = 5;

pub(super) fn body(screen: &mut Screen, found: &Extended, options: &Options) {
    screen.bold("ALSO LOOKED AT");
    let mut rows = Rows::new(&[Column::Word, Column::Text], Long::Wrapped);
    for (what, says) in sentences(found) {
        rows.row([what.to_owned(), says]);
    }
    rows.show(screen);
    counts(screen, found, options);
    ahead(screen, found, options);
}

/// The intervals with more connections than chance explains, the newest first.
fn counts(screen: &mut Screen, found: &Extended, options: &Options) {
    let Some(found) = found.counts.as_ref().filter(|found| !found.reported.is_empty()) else {
        return;
    };
    screen.blank();
    let columns = &[Column::Text, Column::Number, Column::Number, Column::Number];
    let header = ["MORE THAN CHANCE", "connections", "usual", "by chance"];
    let mut rows = Rows::new(columns, Long::Cut).header(&header);
    for count in found.reported.iter().rev().take(COUNTS) {
        rows.row([
            times::date_and_hour(count.time, options.viewpoint()),
            Unit::Connections.words(count.count as f64),
            count.expected.map_or_else(String::new, decimal),
            format!("{:.0e}", count.p),
        ]);
    }
    rows.show(screen);
    let more = found.reported.len().saturating_sub(COUNTS);
    if more > 0 {
        let more = plural(more, "earlier one", "earlier ones");
        screen.line(&format!("  and {more} (-o json lists them all)"));
    }
}

/// Where the series are heading.
fn ahead(screen: &mut Screen, found: &Extended, options: &Options) {
    let (trends, forecasts) = (&found.trend, &found.forecast);
    let series = [
        ("connections", &trends.connections, &forecasts.connections, Unit::Connections),
        ("sent outside", &trends.sent_outside, &forecasts.sent_outside, Unit::Bytes),
    ];
    let mut rows = Rows::new(&[Column::Word, Column::Text], Long::Wrapped);
    let mut any = false;
    for (what, trended, expected, unit) in series {
        let trended = trended.as_ref().map(|found: &Trend| trend(found));
        let expected =
            expected.as_ref().map(|found: &Forecast| forecast(found, unit, options.viewpoint()));
        for (place, says) in trended.into_iter().chain(expected).enumerate() {
            rows.row([if place == 0 { what } else { "" }, &says]);
            any = true;
        }
    }
    if any {
        screen.blank();
        screen.bold("AHEAD  from day to day, and the next 7 days");
        rows.show(screen);
    }
}
