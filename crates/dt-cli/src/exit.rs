//! Exit statuses: a contract with scripts.

/// Done.
pub(crate) const DONE: u8 = 0;
/// It failed: no such device, no response, input or output.
pub(crate) const FAILED: u8 = 1;
/// The command line asks for something that cannot be.
pub(crate) const USAGE: u8 = 2;
/// Something was found at or above `--fail-on`.
pub(crate) const FOUND: u8 = 3;
/// The appliance does not let in: tokens, permission or clock; or a token file lets others in.
pub(crate) const ACCESS: u8 = 4;
/// The appliance was not reached: network or TLS.
pub(crate) const NETWORK: u8 = 5;
