//! Whether asking about further hosts outside makes sense.

use std::sync::{Mutex, PoisonError};

use dt_model::{Answer, Refusal, RefusalKind};

use super::run::Refused;
use crate::RetryPolicy;

/// What is known about `/endpointdetails` after some hosts were asked about, so that what fails for one
/// reason does not fail for each of ten hosts in turn.
#[derive(Default)]
pub(super) struct EndpointHealth(Mutex<Health>);

#[derive(Default)]
enum Health {
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
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Health::Closed(refusal) => Some(refusal.clone()),
            Health::Unknown | Health::Failing => None,
        }
    }

    /// How often to try.
    pub(super) fn retry(&self, usual: RetryPolicy) -> RetryPolicy {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Health::Failing => usual.retries(0),
            Health::Unknown | Health::Closed(_) => usual,
        }
    }

    /// Learns from what became of a question.
    pub(super) fn learn(&self, answer: &Result<Answer, Refused>) {
        let learnt = match answer.as_ref().map_err(Refused::refusal) {
            Ok(_) => Health::Unknown,
            // It ends the device, and says nothing that will hold for the next one.
            Err(refusal) if refusal.kind.concerns_all() => return,
            Err(refusal) if refusal.kind.concerns_endpoint() => Health::Closed(refusal),
            Err(Refusal { kind: RefusalKind::Server | RefusalKind::RateLimited, .. }) => {
                Health::Failing
            }
            // About one host; it says nothing about the others.
            Err(_) => return,
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = learnt;
    }
}
