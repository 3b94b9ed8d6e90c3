//! Whoever asks: in this process, or of a scheduler.

use std::time::Duration;

use ballista::prelude::{SessionConfigExt, SessionContextExt};
use datafusion::arrow::array::AsArray;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

use super::{MESSAGE_BYTES, Remote, Server};
use crate::Failure;
use crate::functions::{self, VERSION_FUNCTION, version};
use crate::session::{self, Limits};

/// How long a cluster may take to say which version it is.
const PATIENCE: Duration = Duration::from_mins(1);

/// What runs queries.
pub(crate) struct Engine;

impl Engine {
    /// A session in this process, or of a scheduler whose executors are of this version.
    ///
    /// # Errors
    ///
    /// If the engine cannot be set up, or nobody of this version answers.
    pub(crate) async fn open(
        limits: Limits,
        remote: Option<&Remote>,
    ) -> Result<SessionContext, Failure> {
        let failed = |error: DataFusionError| Failure::of_run(&error);
        let Some(remote) = remote else { return session::context(limits).map_err(failed) };
        let server = &remote.server;
        // Its own settings go first: they are left alone once there is one of a cluster.
        let config = session::configuration()
            // What that moves to the files has a name that a scheduler does not find again.
            .set_bool("datafusion.optimizer.enable_leaf_expression_pushdown", false)
            .upgrade_for_ballista()
            .with_ballista_grpc_client_max_message_size(MESSAGE_BYTES as usize);
        let config = match &remote.tls {
            Some(tls) => config
                .with_ballista_use_tls(true)
                .with_ballista_override_create_grpc_client_endpoint(tls.endpoints()),
            None => config,
        };
        let runtime = session::runtime(limits).map_err(failed)?;
        let state = session::state(config, runtime).map_err(failed)?;
        let url = server.to_string();
        let context = SessionContext::remote_with_state(&url, state).await.map_err(failed)?;
        // That made a state of its own, with the functions of a cluster.
        for function in functions::all() {
            context.register_udf(function.as_ref().clone());
        }
        let answer = tokio::time::timeout(PATIENCE, answering(&context)).await;
        let theirs = match answer {
            Ok(Ok(theirs)) => theirs,
            Ok(Err(error)) => return Err(unreached(server, &error)),
            Err(_) => {
                let seconds = PATIENCE.as_secs();
                let message = format!("the cluster at {server} began nothing within {seconds} s");
                return Err(Failure::network(message).hint(
                    "see that it has executors that are free: dt-query executor starts one",
                ));
            }
        };
        if theirs != version() {
            let message = format!("the cluster at {server} is dt-query {theirs}");
            return Err(Failure::usage(message)
                .because(&format!("this is {}, which may judge otherwise", version()))
                .hint("run the same dt-query everywhere"));
        }
        Ok(context)
    }
}

/// The version of the executor that answers.
async fn answering(context: &SessionContext) -> Result<String, DataFusionError> {
    let rows = context.sql(&format!("SELECT {VERSION_FUNCTION}()")).await?.collect().await?;
    let first = rows.first().filter(|batch| batch.num_rows() > 0);
    let text = first.and_then(|batch| batch.column(0).as_string_opt::<i32>());
    let text = text.map(|texts| texts.value(0).to_owned());
    text.ok_or_else(|| DataFusionError::Execution("it told no version".to_owned()))
}

fn unreached(server: &Server, error: &DataFusionError) -> Failure {
    Failure::network(format!("the cluster at {server} does not answer"))
        .because(&error.strip_backtrace())
        .hint("dt-query scheduler starts one, dt-query executor what works for it")
}
