//! What the series of a device say by themselves: every analysis that looks at nothing else.
//!
//! These take most of the time that an assessment takes, and do not change with what is learnt about
//! hosts and domains outside. So whoever [plans](crate::plan) what to ask about those analyses the
//! series once, and hands the result to the assessment.

use std::borrow::Cow;

use dt_model::{DeviceInfo, Evidence, Part, Series};
use jiff::Timestamp;

use crate::change::{self, Changes};
use crate::counts::{self, Counts};
use crate::direction::{self, Direction};
use crate::forecast::{self, Forecast};
use crate::regularity::{self, Regularity};
use crate::timeline::{self, Baseline, Timelines};
use crate::trend::{self, Trend};
use crate::window::completed;
use crate::{AsOf, Policy};

/// What the series of a device say, each analysed once.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SeriesAnalysis {
    /// When each series was unusual.
    pub timelines: Timelines,
    /// How it changed, beside its similar devices.
    pub change: Changes,
    /// Which way its traffic goes.
    pub direction: Option<Direction>,
    /// Whether its connections are regular.
    pub regularity: Option<Regularity>,
    /// Whether its connections are more than chance explains.
    pub counts: Option<Counts>,
    /// What is expected of its series.
    pub outlook: Outlook,
}

/// What is expected of the series that tell most of a device.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Outlook {
    /// All connections.
    pub connections: Option<SeriesOutlook>,
    /// The bytes sent outside.
    pub external_out: Option<SeriesOutlook>,
}

/// The trend of a series, and its forecast.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SeriesOutlook {
    /// How its level moved from day to day.
    pub trend: Trend,
    /// What is expected of it next.
    pub forecast: Forecast,
}

impl SeriesAnalysis {
    /// Analyses every series there is, without what was not over at that time.
    #[must_use]
    pub fn of(evidence: &Evidence, as_of: AsOf<'_>, policy: &Policy) -> Self {
        let timeline = |answer: &Part<DeviceInfo>| {
            let series = completed(answer.answer()?.subject.longest_series(), as_of.now);
            Some(timeline::analyse(&series, as_of.zone, Baseline::Others, policy))
        };
        let outlook = |answer: &Part<DeviceInfo>| {
            let series = of(answer, as_of.now)?;
            Some(SeriesOutlook {
                trend: trend::analyse(&series, as_of.zone, policy),
                forecast: forecast::analyse(&series, as_of.zone, policy),
            })
        };
        let connections = of(&evidence.connections, as_of.now);
        let (out, into) = (of(&evidence.bytes_out, as_of.now), of(&evidence.bytes_in, as_of.now));
        Self {
            timelines: Timelines {
                connections: timeline(&evidence.connections),
                bytes_out: timeline(&evidence.bytes_out),
                bytes_in: timeline(&evidence.bytes_in),
                external_out: timeline(&evidence.external_out),
            },
            change: change::of_evidence(evidence, as_of.now, policy),
            direction: out.zip(into).map(|(out, into)| direction::analyse(&out, &into, policy)),
            regularity: connections.as_deref().map(|series| regularity::analyse(series, policy)),
            counts: connections
                .as_deref()
                .map(|series| counts::analyse(series, as_of.zone, policy)),
            outlook: Outlook {
                connections: outlook(&evidence.connections),
                external_out: outlook(&evidence.external_out),
            },
        }
    }
}

/// The series of the four weeks, without what was not over yet.
fn of(answer: &Part<DeviceInfo>, now: Timestamp) -> Option<Cow<'_, Series>> {
    Some(completed(&answer.answer()?.subject.series, now))
}
