//! Quantities that say how well they are known.

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

/// A part of a whole, from 0 to 1, and how far it was rounded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    value: f64,
    margin: f64,
}

impl Share {
    /// Appliances round shares to whole percentages.
    const PERCENT_MARGIN: f64 = 0.005;

    /// The share an appliance gave as a percentage; `None` outside 0 to 100.
    #[must_use]
    pub fn from_percent(percent: f64) -> Option<Self> {
        (0.0..=100.0)
            .contains(&percent)
            .then(|| Self { value: percent / 100.0, margin: Self::PERCENT_MARGIN })
    }

    /// The fraction itself.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.value
    }

    /// The fraction lies within [`value`](Self::value) ± this.
    #[must_use]
    pub const fn margin(self) -> f64 {
        self.margin
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
    fn widening_leaves_what_was_counted_alone() {
        let estimate = Amount::Estimate { value: 10.0, margin: 1.0 };
        assert_eq!(estimate.widened_by(2.0), Amount::Estimate { value: 10.0, margin: 3.0 });
        assert_eq!(Amount::Exact(10).widened_by(2.0), Amount::Exact(10));
        assert_eq!(Amount::AtLeast(10).widened_by(2.0), Amount::AtLeast(10));
    }
}
