//! Amounts of findings, as people read them.

use dt_model::Amount;

use crate::ByteSize;

/// A number of bytes.
pub(crate) fn size(bytes: f64) -> ByteSize {
    ByteSize(rounded(bytes))
}

/// A number of connections.
pub(crate) fn count(number: f64) -> Amount {
    rounded(number)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded and not negative; the cast saturates"
)]
fn rounded(number: f64) -> Amount {
    Amount::Exact(number.max(0.0).round() as u128)
}
