//! Hardware addresses.

use std::fmt;
use std::str::FromStr;

/// A hardware address of 48 bits.
///
/// It is read in every form in which people have one at hand, and written as appliances write it:
///
/// ```
/// use dt_model::MacAddress;
///
/// for text in ["02:00:5e:00:30:39", "02-00-5E-00-30-39", "0200.5e00.3039", "02005E003039"] {
///     assert_eq!(text.parse::<MacAddress>()?.to_string(), "02:00:5e:00:30:39");
/// }
/// # Ok::<(), dt_model::InvalidMacAddress>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddress([u8; 6]);

/// The text is no hardware address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected six pairs of hex digits, apart by : or -, or by a . after every four digits")]
pub struct InvalidMacAddress;

impl FromStr for MacAddress {
    type Err = InvalidMacAddress;

    fn from_str(text: &str) -> Result<Self, InvalidMacAddress> {
        let grouped = |apart: char, digits: usize| {
            text.contains(apart) && text.split(apart).all(|group| group.len() == digits)
        };
        let is_grouped = grouped(':', 2) || grouped('-', 2) || grouped('.', 4);
        let is_bare = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits: String = text.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
        let is_hex = digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u64::from_str_radix(&digits, 16) {
            Ok(number) if is_hex && (is_grouped || is_bare) => {
                let [_, _, address @ ..] = number.to_be_bytes();
                Ok(Self(address))
            }
            _ => Err(InvalidMacAddress),
        }
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            let apart = if place == 0 { "" } else { ":" };
            write!(f, "{apart}{byte:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hardware_addresses_are_told_from_names() {
        for name in [
            "ws-01",
            "02:00:5e:00:30",
            "02:00:5e:00:30:3g",
            "02:00-5e:00-30:39",
            "0200.5e.003039",
            "a-b-c-d-e-f",
            "+2005e003039",
            "",
        ] {
            assert!(name.parse::<MacAddress>().is_err(), "{name}");
        }
    }
}
