//! Exit statuses: a contract with scripts.

/// Done.
pub(crate) const DONE: u8 = 0;
/// It failed: no such device, no response, input or output.
pub(crate) const FAILED: u8 = 1;
/// The command line asks for something that cannot be.
pub(crate) const USAGE: u8 = 2;
/// Something was found at or above `--fail-on`.
pub(crate) const FOUND: u8 = 3;
