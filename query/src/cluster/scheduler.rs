//! `dt-query scheduler`: plans queries and hands their parts to executors.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::JobId;
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::serde::protobuf::scheduler_grpc_server::SchedulerGrpcServer;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use ballista_scheduler::scheduler_server::SchedulerServer;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use tokio::net::TcpListener;
use tonic::transport::server::TcpIncoming;

use super::{Listen, MESSAGE_BYTES, Tls};
use crate::Failure;
use crate::session::{self, Limits};

/// How often it looks for executors that are lost.
const LOOK_EVERY_SECONDS: u64 = 10;
/// How long results of a query that ended can be fetched, and how long it is remembered.
const RESULTS_SECONDS: u64 = 300;
const MEMORY_SECONDS: u64 = 3_600;

/// How a scheduler is set up.
#[derive(Clone)]
pub(crate) struct Scheduler {
    pub(crate) listen: Listen,
    pub(crate) tls: Option<Tls>,
    /// An executor that was not heard of for so many seconds is lost, and its work is given to others.
    pub(crate) lost_after: u64,
}

/// Listens until it is stopped. The first line on standard output says where.
///
/// # Errors
///
/// If it cannot listen there.
pub(crate) async fn run(scheduler: Scheduler) -> Result<(), Failure> {
    let Scheduler { listen, tls, lost_after } = scheduler;
    let refused = |error: &dyn std::error::Error| {
        Failure::new("the scheduler cannot listen")
            .at(listen.to_string())
            .because(&error.to_string())
    };
    let listener = TcpListener::bind(listen.0).await.map_err(|error| refused(&error))?;
    let address = listener.local_addr().map_err(|error| refused(&error))?;
    let config = Arc::new(SchedulerConfig {
        bind_host: address.ip().to_string(),
        external_host: address.ip().to_string(),
        bind_port: address.port(),
        scheduling_policy: POLICY,
        use_tls: tls.is_some(),
        override_create_grpc_client_endpoint: tls.as_ref().map(Tls::endpoints),
        finished_job_data_clean_up_interval_seconds: RESULTS_SECONDS,
        finished_job_state_clean_up_interval_seconds: MEMORY_SECONDS,
        executor_timeout_seconds: lost_after,
        expire_dead_executor_interval_seconds: LOOK_EVERY_SECONDS,
        no_executors_grace_period_seconds: lost_after,
        grpc_server_max_decoding_message_size: MESSAGE_BYTES,
        grpc_server_max_encoding_message_size: MESSAGE_BYTES,
        grpc_client_max_message_size: MESSAGE_BYTES,
        override_session_builder: Some(Arc::new(|config| {
            session::state(config, session::runtime(Limits::default())?)
        })),
        ..SchedulerConfig::default()
    });
    let cluster =
        BallistaCluster::new_from_config(&config).await.map_err(|error| refused(&error))?;
    let scheduler = create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, config)
        .await
        .map_err(|error| refused(&error))?;
    crate::output::line(&format!("df://{address}"))?;
    tokio::spawn(end_what_cannot_go_on(scheduler.clone()));
    let serve = async {
        let Some(tls) = tls else {
            let served = start_grpc_service_with_listener(listener, scheduler).await;
            return served.map_err(|error| refused(&error));
        };
        // Ballista serves without TLS alone, and leaves the rest to whoever has certificates.
        let service = SchedulerGrpcServer::new(scheduler)
            .max_decoding_message_size(MESSAGE_BYTES as usize)
            .max_encoding_message_size(MESSAGE_BYTES as usize);
        let server = tonic::transport::Server::builder().tls_config(tls.server());
        let mut server = server.map_err(|error| refused(&error))?;
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let served = server.add_service(service).serve_with_incoming(incoming).await;
        served.map_err(|error| refused(&error))
    };
    tokio::select! {
        ended = serve => ended,
        () = super::stopped() => Ok(()),
    }
}

/// Cancels queries of which nothing runs and nothing waits to run, three looks in a row. In Ballista 55.0 a step that was done
/// and has to be done again, since its rows went with an executor, may be done without being counted as done.
async fn end_what_cannot_go_on(scheduler: SchedulerServer<LogicalPlanNode, PhysicalPlanNode>) {
    const LOOKS: u32 = 3;
    let mut idle: HashMap<JobId, u32> = HashMap::new();
    loop {
        tokio::time::sleep(Duration::from_secs(LOOK_EVERY_SECONDS)).await;
        let jobs = scheduler.state.task_manager.get_running_job_cache();
        idle.retain(|id, _| jobs.contains_key(id));
        for (id, job) in jobs.iter() {
            let graph = job.execution_graph.read().await;
            if graph.available_tasks() > 0 || !graph.running_tasks().is_empty() {
                idle.remove(id);
                continue;
            }
            let looks = idle.entry(id.clone()).or_default();
            *looks += 1;
            if *looks == LOOKS {
                drop(graph);
                // If that fails, it is as it was.
                let _ = scheduler.cancel_job(id.clone()).await;
            }
        }
    }
}

/// Executors ask for their work: what a scheduler would send them, Ballista 55.0 has no way to encrypt.
pub(super) const POLICY: TaskSchedulingPolicy = TaskSchedulingPolicy::PullStaged;
