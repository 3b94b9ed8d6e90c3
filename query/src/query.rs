//! A question in SQL, from its text to rows.

use std::path::Path;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::dataframe::DataFrame;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use dt_lake::{Lake, RunId};
use futures_util::TryStreamExt;

use crate::cluster::{Engine, Remote};
use crate::output::Format;
use crate::session::Limits;
use crate::{Failure, Views};

/// What may be asked: whatever only reads.
#[must_use]
pub fn read_only() -> SQLOptions {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false)
}

/// The plan of a query, if it only reads.
///
/// # Errors
///
/// If it does not, or the engine does not understand it.
pub async fn plan(context: &SessionContext, sql: &str) -> Result<LogicalPlan> {
    let plan = context.state().create_logical_plan(sql).await?;
    if let Some(what) = writes(&plan) {
        return Err(DataFusionError::Plan(format!(
            "a lake is only read: SELECT, EXPLAIN, SHOW and DESCRIBE can be asked, and this is {what}"
        )));
    }
    read_only().verify_plan(&plan)?;
    Ok(plan)
}

/// Ballista 55.0 gives the row of an aggregate without groups once for each part of a union: a wrong answer is worse
/// than none.
fn refuse_unions(plan: &LogicalPlan) -> Result<(), Failure> {
    let mut has_union = false;
    let looked = plan.apply_with_subqueries(|node| {
        has_union |= matches!(node, LogicalPlan::Union(_));
        Ok(TreeNodeRecursion::Continue)
    });
    looked.map_err(|error| Failure::of_query(&error))?;
    if has_union {
        return Err(Failure::usage("a cluster is not asked for a UNION: it may give rows twice")
            .hint("ask without --engine, or each part by itself"));
    }
    Ok(())
}

/// What a plan is that changes something at its top.
fn writes(plan: &LogicalPlan) -> Option<&'static str> {
    match plan {
        LogicalPlan::Ddl(_) => Some("a definition"),
        LogicalPlan::Dml(_) => Some("a change of data"),
        LogicalPlan::Copy(_) => Some("a copy into a file"),
        LogicalPlan::Statement(_) => Some("a statement"),
        _ => None,
    }
}

/// A session that knows the views of a lake.
///
/// # Errors
///
/// If there is no lake, or its cluster is not reached or is of another version.
pub(crate) async fn session(
    lake: &Path,
    limits: Limits,
    engine: Option<&Remote>,
) -> Result<SessionContext, Failure> {
    let lake = Lake::open(lake)?;
    let views = Views::of(&lake)?;
    let context = Engine::open(limits, engine).await?;
    views.register(&context).await.map_err(|error| Failure::of_query(&error))?;
    Ok(context)
}

/// Asks and prints the rows as they come.
///
/// # Errors
///
/// If the query is not understood or ends before its last row, or its rows cannot be printed.
pub(crate) async fn run(
    context: &SessionContext,
    engine: Option<&Remote>,
    sql: &str,
    format: &Format,
) -> Result<(), Failure> {
    let plan = plan(context, sql).await.map_err(|error| Failure::of_query(&error))?;
    if engine.is_some() {
        refuse_unions(&plan)?;
    }
    let frame = DataFrame::new(context.state(), plan);
    let schema = frame.schema().inner().clone();
    let failed = |error: DataFusionError| {
        let failure = Failure::of_run(&error);
        if engine.is_none() {
            return failure;
        }
        failure.hint("if an executor was lost, ask again: those that are left answer")
    };
    let mut rows = frame.execute_stream().await.map_err(failed)?;
    let mut writer = format.writer(&schema)?;
    while let Some(batch) = rows.try_next().await.map_err(failed)? {
        if !writer.write(&batch)? {
            return Ok(());
        }
    }
    writer.finish()
}

/// The query that judges the series of a run again: the newest that has some, unless one is named.
pub(crate) fn assessment(run: Option<RunId>) -> String {
    let of_run = match run {
        Some(run) => format!("'{run}'"),
        None => "(SELECT max(run) FROM series)".to_owned(),
    };
    format!(
        "SELECT s.run AS run, s.appliance AS appliance, s.did AS did, d.hostname AS hostname, \
         s.assessed['series_score'] AS series_score, s.assessed['level'] AS level, \
         s.assessed['findings'] AS findings \
         FROM (SELECT run, appliance, did, dt_assess(start, step_seconds, co, external, \
         external_out, sizeout, sizein, asked) AS assessed FROM series WHERE run = {of_run}) s \
         LEFT JOIN devices d ON d.run = s.run AND d.appliance = s.appliance AND d.did = s.did \
         ORDER BY series_score DESC, appliance, did"
    )
}
