//! What people and programs see: standard output, a pager, progress, and notes on standard error.

#[cfg(feature = "fleet")]
mod fleet_bar;
mod formats;
mod notes;
mod output;
mod pager;
mod printer;
mod progress;
mod waits;

#[cfg(feature = "fleet")]
pub(crate) use fleet_bar::FleetBar;
pub(crate) use formats::found;
pub(crate) use notes::{eprint_line, print_failure};
pub(crate) use output::{Output, Verbosity};
pub(crate) use printer::{PrintContext, Printer, print_bytes};
pub(crate) use progress::{Progress, SweepProgress};
pub(crate) use waits::WaitNotes;
