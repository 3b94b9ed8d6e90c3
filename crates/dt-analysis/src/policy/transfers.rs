//! How transfers are judged.

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// Thresholds of the transfer pattern. Both are the document's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TransferPolicy {
    /// Above this ratio of bytes out to bytes in, a device is upload-heavy.
    pub upload_heavy_above: f64,
    /// Below this ratio it is download-heavy.
    pub download_heavy_below: f64,
}

impl Default for TransferPolicy {
    fn default() -> Self {
        Self { upload_heavy_above: 2.0, download_heavy_below: 0.5 }
    }
}

impl TransferPolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self { upload_heavy_above, download_heavy_below } = *self;
        let of = ThresholdGroup::new("transfers", "transfers");
        vec![
            of.threshold(
                "upload_heavy_above",
                Value::Number(upload_heavy_above),
                "upload-heavy above a ratio of",
            ),
            of.threshold(
                "download_heavy_below",
                Value::Number(download_heavy_below),
                "download-heavy below a ratio of",
            ),
        ]
    }
}
