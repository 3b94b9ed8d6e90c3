//! Words for numbers, times and what is missing: the same in every format for people.

pub(crate) mod alerts;
pub(crate) mod known;
pub(crate) mod numbers;
pub(crate) mod part;
pub(crate) mod period;
pub(crate) mod reason;
pub(crate) mod times;
pub(crate) mod unseen;
pub(crate) mod when;
