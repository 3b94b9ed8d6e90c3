//! Metrics of a device, each on a scale of its own with those of other devices.

use askama::Template;

use super::axis::{Mark, Scale, anchor};
use super::{Labels, percent};
use crate::chart::{DotPlotLine, DotPlotUnit};
use crate::unit::Unit;
use crate::view::Text;

/// From the top of a line to its highest dots.
const HEAD: usize = 32;
/// How far dots are apart that would lie on each other.
const LANE: usize = 19;
/// From the axis of a line to the next line.
const FOOT: usize = 44;

#[derive(Template)]
#[template(path = "charts/dots.svg")]
pub(super) struct DotPlot<'a> {
    labels: Labels<'a>,
    height: usize,
    lines: Vec<Line<'a>>,
    /// The other devices by their numbers, from 1.
    names: Vec<&'a Text>,
    /// Who one of the others is, for the legend.
    peer: &'a str,
}

struct Line<'a> {
    /// Where its title, its axis and the labels of that stand.
    title: usize,
    axis: usize,
    metric: &'static str,
    words: &'a str,
    ticks: Vec<Mark>,
    own: Dot,
    peers: Vec<Dot>,
}

struct Dot {
    x: String,
    y: usize,
    /// Which device it is; empty for the one that the chart is about.
    number: String,
    title: String,
}

impl<'a> DotPlot<'a> {
    pub(super) fn new(labels: Labels<'a>, lines: &'a [DotPlotLine], peer: &'a str) -> Self {
        let mut names: Vec<&Text> = Vec::new();
        for peer in lines.iter().flat_map(|line| &line.peers) {
            if !names.contains(&&peer.name) {
                names.push(&peer.name);
            }
        }
        let mut height = 0;
        let lines = lines.iter().map(|line| {
            let (line, foot) = Line::new(line, &names, height);
            height = foot;
            line
        });
        Self { labels, lines: lines.collect(), height, names, peer }
    }
}

impl<'a> Line<'a> {
    /// A line that begins at this height, and where it ends.
    fn new(line: &'a DotPlotLine, names: &[&Text], top: usize) -> (Self, usize) {
        let most = line.peers.iter().map(|peer| peer.value.value).fold(line.own.value, f64::max);
        let (unit, factor, suffix) = match line.unit {
            DotPlotUnit::Amount(unit) => (unit, 1.0, ""),
            DotPlotUnit::Share => (Unit::Connections, 100.0, " %"),
        };
        let scale = Scale::linear(most * factor, unit);
        let x = |value: f64| scale.height(value * factor);
        let ticks = scale.amounts().into_iter().map(|amount| Mark {
            x: percent(scale.height(amount)),
            anchor: anchor(scale.height(amount), 0.01),
            label: format!("{}{suffix}", scale.label(amount)),
        });
        let own = x(line.own.value);
        let peers: Vec<f64> = line.peers.iter().map(|peer| x(peer.value.value)).collect();
        let lanes = lanes(own, &peers);
        let axis = top + HEAD + lanes.iter().max().copied().unwrap_or(0) * LANE;
        let words = |value: f64| format!("{}{suffix}", scale.words(value * factor));
        let dots = line.peers.iter().zip(peers).zip(lanes).map(|((peer, x), lane)| Dot {
            x: percent(x),
            y: axis - lane * LANE,
            number: names
                .iter()
                .position(|name| **name == peer.name)
                .filter(|_| names.len() > 1)
                .map_or_else(String::new, |place| (place + 1).to_string()),
            title: format!("{}: {}", peer.name, words(peer.value.value)),
        });
        let peers = dots.collect();
        let own = Dot {
            x: percent(own),
            y: axis,
            number: String::new(),
            title: format!("this device: {}", line.words),
        };
        let (metric, words) = (line.metric, line.words.as_str());
        let ticks = ticks.collect();
        (Self { title: top + 14, axis, metric, words, ticks, own, peers }, axis + FOOT)
    }
}

/// In which lane above the axis each dot has a place of its own, on a narrow screen as well; the
/// device's own is on the axis.
fn lanes(own: f64, peers: &[f64]) -> Vec<usize> {
    /// A dot's width there.
    const WIDE: f64 = 0.06;
    let mut taken: Vec<Vec<f64>> = vec![vec![own]];
    let lane = |x: &f64| {
        let is_free = |lane: &Vec<f64>| lane.iter().all(|other| (x - other).abs() >= WIDE);
        let lane = taken.iter().position(is_free).unwrap_or(taken.len());
        match taken.get_mut(lane) {
            Some(lane) => lane.push(*x),
            None => taken.push(vec![*x]),
        }
        lane
    };
    peers.iter().map(lane).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_that_would_lie_on_each_other_are_stacked() {
        assert_eq!(lanes(0.5, &[0.1, 0.9]), [0, 0]);
        assert_eq!(lanes(0.5, &[0.52, 0.53, 0.9, 0.93]), [1, 2, 0, 1]);
        assert_eq!(lanes(0.0, &[]), [] as [usize; 0]);
    }
}
