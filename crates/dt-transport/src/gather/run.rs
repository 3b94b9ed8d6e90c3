//! One device: which questions are open, and what to do with their answers. Nothing here waits.

use dt_auth::RequestTarget;
use dt_model::{Answer, EvidencePart, Plan, Question, Refusal, RefusalKind, Required};

use super::{GatherError, GatherOptions, Gathered, Progress};
use crate::error::{Context, Kind};
use crate::{BaseUrl, Error, Recorded};

/// The gathering of one device's evidence.
pub(super) struct Run<P> {
    plan: P,
    gathered: Gathered,
    /// Why questions were refused, with the part that each was about.
    errors: Vec<(Option<EvidencePart>, Error)>,
    answered: usize,
}

/// What became of one question.
pub(super) struct Outcome {
    pub(super) answer: Result<Answer, Refused>,
    pub(super) recorded: Vec<Recorded>,
}

/// Why a question has no answer.
pub(super) enum Refused {
    /// It was asked, or should have been.
    Asked(Error),
    /// Others were refused in a way that leaves no hope for it.
    Known(Refusal),
}

impl Refused {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::Asked(error) => error.refusal_kind(),
            Self::Known(refusal) => refusal.kind,
        }
    }

    pub(super) fn refusal(&self) -> Refusal {
        match self {
            Self::Asked(error) => error.refusal(),
            Self::Known(refusal) => refusal.clone(),
        }
    }
}

impl Outcome {
    /// It was not sent.
    pub(super) fn refused(refused: Refused) -> Self {
        Self { answer: Err(refused), recorded: Vec::new() }
    }

    /// Whether nothing further needs to be asked about the device. After a cancel nothing is asked
    /// anyway, and whatever is in flight may finish.
    pub(super) fn ends_device(&self) -> bool {
        // Whether a signature or a date that is not accepted says anything about others is known with them.
        let waits =
            |kind| matches!(kind, RefusalKind::Cancelled | RefusalKind::Auth | RefusalKind::Clock);
        let ends = |kind: RefusalKind| kind.concerns_all() && !waits(kind);
        self.answer.as_ref().is_err_and(|refused| ends(refused.kind()))
    }
}

impl<P: Plan> Run<P> {
    pub(super) fn new(plan: P) -> Self {
        Self { plan, gathered: Gathered::default(), errors: Vec::new(), answered: 0 }
    }

    /// The questions of the next round; none if all was asked, or the run was cancelled.
    pub(super) fn next_round(&mut self, options: &GatherOptions<'_>) -> Vec<Question> {
        if self.gathered.is_cancelled {
            return Vec::new();
        }
        let questions = self.plan.next(&self.gathered.evidence);
        if questions.is_empty() {
            return questions;
        }
        if options.cancel.is_cancelled() {
            self.gathered.is_cancelled = true;
            return Vec::new();
        }
        self.gathered.rounds += 1;
        self.gathered.questions += questions.len();
        questions
    }

    /// Tells that one more question is settled.
    pub(super) fn settled(&mut self, options: &GatherOptions<'_>) {
        self.answered += 1;
        if let Some(tell) = options.progress {
            tell(Progress { answered: self.answered, known: self.gathered.questions });
        }
    }

    /// Takes what became of a round's questions, in their order. What was not asked any more has no
    /// outcome.
    ///
    /// # Errors
    ///
    /// If the device cannot be gone on with.
    pub(super) fn end_round(
        &mut self,
        outcomes: impl IntoIterator<Item = (Question, Option<Outcome>)>,
    ) -> Result<(), GatherError> {
        for (question, outcome) in outcomes {
            let Some(Outcome { answer, recorded }) = outcome else { continue };
            self.gathered.exchanges.extend(recorded);
            let answer = answer.map_err(|refused| {
                let refusal = refused.refusal();
                if let Refused::Asked(error) = refused {
                    self.errors.push((question.evidence_part(), error));
                }
                refusal
            });
            if matches!(&answer, Err(refusal) if refusal.kind == RefusalKind::Cancelled) {
                self.gathered.is_cancelled = true;
            }
            self.gathered.evidence.take(question, answer);
        }
        self.check()
    }

    fn check(&mut self) -> Result<(), GatherError> {
        // Where other signatures were accepted, tokens and clock are right, and it is a name that the
        // appliance reads in another way, or an endpoint with a clock of its own: neither must end the
        // device. A clock that is really wrong fails what is asked first.
        let is_signed = self.gathered.evidence.answers().next().is_some();
        let concerns_all = |error: &Error| match error.refusal_kind() {
            RefusalKind::Cancelled => false,
            RefusalKind::Auth | RefusalKind::Clock => !is_signed,
            kind => kind.concerns_all(),
        };
        let fatal = self.errors.iter().position(|(_, error)| concerns_all(error));
        let Some(fatal) = fatal.or_else(|| self.lacking()) else { return Ok(()) };
        let (_, error) = self.errors.swap_remove(fatal);
        Err(GatherError::new(error, std::mem::take(&mut self.gathered)))
    }

    /// Why there is no answer that the plan cannot do without, once that is certain.
    fn lacking(&self) -> Option<usize> {
        let Gathered { evidence, is_cancelled, .. } = &self.gathered;
        let required = self.plan.required();
        if *is_cancelled || required.is_met_by(evidence) {
            return None;
        }
        match required {
            // Where others are answered, it may be asked for in a later round.
            Required::Part(part) if evidence.answers().next().is_some() => {
                self.errors.iter().position(|(about, _)| *about == Some(part))
            }
            Required::Part(_) | Required::AnyDeviceInfo => self.worst(),
        }
    }

    /// Of what was refused, what most needs somebody to do something: who may not ask at all comes
    /// before who was not reached, and that before everything that may pass by itself.
    fn worst(&self) -> Option<usize> {
        let badness = |error: &Error| match error.refusal_kind() {
            kind if kind.is_access() => 2,
            kind if kind.is_network() => 1,
            _ => 0,
        };
        // Of equals, the first.
        (0..self.errors.len()).rev().max_by_key(|place| badness(&self.errors[*place].1))
    }

    /// All that was gathered.
    pub(super) fn finish(self) -> (P, Gathered) {
        (self.plan, self.gathered)
    }
}

/// The request for a question, or why it cannot be asked.
pub(super) fn target(question: &Question, base: &BaseUrl) -> Result<RequestTarget, Error> {
    let target = RequestTarget::new(question.path());
    match question.pairs() {
        Ok(pairs) => Ok(target.params(pairs)),
        Err(invalid) => Err(Error::new(Kind::Unsendable(invalid), Context::new(base, &target))),
    }
}
