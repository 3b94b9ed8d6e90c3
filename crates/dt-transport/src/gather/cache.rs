//! What is the same for every device, so that it is asked once: what is known about hosts outside, and
//! what the appliance says of its own accord about all devices.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_lock::OnceCell;
use dt_model::{Answer, Question, Refusal};

use super::run::{Outcome, Refused};
use crate::Recorded;

/// For so long an answer counts: what is known about a host changes slowly, and what is asked about a
/// time names it.
const LASTS: Duration = Duration::from_secs(24 * 3600);

/// So many answers are remembered; the oldest are forgotten first.
const MOST: usize = 10_000;

/// What became of questions that are [about no single device](Question::did).
#[derive(Default)]
pub(super) struct SharedAnswers(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    known: HashMap<Question, (Duration, Arc<Entry>)>,
    oldest: VecDeque<Question>,
}

/// The answer to one question, once it is there. Whoever wants it meanwhile waits for it.
pub(super) type Entry = OnceCell<Known>;

/// What became of the question.
pub(super) struct Known {
    answer: Result<Answer, Refusal>,
    recorded: Vec<Recorded>,
}

impl SharedAnswers {
    /// The place of an answer, at a time by the monotonic clock.
    pub(super) fn entry(&self, question: &Question, now: Duration) -> Arc<Entry> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Entries { known, oldest } = &mut *entries;
        if let Some((since, entry)) = known.get(question)
            && now.saturating_sub(*since) < LASTS
        {
            return Arc::clone(entry);
        }
        let entry = Arc::<Entry>::default();
        if known.insert(question.clone(), (now, Arc::clone(&entry))).is_none() {
            oldest.push_back(question.clone());
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
            Ok(answer) => Ok(Self { answer: Ok(answer), recorded }),
            Err(Refused::Asked(error)) if !error.refusal_kind().concerns_all() => {
                Ok(Self { answer: Err(error.refusal()), recorded })
            }
            // It says nothing about what was asked.
            answer @ Err(_) => Err(Outcome { answer, recorded }),
        }
    }

    /// A copy for a device that wants it.
    pub(super) fn outcome(&self) -> Outcome {
        let answer = self.answer.clone().map_err(Refused::Known);
        Outcome { answer, recorded: self.recorded.clone() }
    }
}
