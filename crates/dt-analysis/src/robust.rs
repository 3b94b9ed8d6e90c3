//! Location and spread that a few odd values do not move.

/// Makes a median absolute deviation estimate the standard deviation of normal data.
pub(crate) const NORMAL: f64 = 1.4826;

/// The median of some numbers, which are reordered; the mean of the middle two of an even number.
/// `None` of none.
#[must_use]
pub fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let even = values.len().is_multiple_of(2);
    let (below, &mut upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    if !even {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp)?;
    Some(f64::midpoint(lower, upper))
}

/// The scaled median absolute deviation from `centre` of some numbers, which are overwritten.
#[must_use]
pub fn deviation(values: &mut [f64], centre: f64) -> Option<f64> {
    for value in &mut *values {
        *value = (*value - centre).abs();
    }
    median(values).map(|median| NORMAL * median)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_the_middle() {
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [3.0]), Some(3.0));
        assert_eq!(median(&mut [9.0, 1.0, 4.0]), Some(4.0));
        assert_eq!(median(&mut [9.0, 1.0, 4.0, 2.0]), Some(3.0));
    }

    #[test]
    fn one_odd_value_moves_nothing() {
        let mut values = [1.0, 2.0, 3.0, 4.0, 1e12];
        let centre = median(&mut values).unwrap();
        let spread = deviation(&mut values, centre).unwrap();
        assert!((centre - 3.0).abs() < 1e-12 && (spread - NORMAL).abs() < 1e-12);
    }
}
