//! When a bucket is unusual.

use jiff::SignedDuration;

use super::threshold::{Threshold, ThresholdGroup, ThresholdValue as Value};

/// Thresholds of the timeline. The document has none.
///
/// Those of the tail, the fence and the levels were chosen together, once for all series: so that
/// simulated quiet devices of any level and overdispersion stay within one notice in four weeks and a
/// fifth of an alert, looking back and causally (`cargo lab evaluate null`), and among what that
/// leaves by the nine labelled series of `cargo lab evaluate nab`. That command also judges each
/// series by the thresholds that are best for the other eight: for eight of the nine these are, and
/// the score is the same. The form of the analysis was not left out: it was made with all nine in view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimelinePolicy {
    /// With fewer buckets nothing is said.
    pub fewest_buckets: usize,
    /// A cell with fewer other buckets is widened.
    pub fewest_in_cell: usize,
    /// So many other buckets have to be explained before one is judged by how well they are.
    pub fewest_residuals: usize,
    /// A difference below this, on the scale ln(1 + x), is too small to matter.
    pub smallest_spread: f64,
    /// Beside single buckets, the time up to a bucket's end is looked at as a whole: so much of it.
    /// Three hours are a transfer, a day is a level.
    pub windows: [SignedDuration; 2],
    /// Others within this are not what a bucket is compared with.
    pub apart: SignedDuration,
    /// Rises are extrapolated from the one that this share of the others lies above
    pub tail_from: f64,
    /// to the one that this share lies above, and on
    pub tail_to: f64,
    /// to what one in so many buckets would reach: as many hours as four weeks have. Up to there a
    /// rise is no notice.
    pub tail_odds: f64,
    /// Where so many other days are known,
    pub fewest_days: usize,
    /// a rise above the fence of their highest ones is a notice, too: their upper quartile and so many
    /// interquartile ranges (Tukey 1977 has 1.5 and 3). Incidents on a quarter of the days do not
    /// move it.
    pub fence: f64,
    /// Where half of the days are the same, the fence is what this share of them exceeds: an idle
    /// device that is used once a week is not unusual each time.
    pub rare_days: f64,
    /// From this z on a rise is a notice.
    pub notice_from: f64,
    /// From this z on a rise is an alert: by convention (Iglewicz and Hoaglin 1993).
    pub alert_from: f64,
    /// How long a level is not raised again after it was.
    pub cooldown: SignedDuration,
    /// How far back the causal form looks.
    pub trailing: SignedDuration,
}

impl Default for TimelinePolicy {
    fn default() -> Self {
        Self {
            fewest_buckets: 48,
            fewest_in_cell: 3,
            fewest_residuals: 12,
            smallest_spread: 0.1,
            windows: [3, 24].map(SignedDuration::from_hours),
            apart: SignedDuration::from_hours(24),
            tail_from: 1.0 / 20.0,
            tail_to: 1.0 / 80.0,
            tail_odds: 28.0 * 24.0,
            fewest_days: 7,
            fence: 2.0,
            rare_days: 0.1,
            notice_from: 2.4,
            alert_from: 3.5,
            cooldown: SignedDuration::from_hours(24),
            trailing: SignedDuration::from_hours(28 * 24),
        }
    }
}

impl TimelinePolicy {
    /// Its thresholds, taken apart field by field so that none is forgotten.
    pub(super) fn thresholds(&self) -> Vec<Threshold> {
        let Self {
            fewest_buckets,
            fewest_in_cell,
            fewest_residuals,
            smallest_spread,
            windows,
            apart,
            tail_from,
            tail_to,
            tail_odds,
            fewest_days,
            fence,
            rare_days,
            notice_from,
            alert_from,
            cooldown,
            trailing,
        } = *self;
        let of = ThresholdGroup::new("timeline", "when");
        vec![
            of.threshold("fewest_buckets", Value::count(fewest_buckets), "fewest intervals"),
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
                "smallest_spread",
                Value::Number(smallest_spread),
                "smallest spread, on ln(1+x)",
            ),
            of.threshold("windows", Value::Times(windows.to_vec()), "longer windows"),
            of.threshold("apart", Value::Time(apart), "others begin this much before or after"),
            of.threshold("tail_from", Value::Share(tail_from), "a tail begins at"),
            of.threshold("tail_to", Value::Share(tail_to), "goes through"),
            of.threshold("tail_odds", Value::Number(tail_odds), "and reaches one interval in"),
            of.threshold("fewest_days", Value::count(fewest_days), "fewest other days for a fence"),
            of.threshold("fence", Value::Number(fence), "interquartile ranges of a fence"),
            of.threshold(
                "rare_days",
                Value::Share(rare_days),
                "days that exceed it, where half are the same",
            ),
            of.threshold("notice_from", Value::Number(notice_from), "a notice from z"),
            of.threshold("alert_from", Value::Number(alert_from), "an alert from z"),
            of.threshold("silence", Value::Time(cooldown), "silence after a level"),
            of.threshold("trailing", Value::Time(trailing), "how far back the causal form looks"),
        ]
    }
}
