//! The table of the other analyses: a number a line, with its unit and how well it is known.
//!
//! They have lists of different things, which no other table could hold.

use std::borrow::Cow;

use dt_analysis::Measured;
use dt_model::Amount;
use jiff::Timestamp;

use super::cells::{Row, number, text, time};
use crate::contract::quantity::{Fraction, Name, Quantity};
use crate::contract::{
    Answer, Compare, Connections, DeviceView, Direction, Document, External, Metrics, PartView,
    PortRow, Transfers,
};
use crate::unit::Unit;

pub(super) const COLUMNS: [&str; 10] = [
    "did",
    "hostname",
    "section",
    "time",
    "key",
    "measure",
    "value",
    "unit",
    "margin",
    "is_lower_bound",
];

const CONNECTIONS: &str = "connections";
const DESTINATIONS: &str = "destinations";
const BYTES: &str = "bytes";
const SHARE: &str = "share";
const RATIO: &str = "ratio";
const LOGARITHM: &str = "ln(1+x)";
const PROBABILITY: &str = "probability";

/// The lines of one device.
struct Measures<'a> {
    device: &'a DeviceView,
    rows: Vec<Row>,
}

/// What a number is about: a list and an entry of it.
#[derive(Clone, Copy)]
struct About<'a> {
    section: &'static str,
    time: Option<Timestamp>,
    key: &'a str,
}

impl<'a> About<'a> {
    const fn all(section: &'static str) -> Self {
        Self { section, time: None, key: "" }
    }

    const fn one(section: &'static str, key: &'a str) -> Self {
        Self { section, time: None, key }
    }
}

/// The lines of an analysis; none of other documents, whose tables have rows of their own.
pub(super) fn rows(document: &Document) -> Vec<Row> {
    match document {
        Document::Connections(answer) => of_connections(answer),
        Document::Transfers(answer) => of_transfers(answer),
        Document::Compare(answer) => of_compare(answer),
        Document::External(answer) => of_external(answer),
        _ => Vec::new(),
    }
}

fn of_connections(answer: &Answer<Connections>) -> Vec<Row> {
    let (mut rows, found) = (Measures::of(&answer.header.device), &answer.body);
    let (about, metrics) = (About::all("metrics"), &found.metrics);
    rows.amount(about, &metrics.total_connections, CONNECTIONS);
    let mean = metrics.mean_connections_per_interval;
    rows.number(about, "mean_connections_per_interval", mean, CONNECTIONS);
    rows.number(about, "peak_connections", metrics.peak_connections, CONNECTIONS);
    rows.amount(about, &metrics.unique_destinations, DESTINATIONS);
    rows.fraction(about, &metrics.external_ratio, SHARE);
    rows.number(about, "reported_used", metrics.reported_used, CONNECTIONS);
    rows.number(about, "reported_served", metrics.reported_served, CONNECTIONS);
    for row in found.protocols.iter().flatten() {
        rows.share(About::one("protocols", &row.protocol), &row.connections, &row.share);
    }
    rows.ports(found.ports.as_deref());
    if let Some(destinations) = &found.destinations {
        let about = About::all("destinations");
        rows.amount(about, &destinations.total, DESTINATIONS);
        rows.amount(about, &destinations.external, DESTINATIONS);
        rows.amount(about, &destinations.internal, DESTINATIONS);
        for row in &destinations.top {
            let about = About::one("top_destinations", &row.name);
            rows.amount(about, &row.connections, CONNECTIONS);
            rows.amount(about, &row.bytes, BYTES);
        }
    }
    rows.rows
}

fn of_transfers(answer: &Answer<Transfers>) -> Vec<Row> {
    let (mut rows, found) = (Measures::of(&answer.header.device), &answer.body);
    rows.direction("outbound", found.outbound.as_ref());
    rows.direction("inbound", found.inbound.as_ref());
    rows.number(About::all("both"), "ratio", found.ratio, RATIO);
    let tops = [("top_destinations", &found.top_destinations), ("top_sources", &found.top_sources)];
    for (section, buckets) in tops {
        for bucket in buckets.iter().flatten() {
            for peer in &bucket.peers {
                let key = peer.ip.as_deref().unwrap_or_default();
                let about = About { section, time: Some(bucket.time), key };
                rows.number(about, "bytes", peer.bytes, BYTES);
            }
        }
    }
    rows.parts(&found.parts);
    rows.rows
}

