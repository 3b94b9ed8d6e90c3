//! Charts as SVG. Lengths are percentages wherever the width matters, so that a chart fits every
//! screen and its text keeps its size; coordinates are rounded, so that the same series gives the
//! same bytes.

mod axis;
mod dots;
mod forecast;
mod incident;
mod mirrored;
mod plane;
mod timeline;
mod week;

use askama::Template;
use jiff::tz::TimeZone;

use crate::chart::{Chart, Drawing};

/// The title and the description of a chart, and the name by which it refers to them.
#[derive(Clone, Copy)]
struct Labels<'a> {
    id: &'a str,
    caption: &'a str,
    alt_text: &'a str,
}

/// Draws a chart, with its legend.
pub(super) fn svg(chart: &Chart, id: &str, zone: &TimeZone) -> String {
    let labels = Labels { id, caption: chart.caption.as_str(), alt_text: chart.alt_text.as_str() };
    match &chart.drawing {
        Drawing::Incident(incident) => drawn(incident::Incident::new(labels, incident, zone)),
        Drawing::Timeline { buckets, unit } => {
            drawn(timeline::Timeline::new(labels, buckets, *unit, zone))
        }
        Drawing::Forecast { past, points, unit } => {
            drawn(forecast::Forecast::new(labels, past, points, *unit, zone))
        }
        Drawing::Mirrored { out, into, missing } => {
            drawn(mirrored::Mirrored::new(labels, out, into, *missing, zone))
        }
        Drawing::Week(week) => drawn(Some(week::Heat::new(labels, week))),
        Drawing::DotPlot { lines, peer } => {
            drawn(Some(dots::DotPlot::new(labels, lines, peer.as_str())))
        }
    }
}

/// Nothing to draw is no drawing.
fn drawn(template: Option<impl Template>) -> String {
    let text = template.map(|template| template.render());
    let text = text.transpose();
    let text =
        text.unwrap_or_else(|error| unreachable!("writing to a String cannot fail: {error}"));
    text.unwrap_or_default()
}

/// A fraction of the width.
pub(super) fn percent(fraction: f64) -> String {
    format!("{:.2}%", 100.0 * fraction)
}
