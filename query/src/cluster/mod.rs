//! The same queries on several machines, by Apache Ballista. Client, scheduler and executors are this one program,
//! so that their functions are the same; the client makes sure.
//!
//! Nothing here asks who somebody is: whoever reaches a scheduler reads every file that its executors can. So all of
//! it stays on the machine's own loopback addresses.

mod address;
mod client;
mod executor;
mod scheduler;

pub(crate) use address::{Loopback, Server};
pub(crate) use client::Engine;
pub(crate) use executor::{Executor, run as run_executor};
pub(crate) use scheduler::run as run_scheduler;

/// The most that one message may hold: a plan names every run of a lake.
const MESSAGE_BYTES: u32 = 64 << 20;

/// Ends when the process is asked to stop.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    // If it cannot be heard, it ends the process by itself.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
