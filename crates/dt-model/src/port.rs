//! Ports, as responses name them.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;

/// One port, a range of ports, or a group of them.
///
/// Its text is what the response used, so that nothing is lost between reading and printing:
///
/// ```
/// use dt_model::Port;
///
/// for text in ["443", "5001 - 10000", "others", "Other"] {
///     assert_eq!(text.parse::<Port>().unwrap().to_string(), text);
/// }
/// assert_eq!("443".parse(), Ok(Port::Number(443)));
/// assert_eq!("5001 - 10000".parse(), Ok(Port::Range { low: 5001, high: 10000 }));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Port {
    /// One port.
    Number(u16),
    /// All ports from `low` to `high`, both included; `low` is not above `high`.
    Range {
        /// The first port.
        low: u16,
        /// The last port.
        high: u16,
    },
    /// Ports too small to be listed, merged by the appliance (`others`).
    Others,
    /// Any other text that stands in the place of a port, such as the documented dialect's `Other`.
    Named(CompactString),
}

impl FromStr for Port {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        if let Some(number) = canonical(text) {
            return Ok(Self::Number(number));
        }
        if text == "others" {
            return Ok(Self::Others);
        }
        let range = text.split_once(" - ").and_then(|(low, high)| {
            let (low, high) = (canonical(low)?, canonical(high)?);
            (low <= high).then_some(Self::Range { low, high })
        });
        Ok(range.unwrap_or_else(|| Self::Named(text.into())))
    }
}

/// Reads a port number written the way it would be printed, so that `"0443"` stays a name of its
/// own, as it does for whoever counts by the response's text.
fn canonical(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok()
}

impl From<u16> for Port {
    fn from(number: u16) -> Self {
        Self::Number(number)
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Range { low, high } => write!(f, "{low} - {high}"),
            Self::Others => f.write_str("others"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_is_no_port_keeps_its_name() {
        for text in ["", "0443", "65536", "+1", "9 - 3", "1-2", "http", " 80"] {
            assert_eq!(text.parse(), Ok(Port::Named(text.into())), "{text:?}");
        }
        assert_eq!("0".parse(), Ok(Port::Number(0)));
    }
}
