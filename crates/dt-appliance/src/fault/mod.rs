//! What an appliance, or a gateway before it, does in place of answering.

mod http_fault;
mod injector;
mod kind;
mod part;
mod plan;
mod text;

pub(crate) use http_fault::Aspect;
pub use http_fault::{Fault, RetryAfter};
pub(crate) use injector::Injector;
pub(crate) use kind::FaultKind;
pub use part::FaultPart;
pub use plan::{FaultPlan, FaultRule};
pub use text::FaultTextError;
