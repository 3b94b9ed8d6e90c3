//! When a bucket is unusual.

use jiff::SignedDuration;

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// Thresholds of the timeline. The document has none.
///
/// They were chosen once for all series, on the tuning half of the real series of `cargo lab evaluate
/// field`: so that a series has about 1.2 rises in four weeks of which at most 0.3 are alerts, looking back
/// and causally, and that as much as possible is found of what is planted. The other half was only looked
/// at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimelinePolicy {
    /// Of less time than this, nothing is said.
    pub least_time: SignedDuration,
    /// Wider buckets than this have no hour.
    pub widest: SignedDuration,
    /// Of so many others at its hour a bucket's usual count is the median.
    pub fewest_in_cell: usize,
    /// So many others have to be explained before one is judged by how well they are.
    pub fewest_residuals: usize,
    /// Counts below this share of a typical day's highest do not matter, nor below 1.
    pub scale: f64,
    /// A difference below this, on the scale ln(1 + x / scale), is too small to matter.
    pub smallest_spread: f64,
    /// The spread around an hour is at least this part of that of all hours.
    pub pooled: f64,
    /// An hour may have so much of what is usual in the next one.
    pub edge: f64,
    /// Beside single buckets, the time up to a bucket's end is looked at as a whole: so much of it.
    /// Three hours are a transfer, a day is a level, three days are a level that is hardly raised.
    pub windows: [SignedDuration; 3],
    /// Others within this are not what a bucket is compared with.
    pub apart: SignedDuration,
    /// The level around a bucket is that of so much time before and after it.
    pub level: SignedDuration,
    /// Where the level is below what is usual, so much of that is what an hour is compared with.
    pub lowered: f64,
    /// What highest values of days are like is what is so everywhere, as if so many days had shown it:
    pub prior_days: f64,
    /// the scale of their distribution,
    pub prior_scale: f64,
    /// and its location, of buckets and of each of the windows, and of the quiet hours.
    pub prior_locations: [f64; 5],
    /// From this surprise on a rise is a notice, looking back and causally.
    pub notice_from: [f64; 2],
    /// From this surprise on a rise is an alert.
    pub alert_from: [f64; 2],
    /// An hour next to an unusual one belongs to it from this share of a notice on.
    pub continues_from: f64,
    /// An incident is over once nothing was above that for so long.
    pub ends_after: SignedDuration,
    /// What is so many times as unusual as an incident that goes on, as long after it was told, is told by
    /// itself.
    pub again_from: f64,
    /// Of a day with so many others, spreads are sqrt 2 times as wide; with more, by less: few others say
    /// little.
    pub learning_days: f64,
    /// The time that is looked at for falls: what is less than usual for days,
    pub fall: SignedDuration,
    /// is told from this surprise on,
    pub fall_from: f64,
    /// if it is at most this share of what is usual,
    pub fall_to: f64,
    /// and that is at least so much.
    pub fall_least: f64,
    /// How far back the causal form looks.
    pub trailing: SignedDuration,
}

impl Default for TimelinePolicy {
    fn default() -> Self {
        Self {
            least_time: SignedDuration::from_hours(7 * 24),
            widest: SignedDuration::from_hours(24),
            fewest_in_cell: 3,
            fewest_residuals: 3,
            scale: 0.1,
            smallest_spread: 0.15,
            pooled: 0.5,
            edge: 0.6,
            windows: [3, 24, 72].map(SignedDuration::from_hours),
            apart: SignedDuration::from_hours(24),
            level: SignedDuration::from_hours(7 * 24),
            lowered: 0.5,
            prior_days: 10.0,
            prior_scale: 0.6,
            prior_locations: [2.0, 2.0, 1.3, 1.5, 1.0],
            notice_from: [3.25, 2.7],
            alert_from: [7.3, 4.9],
            continues_from: 0.6,
            ends_after: SignedDuration::from_hours(24),
            again_from: 1.6,
            learning_days: 7.0,
            fall: SignedDuration::from_hours(72),
            fall_from: 2.0,
            fall_to: 0.7,
            fall_least: 100.0,
            trailing: SignedDuration::from_hours(28 * 24),
        }
    }
}

impl TimelinePolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self {
            least_time,
            widest,
            fewest_in_cell,
            fewest_residuals,
            scale,
            smallest_spread,
            pooled,
            edge,
            windows,
            apart,
            level,
            lowered,
            prior_days,
            prior_scale,
            prior_locations,
            notice_from,
            alert_from,
            continues_from,
            ends_after,
            again_from,
            learning_days,
            fall,
            fall_from,
            fall_to,
            fall_least,
            trailing,
        } = *self;
        let of = ThresholdGroup::new("timeline", "when");
        vec![
            of.threshold("least_time", Value::Time(least_time), "nothing is said of less than"),
            of.threshold("widest", Value::Time(widest), "widest interval"),
            of.threshold(
                "fewest_in_cell",
                Value::count(fewest_in_cell),
                "fewest others in an hour's cell",
            ),
            of.threshold(
                "fewest_residuals",
                Value::count(fewest_residuals),
                "fewest others with an expectation",
            ),
            of.threshold(
                "scale",
                Value::ShareOf(scale, "a day's highest"),
                "counts do not matter below",
            ),
            of.threshold(
                "smallest_spread",
                Value::Number(smallest_spread),
                "smallest spread, on ln(1+x/scale)",
            ),
            of.threshold("pooled", Value::ShareOf(pooled, "that of all"), "an hour's spread from"),
            of.threshold("edge", Value::Share(edge), "of the next hour may come early"),
            of.threshold("windows", Value::Times(windows.to_vec()), "longer windows"),
            of.threshold("apart", Value::Time(apart), "others begin this much before or after"),
            of.threshold("level", Value::Time(level), "a level is that of so long"),
            of.threshold("lowered", Value::Share(lowered), "of a lower level counts"),
            of.threshold("prior_days", Value::Number(prior_days), "days that a prior counts as"),
            of.threshold("prior_scale", Value::Number(prior_scale), "highest z of days: scale"),
            of.threshold(
                "prior_locations",
                Value::Numbers(prior_locations.to_vec()),
                "and location, by what is looked at",
            ),
            of.threshold(
                "notice_from",
                Value::Numbers(notice_from.to_vec()),
                "a notice from surprise, looking back and causally",
            ),
            of.threshold(
                "alert_from",
                Value::Numbers(alert_from.to_vec()),
                "an alert from surprise, looking back and causally",
            ),
            of.threshold(
                "continues_from",
                Value::ShareOf(continues_from, "a notice"),
                "an incident goes on from",
            ),
            of.threshold("ends_after", Value::Time(ends_after), "and is over after"),
            of.threshold("again_from", Value::Number(again_from), "told again if so many times"),
            of.threshold(
                "learning_days",
                Value::Number(learning_days),
                "others that make a spread sqrt 2 as wide",
            ),
            of.threshold("fall", Value::Time(fall), "a fall lasts"),
            of.threshold("fall_from", Value::Number(fall_from), "and is told from surprise"),
            of.threshold("fall_to", Value::ShareOf(fall_to, "what is usual"), "to at most"),
            of.threshold("fall_least", Value::Number(fall_least), "where so much is usual"),
            of.threshold("trailing", Value::Time(trailing), "how far back the causal form looks"),
        ]
    }
}
