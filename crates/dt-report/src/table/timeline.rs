//! The screen of `dt timeline`.

use dt_analysis::ByteSize;
use dt_model::Amount;

use super::numbers::{NOT_REPORTED, plural};
use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use super::{Options, times};
use crate::contract::{Bucket, Timeline};

/// How many raised buckets a screen shows: the newest.
const MOST: usize = 12;

pub(super) fn body(screen: &mut Screen, timeline: &Timeline, options: &Options) {
    if let Some(missing) = &timeline.missing {
        screen.bold(&format!("TIMELINE  too little to go by: {missing}"));
        return;
    }
    let raised: Vec<&Bucket> = timeline.buckets.iter().filter(|bucket| bucket.flagged).collect();
    let intervals = plural(timeline.buckets.len(), "interval", "intervals");
    if raised.is_empty() {
        screen.bold(&format!("TIMELINE  nothing unusual in {intervals}"));
    } else {
        screen.bold(&format!("TIMELINE  {} of {intervals} stand out", raised.len()));
    }
    if let Some(sparkline) = timeline.trace.sparkline(&options.time_zone) {
        let tallest = amount(timeline, sparkline.tallest as f64);
        screen.line(&format!("  {}   {}, tallest {tallest}", sparkline.drawing, sparkline.columns));
    }
    screen.blank();
    let columns = &[
        Column::Word,
        Column::Word,
        Column::Number,
        Column::Number,
        Column::Number,
        Column::Number,
    ];
    let mut rows =
        Rows::new(columns, Long::Cut).header(&["WHEN", "", "counted", "usual", "up to", "z"]);
    for bucket in raised.iter().rev().take(MOST) {
        let usual = |value: Option<f64>| {
            value.map_or_else(|| NOT_REPORTED.to_owned(), |value| amount(timeline, value))
        };
        rows.row([
            times::bucket(bucket.time, &options.time_zone),
            bucket.severity.unwrap_or_default().to_owned(),
            amount(timeline, bucket.count as f64),
            usual(bucket.expected),
            usual(bucket.high),
            bucket.z.map_or_else(String::new, |z| format!("{z:.1}")),
        ]);
    }
    if !raised.is_empty() {
        rows.show(screen);
        if raised.len() > MOST {
            screen.line(&format!("  and {} before (-o json lists them all)", raised.len() - MOST));
        }
    }
    screen.line(&format!("  by {}", timeline.method));
}

/// A count in the unit of the series.
fn amount(timeline: &Timeline, count: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative; the cast saturates"
    )]
    let whole = Amount::Exact(count.round() as u128);
    match timeline.datatype {
        Some("sizeout" | "sizein") => ByteSize(whole).to_string(),
        _ => whole.to_string(),
    }
}
