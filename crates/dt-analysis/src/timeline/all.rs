//! The timelines of all series about a device.

use super::Timeline;

/// A timeline of every series there is.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Timelines {
    /// Of all connections.
    pub connections: Option<Timeline>,
    /// Of all bytes sent.
    pub bytes_out: Option<Timeline>,
    /// Of all bytes received.
    pub bytes_in: Option<Timeline>,
    /// Of the bytes sent outside.
    pub external_out: Option<Timeline>,
}
