//! Numbers in words.

use dt_analysis::{ByteSize, Measured};
use dt_model::Amount;

pub(crate) const NOT_REPORTED: &str = "not reported";

/// Of what is told as one thing, without saying what it is made of.
pub(crate) const NOT_ITEMISED: &str = "not itemised";

/// A number of things: `1,234`, `≈ 950`, `at least 12`, `not reported`.
pub(crate) fn amount(amount: Option<Amount>) -> String {
    amount_or(amount, NOT_REPORTED)
}

/// A number of bytes: `1.00 GB`.
pub(crate) fn bytes(bytes: Option<Amount>) -> String {
    bytes.map_or_else(|| NOT_REPORTED.to_owned(), |bytes| ByteSize(bytes).to_string())
}

/// A number of things, or why it is not known.
pub(crate) fn amount_or(amount: Option<Amount>, missing: &str) -> String {
    amount.map_or_else(|| missing.to_owned(), |amount| amount.to_string())
}

/// A count that is exact if it is there.
pub(crate) fn count(count: Option<u64>) -> String {
    count.map_or_else(|| NOT_REPORTED.to_owned(), |count| Amount::Exact(count.into()).to_string())
}

/// A mean, with one decimal.
pub(crate) fn decimal(mean: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative; the cast saturates"
    )]
    let tenths = (mean * 10.0).round() as u128;
    format!("{}.{}", Amount::Exact(tenths / 10), tenths % 10)
}

/// A number that is not negative, to the nearest whole one.
pub(crate) fn whole(number: f64) -> Amount {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative; the cast saturates"
    )]
    let whole = number.round() as u128;
    Amount::Exact(whole)
}

/// A share in percent. What was counted has a decimal; what was rounded has none to give.
pub(crate) fn percent(share: Option<impl Into<Measured>>) -> String {
    share.map_or_else(|| NOT_REPORTED.to_owned(), |share| percentage(share.into()))
}

/// A share that is known, in percent.
pub(crate) fn percentage(share: Measured) -> String {
    let Measured { value, margin } = share;
    if margin > 0.0 {
        format!("≈ {:.0} %", value * 100.0)
    } else {
        format!("{:.1} %", value * 100.0)
    }
}

/// A multiple: `4.3 x`.
pub(crate) fn times(multiple: Option<Measured>) -> String {
    match multiple {
        None => "no baseline".to_owned(),
        Some(Measured { value, margin }) if margin > 0.0 => format!("≈ {value:.2} x"),
        Some(counted) => format!("{:.2} x", counted.value),
    }
}

/// How many, with the right form of the word.
pub(crate) fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", Amount::Exact(count as u128), if count == 1 { one } else { many })
}
