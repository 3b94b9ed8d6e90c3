//! The two shapes of a `/deviceinfo` answer, and what both are views of.

pub(crate) mod appliance;
pub(crate) mod documented;
mod question;
mod view;

pub(crate) use question::Question;
pub(crate) use view::{Subject, View};
