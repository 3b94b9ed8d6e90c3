//! The same queries on several machines, by Apache Ballista. Client, scheduler and executors are this one program,
//! so that their functions are the same; the client makes sure.
//!
//! Whoever reaches a scheduler reads every file that its executors can. So without certificates, which say who
//! somebody is, all of it stays on the machine's own loopback addresses.

mod address;
mod client;
mod executor;
mod scheduler;
mod tls;

pub(crate) use address::{Listen, Remote, Server};
pub(crate) use client::Engine;
pub(crate) use executor::{Executor, run as run_executor};
pub(crate) use scheduler::{Scheduler, run as run_scheduler};
pub(crate) use tls::{Tls, TlsArgs};

/// The most that one message may hold: a plan names every run of a lake.
const MESSAGE_BYTES: u32 = 64 << 20;

/// Ends when the process is asked to stop.
pub(crate) async fn stopped() {
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
