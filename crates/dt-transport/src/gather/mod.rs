//! Drives plans: asks what a plan wants to know, round by round, until it has no more questions.

mod asynchronous;
mod blocking;
mod cache;
mod endpoint_health;
mod named;
mod run;

use std::fmt;

use dt_auth::RequestTarget;
use dt_model::{Answer, Evidence, Question};

use crate::client_core::{CallOptions, ClientCore};
use crate::{Cancel, Error, Recorded, Recording};
pub use cache::SharedAnswers;
use endpoint_health::EndpointHealth;
pub use named::{Target, TargetOutcome};
use run::{Outcome, Refused, target};

/// Gathers the evidence about devices by a client, as [plans](dt_model::Plan) want it.
///
/// Questions of one round are asked together, as many at once as the client's
/// [`Limits`](crate::Limits) allow; several devices are under way together within the same bound. What
/// is the same for several devices, such as what is known about a host outside that they list, is asked
/// once, for as long as the gatherer lives, and 24 hours at most.
///
/// A question that is refused leaves the others standing: the evidence says which part it was and why.
/// Only what would fail every further question as well ends a device: no connection, TLS, or a
/// signature or a date that is refused before any was accepted; and so does the refusal of what its plan
/// [requires](dt_model::Plan::required).
///
/// A [`Cancel`] ends it early without an error: then [`Gathered::is_cancelled`] is set, and what was
/// answered until then is there.
///
/// ```
/// use dt_model::{DeviceId, DeviceInfoQuery, Evidence, EvidencePart, Exchange, Plan, Question, Required};
/// use dt_transport::{Client, Gatherer, ReplayTransport};
/// use http::StatusCode;
///
/// /// Connections, and bytes sent.
/// struct Two(DeviceInfoQuery);
///
/// impl Plan for Two {
///     fn next(&mut self, evidence: &Evidence) -> Vec<Question> {
///         let parts = [EvidencePart::Connections, EvidencePart::BytesOut];
///         let unasked = parts.into_iter().filter(|part| !evidence.was_asked(*part));
///         unasked.map(|part| Question::part(part, &self.0)).collect()
///     }
///
///     fn required(&self) -> Required {
///         Required::AnyDeviceInfo
///     }
/// }
///
/// let co = "/deviceinfo?datatype=co&did=230&fulldevicedetails=false&intervalhours=1&showallgraphdata=true";
/// let body = r#"{"deviceInfo":[{"did":230,"graphData":[{"time":1580000000000,"count":355}]}]}"#;
/// let transport = ReplayTransport::new([
///     Exchange::new(co, StatusCode::OK, body),
///     Exchange::new(co.replace("=co", "=sizeout"), StatusCode::FORBIDDEN, ""),
/// ]);
/// let credentials = dt_auth::Credentials::new("pub", "priv")?;
/// let client = Client::new(transport, "https://appliance.example".parse()?, credentials);
///
/// let mut plan = Two(DeviceInfoQuery::new(DeviceId::new(230))?);
/// let gathered = Gatherer::new(&client).gather(&mut plan)?;
/// assert!(gathered.evidence.connections.is_answered());
/// let refusal = gathered.evidence.bytes_out.refusal().unwrap();
/// assert_eq!(refusal.to_string(), "refused: HTTP 403, the token's user lacks a permission");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Gatherer<'a, C> {
    client: &'a C,
    options: GatherOptions<'a>,
    shared: SharedAnswers,
    health: EndpointHealth,
}

impl<'a, C> Gatherer<'a, C> {
    /// Gathers by this client, which may be a [`Client`](crate::Client) or an
    /// [`AsyncClient`](crate::AsyncClient).
    pub fn new(client: &'a C) -> Self {
        Self::with(client, GatherOptions::default())
    }

    /// Gathers by this client in a certain way.
    pub fn with(client: &'a C, options: GatherOptions<'a>) -> Self {
        Self {
            client,
            options,
            shared: SharedAnswers::default(),
            health: EndpointHealth::default(),
        }
    }

    /// Shares what is the same for several devices with whoever has a copy of this.
    #[must_use]
    pub fn sharing(self, shared: SharedAnswers) -> Self {
        Self { shared, ..self }
    }

    /// How to ask a question, or what became of it if there is no use in asking.
    fn ready<'c>(
        &self,
        question: &Question,
        core: &ClientCore,
        cancel: &'c Cancel,
    ) -> Result<(RequestTarget, CallOptions<'c>), Outcome> {
        let mut retry = core.retry;
        if let Question::Endpoint(_) = question {
            if let Some(refusal) = self.health.refusal() {
                return Err(Outcome::refused(Refused::Known(refusal)));
            }
            retry = self.health.retry(retry);
        }
        let target = target(question, &core.base)
            .map_err(|error| Outcome::refused(Refused::Asked(error)))?;
        Ok((target, CallOptions { cancel, recording: self.options.recording, retry }))
    }

    /// What became of a question that was asked.
    fn done(
        &self,
        question: &Question,
        (answer, recorded): (Result<Answer, Error>, Vec<Recorded>),
    ) -> Outcome {
        let answer = answer.map_err(Refused::Asked);
        if let Question::Endpoint(_) = question {
            self.health.learn(&answer);
        }
        Outcome { answer, recorded }
    }
}

/// How evidence is gathered.
#[derive(Clone, Default)]
pub struct GatherOptions<'a> {
    /// Whether exchanges are kept.
    pub recording: Recording,
    /// What ends it early: then nothing further is asked.
    pub cancel: Cancel,
    /// Told whenever a question was answered or refused, from whichever thread it was asked. Other
    /// threads may wait meanwhile, so that it is told in order: it must be quick.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
}

impl fmt::Debug for GatherOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatherOptions")
            .field("recording", &self.recording)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

/// How far the questions about one device are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many are answered or refused.
    pub answered: usize,
    /// How many are known to be asked: a later round may add some.
    pub known: usize,
}

/// What became of the questions about a device.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Gathered {
    /// What was answered and what was refused.
    pub evidence: Evidence,
    /// The exchanges with the appliance, if they are kept: in the order of the questions, attempts of
    /// one question one after another.
    pub exchanges: Vec<Recorded>,
    /// How many rounds of questions there were.
    pub rounds: u32,
    /// How many questions there were, those that were answered from an earlier device included.
    pub questions: usize,
    /// Whether it was cancelled before all was asked.
    pub is_cancelled: bool,
}

/// Why there is no evidence about a device.
#[derive(Debug)]
pub struct GatherError(Box<Failed>);

#[derive(Debug)]
struct Failed {
    error: Error,
    gathered: Gathered,
}

impl GatherError {
    fn new(error: Error, gathered: Gathered) -> Self {
        Self(Box::new(Failed { error, gathered }))
    }

    /// What ended it. If all was refused, the worst of the reasons: a lack of permission before a
    /// failure of the network, and that before everything else.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.0.error
    }

    /// What had been gathered until then.
    #[must_use]
    pub fn gathered(&self) -> &Gathered {
        &self.0.gathered
    }

    /// What ended it, and what had been gathered until then.
    #[must_use]
    pub fn into_parts(self) -> (Error, Gathered) {
        let Failed { error, gathered } = *self.0;
        (error, gathered)
    }
}

/// It says what its error says.
impl fmt::Display for GatherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.error.fmt(f)
    }
}

impl std::error::Error for GatherError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.error.source()
    }
}
