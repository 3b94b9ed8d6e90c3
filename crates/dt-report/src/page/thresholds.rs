//! Every threshold by which something was judged, as a table.

use dt_analysis::Policy;

use super::{Column, Table};
use crate::words::thresholds::rows;

/// The thresholds of a policy, a row for what they are for.
pub(super) fn table(policy: &Policy) -> Table {
    let rows = rows(policy);
    let columns = [Column::Text("For"), Column::Text("thresholds")];
    let rows = rows.chunk_by(|a, b| a.0 == b.0).map(|rows| {
        let of = rows.first().map_or("", |(of, ..)| of);
        let all: Vec<String> =
            rows.iter().map(|(_, what, value)| format!("{what} {value}")).collect();
        vec![of.into(), all.join("; ").into()]
    });
    Table::whole("Thresholds", &columns, rows)
}
