//! What a threshold is called, and how much it is.

use std::fmt;

use dt_model::Amount;
use jiff::SignedDuration;

/// A threshold of a [`Policy`](crate::Policy), which stands beside its field.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Threshold {
    /// What it belongs to.
    pub group: ThresholdGroup,
    /// Its name, which never changes: the policy's [digest](crate::Policy::digest) is over it.
    pub name: &'static str,
    /// How much it is.
    pub value: ThresholdValue,
    /// What it decides, in words that its value follows.
    pub description: &'static str,
}

/// What thresholds are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ThresholdGroup {
    /// Its name, which never changes.
    pub name: &'static str,
    /// The same for people.
    pub description: &'static str,
}

/// How much a threshold is.
#[derive(Debug, Clone, PartialEq)]
pub enum ThresholdValue {
    /// A number of things that the description names.
    Count(u64),
    /// A number of things, named here: one of them, and several.
    Counted(u64, &'static str, &'static str),
    /// A number without a unit.
    Number(f64),
    /// Several, such as one for each level.
    Numbers(Vec<f64>),
    /// A number, and what is counted.
    Quantity(f64, &'static str),
    /// A share from 0 to 1.
    Share(f64),
    /// A share from 0 to 1, and of what.
    ShareOf(f64, &'static str),
    /// A number of bytes.
    Bytes(f64),
    /// A length of time.
    Time(SignedDuration),
    /// Several.
    Times(Vec<SignedDuration>),
    /// What is known beforehand about a spread.
    Prior {
        /// The usual spread.
        spread: f64,
        /// How many degrees of freedom this knowledge is worth.
        freedom: f64,
    },
    /// Names or numbers.
    List(Vec<String>),
}

impl ThresholdGroup {
    pub(super) const fn new(name: &'static str, description: &'static str) -> Self {
        Self { name, description }
    }

    /// One of the group's thresholds.
    pub(super) const fn threshold(
        self,
        name: &'static str,
        value: ThresholdValue,
        description: &'static str,
    ) -> Threshold {
        Threshold { group: self, name, value, description }
    }
}

impl ThresholdValue {
    pub(super) fn count(count: usize) -> Self {
        Self::Count(count as u64)
    }

    /// The value as it enters a policy's digest, which never changes: numbers in full, times in seconds.
    pub(super) fn canonical(&self) -> String {
        fn list(items: impl Iterator<Item = String>) -> String {
            items.collect::<Vec<_>>().join("\u{1f}")
        }
        match self {
            Self::Count(count) | Self::Counted(count, ..) => count.to_string(),
            Self::Number(number)
            | Self::Quantity(number, _)
            | Self::Share(number)
            | Self::ShareOf(number, _)
            | Self::Bytes(number) => number.to_string(),
            Self::Numbers(numbers) => list(numbers.iter().map(f64::to_string)),
            Self::Time(time) => time.as_secs().to_string(),
            Self::Times(times) => list(times.iter().map(|it| it.as_secs().to_string())),
            Self::Prior { spread, freedom } => {
                list([spread, freedom].map(f64::to_string).into_iter())
            }
            Self::List(items) => list(items.iter().cloned()),
        }
    }
}

/// With its unit, as people read it.
impl fmt::Display for ThresholdValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => count.fmt(f),
            Self::Counted(1, one, _) => write!(f, "1 {one}"),
            Self::Counted(count, _, many) => write!(f, "{count} {many}"),
            Self::Number(number) => number.fmt(f),
            Self::Numbers(numbers) => f.write_str(&list(numbers.iter().map(f64::to_string))),
            Self::Quantity(number, what) => write!(f, "{number} {what}"),
            Self::Share(share) => f.write_str(&percent(*share)),
            Self::ShareOf(share, what) => write!(f, "{} of {what}", percent(*share)),
            Self::Bytes(bytes) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "not negative; the cast saturates"
                )]
                let bytes = Amount::Exact(bytes.round() as u128);
                write!(f, "{bytes} bytes")
            }
            Self::Time(length) => f.write_str(&time(*length)),
            Self::Times(lengths) => f.write_str(&list(lengths.iter().copied().map(time))),
            Self::Prior { spread, freedom } => {
                write!(f, "{spread} with {freedom} degrees of freedom")
            }
            Self::List(items) => f.write_str(&items.join(", ")),
        }
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

fn percent(share: f64) -> String {
    format!("{} %", share * 100.0)
}

fn time(time: SignedDuration) -> String {
    match time.as_hours() {
        hours if hours >= 48 && hours % 24 == 0 => format!("{} days", hours / 24),
        hours => format!("{hours} hours"),
    }
}
