//! What is known about domains that are rare in a fleet.

use std::collections::HashMap;

use dt_analysis::Policy;
use dt_lake::LookUp;
use dt_model::{Answer, EndpointDetails, Question};
use dt_transport::{Recorded, SharedAnswers};
use jiff::Timestamp;

/// So many domains are looked up at most: those that are the largest part of some device's traffic.
pub(super) const MOST: usize = 1_000;

/// What is known about domains that are rare in the fleet.
#[derive(Default)]
pub(super) struct LookUps {
    /// By the domain, in lower case.
    pub(super) known: HashMap<String, EndpointDetails>,
    /// The answers as full reports take them.
    pub(super) shared: SharedAnswers,
}

impl LookUps {
    /// Takes an answer, if it is one.
    pub(super) fn take(&mut self, look_up: &LookUp) -> bool {
        let LookUp { at, exchange } = look_up.clone();
        let Some(question) = Question::from_target(&exchange.target) else { return false };
        let details = match question.read(&exchange.body) {
            Ok(Answer::Endpoints(list)) => list.items,
            _ => return false,
        };
        // An answer may not say what it is about.
        if let (Question::Endpoint(query), [only]) = (&question, details.as_slice()) {
            self.known.insert(query.endpoint().to_string().to_lowercase(), only.clone());
        }
        for details in details {
            if let Some(name) = details.hostname.as_ref().or(details.ip.as_ref()) {
                self.known.insert(name.to_lowercase(), details);
            }
        }
        self.shared.put(&question, Recorded::new(exchange, at))
    }

    /// Whether a domain is new to the network, and hardly anybody uses it.
    pub(super) fn is_new(&self, domain: &str, policy: &Policy, now: Timestamp) -> bool {
        let policy = &policy.novelty;
        let since = now.checked_sub(policy.within).ok();
        self.known.get(domain).is_some_and(|details| {
            details.first_seen > since
                && details.popularity.is_none_or(|it| it <= policy.rare_up_to_popularity)
        })
    }
}
