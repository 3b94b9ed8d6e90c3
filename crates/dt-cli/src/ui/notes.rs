//! Everything that is no data.

use std::io::{self, Write};

use crate::failure::Failure;

/// The one way to standard error. Nobody may be there to read it.
pub(crate) fn eprint_line(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints a failure, and once more for programs if the answer was to be for them.
pub(crate) fn print_failure(failure: &Failure, is_for_programs: bool) {
    eprint_line(&failure.to_string());
    if is_for_programs {
        eprint_line(&failure.report().line());
    }
}
