//! Standard output, which may be closed by whoever reads it.

use std::io::{ErrorKind, Write};

use crate::Failure;

/// Prints text; `false` if nobody reads any more.
pub(super) fn print(text: &str) -> Result<bool, Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => {
            Err(Failure::new("standard output cannot be written").because(&error.to_string()))
        }
    }
}
