//! What the appliance is asked of what it says of its own accord.

use dt_model::{DeviceId, IncidentGroupsQuery, ModelBreachesQuery, Question, WatchedDomainsQuery};
use jiff::{SignedDuration, Timestamp};

/// As far back as the other answers go.
const BACK: SignedDuration = SignedDuration::from_hours(28 * 24);

/// Whether the appliance is asked what it says of its own accord: which models were breached, what its
/// analyst put together, and which domains it watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Alerts {
    /// It is not.
    Omitted,
    /// About the device alone.
    #[default]
    OfDevice,
    /// About all devices at once, so that the plans of several share the answer if they are as of one
    /// time.
    OfAll,
}

impl Alerts {
    /// Asks about the four weeks before `now`.
    pub(super) fn questions(self, did: DeviceId, now: Timestamp) -> Vec<Question> {
        let start = now.checked_sub(BACK).unwrap_or(Timestamp::MIN);
        let breaches = ModelBreachesQuery::new(start, now);
        let groups = IncidentGroupsQuery::new(start, now);
        let (breaches, groups) = match self {
            Self::Omitted => return Vec::new(),
            Self::OfDevice => (breaches.device(did), groups.device(did)),
            Self::OfAll => (breaches, groups),
        };
        vec![
            Question::Breaches(breaches),
            Question::Analyst(groups),
            Question::Watched(WatchedDomainsQuery),
        ]
    }
}
