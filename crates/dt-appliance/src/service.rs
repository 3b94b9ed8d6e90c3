//! A request and its reply, without HTTP.

use std::sync::Arc;
use std::time::Duration;

use dt_auth::{Credentials, DATE_HEADER};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use crate::answer::{Answer, Refusal};
use crate::fault::{Aspect, Fault, Injector};
use crate::in_flight::InFlight;
use crate::responder::Responder;

/// The clock of an appliance: what it takes for the time.
pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A set-up appliance: what happens between a request and its response, without HTTP.
pub(crate) struct Service {
    pub(crate) responder: Responder,
    pub(crate) credentials: Credentials,
    pub(crate) faults: Injector<Fault>,
    pub(crate) in_flight: InFlight,
    pub(crate) clock: Clock,
}

/// An answer, and how long it is held back.
pub(crate) struct Reply {
    /// `None` if there is never one.
    pub(crate) answer: Option<Answer>,
    pub(crate) delay: Duration,
}

impl Service {
    /// Verifies a request and answers it. `target` stands as it was received; `header` finds a
    /// header's value by name.
    pub(crate) fn answer<'h>(
        &self,
        method: &str,
        target: &str,
        header: impl Fn(&'static str) -> Option<&'h str>,
    ) -> Reply {
        let planned = self.faults.next(target);
        let skew = planned.iter().map(|fault| fault.skew()).find(|skew| !skew.is_zero());
        let time = (self.clock)();
        // A skew beyond the calendar is as good as none.
        let now = skew.and_then(|skew| time.checked_add(skew).ok()).unwrap_or(time);

        let verified = dt_auth::verify(target, &header, &self.credentials, now);
        // Only what would have been answered can go wrong; a clock goes wrong before that.
        let befalls = |fault: &Fault| match fault.aspect() {
            Aspect::Clock => true,
            Aspect::Form => verified.is_ok() && fault.refuses_date(header(DATE_HEADER)),
            Aspect::Time | Aspect::Content => verified.is_ok(),
        };
        let faults: Vec<Fault> = planned.into_iter().filter(befalls).collect();
        for fault in &faults {
            self.faults.note(*fault);
        }
        let mut answer = match verified {
            Ok(()) if faults.iter().any(|fault| fault.aspect() == Aspect::Form) => {
                Some(Refusal::Date.into())
            }
            Ok(()) => {
                let sound = || self.responder.answer(method, target, now);
                match faults.iter().find(|fault| fault.aspect() == Aspect::Content) {
                    Some(fault) => fault.spoil(sound, now),
                    None => Some(sound()),
                }
            }
            Err(error) if error.is_date() => Some(Refusal::Date.into()),
            Err(_) => Some(Refusal::Signature.into()),
        };
        // The server would put the system's time there, which need not be this appliance's.
        if let Some(answer) = &mut answer
            && let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&now)
        {
            answer.headers.push(("date", date));
        }
        Reply { answer, delay: faults.iter().map(|fault| fault.delay()).sum() }
    }
}
