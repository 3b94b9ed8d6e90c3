//! Quantities that say how well they are known.

use std::fmt;

/// A number of connections or bytes.
///
/// An appliance counts some things, rounds others to whole percentages, and merges small entries,
/// so that a sum over what is listed is only a lower bound. The three never mix silently.
///
/// ```
/// use dt_model::{Amount, Share};
///
/// let ports = Share::from_percent(27.0).unwrap();
/// let estimate = ports.of(374_112);
/// assert_eq!(estimate, Amount::Estimate { value: 101_010.24, margin: 1_870.56 });
/// assert_eq!(estimate.value(), 101_010.24);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Amount {
    /// Counted. Sums of 64-bit counts cannot overflow.
    Exact(u128),
    /// Derived from a rounded figure: the true value lies within `value` ± `margin`.
    Estimate {
        /// The middle of what is possible.
        value: f64,
        /// Half the width of what is possible.
        margin: f64,
    },
    /// At least this many: some were not listed.
    AtLeast(u128),
}

impl Amount {
    /// The best single number: the count, the middle of the estimate, or the lower bound.
    #[must_use]
    pub const fn value(self) -> f64 {
        match self {
            Self::Exact(count) | Self::AtLeast(count) => count as f64,
            Self::Estimate { value, .. } => value,
        }
    }

    /// The same amount, known less well by `more` on either side. Counts and bounds are unchanged.
    #[must_use]
    pub fn widened_by(self, more: f64) -> Self {
        match self {
            Self::Estimate { value, margin } => Self::Estimate { value, margin: margin + more },
            known => known,
        }
    }
}

/// The way a person reads it: `1,234`, `≈ 950`, `at least 12`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Exact(count) => f.write_str(&grouped(count)),
            Self::AtLeast(count) => write!(f, "at least {}", grouped(count)),
            Self::Estimate { value, .. } => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "rounded, and the cast saturates"
                )]
                let rounded = value.round() as u128;
                write!(f, "≈ {}", grouped(rounded))
            }
        }
    }
}

/// Digits in groups of three.
fn grouped(count: u128) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A part of a whole as a fraction, and how far it was rounded.
///
/// It lies between 0 and 1, unless it was counted in a response whose own figures do not add up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    value: f64,
    margin: f64,
}

impl Share {
    /// Nothing.
    pub const ZERO: Self = Self { value: 0.0, margin: 0.0 };

    /// Appliances round shares to whole percentages.
    const PERCENT_MARGIN: f64 = 0.005;

    /// The share an appliance gave as a percentage; `None` outside 0 to 100.
    #[must_use]
    pub fn from_percent(percent: f64) -> Option<Self> {
        (0.0..=100.0)
            .contains(&percent)
            .then(|| Self { value: percent / 100.0, margin: Self::PERCENT_MARGIN })
    }

    /// The share of a part that was counted, as was the whole. Nothing is no part of nothing: 0.
    #[must_use]
    pub const fn counted(part: u128, whole: u128) -> Self {
        let value = if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        Self { value, margin: 0.0 }
    }

    /// A share known only to lie within `value` ± `margin`.
    #[must_use]
    pub const fn estimated(value: f64, margin: f64) -> Self {
        Self { value, margin }
    }

    /// The fraction itself.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.value
    }

    /// The fraction lies within [`value`](Self::value) ± this; 0 if it was counted.
    #[must_use]
    pub const fn margin(self) -> f64 {
        self.margin
    }

    /// Both parts together. What was rounded twice is known half as well.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { value: self.value + other.value, margin: self.margin + other.margin }
    }

    /// This share of `base`, as an estimate.
    #[must_use]
    pub fn of(self, base: u64) -> Amount {
        let base = base as f64;
        Amount::Estimate { value: self.value * base, margin: self.margin * base }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_a_share_only_between_0_and_100() {
        assert_eq!(Share::from_percent(100.0).map(Share::value), Some(1.0));
        for odd in [-1.0, 100.5, f64::NAN, f64::INFINITY] {
            assert_eq!(Share::from_percent(odd), None, "{odd}");
        }
    }

    #[test]
    fn amounts_read_as_they_are_known() {
        let estimate = |value| Amount::Estimate { value, margin: 1.0 };
        assert_eq!(Amount::Exact(0).to_string(), "0");
        assert_eq!(Amount::Exact(1_234_567).to_string(), "1,234,567");
        assert_eq!(Amount::AtLeast(999).to_string(), "at least 999");
        assert_eq!(estimate(1000.4).to_string(), "≈ 1,000");
    }

    #[test]
    fn nothing_is_no_part_of_nothing() {
        assert_eq!(Share::counted(0, 0), Share::ZERO);
        assert_eq!(Share::counted(3, 2), Share::estimated(1.5, 0.0));
    }

    #[test]
    fn widening_leaves_what_was_counted_alone() {
        let estimate = Amount::Estimate { value: 10.0, margin: 1.0 };
        assert_eq!(estimate.widened_by(2.0), Amount::Estimate { value: 10.0, margin: 3.0 });
        assert_eq!(Amount::Exact(10).widened_by(2.0), Amount::Exact(10));
        assert_eq!(Amount::AtLeast(10).widened_by(2.0), Amount::AtLeast(10));
    }
}
