//! How one metric changed.

use dt_model::DataType;
use serde::Serialize;

use crate::change::MetricChange;

/// How one metric changed, on the scale ln(1 + mean per interval).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeRow {
    /// What is counted: `co`, `sizeout` or `sizein`.
    pub metric: DataType,
    /// `ok`, `insufficient` or `degenerate`.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["ok", "insufficient", "degenerate"])))]
    pub status: &'static str,
    /// How many similar devices it was compared with.
    pub n_used: usize,
    /// How it was done.
    pub method: &'static str,
    /// The mean per interval in the 21 days before the last 7.
    pub before: Option<f64>,
    /// The mean per interval in the last 7 days.
    pub recent: Option<f64>,
    /// The change.
    pub value: Option<f64>,
    /// The change of the similar devices.
    pub expected: Option<f64>,
    /// The least that would be expected.
    pub low: Option<f64>,
    /// The most that would be expected.
    pub high: Option<f64>,
    /// The probability of this by chance.
    pub p: Option<f64>,
    /// The same, with several metrics being judged.
    pub q: Option<f64>,
    /// Whether it is more than chance.
    pub significant: bool,
    /// Whether one of the similar devices is an outlier itself.
    pub peer_outlier: bool,
    /// The same as a sentence.
    pub message: String,
}

impl From<&MetricChange> for ChangeRow {
    fn from(found: &MetricChange) -> Self {
        let judged = found.change.moderated;
        Self {
            metric: found.measure,
            status: found.change.status.as_str(),
            n_used: found.change.n_used,
            method: found.change.method,
            before: found.before,
            recent: found.recent,
            value: found.change.value,
            expected: judged.map(|judged| judged.expected),
            low: judged.map(|judged| judged.low),
            high: judged.map(|judged| judged.high),
            p: judged.map(|judged| judged.p),
            q: found.change.q,
            significant: found.change.significant,
            peer_outlier: found.change.peer_outlier,
            message: found.to_string(),
        }
    }
}
