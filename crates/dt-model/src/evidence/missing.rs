//! Which parts of the evidence are there, and what of it was refused.

use std::fmt;

use crate::{Dialect, Evidence, EvidencePart, EvidenceSource, Part, PartState, Refusal, Subject};

/// A part of the evidence that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingPart {
    /// Which part.
    pub part: EvidencePart,
    /// Whether it was not asked for, not given or refused.
    pub state: PartState,
    /// Why it was refused; of several answers, the first reason.
    pub refusal: Option<Refusal>,
    /// Of a part of several answers, those about hosts and single domains outside, how many were refused
    /// and how many were asked for; `None` for the other parts.
    pub refused_of: Option<(usize, usize)>,
}

/// Why it is not there, as a person reads it.
impl fmt::Display for MissingPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(refusal) = &self.refusal else { return self.state.fmt(f) };
        match self.refused_of {
            Some((refused, asked)) if refused < asked => {
                let what = if self.part == EvidencePart::Domains { "questions" } else { "hosts" };
                write!(f, "{refused} of {asked} {what} {refusal}")
            }
            _ => refusal.fmt(f),
        }
    }
}

impl Evidence {
    /// What there is to say about a part. One of several answers, about hosts or single domains, is
    /// refused where any of them is, and answered where all are.
    #[must_use]
    pub fn state(&self, part: EvidencePart) -> PartState {
        if self.refusal(part).is_some() {
            return PartState::Refused;
        }
        match self.source {
            _ if self.is_answered(part) => PartState::Answered,
            EvidenceSource::Asked => PartState::NotAsked,
            EvidenceSource::Given => PartState::NotGiven,
        }
    }

    /// Of a part of several answers, how many were refused and how many were asked for; `None` for the
    /// other parts, and if none was asked for.
    fn refused_of(&self, part: EvidencePart) -> Option<(usize, usize)> {
        fn count<K, T>(answers: &[(K, Part<T>)]) -> (usize, usize) {
            let refused = answers.iter().filter(|(_, part)| !part.is_answered());
            (refused.count(), answers.len())
        }
        let (refused, asked) = match part {
            EvidencePart::Endpoints => count(&self.endpoints),
            EvidencePart::Domains => count(&self.by_domain),
            _ => return None,
        };
        (asked > 0).then_some((refused, asked))
    }

    /// Why a part was refused. Of several answers, why the first one was that was.
    #[must_use]
    pub fn refusal(&self, part: EvidencePart) -> Option<&Refusal> {
        match part {
            EvidencePart::Endpoints => self.endpoints.iter().find_map(|(_, part)| part.refusal()),
            EvidencePart::Domains => self.by_domain.iter().find_map(|(_, part)| part.refusal()),
            EvidencePart::Breaches => self.breaches.refusal(),
            EvidencePart::Analyst => self.analyst.refusal(),
            EvidencePart::Watched => self.watched.refusal(),
            part => self.part(part)?.refusal(),
        }
    }

    /// Whether a part is there, at least one of several answers.
    #[must_use]
    pub fn is_answered(&self, part: EvidencePart) -> bool {
        match part {
            EvidencePart::Endpoints | EvidencePart::Domains => {
                self.refused_of(part).is_some_and(|(refused, asked)| refused < asked)
            }
            EvidencePart::Breaches => self.breaches.is_answered(),
            EvidencePart::Analyst => self.analyst.is_answered(),
            EvidencePart::Watched => self.watched.is_answered(),
            part => self.part(part).is_some_and(Part::is_answered),
        }
    }

    /// Whether a part was asked for, or given.
    #[must_use]
    pub fn was_asked(&self, part: EvidencePart) -> bool {
        matches!(self.state(part), PartState::Answered | PartState::Refused)
    }

    /// The parts that this evidence can have. The documented dialect says what is outside in its
    /// ordinary answers, and lists no hosts to ask about: it has none of the parts about that.
    pub fn parts(&self) -> impl Iterator<Item = EvidencePart> + use<> {
        let itself = self.dialect() == Some(Dialect::Documented);
        let has = move |part: &EvidencePart| {
            use EvidencePart::{Domains, Endpoints, External, ExternalOut};
            !itself || !matches!(part, External | ExternalOut | Endpoints | Domains)
        };
        EvidencePart::ALL.into_iter().filter(has)
    }

    /// The [parts](Self::parts) that would say more and are not there. Single domains are asked about
    /// where there is something to explain, so only those miss that were refused. What the appliance says
    /// of its own accord is seldom among saved responses, and nobody misses it there.
    #[must_use]
    pub fn missing(&self) -> Vec<MissingPart> {
        let is_missing = |part: EvidencePart, state: PartState| match (part, state) {
            (_, PartState::Refused) => true,
            (EvidencePart::Domains, _) | (_, PartState::Answered) => false,
            (part, PartState::NotGiven) => !part.is_own_accord(),
            (_, PartState::NotAsked) => true,
        };
        let missing = |part| {
            let state = self.state(part);
            is_missing(part, state).then(|| MissingPart {
                part,
                state,
                refusal: self.refusal(part).cloned(),
                refused_of: self.refused_of(part),
            })
        };
        self.parts().filter_map(missing).collect()
    }

    /// Everything that was refused, with what it was about: of the [parts](Self::parts) that the
    /// evidence can have, then of single domains and of hosts outside.
    pub fn refusals(&self) -> impl Iterator<Item = (Subject<'_>, &Refusal)> {
        let parts = self
            .parts()
            .filter(|part| part.is_one_answer())
            .filter_map(|part| Some((Subject::Part(part), self.refusal(part)?)));
        let domains = self
            .by_domain
            .iter()
            .filter_map(|(question, part)| Some((Subject::Domain(question), part.refusal()?)));
        let endpoints = self
            .endpoints
            .iter()
            .filter_map(|(endpoint, part)| Some((Subject::Endpoint(endpoint), part.refusal()?)));
        parts.chain(domains).chain(endpoints)
    }
}
