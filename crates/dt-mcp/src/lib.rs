//! The analyses of `dt` as read-only tools of the Model Context Protocol.
//!
//! [`serve`] speaks the protocol over any pair of streams, usually those of a program that an assistant has
//! started. What is asked, whom and by which thresholds is an [`Analyst`], chosen before; a model names devices
//! and, below one directory, lakes and snapshots. It cannot name an address, a token, or anything else.
//!
//! | who | what they cannot do |
//! |---|---|
//! | a model | reach another appliance or file, change anything, or ask faster than the [client](dt_transport::Client)'s pace |
//! | a host with a name that reads like an instruction | end the data that it stands in: its marker is drawn for each answer |
//! | a client | end the server with a line that is too long, or no JSON |
//!
//! A model may still believe what a host name says: the fence tells data from instructions, and no more.
//!
//! This project is unofficial: what the crate knows comes from public documentation and public clients.

mod analyst;
mod argument;
mod bounded;
mod call;
mod error;
mod fence;
mod lines;
mod root;
mod server;

pub use analyst::{Analyst, Program, Site};
pub use argument::{DeviceFault, FileFault, InvalidArgument};
pub use error::{CallError, ServeError};
pub use root::Root;
pub use server::serve;
