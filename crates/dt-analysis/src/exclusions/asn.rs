//! Networks by their numbers.

use std::fmt;
use std::str::FromStr;

/// The number of an autonomous system: whose network an address is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asn(u32);

/// The text is no such number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidAsn(String);

impl FromStr for Asn {
    type Err = InvalidAsn;

    fn from_str(text: &str) -> Result<Self, InvalidAsn> {
        let digits = text.strip_prefix("AS").or_else(|| text.strip_prefix("as")).unwrap_or(text);
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse().ok().filter(|number| is_number && *number > 0);
        number.map(Self).ok_or_else(|| InvalidAsn(text.to_owned()))
    }
}

impl Asn {
    /// Whether it is that of a network as an appliance names it, such as `AS64511 Example Cloud`.
    #[must_use]
    pub fn holds(self, network: &str) -> bool {
        network.split_whitespace().next().is_some_and(|first| first.parse() == Ok(self))
    }
}

impl fmt::Display for Asn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AS{}", self.0)
    }
}

impl fmt::Display for InvalidAsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no number of a network, such as AS64511", self.0)
    }
}

impl std::error::Error for InvalidAsn {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_not_the_beginning_of_another() {
        let asn: Asn = "AS645".parse().unwrap();
        assert!(asn.holds("AS645 Example Cloud"));
        for network in ["AS64511 Example Cloud", "Example AS645", "", "ASAS645"] {
            assert!(!asn.holds(network), "{network}");
        }
        for text in ["", "AS", "0", "AS-1", "+645", "4294967296"] {
            assert!(text.parse::<Asn>().is_err(), "{text}");
        }
    }
}