fn of_compare(answer: &Answer<Compare>) -> Vec<Row> {
    let (mut rows, found) = (Measures::of(&answer.header.device), &answer.body);
    rows.metrics(About::all("device"), &found.primary.metrics);
    for peer in &found.comparisons {
        let name = peer.device.name();
        let about = About::one("similar_devices", &name);
        rows.number(about, "similarity", peer.similarity, SHARE);
        rows.metrics(about, &peer.metrics);
        let (about, of) = (About::one("deviations", &name), &peer.deviations);
        rows.fraction(about, &of.total_connections, SHARE);
        rows.fraction(about, &of.unique_destinations, SHARE);
        rows.fraction(about, &of.external_ratio, SHARE);
        rows.fraction(about, &of.peak_connections, SHARE);
    }
    if let Some(of) = &found.baseline {
        let about = About::all("baseline");
        rows.fraction(about, &of.connections, CONNECTIONS);
        rows.fraction(about, &of.destinations, DESTINATIONS);
        rows.fraction(about, &of.external_ratio, SHARE);
    }
    if let Some(of) = &found.primary_vs_baseline {
        let about = About::all("times_baseline");
        rows.fraction(about, &of.connections, RATIO);
        rows.fraction(about, &of.destinations, RATIO);
        rows.fraction(about, &of.external_ratio, RATIO);
    }
    for anomaly in &found.anomalies {
        rows.fraction(About::one("anomalies", anomaly.kind.as_str()), &anomaly.ratio, RATIO);
    }
    for change in found.change.iter().flatten() {
        let about = About::one("change", change.metric.as_str());
        let unit = match Unit::of(change.metric) {
            Unit::Connections => CONNECTIONS,
            Unit::Bytes => BYTES,
        };
        for (measure, value, unit) in [
            ("before", change.before, unit),
            ("recent", change.recent, unit),
            ("value", change.value, LOGARITHM),
            ("expected", change.expected, LOGARITHM),
            ("low", change.low, LOGARITHM),
            ("high", change.high, LOGARITHM),
            ("q", change.q, PROBABILITY),
        ] {
            rows.number(about, measure, value.map(without_noise), unit);
        }
    }
    for row in found.bytes.iter().flatten() {
        let about = About::one("bytes", row.metric.as_str());
        rows.amount(about, &row.total_bytes, BYTES);
        rows.number(about, "mean_bytes", row.mean_bytes.map(without_noise), BYTES);
        rows.fraction(about, &row.ratio, RATIO);
        for other in &row.comparisons {
            let name = other.device.name();
            rows.amount(About::one(row.metric.as_str(), &name), &other.total_bytes, BYTES);
        }
    }
    rows.parts(&found.parts);
    rows.rows
}

fn of_external(answer: &Answer<External>) -> Vec<Row> {
    let (mut rows, found) = (Measures::of(&answer.header.device), &answer.body);
    let (about, totals) = (About::all("totals"), &found.totals);
    rows.amount(about, &totals.connections, CONNECTIONS);
    rows.amount(about, &totals.destinations, DESTINATIONS);
    rows.amount(about, &totals.bytes_out, BYTES);
    rows.amount(about, &totals.bytes_in, BYTES);
    for row in found.countries.iter().flatten() {
        rows.share(About::one("countries", &row.country), &row.connections, &row.share);
    }
    for row in found.domains.iter().flatten() {
        rows.share(About::one("domains", &row.domain), &row.connections, &row.share);
    }
    rows.ports(found.ports.as_deref());
    if let Some(risk) = &found.risk {
        rows.number(About::all("risk"), "score", Some(risk.score), SHARE);
        for factor in &risk.factors {
            rows.number(About::one("risk", factor.kind), "weight", Some(factor.weight), SHARE);
        }
    }
    for signal in found.signals.iter().flatten() {
        rows.word(About::one("signals", signal.rule.id.id()), "message", &signal.message);
    }
    if let Some(coverage) = &found.coverage {
        let about = About::all("coverage");
        rows.fraction(about, &coverage.listed, SHARE);
        rows.fraction(about, &coverage.unlisted, SHARE);
        rows.fraction(about, &coverage.unresolved, SHARE);
        rows.fraction(about, &coverage.unnamed, SHARE);
    }
    rows.parts(&found.parts);
    rows.rows
}

impl<'a> Measures<'a> {
    fn of(device: &'a DeviceView) -> Self {
        Self { device, rows: Vec::new() }
    }

