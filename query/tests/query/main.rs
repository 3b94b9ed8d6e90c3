//! `dt-query` over a small lake: the cookbook, the functions, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod cluster;
mod cookbook;
mod functions;
mod lake;
mod program;
mod tls;
mod views;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;
use dt_lake::Lake;
use dt_query::{Limits, Views, context, plan};

/// The lake, in a directory whose name a pattern would not match.
static LAKE: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a lake [1]");
    lake::write(&path);
    (directory, path)
});

fn lake_path() -> &'static Path {
    &LAKE.1
}

/// A session over the lake.
async fn session() -> SessionContext {
    session_over(lake_path()).await
}

async fn session_over(path: &Path) -> SessionContext {
    let context = context(Limits::default()).unwrap();
    let views = Views::of(&Lake::open(path).unwrap()).unwrap();
    views.register(&context).await.unwrap();
    context
}

/// The rows of a query, as text.
async fn rows(context: &SessionContext, sql: &str) -> Result<Vec<Vec<String>>, DataFusionError> {
    let plan = plan(context, sql).await?;
    let batches = DataFrame::new(context.state(), plan).collect().await?;
    Ok(batches.iter().flat_map(text).collect())
}

/// The rows of a query that there is nothing wrong with.
async fn answer(sql: &str) -> Vec<Vec<String>> {
    let context = session().await;
    rows(&context, sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn text(batch: &RecordBatch) -> Vec<Vec<String>> {
    let options = FormatOptions::default().with_null("-");
    let columns = batch.columns().iter();
    let columns: Vec<ArrayFormatter<'_>> =
        columns.map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
    let row = |at| columns.iter().map(|column| column.value(at).to_string()).collect();
    (0..batch.num_rows()).map(row).collect()
}
