//! Whether a device's connections are regular.

use dt_analysis::regularity as analysis;
use dt_analysis::regularity::Kind;
use schemars::JsonSchema;
use serde::Serialize;

use super::Basis;

/// How regular a series is. Hourly data supports "regular", and never "beacon".
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Regularity {
    /// What it rests on.
    #[serde(flatten)]
    pub basis: Basis,
    /// `steady` (about as much in every interval), `periodic`, or `null` if it is neither.
    #[schemars(with = "Option<&str>", extend("enum" = ["steady", "periodic", null]))]
    pub kind: Option<Kind>,
    /// The trimmed coefficient of variation.
    pub variation: Option<f64>,
    /// The share of intervals that are not empty.
    pub filled: Option<f64>,
    /// The best period, in hours.
    pub period_hours: Option<f64>,
    /// The autocorrelation at it: 1 is a perfect repetition.
    pub autocorrelation: Option<f64>,
    /// The same as a sentence.
    pub message: String,
}

impl From<&analysis::Regularity> for Regularity {
    fn from(found: &analysis::Regularity) -> Self {
        let period = found.period;
        Self {
            basis: Basis::new(&found.status, found.method, found.n_used),
            kind: found.kind,
            variation: found.variation,
            filled: (found.n_used > 0).then_some(found.filled),
            period_hours: period.map(|period| period.length.as_secs_f64() / 3_600.0),
            autocorrelation: period.map(|period| period.autocorrelation),
            message: found.to_string(),
        }
    }
}
