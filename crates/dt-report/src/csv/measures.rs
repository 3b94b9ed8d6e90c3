//! The table of the other analyses: a number a line, with its unit and how well it is known.
//!
//! They have lists of different things, which no other table could hold.

use dt_analysis::Measured;
use dt_model::Amount;
use jiff::Timestamp;

use crate::contract::quantity::{Fraction, Known, Name, Number, Quantity, name};
use crate::contract::{
    Answer, Compare, Connections, DeviceView, Direction, External, Metrics, PartView, PortRow,
    Transfers,
};
use crate::unit::Unit;
use crate::view::{Table, Value};

const CONNECTIONS: &str = "connections";
const DESTINATIONS: &str = "destinations";
const BYTES: &str = "bytes";
const SHARE: &str = "share";
const RATIO: &str = "ratio";
const LOGARITHM: &str = "ln(1+x)";
const PROBABILITY: &str = "probability";

/// The lines of one device.
#[derive(Default)]
struct Measures(Vec<Line>);

/// A number, and what it is about.
struct Line {
    section: &'static str,
    time: Option<Timestamp>,
    key: String,
    measure: &'static str,
    unit: &'static str,
    told: MeasuredValue,
}

/// A number as far as it is known; of what is not reported as well, so that it can be seen that it is not.
#[derive(Default)]
struct MeasuredValue {
    value: Value,
    margin: Option<f64>,
    is_lower_bound: Option<bool>,
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

pub(super) fn of_connections(answer: &Answer<Connections>) -> Table {
    let (mut rows, found) = (Measures::default(), &answer.body);
    let (about, metrics) = (About::all("metrics"), &found.metrics);
    rows.known(about, &metrics.total_connections, CONNECTIONS);
    let mean = metrics.mean_connections_per_interval;
    rows.number(about, "mean_connections_per_interval", mean, CONNECTIONS);
    rows.number(about, "peak_connections", metrics.peak_connections, CONNECTIONS);
    rows.known(about, &metrics.unique_destinations, DESTINATIONS);
    rows.known(about, &metrics.external_ratio, SHARE);
    rows.number(about, "reported_used", metrics.reported_used, CONNECTIONS);
    rows.number(about, "reported_served", metrics.reported_served, CONNECTIONS);
    for row in found.protocols.iter().flatten() {
        rows.share(About::one("protocols", &row.protocol), &row.connections, &row.share);
    }
    rows.ports(found.ports.as_deref());
    if let Some(destinations) = &found.destinations {
        let about = About::all("destinations");
        rows.known(about, &destinations.total, DESTINATIONS);
        rows.known(about, &destinations.external, DESTINATIONS);
        rows.known(about, &destinations.internal, DESTINATIONS);
        for row in &destinations.top {
            let about = About::one("top_destinations", &row.name);
            rows.known(about, &row.connections, CONNECTIONS);
            rows.known(about, &row.bytes, BYTES);
        }
    }
    rows.table(&answer.header.device)
}

pub(super) fn of_transfers(answer: &Answer<Transfers>) -> Table {
    let (mut rows, found) = (Measures::default(), &answer.body);
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
    rows.table(&answer.header.device)
}

pub(super) fn of_compare(answer: &Answer<Compare>) -> Table {
    let (mut rows, found) = (Measures::default(), &answer.body);
    rows.metrics(About::all("device"), &found.primary.metrics);
    for peer in &found.comparisons {
        let name = peer.device.name();
        let about = About::one("similar_devices", &name);
        rows.number(about, "similarity", peer.similarity, SHARE);
        rows.metrics(about, &peer.metrics);
        let (about, of) = (About::one("deviations", &name), &peer.deviations);
        rows.known(about, &of.total_connections, SHARE);
        rows.known(about, &of.unique_destinations, SHARE);
        rows.known(about, &of.external_ratio, SHARE);
        rows.known(about, &of.peak_connections, SHARE);
    }
    if let Some(of) = &found.baseline {
        let about = About::all("baseline");
        rows.known(about, &of.connections, CONNECTIONS);
        rows.known(about, &of.destinations, DESTINATIONS);
        rows.known(about, &of.external_ratio, SHARE);
    }
    if let Some(of) = &found.primary_vs_baseline {
        let about = About::all("times_baseline");
        rows.known(about, &of.connections, RATIO);
        rows.known(about, &of.destinations, RATIO);
        rows.known(about, &of.external_ratio, RATIO);
    }
    for anomaly in &found.anomalies {
        rows.known(About::one("anomalies", anomaly.kind.as_str()), &anomaly.ratio, RATIO);
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
        rows.known(about, &row.total_bytes, BYTES);
        rows.number(about, "mean_bytes", row.mean_bytes.map(without_noise), BYTES);
        rows.known(about, &row.ratio, RATIO);
        for other in &row.comparisons {
            let name = other.device.name();
            rows.known(About::one(row.metric.as_str(), &name), &other.total_bytes, BYTES);
        }
    }
    rows.parts(&found.parts);
    rows.table(&answer.header.device)
}

pub(super) fn of_external(answer: &Answer<External>) -> Table {
    let (mut rows, found) = (Measures::default(), &answer.body);
    let (about, totals) = (About::all("totals"), &found.totals);
    rows.known(about, &totals.connections, CONNECTIONS);
    rows.known(about, &totals.destinations, DESTINATIONS);
    rows.known(about, &totals.bytes_out, BYTES);
    rows.known(about, &totals.bytes_in, BYTES);
    for row in found.countries.iter().flatten() {
        rows.share(About::one("countries", &row.country), &row.connections, &row.share);
    }
    for row in found.domains.iter().flatten() {
        rows.share(About::one("domains", &row.domain), &row.connections, &row.share);
    }
    rows.ports(found.ports.as_deref());
    if let Some(risk) = &found.risk {
        rows.number(About::all("risk"), "score", Some(risk.score.value()), SHARE);
        for factor in &risk.factors {
            rows.number(
                About::one("risk", factor.kind.as_str()),
                "weight",
                Some(factor.weight.value()),
                SHARE,
            );
        }
    }
    for signal in found.signals.iter().flatten() {
        rows.word(About::one("signals", signal.rule.id.id()), "message", &signal.message);
    }
    if let Some(coverage) = &found.coverage {
        let about = About::all("coverage");
        rows.known(about, &coverage.listed, SHARE);
        rows.known(about, &coverage.unlisted, SHARE);
        rows.known(about, &coverage.unresolved, SHARE);
        rows.known(about, &coverage.unnamed, SHARE);
    }
    rows.parts(&found.parts);
    rows.table(&answer.header.device)
}

impl Measures {
    /// A number a line, after whose it is.
    fn table(self, device: &DeviceView) -> Table {
        Table::of("Measures", self.0)
            .csv("did", |_| device.did)
            .csv("hostname", |_| &device.hostname)
            .csv("section", |it| it.section)
            .csv("time", |it| it.time)
            .csv("key", |it| it.key.clone())
            .csv("measure", |it| it.measure)
            .csv("value", |it| it.told.value.clone())
            .csv("unit", |it| it.unit)
            .csv("margin", |it| it.told.margin)
            .csv("is_lower_bound", |it| it.told.is_lower_bound)
            .whole()
    }

