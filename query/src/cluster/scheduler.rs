//! `dt-query scheduler`: plans queries and hands their parts to executors.

use std::sync::Arc;

use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use tokio::net::TcpListener;

use super::{Loopback, MESSAGE_BYTES};
use crate::Failure;
use crate::session::{self, Limits};

/// An executor that was not heard of for so long is lost, and its work is given to others.
const LOST_AFTER_SECONDS: u64 = 60;
const LOOK_EVERY_SECONDS: u64 = 10;
/// How long results of a query that ended can be fetched, and how long it is remembered.
const RESULTS_SECONDS: u64 = 300;
const MEMORY_SECONDS: u64 = 3_600;

/// Listens until it is stopped. The first line on standard output says where.
///
/// # Errors
///
/// If it cannot listen there.
pub(crate) async fn run(listen: Loopback) -> Result<(), Failure> {
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
        finished_job_data_clean_up_interval_seconds: RESULTS_SECONDS,
        finished_job_state_clean_up_interval_seconds: MEMORY_SECONDS,
        executor_timeout_seconds: LOST_AFTER_SECONDS,
        expire_dead_executor_interval_seconds: LOOK_EVERY_SECONDS,
        no_executors_grace_period_seconds: LOST_AFTER_SECONDS,
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
    tokio::select! {
        ended = start_grpc_service_with_listener(listener, scheduler) => {
            ended.map_err(|error| refused(&error))
        }
        () = super::stopped() => Ok(()),
    }
}
