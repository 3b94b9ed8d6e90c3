//! Whom a command asks about which devices, and what came of it.

mod connect;
mod gather;
mod inputs;
mod query;
mod repeated;
mod selection;
mod session;
mod source;
mod times;

pub(crate) use connect::{
    Client, Connected, ask, ask_several, connect, connect_several, start, transport,
};
pub(crate) use gather::{Gathering, ReportRun};
pub(crate) use inputs::{Inputs, Notes, saved_pages};
pub(crate) use query::QueryOptions;
pub(crate) use selection::{TargetDevices, look_through};
pub(crate) use session::Session;
pub(crate) use source::{Connection, DemoAppliance, one_place, settings};
pub(crate) use times::{TimeRange, point_in_time};
