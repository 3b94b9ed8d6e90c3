//! `dt.timeline/2`

use dt_analysis::timeline::Baseline;
use dt_analysis::{AsOf, Policy};
use dt_model::DeviceInfo;

use super::prelude::*;
use super::{Answer, Body, Header, SeriesScope, Timeline};
use crate::samples::Samples;

/// Each series: the one that was asked for, and the bytes sent outside where they stand beside it.
impl Body for Timeline {
    type Facts = Vec<Samples>;
}

/// Each of its series, for drawing.
fn samples(timeline: &Timeline) -> Vec<Samples> {
    let of = |series: &Timeline| {
        let buckets = series.buckets.iter().map(|bucket| (bucket.time, bucket.count));
        Samples::new(buckets.collect())
    };
    timeline.series().map(of).collect()
}

impl Answer<Timeline> {
    /// The object of `dt timeline`.
    #[must_use]
    pub fn timeline(
        info: &DeviceInfo,
        baseline: Baseline,
        policy: &Policy,
        as_of: AsOf<'_>,
    ) -> Self {
        let header = Header::of("dt.timeline/2", info, as_of.now);
        Self::of_series(header, Timeline::new(info, baseline, policy, as_of))
    }

    fn of_series(header: Header, body: Timeline) -> Self {
        Self { header, concerns: body.concerns(), facts: samples(&body), body }
    }

    /// The same, of a series that counts only what goes outside.
    #[must_use]
    pub fn outside_only(mut self) -> Self {
        self.body.scope = SeriesScope::External;
        self
    }

    /// The same, with the bytes sent outside beside it.
    #[must_use]
    pub fn beside(mut self, sent: Self) -> Self {
        self.body.sent_outside = Some(Box::new(sent.outside_only().body));
        Self::of_series(self.header, self.body)
    }

    /// Only what begins at or after `since` and before `until` is shown, and is a concern.
    #[must_use]
    pub fn between(self, since: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        Self::of_series(self.header, self.body.between(since, until))
    }
}
