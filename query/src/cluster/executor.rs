//! `dt-query executor`: does what a scheduler hands to it.

use std::net::{IpAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arrow_flight::flight_service_server::FlightServiceServer;
use ballista::prelude::SessionConfigExt;
use ballista_core::ConfigProducer;
use ballista_core::error::BallistaError;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_core::utils::{create_grpc_server, create_grpc_server_incoming};
use ballista_executor::ArrowFlightServerProvider;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_executor::flight_service::BallistaFlightService;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::SessionConfig;

use super::scheduler::POLICY;
use super::{Listen, MESSAGE_BYTES, Remote, Tls};
use crate::Failure;
use crate::session;

/// How often it says that it is there.
const HEARTBEAT_SECONDS: u64 = 10;
/// What was exchanged between parts of a query is looked through so often, and removed when it is so old.
const CLEAN_EVERY_SECONDS: u64 = 300;
const KEEP_SECONDS: u64 = 3_600;

/// How an executor is set up.
#[derive(Clone)]
pub(crate) struct Executor {
    pub(crate) scheduler: Remote,
    /// Where others fetch rows; a port that is free if it is 0.
    pub(crate) listen: Listen,
    /// By which name they find it, if not by that address.
    pub(crate) name: Option<String>,
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
    let Executor { scheduler, listen, name, threads, memory, work_directory } = executor;
    let Remote { server: scheduler, tls } = scheduler;
    let ip = listen.0.ip();
    if name.is_none() && ip.is_unspecified() {
        return Err(Failure::usage(format!("nobody can call an executor {ip}"))
            .hint("--name says by which name the others reach it"));
    }
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
    let port = match listen.0.port() {
        0 => free_port(ip)?,
        port => port,
    };
    let config = ExecutorProcessConfig {
        bind_host: in_url(ip),
        external_host: Some(name.unwrap_or_else(|| in_url(ip))),
        port,
        // A scheduler sends nothing to an executor that asks for its work.
        grpc_port: port,
        scheduler_host: scheduler.host(),
        scheduler_port: scheduler.port(),
        task_scheduling_policy: POLICY,
        override_create_grpc_client_endpoint: tls.as_ref().map(Tls::endpoints),
        override_config_producer: tls.as_ref().map(config_of),
        override_arrow_flight_service: tls.clone().map(flight),
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
    let told_to_stop = async {
        super::stopped().await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        ended = start_executor_process(Arc::new(config)) => ended.map_err(|error| {
            Failure::network("the executor cannot work")
                .at(scheduler.to_string())
                .because(&error.to_string())
                .hint("dt-query scheduler starts what it works for")
        }),
        // It would finish what the scheduler has given to others by then.
        () = told_to_stop => Ok(()),
    }
}

/// How long one that is told to stop has to tell its scheduler.
const FAREWELL: Duration = Duration::from_millis(500);

/// The settings of parts of queries, which fetch rows of each other.
fn config_of(tls: &Tls) -> ConfigProducer {
    let tls = tls.clone();
    Arc::new(move || {
        SessionConfig::new_with_ballista()
            .with_ballista_use_tls(true)
            .with_ballista_override_create_grpc_client_endpoint(tls.endpoints())
    })
}

/// What hands them on.
fn flight(tls: Tls) -> Arc<ArrowFlightServerProvider> {
    Arc::new(move |directory, address, mut shutdown, settings| {
        let tls = tls.server();
        tokio::spawn(async move {
            let service = FlightServiceServer::new(BallistaFlightService::new(directory))
                .max_decoding_message_size(MESSAGE_BYTES as usize)
                .max_encoding_message_size(MESSAGE_BYTES as usize);
            let incoming = create_grpc_server_incoming(address, &settings)?;
            let mut server = create_grpc_server(&settings).tls_config(tls)?;
            let server = server.add_service(service);
            let served = server.serve_with_incoming_shutdown(incoming, shutdown.recv()).await;
            served.map_err(BallistaError::TonicError)
        })
    })
}

/// An address as it stands before a port.
fn in_url(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// A port that nobody listens on.
fn free_port(ip: IpAddr) -> Result<u16, Failure> {
    let listener = TcpListener::bind((ip, 0));
    let address = listener.and_then(|listener| listener.local_addr());
    let port = address.map(|address| address.port());
    port.map_err(|error| Failure::new("no port is free").because(&error.to_string()))
}