    /// A line; of what is not reported as well, so that it can be seen that it is not.
    fn line(&mut self, about: About<'_>, measure: &str, unit: &'static str, known: Known) {
        self.rows.push(vec![
            number(self.device.did),
            text(self.device.hostname.as_deref()),
            text(Some(about.section)),
            time(about.time),
            text(Some(about.key)),
            text(Some(measure)),
            known.value,
            text(Some(unit)),
            known.margin,
            known.is_lower_bound,
        ]);
    }

    fn number(
        &mut self,
        about: About<'_>,
        measure: &str,
        value: Option<impl ToString>,
        unit: &'static str,
    ) {
        self.line(about, measure, unit, Known { value: number(value), ..Known::default() });
    }

    fn amount<N: Name>(&mut self, about: About<'_>, amount: &Quantity<N>, unit: &'static str) {
        let known = amount.amount.map_or_else(Known::default, Known::from);
        self.line(about, N::VALUE, unit, known);
    }

    fn fraction<N: Name>(&mut self, about: About<'_>, fraction: &Fraction<N>, unit: &'static str) {
        let known = fraction.measured.map_or_else(Known::default, Known::from);
        self.line(about, N::VALUE, unit, known);
    }

    fn share<N: Name, M: Name>(
        &mut self,
        about: About<'_>,
        connections: &Quantity<N>,
        share: &Fraction<M>,
    ) {
        self.amount(about, connections, CONNECTIONS);
        self.fraction(about, share, SHARE);
    }

    fn ports(&mut self, ports: Option<&[PortRow]>) {
        for row in ports.into_iter().flatten() {
            self.share(About::one("ports", &row.port), &row.connections, &row.share);
        }
    }

    /// Why numbers are missing: the state of each part, and the reason of a refusal.
    fn parts(&mut self, parts: &[PartView]) {
        for part in parts {
            let about = About::one("parts", part.part.as_str());
            self.word(about, "state", part.state.as_str());
            if let Some(reason) = &part.reason {
                self.word(about, "reason", reason);
            }
        }
    }

    fn word(&mut self, about: About<'_>, measure: &str, word: &str) {
        let value = text(Some(word)).into_owned().into();
        self.line(about, measure, "", Known { value, ..Known::default() });
    }

    fn direction(&mut self, section: &'static str, direction: Option<&Direction>) {
        let about = About::all(section);
        let total = direction.map_or_else(|| None.into(), |of| of.total_bytes);
        self.amount(about, &total, BYTES);
        let mean = direction.and_then(|of| of.mean_bytes_per_interval);
        self.number(about, "mean_bytes_per_interval", mean, BYTES);
        self.number(about, "peak_bytes", direction.and_then(|of| of.peak_bytes), BYTES);
    }

    fn metrics(&mut self, about: About<'_>, metrics: &Metrics) {
        self.amount(about, &metrics.total_connections, CONNECTIONS);
        self.amount(about, &metrics.unique_destinations, DESTINATIONS);
        self.fraction(about, &metrics.external_ratio, SHARE);
        self.number(about, "peak_connections", metrics.peak_connections, CONNECTIONS);
    }
}

/// A number, and how well it is known.
#[derive(Default)]
struct Known {
    value: Cow<'static, str>,
    margin: Cow<'static, str>,
    is_lower_bound: Cow<'static, str>,
}

impl From<Amount> for Known {
    fn from(amount: Amount) -> Self {
        let (value, rest) = (amount.value(), Self::default());
        match amount {
            Amount::Exact(count) => Self { value: number(Some(count)), ..rest },
            Amount::AtLeast(count) => {
                Self { value: number(Some(count)), is_lower_bound: "true".into(), ..rest }
            }
            Amount::Estimate { margin, .. } => Measured { value, margin }.into(),
            _ => Self { value: number(Some(value)), ..rest },
        }
    }
}

impl From<Measured> for Known {
    fn from(Measured { value, margin }: Measured) -> Self {
        let margin = (margin > 0.0).then(|| without_noise(margin));
        let value = number(Some(without_noise(value)));
        Self { value, margin: number(margin), ..Self::default() }
    }
}

/// A number without the digits that only arithmetic put there: nine are left that count.
fn without_noise(value: f64) -> f64 {
    // Adding zero makes a negative zero a zero.
    format!("{value:.8e}").parse().unwrap_or(value) + 0.0
}
