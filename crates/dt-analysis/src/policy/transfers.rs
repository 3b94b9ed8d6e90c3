//! How transfers are judged.

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
