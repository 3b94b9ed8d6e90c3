//! The screen of `dt timeline`.

use dt_analysis::timeline::Severity;

use super::Options;
use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::{Bucket, Span, Timeline};
use crate::words::gaps::gaps;
use crate::words::numbers::plural;
use crate::words::times;

/// How many raised buckets a screen shows: the newest.
const MOST: usize = 12;

pub(super) fn body(screen: &mut Screen, timeline: &Timeline, options: &Options) {
    if let Some(missing) = &timeline.basis.missing {
        screen.bold(&format!("TIMELINE  too little to go by: {missing}"));
        return;
    }
    let raised = timeline.buckets.iter().filter_map(|bucket| Some((bucket, bucket.window?)));
    let raised: Vec<(&Bucket, Span)> = raised.collect();
    let intervals = plural(timeline.buckets.len(), "interval", "intervals");
    screen.bold(&match (timeline.buckets.len(), raised.len()) {
        (0, _) => "TIMELINE  no intervals in the time asked for".to_owned(),
        (_, 0) => format!("TIMELINE  nothing unusual in {intervals}"),
        (_, 1) => format!("TIMELINE  1 of {intervals} stands out"),
        (_, several) => format!("TIMELINE  {several} of {intervals} stand out"),
    });
    if let Some(sparkline) = timeline.trace.sparkline(&options.time_zone) {
        let tallest = timeline.amount(sparkline.tallest as f64);
        screen.line(&format!("  {}   {}, tallest {tallest}", sparkline.drawing, sparkline.columns));
    }
    if let Some(gaps) = gaps(&timeline.gaps, &options.time_zone) {
        screen.line(&format!("  {gaps}"));
    }
    screen.blank();
    let columns = &[
        Column::Word,
        Column::Word,
        Column::Number,
        Column::Number,
        Column::Number,
        Column::Number,
        Column::Number,
    ];
    let header = ["FROM", "", "for", "counted", "usual", "up to", "z"];
    let mut rows = Rows::new(columns, Long::Cut).header(&header);
    for (bucket, window) in raised.iter().rev().take(MOST) {
        rows.row([
            times::bucket(window.start, &options.time_zone),
            bucket.severity.map_or("", Severity::as_str).to_owned(),
            window.length(),
            timeline.amount(window.count),
            timeline.amount(window.expected),
            timeline.amount(window.high),
            format!("{:.1}", window.z),
        ]);
    }
    if !raised.is_empty() {
        rows.show(screen);
        if raised.len() > MOST {
            screen.line(&format!("  and {} before (-o json lists them all)", raised.len() - MOST));
        }
    }
    screen.line(&format!("  by {}", timeline.basis.method));
}
