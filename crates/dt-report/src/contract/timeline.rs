//! `dt.timeline/2`

use std::cmp::Reverse;

use dt_analysis::timeline::Baseline;
use dt_analysis::{AsOf, Concern, Policy};
use dt_model::DeviceInfo;

use super::prelude::*;
use super::{Answer, Body, Header, Incident, SeriesScope, Timeline};
use crate::samples::Samples;
use crate::unit::Unit;

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

/// The incidents of every series, the most severe first, of equals the newest.
fn concerns(timeline: &Timeline) -> Vec<Concern> {
    let all = timeline.series().flat_map(|of| of.incidents.iter().map(move |it| (of, it)));
    let mut all: Vec<(&Timeline, &Incident)> = all.collect();
    all.sort_by_key(|(_, incident)| Reverse((incident.severity, incident.start)));
    let concern = |(of, incident): (&Timeline, &Incident)| {
        let Incident { start, hours, count, expected, .. } = *incident;
        let unit = Unit::of_series(of.datatype);
        let [counted, usual] = [count as f64, expected].map(|count| unit.words(count));
        let message = format!("{start}: {counted} in {hours} h, where {usual} is usual");
        Concern { level: incident.level(), message }
    };
    all.into_iter().map(concern).collect()
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
        Self { header, concerns: concerns(&body), facts: samples(&body), body }
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