    fn line(
        &mut self,
        about: About<'_>,
        measure: &'static str,
        unit: &'static str,
        told: MeasuredValue,
    ) {
        let About { section, time, key } = about;
        self.0.push(Line { section, time, key: key.to_owned(), measure, unit, told });
    }

    fn number<V: Into<Value>>(
        &mut self,
        about: About<'_>,
        measure: &'static str,
        value: Option<V>,
        unit: &'static str,
    ) {
        self.line(
            about,
            measure,
            unit,
            MeasuredValue { value: value.into(), ..MeasuredValue::default() },
        );
    }

    fn known<N: Name, V: Number + Into<MeasuredValue>>(
        &mut self,
        about: About<'_>,
        known: &Known<N, V>,
        unit: &'static str,
    ) {
        self.line(
            about,
            N::VALUE,
            unit,
            known.known.map_or_else(MeasuredValue::default, Into::into),
        );
    }

    fn share<N: Name, M: Name>(
        &mut self,
        about: About<'_>,
        connections: &Quantity<N>,
        share: &Fraction<M>,
    ) {
        self.known(about, connections, CONNECTIONS);
        self.known(about, share, SHARE);
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

    fn word(&mut self, about: About<'_>, measure: &'static str, word: &str) {
        self.number(about, measure, Some(word), "");
    }

    fn direction(&mut self, section: &'static str, direction: Option<&Direction>) {
        let about = About::all(section);
        let total = Quantity::from(direction.and_then(|of| of.total_bytes.known));
        self.known::<name::TotalBytes, _>(about, &total, BYTES);
        let mean = direction.and_then(|of| of.mean_bytes_per_interval);
        self.number(about, "mean_bytes_per_interval", mean, BYTES);
        self.number(about, "peak_bytes", direction.and_then(|of| of.peak_bytes), BYTES);
    }

    fn metrics(&mut self, about: About<'_>, metrics: &Metrics) {
        self.known(about, &metrics.total_connections, CONNECTIONS);
        self.known(about, &metrics.unique_destinations, DESTINATIONS);
        self.known(about, &metrics.external_ratio, SHARE);
        self.number(about, "peak_connections", metrics.peak_connections, CONNECTIONS);
    }
}

impl From<Amount> for MeasuredValue {
    fn from(amount: Amount) -> Self {
        let exact = |count| Value::Count(Amount::Exact(count));
        match amount {
            Amount::Exact(count) => Self { value: exact(count), ..Self::default() },
            Amount::AtLeast(count) => {
                Self { value: exact(count), is_lower_bound: Some(true), ..Self::default() }
            }
            Amount::Estimate { value, margin } => Measured { value, margin }.into(),
            other => Self { value: other.value().into(), ..Self::default() },
        }
    }
}

impl From<Measured> for MeasuredValue {
    fn from(Measured { value, margin }: Measured) -> Self {
        let margin = (margin > 0.0).then(|| without_noise(margin));
        Self { value: without_noise(value).into(), margin, ..Self::default() }
    }
}

/// A number without the digits that only arithmetic put there: nine are left that count.
fn without_noise(value: f64) -> f64 {
    // Adding zero makes a negative zero a zero.
    format!("{value:.8e}").parse().unwrap_or(value) + 0.0
}
