//! How long ago a device may have been seen last.

use std::str::FromStr;

use crate::network::Network;

/// The parameter `seensince`: seconds, or a number with a unit such as `2hour` or `3days`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SeenSince {
    seconds: i64,
}

impl SeenSince {
    pub(super) const fn days(days: i64) -> Self {
        Self { seconds: days * 24 * 3600 }
    }

    /// The earliest time that is recent enough, in seconds since the epoch. The present is when the
    /// data ends.
    pub(super) fn earliest(self, network: &Network) -> i64 {
        network.window().end() - self.seconds
    }
}

impl FromStr for SeenSince {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let number: u32 = number.parse().map_err(|_| ())?;
        let unit = match unit.strip_suffix('s').unwrap_or(unit) {
            "" | "sec" | "second" => 1,
            "min" | "minute" => 60,
            "hour" => 3600,
            "day" => 24 * 3600,
            "week" => 7 * 24 * 3600,
            _ => return Err(()),
        };
        if number == 0 {
            return Err(());
        }
        Ok(Self { seconds: i64::from(number) * unit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_a_unit_or_counts_seconds() {
        for (text, seconds) in
            [("90", 90), ("2hour", 7_200), ("3days", 259_200), ("1min", 60), ("1week", 604_800)]
        {
            assert_eq!(text.parse(), Ok(SeenSince { seconds }), "{text}");
        }
        for text in ["", "day", "0", "-1", "2fortnights", "1.5day"] {
            assert_eq!(text.parse::<SeenSince>(), Err(()), "{text}");
        }
    }
}
