//! What is expected of a device next.

use dt_analysis::forecast as analysis;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::Basis;
use crate::contract::Time;

/// What is expected of a series in the next seven days.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Forecast {
    /// What it rests on: intervals.
    #[serde(flatten)]
    pub basis: Basis,
    /// Each interval of the next seven days.
    pub points: Vec<ForecastPoint>,
    /// The same as a sentence.
    pub message: String,
}

/// What is expected of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct ForecastPoint {
    /// When it begins.
    #[schemars(with = "Time")]
    pub time: Timestamp,
    /// The middle of what is expected.
    pub value: f64,
    /// With 80 % probability it is no less than this...
    pub low_80: f64,
    /// ...and no more than this.
    pub high_80: f64,
    /// With 95 % probability it is no less than this...
    pub low_95: f64,
    /// ...and no more than this.
    pub high_95: f64,
}

impl From<&analysis::Forecast> for Forecast {
    fn from(found: &analysis::Forecast) -> Self {
        let points = found.points.iter().map(|point| ForecastPoint {
            time: point.start,
            value: point.value,
            low_80: point.band_80.low,
            high_80: point.band_80.high,
            low_95: point.band_95.low,
            high_95: point.band_95.high,
        });
        Self {
            basis: Basis::new(&found.status, found.method, found.n_used),
            points: points.collect(),
            message: found.to_string(),
        }
    }
}
