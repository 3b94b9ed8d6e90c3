//! `dt_query_version`: which program answers?

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::Volatility;
use dt_analysis::Policy;

use super::Definition;

/// The name of the function that tells the version of whoever evaluates it.
pub const VERSION_FUNCTION: &str = "dt_query_version";

/// Volatile, so that whoever plans a query does not answer instead of those who run it.
pub(super) const FUNCTION: Definition = Definition {
    name: VERSION_FUNCTION,
    arguments: &[],
    optional: 0,
    volatility: Volatility::Volatile,
    returns: || DataType::Utf8,
    evaluate,
};

/// The version of this program and of the thresholds that it judges by.
#[must_use]
pub fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let digest: String = Policy::default().digest().chars().take(8).collect();
        format!("{}+{digest}", env!("CARGO_PKG_VERSION"))
    });
    &VERSION
}

#[expect(clippy::unnecessary_wraps, reason = "as all functions are evaluated")]
fn evaluate(_: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    Ok(Arc::new(StringArray::from(vec![version(); rows])))
}
