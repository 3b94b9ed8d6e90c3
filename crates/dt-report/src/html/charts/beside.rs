//! Metrics of a device, each on a line with those of other devices.

use askama::Template;

use super::{Labels, percent};
use crate::chart::DotPlotLine;

const ROW: usize = 52;

#[derive(Template)]
#[template(path = "charts/beside.svg")]
pub(super) struct DotPlot<'a> {
    id: &'a str,
    caption: &'a str,
    alt_text: &'a str,
    height: usize,
    lines: Vec<Line<'a>>,
    /// Who one of the others is, for the legend.
    peer: &'a str,
}

struct Line<'a> {
    y: usize,
    metric: &'static str,
    words: &'a str,
    x: String,
    peers: Vec<String>,
}

impl<'a> DotPlot<'a> {
    pub(super) fn new(labels: Labels<'a>, lines: &'a [DotPlotLine], peer: &'a str) -> Self {
        let line = |(place, line): (usize, &'a DotPlotLine)| {
            let most = line.peers.iter().map(|peer| peer.value).fold(line.own.value, f64::max);
            // A circle at either end stays within the chart.
            let x = |value: f64| {
                percent(0.02 + 0.96 * (value / most.max(f64::MIN_POSITIVE)).clamp(0.0, 1.0))
            };
            Line {
                y: place * ROW,
                metric: line.metric,
                words: line.words.as_str(),
                x: x(line.own.value),
                peers: line.peers.iter().map(|peer| x(peer.value)).collect(),
            }
        };
        Self {
            id: labels.id,
            caption: labels.caption,
            alt_text: labels.alt_text,
            height: lines.len() * ROW,
            lines: lines.iter().enumerate().map(line).collect(),
            peer,
        }
    }
}
