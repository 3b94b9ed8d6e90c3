//! `registrable`: which domain was a host's name registered under?

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::Volatility;
use dt_analysis::registrable_domain;

use super::Definition;
use super::arguments::{Argument, Columns, Kind};

const NAME: &str = "registrable";
const ARGUMENTS: &[Argument] = &[Argument { name: "host", kind: Kind::Text }];

/// By the public suffix list; an address or a name without a dot is itself, as in `domains.registrable`.
pub(super) const FUNCTION: Definition = Definition {
    name: NAME,
    arguments: ARGUMENTS,
    optional: 0,
    volatility: Volatility::Immutable,
    returns: || DataType::Utf8,
    evaluate,
};

fn evaluate(arrays: &[ArrayRef], _: usize) -> Result<ArrayRef> {
    let columns = Columns { function: NAME, arguments: ARGUMENTS, arrays };
    let domain = |host: &str| registrable_domain(host).unwrap_or_else(|| host.to_lowercase());
    let domains = columns.texts(0)?.iter().map(|host| host.map(domain));
    Ok(Arc::new(domains.collect::<StringArray>()))
}
