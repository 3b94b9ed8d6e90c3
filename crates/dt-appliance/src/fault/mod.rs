//! What an appliance, or a gateway before it, does in place of answering.

mod http_fault;
mod injector;
mod plan;
mod text;

pub use http_fault::{Fault, RetryAfter};
pub(crate) use injector::{Injector, Named};
pub use plan::{FaultPlan, FaultRule};
pub use text::FaultTextError;
