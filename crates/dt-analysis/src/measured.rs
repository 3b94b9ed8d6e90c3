//! Numbers that remember how far off they may be.

use dt_model::{Amount, Share};

use crate::{Estimates, LowerBounds, ZeroBaseline};

/// A number within `value` ± `margin`; the margin is 0 for what was counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The number, or the middle of what is possible.
    pub value: f64,
    /// Half the width of what is possible.
    pub margin: f64,
}

impl Measured {
    /// A number that was counted.
    #[must_use]
    pub const fn exact(value: f64) -> Self {
        Self { value, margin: 0.0 }
    }

    /// The mean of several numbers; `None` of none.
    #[must_use]
    pub fn mean(numbers: &[Self]) -> Option<Self> {
        if numbers.is_empty() {
            return None;
        }
        let count = numbers.len() as f64;
        Some(Self {
            value: numbers.iter().map(|number| number.value).sum::<f64>() / count,
            margin: numbers.iter().map(|number| number.margin).sum::<f64>() / count,
        })
    }

    /// How many times `base` this is.
    #[must_use]
    pub fn ratio_to(self, base: Self, zero: ZeroBaseline) -> Option<Self> {
        self.relative_to(base, zero, self.value / base.value)
    }

    /// How much larger than `base` this is, in units of `base`: 1 is twice as large.
    #[must_use]
    pub fn deviation_from(self, base: Self, zero: ZeroBaseline) -> Option<Self> {
        self.relative_to(base, zero, (self.value - base.value) / base.value)
    }

    fn relative_to(self, base: Self, zero: ZeroBaseline, value: f64) -> Option<Self> {
        if base.value > 0.0 {
            // To first order, relative margins add.
            let margin = (self.margin + base.margin * self.value / base.value) / base.value;
            return Some(Self { value, margin });
        }
        match zero {
            ZeroBaseline::NoRatio => None,
            ZeroBaseline::RatioOfZero => Some(Self::exact(0.0)),
        }
    }

    /// Whether it is above `limit`.
    #[must_use]
    pub fn is_above(self, limit: f64, estimates: Estimates) -> bool {
        match estimates {
            Estimates::ClearTheLimit => self.value - self.margin > limit,
            Estimates::TakenAsCounted => self.value > limit,
        }
    }

    /// Whether it is below `limit`.
    #[must_use]
    pub fn is_below(self, limit: f64, estimates: Estimates) -> bool {
        match estimates {
            Estimates::ClearTheLimit => self.value + self.margin < limit,
            Estimates::TakenAsCounted => self.value < limit,
        }
    }

    /// An amount, if it can be compared with others.
    #[must_use]
    pub fn comparable(amount: Amount, bounds: LowerBounds) -> Option<Self> {
        match (amount, bounds) {
            (Amount::AtLeast(_), LowerBounds::NotCompared) => None,
            (Amount::Estimate { value, margin }, _) => Some(Self { value, margin }),
            (counted, _) => Some(Self::exact(counted.value())),
        }
    }
}

impl From<Share> for Measured {
    fn from(share: Share) -> Self {
        Self { value: share.value(), margin: share.margin() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_known_as_well_as_what_it_is_made_of() {
        let tenth = Measured { value: 0.10, margin: 0.005 };
        let twentieth = Measured { value: 0.05, margin: 0.005 };
        let ratio = tenth.ratio_to(twentieth, ZeroBaseline::NoRatio).unwrap();
        assert!((ratio.value - 2.0).abs() < 1e-12);
        // 5 % and 10 % of 2.
        assert!((ratio.margin - 0.3).abs() < 1e-12);
    }

    #[test]
    fn an_estimate_has_to_clear_a_limit() {
        let ratio = Measured { value: 2.5, margin: 1.0 };
        assert!(!ratio.is_above(2.0, Estimates::ClearTheLimit));
        assert!(ratio.is_above(2.0, Estimates::TakenAsCounted));
        assert!(ratio.is_above(1.4, Estimates::ClearTheLimit));
        assert!(!ratio.is_below(3.0, Estimates::ClearTheLimit));
        assert!(ratio.is_below(3.0, Estimates::TakenAsCounted));
        assert!(Measured::exact(2.1).is_above(2.0, Estimates::ClearTheLimit));
    }

    #[test]
    fn nothing_is_no_baseline() {
        let (one, zero) = (Measured::exact(1.0), Measured::exact(0.0));
        assert_eq!(one.ratio_to(zero, ZeroBaseline::NoRatio), None);
        assert_eq!(one.deviation_from(zero, ZeroBaseline::RatioOfZero), Some(zero));
        assert_eq!(Measured::mean(&[]), None);
    }
}
