//! How the directory of an appliance is called.

use dt_model::DeviceId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::schema::Table;

/// What may stand in the name of a directory as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// The directory of an appliance, by what the run calls it.
pub(crate) fn appliance_directory(appliance: &str) -> String {
    format!("appliance={}", utf8_percent_encode(appliance, PLAIN))
}

/// What the file about a device of an appliance is called, without its extension: letters, digits, `-`, `.` and `_`
/// alone, so that it needs no escape in an address.
#[must_use]
pub fn device_file_name(appliance: &str, did: DeviceId) -> String {
    const LITERAL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.');
    // `_` itself is escaped: two appliances never have one name.
    let appliance = utf8_percent_encode(appliance, LITERAL).to_string().replace('%', "_");
    format!("{appliance}-{}", did.get())
}

/// Whether a file in a lake is one of a table.
pub(crate) fn is_of(path: &str, table: Table) -> bool {
    path.strip_prefix(table.name()).is_some_and(|rest| rest.starts_with('/'))
}

/// The appliance of a directory.
pub(crate) fn appliance_of(directory: &str) -> Option<String> {
    let name = directory.strip_prefix("appliance=")?;
    Some(percent_decode_str(name).decode_utf8_lossy().into_owned())
}
