//! Location and spread that a few odd values do not move.

/// Makes a median absolute deviation estimate the standard deviation of normal data.
const NORMAL: f64 = 1.4826;

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

/// One in forty normal values lies further above the centre than this many standard deviations.
const ONE_IN_FORTY: f64 = 1.96;

/// How far values rise above zero: the one that a fortieth of them lie above, scaled like a
/// deviation. The values are reordered; 0 of none.
pub(crate) fn rise(values: &mut [f64]) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return 0.0 };
    let place = last - values.len() / 40;
    let (_, &mut value, _) = values.select_nth_unstable_by(place, f64::total_cmp);
    value.max(0.0) / ONE_IN_FORTY
}

/// [`rise`] of sorted values, but for the one at `left_out`.
pub(crate) fn rise_without(sorted: &[f64], left_out: usize) -> f64 {
    let count = sorted.len().saturating_sub(1);
    let Some(last) = count.checked_sub(1) else { return 0.0 };
    let place = last - count / 40;
    sorted[place + usize::from(place >= left_out)].max(0.0) / ONE_IN_FORTY
}

/// The scaled median of sorted absolute deviations, but for the one at `left_out`; 0 of no others.
pub(crate) fn deviation_without(sorted: &[f64], left_out: usize) -> f64 {
    let count = sorted.len().saturating_sub(1);
    if count == 0 {
        return 0.0;
    }
    let other = |place: usize| sorted[place + usize::from(place >= left_out)];
    let upper = other(count / 2);
    let median =
        if count.is_multiple_of(2) { f64::midpoint(other(count / 2 - 1), upper) } else { upper };
    NORMAL * median
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
    fn leaving_one_out_is_computing_without_it() {
        let sorted = [0.1, 0.4, 0.5, 0.9, 1.3, 2.0];
        for left_out in 0..sorted.len() {
            let mut others: Vec<f64> = sorted.to_vec();
            others.remove(left_out);
            assert!((rise_without(&sorted, left_out) - rise(&mut others)).abs() < 1e-12);
            let direct = deviation(&mut others, 0.0).unwrap();
            assert!((deviation_without(&sorted, left_out) - direct).abs() < 1e-12);
        }
        assert!(deviation_without(&[5.0], 0).abs() < 1e-12);
        assert!(rise_without(&[5.0], 0).abs() < 1e-12);
    }

    #[test]
    fn one_odd_value_moves_nothing() {
        let mut values = [1.0, 2.0, 3.0, 4.0, 1e12];
        let centre = median(&mut values).unwrap();
        let spread = deviation(&mut values, centre).unwrap();
        assert!((centre - 3.0).abs() < 1e-12 && (spread - NORMAL).abs() < 1e-12);
    }
}
