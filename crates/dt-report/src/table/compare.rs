//! The screen of `dt compare`.

use dt_analysis::Measured;
use dt_model::Amount;

use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::quantity::{Fraction, Name};
use crate::contract::{Compare, Comparison, Metrics};
use crate::phrases::numbers::{NOT_REPORTED, amount, count, percent, times};

pub(super) fn body(screen: &mut Screen, compare: &Compare) {
    verdict(screen, compare);
    screen.blank();
    devices(screen, compare);
    baseline(screen, compare);
    deviations(screen, compare);
    changes(screen, compare);
}

/// How the device changed lately, beside how the others did.
fn changes(screen: &mut Screen, compare: &Compare) {
    let Some(changes) = compare.change.as_deref().filter(|changes| !changes.is_empty()) else {
        return;
    };
    screen.blank();
    screen.bold("CHANGE  the last 7 days beside the 21 before");
    let mut rows = Rows::new(&[Column::Text], Long::Wrapped);
    for change in changes {
        rows.row([&change.message]);
    }
    rows.show(screen);
}

fn verdict(screen: &mut Screen, compare: &Compare) {
    let peers = compare.others();
    if compare.comparisons.is_empty() {
        screen.bold("COMPARISON  no similar devices in the answer: ask for some to compare with");
        return;
    }
    if compare.anomalies.is_empty() {
        screen.bold(&format!("COMPARISON  nothing out of line with {peers}"));
        return;
    }
    screen.bold(&format!("COMPARISON  out of line with {peers}"));
    for anomaly in &compare.anomalies {
        let level = anomaly.kind.level();
        let name = level.as_str().to_uppercase();
        screen.level(level, &format!("  {name:<7} {}", anomaly.message));
    }
}

/// A device, how similar it is, and its metrics.
const COLUMNS: &[Column] =
    &[Column::Text, Column::Number, Column::Number, Column::Number, Column::Number, Column::Number];

fn devices(screen: &mut Screen, compare: &Compare) {
    // How similar two devices are that somebody named, nobody was asked.
    let is_named = compare.named().is_some();
    let columns = if is_named { &COLUMNS[..COLUMNS.len() - 1] } else { COLUMNS };
    let cells = |name: &str, similarity: String, [a, b, c, d]: [String; 4]| {
        let similarity = Some(similarity).filter(|_| !is_named);
        let cells = std::iter::once(name.to_owned()).chain(similarity).chain([a, b, c, d]);
        cells.collect::<Vec<String>>()
    };
    let titles = ["connections", "destinations", "outside", "peak"].map(str::to_owned);
    let titles = cells("DEVICES", "similar".to_owned(), titles);
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut rows = Rows::new(columns, Long::Cut).header(&titles);
    let row = |name: &str, similarity: String, metrics: &Metrics| {
        let metrics = [
            amount(&metrics.total_connections),
            amount(&metrics.unique_destinations),
            percent(&metrics.external_ratio),
            count(metrics.peak_connections),
        ];
        cells(name, similarity, metrics)
    };
    rows.row(row("this device", String::new(), &compare.primary.metrics));
    for peer in &compare.comparisons {
        let similarity = peer
            .similarity
            .map_or_else(|| NOT_REPORTED.to_owned(), |share| format!("{:.0} %", share * 100.0));
        rows.row(row(&peer.device.name(), similarity, &peer.metrics));
    }
    rows.show(screen);
}

fn baseline(screen: &mut Screen, compare: &Compare) {
    let (Some(baseline), Some(ratios)) = (&compare.baseline, &compare.primary_vs_baseline) else {
        return;
    };
    // A mean is rounded to be read, so it is never more than about right.
    let mean = |measured: Option<Measured>| match measured {
        None => "not comparable".to_owned(),
        Some(Measured { value, margin }) => Amount::Estimate { value, margin }.to_string(),
    };
    screen.blank();
    let columns = &[Column::Word, Column::Number, Column::Number, Column::Number];
    let title = if compare.named().is_some() { "THIS DEVICE" } else { "BASELINE" };
    let mut rows =
        Rows::new(columns, Long::Cut).header(&[title, "connections", "destinations", "outside"]);
    // Of one other device, the mean is what that device has.
    let named = compare.named();
    if named.is_none() {
        rows.row([
            "mean of similar devices".to_owned(),
            mean(baseline.connections.measured),
            mean(baseline.destinations.measured),
            percent(&baseline.external_ratio),
        ]);
    }
    let multiple = named.map_or_else(
        || "this device, times that".to_owned(),
        |other| format!("times {}", other.name()),
    );
    rows.row([
        multiple,
        times(&ratios.connections),
        times(&ratios.destinations),
        times(&ratios.external_ratio),
    ]);
    rows.show(screen);
}

/// Each similar device from which this one deviates significantly, and in what.
fn deviations(screen: &mut Screen, compare: &Compare) {
    let deviating = || compare.comparisons.iter().filter(|peer| !peer.significant.is_empty());
    if deviating().next().is_none() {
        return;
    }
    screen.blank();
    let mut rows = Rows::new(&[Column::Word, Column::Text], Long::Wrapped)
        .header(&["DEVIATES FROM", "by more than half"]);
    for peer in deviating() {
        rows.row([peer.device.name(), deviations_in_words(peer)]);
    }
    rows.show(screen);
}

fn deviations_in_words(peer: &Comparison) -> String {
    let found = &peer.deviations;
    let words = [
        in_words(peer, "connections", &found.total_connections),
        in_words(peer, "destinations", &found.unique_destinations),
        in_words(peer, "outside", &found.external_ratio),
        in_words(peer, "peak", &found.peak_connections),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn in_words<N: Name>(peer: &Comparison, what: &str, deviation: &Fraction<N>) -> Option<String> {
    let measured = deviation.measured?;
    let about = if measured.margin > 0.0 { "≈ " } else { "" };
    peer.significant
        .contains(&N::VALUE)
        .then(|| format!("{what} {about}{:+.0} %", measured.value * 100.0))
}
