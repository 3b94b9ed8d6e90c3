//! Numbers of bytes, for people.

use std::fmt;

use dt_model::Amount;

use crate::{Analyses, Policy};

/// An amount of bytes as people read it: three digits of a decimal unit (1 MB is 1,000,000 bytes), or
/// single bytes.
///
/// ```
/// use dt_analysis::ByteSize;
/// use dt_model::Amount;
///
/// assert_eq!(ByteSize(Amount::Exact(2_404_283_795)).to_string(), "2.40 GB");
/// assert_eq!(ByteSize(Amount::Exact(999_600_000)).to_string(), "1.00 GB");
/// assert_eq!(ByteSize(Amount::AtLeast(12_345)).to_string(), "at least 12.3 KB");
/// assert_eq!(ByteSize(Amount::Exact(512)).to_string(), "512 bytes");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByteSize(pub Amount);

/// An amount of bytes as the module document writes it: two decimals of a binary unit (1 MB is 1024²
/// bytes), whatever else is decimal.
///
/// ```
/// use dt_analysis::DocumentedByteSize;
/// use dt_model::Amount;
///
/// assert_eq!(DocumentedByteSize(Amount::Exact(1_610_612_736)).to_string(), "1.50 GB");
/// assert_eq!(DocumentedByteSize(Amount::Exact(1_023)).to_string(), "1023 bytes");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DocumentedByteSize(pub Amount);

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 6] = ["KB", "MB", "GB", "TB", "PB", "EB"];
        f.write_str(certainty(self.0))?;
        let mut size = self.0.value();
        if size.round() < 1000.0 {
            let whole = format!("{size:.0}");
            return write!(f, "{whole} {}", if whole == "1" { "byte" } else { "bytes" });
        }
        let mut unit = "";
        for larger in UNITS {
            (size, unit) = (size / 1000.0, larger);
            // What would be rounded to 1000 is 1.00 of the next.
            if size.round() < 1000.0 {
                break;
            }
        }
        let decimals = match size {
            _ if size < 9.995 => 2,
            _ if size < 99.95 => 1,
            _ => 0,
        };
        write!(f, "{size:.decimals$} {unit}")
    }
}

impl fmt::Display for DocumentedByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const KB: f64 = 1024.0;
        f.write_str(certainty(self.0))?;
        let bytes = self.0.value();
        let (size, unit) = match bytes {
            _ if bytes >= KB * KB * KB => (bytes / (KB * KB * KB), "GB"),
            _ if bytes >= KB * KB => (bytes / (KB * KB), "MB"),
            _ if bytes >= KB => (bytes / KB, "KB"),
            _ => return write!(f, "{bytes:.0} bytes"),
        };
        write!(f, "{size:.2} {unit}")
    }
}

/// How the sentences of an analysis write amounts of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SizeNotation {
    Decimal,
    Documented,
}

impl SizeNotation {
    /// The document's own for its own rules: what they say was compared with what it prints.
    pub(crate) const fn of(policy: &Policy) -> Self {
        match policy.analyses {
            Analyses::All => Self::Decimal,
            Analyses::Documented => Self::Documented,
        }
    }

    pub(crate) fn words(self, amount: Amount) -> String {
        match self {
            Self::Decimal => ByteSize(amount).to_string(),
            Self::Documented => DocumentedByteSize(amount).to_string(),
        }
    }
}

/// What stands before a number that is not exact.
const fn certainty(amount: Amount) -> &'static str {
    match amount {
        Amount::Estimate { .. } => "≈ ",
        Amount::AtLeast(_) => "at least ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: u128) -> String {
        ByteSize(Amount::Exact(bytes)).to_string()
    }

    #[test]
    fn a_size_has_three_digits_and_never_a_thousand_of_a_unit() {
        let known = [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1.00 KB"),
            (9_994, "9.99 KB"),
            (9_995, "10.0 KB"),
            (99_949, "99.9 KB"),
            (99_950, "100 KB"),
            (999_499, "999 KB"),
            (999_500, "1.00 MB"),
            (1_053_595_566, "1.05 GB"),
            (u128::from(u64::MAX), "18.4 EB"),
            (1_234 * 10_u128.pow(18), "1234 EB"),
        ];
        for (bytes, expected) in known {
            assert_eq!(text(bytes), expected, "{bytes}");
        }
    }

    #[test]
    fn how_well_it_is_known_stands_before_it() {
        let estimate = ByteSize(Amount::Estimate { value: 999.7, margin: 1.0 });
        assert_eq!(estimate.to_string(), "≈ 1.00 KB");
        assert_eq!(DocumentedByteSize(Amount::AtLeast(2_048)).to_string(), "at least 2.00 KB");
    }
}
