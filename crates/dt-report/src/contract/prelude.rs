//! What every object of the contract is declared with.

pub(in crate::contract) use dt_model::schema::Time;
pub(in crate::contract) use jiff::Timestamp;
pub(in crate::contract) use schemars::JsonSchema;
pub(in crate::contract) use serde::Serialize;

pub(in crate::contract) use super::word_enum::word_enum;
