//! Addresses, in the forms that standards want.

use std::fmt;
use std::net::IpAddr;

use serde::{Serialize, Serializer};

/// An address of the Internet protocol, if the text is one.
pub(super) fn ip(text: Option<&str>) -> Option<IpAddr> {
    text?.parse().ok()
}

/// A hardware address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mac([u8; 6]);

/// How the bytes of a hardware address are put apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct MacWith<const APART: char>(Mac);

impl Mac {
    /// Reads one in any of the usual forms.
    pub(super) fn read(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text
            .chars()
            .filter(|c| !matches!(c, ':' | '-' | '.'))
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()?;
        let mut bytes = [0; 6];
        if digits.len() != 2 * bytes.len() {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = digits.iter().fold(0, |byte, digit| byte << 4 | digit);
        }
        Some(Self(bytes))
    }

    /// `00-00-5E-00-53-23`
    pub(super) const fn with_hyphens(self) -> MacWith<'-'> {
        MacWith(self)
    }

    /// `00:00:5E:00:53:23`
    pub(super) const fn with_colons(self) -> MacWith<':'> {
        MacWith(self)
    }
}

impl<const APART: char> fmt::Display for MacWith<APART> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.0.iter().enumerate() {
            if place > 0 {
                write!(f, "{APART}")?;
            }
            write!(f, "{byte:02X}")?;
        }
        Ok(())
    }
}

impl<const APART: char> Serialize for MacWith<APART> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hardware_address_has_one_form_in_each_standard() {
        for text in ["00:00:5e:00:53:23", "00-00-5E-00-53-23", "0000.5e00.5323", "00005E005323"] {
            let mac = Mac::read(text);
            let with_hyphens = mac.map(|mac| mac.with_hyphens().to_string());
            assert_eq!(with_hyphens.as_deref(), Some("00-00-5E-00-53-23"), "{text}");
            let with_colons = mac.map(|mac| mac.with_colons().to_string());
            assert_eq!(with_colons.as_deref(), Some("00:00:5E:00:53:23"), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in ["", "00:00:5e:00:53", "00:00:5e:00:53:2g", "00:00:5e:00:53:23:11", "<b>"] {
            assert_eq!(Mac::read(text), None, "{text}");
        }
        assert_eq!(ip(Some("10.0.0.256")), None);
        assert_eq!(ip(Some("fe80::1%eth0")), None);
    }
}
