//! What rules draw findings from.

use std::borrow::Cow;

use dt_model::{Evidence, Series};
use jiff::Timestamp;

use super::surges::Surges;
use crate::change::Changes;
use crate::mix::Mix;
use crate::novelty::Novelty;
use crate::timeline::Timelines;
use crate::window::completed;
use crate::{AsOf, Policy};

/// The evidence about a device, and what the analyses say about it.
pub(crate) struct RuleInput<'a> {
    pub(crate) evidence: &'a Evidence,
    pub(crate) policy: &'a Policy,
    pub(crate) as_of: AsOf<'a>,
    pub(crate) timelines: &'a Timelines,
    pub(crate) change: &'a Changes,
    pub(crate) mix: &'a Mix,
    pub(crate) novelty: &'a Novelty,
    /// The surges of each timeline, which several rules share.
    pub(super) surges: Surges,
}

/// The analyses that rules draw on.
#[derive(Clone, Copy)]
pub(crate) struct Analysed<'a> {
    pub(crate) timelines: &'a Timelines,
    pub(crate) change: &'a Changes,
    pub(crate) mix: &'a Mix,
    pub(crate) novelty: &'a Novelty,
}

impl<'a> RuleInput<'a> {
    pub(crate) fn new(
        evidence: &'a Evidence,
        analysed: Analysed<'a>,
        as_of: AsOf<'a>,
        policy: &'a Policy,
    ) -> Self {
        let Analysed { timelines, change, mix, novelty } = analysed;
        let surges = Surges::of(evidence, timelines, as_of.now, &policy.finding);
        Self { evidence, policy, as_of, timelines, change, mix, novelty, surges }
    }

    /// A series without the buckets that are not over yet.
    pub(crate) fn completed<'s>(&self, series: &'s Series) -> Cow<'s, Series> {
        completed(series, self.as_of.now)
    }

    /// When the data of all answers begins.
    pub(crate) fn start(&self) -> Option<Timestamp> {
        self.evidence.answers().filter_map(|answer| answer.subject.series.start()).min()
    }

    /// Until when there is data.
    pub(crate) fn until(&self) -> Option<Timestamp> {
        self.evidence.complete_until(self.as_of.now)
    }

    /// A day in the zone of the analysis, for people.
    pub(crate) fn date(&self, at: Timestamp) -> String {
        self.as_of.zone.to_datetime(at).strftime("%-d %b").to_string()
    }
}
