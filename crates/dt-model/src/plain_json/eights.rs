//! Numbers and the ends of texts, looked at eight bytes at a time.

/// The whole number that a text begins with, and what is behind its digits.
#[inline]
pub(crate) fn whole(text: &[u8]) -> Option<(u64, &[u8])> {
    // As many digits as fit into the type, whichever they are.
    const MOST_DIGITS: usize = 19;
    let (mut value, mut rest) = (0_u64, text);
    if let Some((eight, after)) = text.split_first_chunk()
        && let Some(digits) = eight_digits(u64::from_le_bytes(*eight))
    {
        (value, rest) = (digits, after);
    }
    while let Some((byte @ b'0'..=b'9', after)) = rest.split_first() {
        value = value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
        rest = after;
    }
    let digits = text.len() - rest.len();
    let has_leading_zero = digits > 1 && text.first() == Some(&b'0');
    (1..=MOST_DIGITS).contains(&digits).then_some((value, rest)).filter(|_| !has_leading_zero)
}

/// The high bit of each byte in which a text ends or something else than a plain character stands;
/// of those above the first, some may be plain.
#[inline]
pub(super) const fn special(eight: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    const fn zeros(bytes: u64) -> u64 {
        bytes.wrapping_sub(ONES) & !bytes
    }
    let (quotes, escapes) = (eight ^ (ONES * b'"' as u64), eight ^ (ONES * b'\\' as u64));
    let below_space = eight.wrapping_sub(ONES * b' ' as u64) & !eight;
    (zeros(quotes) | zeros(escapes) | below_space) & HIGH
}

/// The number that eight bytes are, if all of them are digits.
#[inline]
const fn eight_digits(eight: u64) -> Option<u64> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    const HIGH_HALVES: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let beyond_nine = eight.wrapping_add(0x0606_0606_0606_0606);
    if eight & HIGH_HALVES != ZEROS || beyond_nine & HIGH_HALVES != ZEROS {
        return None;
    }
    // Neighbours become pairs, pairs become fours, fours become all eight.
    let digits = eight - ZEROS;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff)
}
