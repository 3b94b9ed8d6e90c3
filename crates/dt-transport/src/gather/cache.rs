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

/// What became of questions that are [about no single device](Question::did): a copy shares it.
///
/// ```
/// use dt_model::{Exchange, Question};
/// use dt_transport::{Recorded, SharedAnswers};
/// use http::StatusCode;
///
/// let shared = SharedAnswers::default();
/// let recorded = |body: &str| {
///     let exchange = Exchange::new("/endpointdetails?hostname=a.example", StatusCode::OK, body);
///     Recorded::new(exchange, jiff::Timestamp::UNIX_EPOCH)
/// };
/// let question = Question::endpoint("a.example");
/// assert!(shared.put(&question, recorded(r#"{"firsttime": 1790000000000, "popularity": 3}"#)));
/// assert!(!shared.put(&question, recorded("<html>")), "it is no answer");
/// ```
#[derive(Clone, Default)]
pub struct SharedAnswers(Arc<Mutex<Entries>>);

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
    /// Takes what was answered before, which is not asked again by whoever shares this; `false` if it is no answer to
    /// the question, or one about a single device.
    pub fn put(&self, question: &Question, recorded: Recorded) -> bool {
        let is_shared = question.did().is_none() && recorded.exchange.status.is_success();
        let answer = is_shared.then(|| question.read(&recorded.exchange.body));
        let Some(Ok(answer)) = answer else { return false };
        let known = Known { answer: Ok(answer), recorded: vec![recorded] };
        // By the clock of whoever asks next, it is as new as can be: how old it may be, who puts it knows.
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.insert(question, Duration::MAX, Arc::new(Entry::from(known)));
        true
    }

    /// The place of an answer, at a time by the monotonic clock.
    pub(super) fn entry(&self, question: &Question, now: Duration) -> Arc<Entry> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, entry)) = entries.known.get(question)
            && now.saturating_sub(*since) < LASTS
        {
            return Arc::clone(entry);
        }
        let entry = Arc::<Entry>::default();
        entries.insert(question, now, Arc::clone(&entry));
        entry
    }
}

impl Entries {
    fn insert(&mut self, question: &Question, since: Duration, entry: Arc<Entry>) {
        if self.known.insert(question.clone(), (since, entry)).is_none() {
            self.oldest.push_back(question.clone());
        }
        if self.oldest.len() > MOST
            && let Some(forgotten) = self.oldest.pop_front()
        {
            self.known.remove(&forgotten);
        }
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
