//! The room in which a series is drawn over time.

/// Where the largest amount is.
pub(super) const TOP: i32 = 12;
/// Where nothing is.
pub(super) const BOTTOM: i32 = 212;
/// All of it, with room for the times below.
pub(super) const HEIGHT: i32 = 236;

/// How wide the drawing is in its own units; it is stretched to what there is.
pub(super) const WIDTH: f64 = 1000.0;
