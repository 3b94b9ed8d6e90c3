//! `dt-query executor`: does what a scheduler hands to it.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use ballista_core::registry::BallistaFunctionRegistry;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;

use super::{MESSAGE_BYTES, Server};
use crate::Failure;
use crate::session;

/// How often it says that it is there.
const HEARTBEAT_SECONDS: u64 = 10;
/// What was exchanged between parts of a query is looked through so often, and removed when it is so old.
const CLEAN_EVERY_SECONDS: u64 = 300;
const KEEP_SECONDS: u64 = 3_600;

/// How an executor is set up.
#[derive(Debug, Clone)]
pub(crate) struct Executor {
    pub(crate) scheduler: Server,
    /// How many parts of queries it works on at once; 0 for one a core.
    pub(crate) threads: usize,
    /// Bytes that all of them may use.
    pub(crate) memory: usize,
    /// Where what is exchanged is kept; `None` for a directory that is removed at the end.
    pub(crate) work_directory: Option<PathBuf>,
}

/// Works until it is stopped.
///
/// # Errors
///
/// If the scheduler is not reached, or no port or directory can be had.
pub(crate) async fn run(executor: Executor) -> Result<(), Failure> {
    let Executor { scheduler, threads, memory, work_directory } = executor;
    // Held until the end, when it is removed.
    let temporary = match &work_directory {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("dt-query-").tempdir().map_err(|error| {
            Failure::new("no temporary directory can be had").because(&error.to_string())
        })?),
    };
    let directory = work_directory
        .or_else(|| temporary.as_ref().map(|temporary| temporary.path().to_owned()))
        .unwrap_or_default();
    let spill = directory.clone();
    let state = session::state(
        session::configuration(),
        session::runtime(session::Limits::default()).map_err(|error| Failure::of_run(&error))?,
    )
    .map_err(|error| Failure::of_run(&error))?;
    let address = scheduler.0.0;
    let config = ExecutorProcessConfig {
        bind_host: Ipv4Addr::LOCALHOST.to_string(),
        external_host: Some(Ipv4Addr::LOCALHOST.to_string()),
        port: free_port()?,
        grpc_port: free_port()?,
        scheduler_host: address.ip().to_string(),
        scheduler_port: address.port(),
        vcores: threads,
        work_dir: Some(directory.display().to_string()),
        job_data_ttl_seconds: KEEP_SECONDS,
        job_data_clean_up_interval_seconds: CLEAN_EVERY_SECONDS,
        executor_heartbeat_interval_seconds: HEARTBEAT_SECONDS,
        grpc_max_decoding_message_size: MESSAGE_BYTES,
        grpc_max_encoding_message_size: MESSAGE_BYTES,
        memory_pool_size: u64::try_from(memory).ok(),
        override_function_registry: Some(Arc::new(BallistaFunctionRegistry::from(&state))),
        override_runtime_producer: Some(Arc::new(move |_| {
            let runtime = RuntimeEnvBuilder::new().with_temp_file_path(spill.clone());
            runtime.with_metadata_cache_limit(session::FOOTERS).build_arc()
        })),
        ..ExecutorProcessConfig::default()
    };
    crate::output::line(&format!("working for {scheduler}"))?;
    start_executor_process(Arc::new(config)).await.map_err(|error| {
        Failure::network("the executor cannot work")
            .at(scheduler.to_string())
            .because(&error.to_string())
            .hint("dt-query scheduler starts what it works for")
    })
}

/// A port that nobody listens on.
fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let address = listener.and_then(|listener| listener.local_addr());
    let port = address.map(|address| address.port());
    port.map_err(|error| Failure::new("no port is free").because(&error.to_string()))
}
