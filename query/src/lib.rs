//! SQL over a lake of `dt sweep`: in this process with Apache `DataFusion`, or over a cluster with Apache Ballista.
//!
//! The views and the functions are the project's; the engine is theirs. Whatever is asked is only read.

pub mod bench;
pub mod cli;
mod cluster;
mod failure;
pub mod functions;
mod output;
mod query;
mod session;
mod views;

pub use failure::Failure;
pub use query::{plan, read_only};
pub use session::{Limits, context};
pub use views::Views;
