//! Whether a part of the evidence is there, and if not, why.

use std::fmt;

use serde::Serialize;

use crate::Refusal;

/// A part of the evidence: an answer, the reason why there is none, or nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Part<T> {
    /// It was asked for and answered.
    Answered(T),
    /// It was asked for, or was going to be, and there is no answer.
    Refused(Refusal),
    /// It was not asked for, or is not among saved responses: [`PartState`] tells which.
    #[default]
    Absent,
}

/// What there is to say about a part, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    /// It was answered.
    Answered,
    /// It was asked for and refused, or could not be asked for.
    Refused,
    /// It was not asked for.
    NotAsked,
    /// It is not among the saved responses.
    NotGiven,
}

impl PartState {
    /// The state's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::NotAsked => "not_asked",
            Self::NotGiven => "not_given",
        }
    }
}

/// As a person reads it.
impl fmt::Display for PartState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::NotAsked => "not asked",
            Self::NotGiven => "not given",
        })
    }
}

impl<T> From<Option<T>> for Part<T> {
    fn from(answer: Option<T>) -> Self {
        answer.map_or(Self::Absent, Self::Answered)
    }
}

impl<T> From<Result<T, Refusal>> for Part<T> {
    fn from(outcome: Result<T, Refusal>) -> Self {
        outcome.map_or_else(Self::Refused, Self::Answered)
    }
}

impl<T> Part<T> {
    /// The answer, if there is one.
    pub const fn answer(&self) -> Option<&T> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::Refused(_) | Self::Absent => None,
        }
    }

    /// The answer, to be changed.
    pub const fn answer_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::Refused(_) | Self::Absent => None,
        }
    }

    /// The answer by value.
    pub fn into_answer(self) -> Option<T> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::Refused(_) | Self::Absent => None,
        }
    }

    /// Takes the answer out, if there is one; the part is absent then.
    pub fn take_answer(&mut self) -> Option<T> {
        match self {
            Self::Answered(_) => std::mem::take(self).into_answer(),
            Self::Refused(_) | Self::Absent => None,
        }
    }

    /// Whether there is an answer.
    pub const fn is_answered(&self) -> bool {
        matches!(self, Self::Answered(_))
    }

    /// Why there is no answer, if it was asked for.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Answered(_) | Self::Absent => None,
        }
    }

    /// The part with another answer in place of its own, if it has one.
    #[must_use]
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Part<U> {
        match self {
            Self::Answered(answer) => Part::Answered(f(answer)),
            Self::Refused(refusal) => Part::Refused(refusal),
            Self::Absent => Part::Absent,
        }
    }
}
