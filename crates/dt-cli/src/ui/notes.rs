//! Everything that is no data.

use std::io::{self, Write};

/// The one way to standard error. Nobody may be there to read it.
pub(crate) fn eprint_line(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
