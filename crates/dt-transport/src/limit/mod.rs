//! Bounds for programs that make many calls.

mod limited;
mod limits;
mod pace;

pub use limited::Limited;
pub use limits::Limits;
