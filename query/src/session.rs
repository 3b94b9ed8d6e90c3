//! The engine, as every process of this program sets it up.

use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::{FunctionRegistry, SessionState, SessionStateBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::functions;

/// Footers of files that are kept while a query runs: there may be thousands of files.
pub(crate) const FOOTERS: usize = 16 << 20;

/// What a query may use.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// Bytes of memory, beyond which sorts and joins go to the disk; `None` for all there is.
    pub memory: Option<usize>,
}

/// The settings that hold on every engine. No statistics are collected before a query, as that opens every file of
/// every run, and texts have one type, so that rows are the same wherever they come from.
#[must_use]
pub(crate) fn configuration() -> SessionConfig {
    let mut config = SessionConfig::new()
        .with_information_schema(true)
        .with_collect_statistics(false)
        .set_bool("datafusion.execution.parquet.schema_force_view_types", false)
        .set_bool("datafusion.sql_parser.map_string_types_to_utf8view", false);
    config.options_mut().execution.time_zone = Some("UTC".to_owned());
    config
}

/// A session state with every function of this program.
///
/// # Errors
///
/// If a function is refused, which is a fault of this program.
pub(crate) fn state(config: SessionConfig, runtime: Arc<RuntimeEnv>) -> Result<SessionState> {
    let mut state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_default_features()
        .build();
    for function in functions::all() {
        state.register_udf(function)?;
    }
    Ok(state)
}

/// What queries run in, with files that are too large for memory in a directory of its own.
///
/// # Errors
///
/// If the engine cannot be set up.
pub(crate) fn runtime(limits: Limits) -> Result<Arc<RuntimeEnv>> {
    let runtime = RuntimeEnvBuilder::new().with_metadata_cache_limit(FOOTERS);
    let runtime = match limits.memory {
        Some(bytes) => runtime.with_memory_pool(Arc::new(FairSpillPool::new(bytes))),
        None => runtime,
    };
    runtime.build_arc()
}

/// A session in this process.
///
/// # Errors
///
/// If the engine cannot be set up.
pub fn context(limits: Limits) -> Result<SessionContext> {
    Ok(SessionContext::new_with_state(state(configuration(), runtime(limits)?)?))
}
