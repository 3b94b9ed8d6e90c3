//! The table of the other analyses: a number a line, with its unit and how well it is known.
//!
//! They have lists of different things, which no other table could hold.

use dt_analysis::Measured;
use dt_model::{Amount, Share};
use jiff::Timestamp;

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
    let of = &found.metrics;
    rows.add(
        About::all("metrics"),
        [
            ("total_connections", of.total_connections.into(), CONNECTIONS),
            ("mean_connections_per_interval", of.mean_connections_per_interval.into(), CONNECTIONS),
            ("peak_connections", of.peak_connections.into(), CONNECTIONS),
            ("unique_destinations", of.unique_destinations.into(), DESTINATIONS),
            ("external_ratio", of.external_ratio.into(), SHARE),
            ("reported_used", of.reported_used.into(), CONNECTIONS),
            ("reported_served", of.reported_served.into(), CONNECTIONS),
        ],
    );
    for row in found.protocols.iter().flatten() {
        rows.share(About::one("protocols", &row.protocol), row.connections, row.share);
    }
    rows.ports(found.ports.as_deref());
    if let Some(of) = &found.destinations {
        rows.add(
            About::all("destinations"),
            [
                ("total", of.total.into(), DESTINATIONS),
                ("external", of.external.into(), DESTINATIONS),
                ("internal", of.internal.into(), DESTINATIONS),
            ],
        );
        for row in &of.top {
            let numbers = [
                ("connections", row.connections.into(), CONNECTIONS),
                ("bytes", row.bytes.into(), BYTES),
            ];
            rows.add(About::one("top_destinations", &row.name), numbers);
        }
    }
    rows.table(&answer.header.device)
}

