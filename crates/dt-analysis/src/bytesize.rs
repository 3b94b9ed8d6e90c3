//! Numbers of bytes, for people.

use std::fmt;

use dt_model::Amount;

/// An amount of bytes as people read it: `1.00 GB`, `1.00 MB`, `1.00 KB`, else `512 bytes`.
///
/// The thresholds are binary (1024³, 1024², 1024), as in the module document.
///
/// ```
/// use dt_analysis::ByteSize;
/// use dt_model::Amount;
///
/// assert_eq!(ByteSize(Amount::Exact(1_610_612_736)).to_string(), "1.50 GB");
/// assert_eq!(ByteSize(Amount::Exact(1_023)).to_string(), "1023 bytes");
/// assert_eq!(ByteSize(Amount::AtLeast(2_048)).to_string(), "at least 2.00 KB");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ByteSize(pub Amount);

const KB: f64 = 1024.0;

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Amount::Estimate { .. } => "≈ ",
            Amount::AtLeast(_) => "at least ",
            _ => "",
        })?;
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
