//! How a device's level moves from day to day.

use dt_analysis::trend as analysis;
use schemars::JsonSchema;
use serde::Serialize;

use super::Basis;

/// The slope of a series, on the scale ln(1 + mean per interval) a day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Trend {
    /// What it rests on: days.
    #[serde(flatten)]
    pub basis: Basis,
    /// The slope: 0.01 is a rise by about one percent a day.
    pub value: Option<f64>,
    /// The lower end of its 95 % interval.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// The probability of days so well ordered, without a trend.
    pub p: Option<f64>,
    /// Whether that is little enough.
    pub significant: bool,
    /// The same as a sentence.
    pub message: String,
}

impl From<&analysis::Trend> for Trend {
    fn from(found: &analysis::Trend) -> Self {
        Self {
            basis: Basis::new(&found.status, found.method, found.n_used),
            value: found.value,
            low: found.low,
            high: found.high,
            p: found.p,
            significant: found.significant,
            message: found.to_string(),
        }
    }
}