pub(super) fn of_transfers(answer: &Answer<Transfers>) -> Table {
    let (mut rows, found) = (Measures::default(), &answer.body);
    rows.direction("outbound", found.outbound.as_ref());
    rows.direction("inbound", found.inbound.as_ref());
    rows.add(About::all("both"), [("ratio", found.ratio.into(), RATIO)]);
    let tops = [("top_destinations", &found.top_destinations), ("top_sources", &found.top_sources)];
    for (section, buckets) in tops {
        for bucket in buckets.iter().flatten() {
            for peer in &bucket.peers {
                let key = peer.ip.as_deref().unwrap_or_default();
                let about = About { section, time: Some(bucket.time), key };
                rows.add(about, [("bytes", peer.bytes.into(), BYTES)]);
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
        rows.add(about, [("similarity", peer.similarity.into(), SHARE)]);
        rows.metrics(about, &peer.metrics);
        let of = peer.deviations.by_metric();
        let of = of.map(|(metric, deviation)| (metric.as_str(), deviation.into(), SHARE));
        rows.add(About::one("deviations", &name), of);
    }
    let means = found.baseline.map(|of| ("baseline", of, [CONNECTIONS, DESTINATIONS, SHARE]));
    let ratios = found.primary_vs_baseline.map(|of| ("times_baseline", of, [RATIO; 3]));
    for (section, of, [connections, destinations, share]) in means.into_iter().chain(ratios) {
        rows.add(
            About::all(section),
            [
                ("connections", of.connections.into(), connections),
                ("destinations", of.destinations.into(), destinations),
                ("external_ratio", of.external_ratio.into(), share),
            ],
        );
    }
    for anomaly in &found.anomalies {
        let about = About::one("anomalies", anomaly.kind.as_str());
        rows.add(about, [("ratio", anomaly.ratio.into(), RATIO)]);
    }
    for of in found.change.iter().flatten() {
        let unit = match Unit::of(of.metric) {
            Unit::Connections => CONNECTIONS,
            Unit::Bytes => BYTES,
        };
        let numbers = [
            ("before", of.before, unit),
            ("recent", of.recent, unit),
            ("value", of.value, LOGARITHM),
            ("expected", of.expected, LOGARITHM),
            ("low", of.low, LOGARITHM),
            ("high", of.high, LOGARITHM),
            ("q", of.q, PROBABILITY),
        ];
        let numbers = numbers.map(|(name, it, unit)| (name, it.into(), unit));
        rows.add(About::one("change", of.metric.as_str()), numbers);
    }
    for row in found.bytes.iter().flatten() {
        rows.add(
            About::one("bytes", row.metric.as_str()),
            [
                ("total_bytes", row.total_bytes.into(), BYTES),
                ("mean_bytes", row.mean_bytes.into(), BYTES),
                ("ratio", row.ratio.into(), RATIO),
            ],
        );
        for other in &row.comparisons {
            let name = other.device.name();
            let about = About::one(row.metric.as_str(), &name);
            rows.add(about, [("total_bytes", other.total_bytes.into(), BYTES)]);
        }
    }
    rows.parts(&found.parts);
    rows.table(&answer.header.device)
}

pub(super) fn of_external(answer: &Answer<External>) -> Table {
    let (mut rows, found) = (Measures::default(), &answer.body);
    let of = &found.totals;
    rows.add(
        About::all("totals"),
        [
            ("connections", of.connections.into(), CONNECTIONS),
            ("destinations", of.destinations.into(), DESTINATIONS),
            ("bytes_out", of.bytes_out.into(), BYTES),
            ("bytes_in", of.bytes_in.into(), BYTES),
        ],
    );
    for row in found.countries.iter().flatten() {
        rows.share(About::one("countries", &row.country), row.connections, row.share);
    }
    for row in found.domains.iter().flatten() {
        rows.share(About::one("domains", &row.domain), row.connections, row.share);
    }
    rows.ports(found.ports.as_deref());
    if let Some(risk) = &found.risk {
        rows.add(About::all("risk"), [("score", risk.score.value().into(), SHARE)]);
        for factor in &risk.factors {
            let about = About::one("risk", factor.kind.as_str());
            rows.add(about, [("weight", factor.weight.value().into(), SHARE)]);
        }
    }
    for signal in found.signals.iter().flatten() {
        rows.word(About::one("signals", signal.rule.id.id()), "message", &signal.message);
    }
    if let Some(of) = &found.coverage {
        rows.add(
            About::all("coverage"),
            [
                ("listed", of.listed.into(), SHARE),
                ("unlisted", of.unlisted.into(), SHARE),
                ("unresolved", of.unresolved.into(), SHARE),
                ("unnamed", of.unnamed.into(), SHARE),
            ],
        );
    }
    rows.parts(&found.parts);
    rows.table(&answer.header.device)
}

impl Measures {
    /// A number a line, after whose it is.
    fn table(self, device: &DeviceView) -> Table {
        Table::of("Measures", self.0)
            .of_device(device)
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

    /// Numbers about one thing, each with its name and its unit.
    fn add<const N: usize>(
        &mut self,
        About { section, time, key }: About<'_>,
        numbers: [(&'static str, MeasuredValue, &'static str); N],
    ) {
        let line = |(measure, told, unit)| Line {
            section,
            time,
            key: key.to_owned(),
            measure,
            unit,
            told,
        };
        self.0.extend(numbers.map(line));
    }

    fn share(&mut self, about: About<'_>, connections: Option<Amount>, share: Share) {
        let connections = ("connections", connections.into(), CONNECTIONS);
        self.add(about, [connections, ("share", share.into(), SHARE)]);
    }

    fn ports(&mut self, ports: Option<&[PortRow]>) {
        for row in ports.into_iter().flatten() {
            self.share(About::one("ports", &row.port), row.connections, row.share);
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
        let told = MeasuredValue { value: word.into(), ..MeasuredValue::default() };
        self.add(about, [(measure, told, "")]);
    }

    fn direction(&mut self, section: &'static str, direction: Option<&Direction>) {
        let mean = direction.and_then(|of| of.mean_bytes_per_interval);
        self.add(
            About::all(section),
            [
                ("total_bytes", direction.and_then(|of| of.total_bytes).into(), BYTES),
                ("mean_bytes_per_interval", mean.into(), BYTES),
                ("peak_bytes", direction.and_then(|of| of.peak_bytes).into(), BYTES),
            ],
        );
    }

    fn metrics(&mut self, about: About<'_>, of: &Metrics) {
        self.add(
            about,
            [
                ("total_connections", of.total_connections.into(), CONNECTIONS),
                ("unique_destinations", of.unique_destinations.into(), DESTINATIONS),
                ("external_ratio", of.external_ratio.into(), SHARE),
                ("peak_connections", of.peak_connections.into(), CONNECTIONS),
            ],
        );
    }
}

impl<T: Into<Self>> From<Option<T>> for MeasuredValue {
    fn from(known: Option<T>) -> Self {
        known.map_or_else(Self::default, Into::into)
    }
}

impl From<f64> for MeasuredValue {
    fn from(number: f64) -> Self {
        Measured::exact(number).into()
    }
}

impl From<u64> for MeasuredValue {
    fn from(count: u64) -> Self {
        Self { value: count.into(), ..Self::default() }
    }
}

impl From<Share> for MeasuredValue {
    fn from(share: Share) -> Self {
        Measured::from(share).into()
    }
}

impl From<Amount> for MeasuredValue {
    fn from(amount: Amount) -> Self {
        let exact = |count| Value::Count(Amount::Exact(count));
        match amount {
            Amount::Exact(count) => Self { value: exact(count), ..Self::default() },
            Amount::AtLeast(count) => {
                Self { is_lower_bound: Some(true), ..Amount::Exact(count).into() }
            }
            // Whole, as in JSON.
            Amount::Estimate { value, margin } => {
                let whole = value.round();
                let margin = (margin + (value - whole).abs()).ceil();
                Measured { value: whole, margin }.into()
            }
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

/// A number without the last digits, which only arithmetic put there: fifteen are left, as many as every
/// number that is kept in binary has.
fn without_noise(value: f64) -> f64 {
    // Adding zero makes a negative zero a zero.
    format!("{value:.14e}").parse().unwrap_or(value) + 0.0
}
