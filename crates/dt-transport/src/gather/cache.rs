//! What is known about hosts outside, so that each is asked about once, whoever lists it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_lock::OnceCell;
use dt_model::{Answer, EndpointDetails, EndpointQuery, List, Refusal};

use super::run::{Outcome, Refused};
use crate::Recorded;

/// For so long an answer counts: what is known about a host changes slowly.
const LASTS: Duration = Duration::from_secs(24 * 3600);

/// So many hosts are remembered; the oldest are forgotten first.
const MOST: usize = 10_000;

/// What became of questions about hosts outside.
#[derive(Default)]
pub(super) struct EndpointCache(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    known: HashMap<EndpointQuery, (Duration, Arc<Entry>)>,
    oldest: VecDeque<EndpointQuery>,
}

/// The answer about one host, once it is there. Whoever wants it meanwhile waits for it.
pub(super) type Entry = OnceCell<Known>;

/// What became of the question.
pub(super) struct Known {
    answer: Result<List<EndpointDetails>, Refusal>,
    recorded: Vec<Recorded>,
}

impl EndpointCache {
    /// The place of an answer, at a time by the monotonic clock.
    pub(super) fn entry(&self, query: &EndpointQuery, now: Duration) -> Arc<Entry> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Entries { known, oldest } = &mut *entries;
        if let Some((since, entry)) = known.get(query)
            && now.saturating_sub(*since) < LASTS
        {
            return Arc::clone(entry);
        }
        let entry = Arc::<Entry>::default();
        if known.insert(query.clone(), (now, Arc::clone(&entry))).is_none() {
            oldest.push_back(query.clone());
        }
        if oldest.len() > MOST
            && let Some(forgotten) = oldest.pop_front()
        {
            known.remove(&forgotten);
        }
        entry
    }
}

impl Known {
    /// What others will be told.
    pub(super) fn of(outcome: Outcome) -> Result<Self, Outcome> {
        let Outcome { answer, recorded } = outcome;
        match answer {
            Ok(Answer::Endpoints(list)) => Ok(Self { answer: Ok(list), recorded }),
            Err(Refused::Asked(error)) if !error.refusal_kind().concerns_all() => {
                Ok(Self { answer: Err(error.refusal()), recorded })
            }
            // It says nothing about the host.
            answer => Err(Outcome { answer, recorded }),
        }
    }

    /// A copy for a device that lists the host.
    pub(super) fn outcome(&self) -> Outcome {
        let answer = self.answer.clone().map(Answer::Endpoints).map_err(Refused::Known);
        Outcome { answer, recorded: self.recorded.clone() }
    }
}
