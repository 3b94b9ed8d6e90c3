//! Whether asking about further hosts outside makes sense.

use std::sync::{Mutex, MutexGuard, PoisonError};

use dt_model::{Answer, Refusal, RefusalKind};

use super::run::Refused;
use crate::RetryPolicy;

/// What is known about `/endpointdetails` after some hosts were asked about, so that what fails for one
/// reason does not fail for each of ten hosts in turn.
#[derive(Default)]
pub(super) struct EndpointHealth(Mutex<Health>);

#[derive(Default)]
struct Health {
    state: State,
    /// Whether any host was answered: then a later refusal is about the host. Names come from whoever
    /// a device talks to, and a gateway may refuse one for how it is spelt; that must not hide others.
    was_answered: bool,
    /// Whether one was refused as if all were.
    was_refused: bool,
}

#[derive(Default)]
enum State {
    #[default]
    Unknown,
    /// It failed in spite of all attempts: the next one gets only one.
    Failing,
    /// It is not there, or not for this user.
    Closed(Refusal),
}

impl EndpointHealth {
    /// The refusal that every further question meets, if there is one.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        match &self.lock().state {
            State::Closed(refusal) => Some(refusal.clone()),
            State::Unknown | State::Failing => None,
        }
    }

    /// How often to try.
    pub(super) fn retry(&self, usual: RetryPolicy) -> RetryPolicy {
        match self.lock().state {
            State::Failing => usual.retries(0),
            State::Unknown | State::Closed(_) => usual,
        }
    }

    /// Learns from what became of a question.
    pub(super) fn learn(&self, answer: &Result<Answer, Refused>) {
        let mut health = self.lock();
        match answer.as_ref().map_err(Refused::refusal) {
            Ok(_) => {
                health.was_answered = true;
                health.state = State::Unknown;
            }
            // It ends the device, and says nothing that will hold for the next one.
            Err(refusal) if refusal.kind.concerns_all() => {}
            Err(refusal) if refusal.kind.concerns_endpoint() => {
                if health.was_refused && !health.was_answered {
                    health.state = State::Closed(refusal);
                }
                health.was_refused = true;
            }
            Err(Refusal { kind: RefusalKind::Server | RefusalKind::RateLimited, .. }) => {
                health.state = State::Failing;
            }
            // About one host; it says nothing about the others.
            Err(_) => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Health> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
