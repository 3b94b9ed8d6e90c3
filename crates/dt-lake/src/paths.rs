//! How the directory of an appliance is called.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What may stand in the name of a directory as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// The directory of an appliance, by what the run calls it.
pub(crate) fn appliance_directory(appliance: &str) -> String {
    format!("appliance={}", utf8_percent_encode(appliance, PLAIN))
}

/// The appliance of a directory.
pub(crate) fn appliance_of(directory: &str) -> Option<String> {
    let name = directory.strip_prefix("appliance=")?;
    Some(percent_decode_str(name).decode_utf8_lossy().into_owned())
}
