//! Every threshold by which something was judged, as a table.

use dt_analysis::Policy;

use super::{Column, Table};
use crate::phrases::thresholds::value;

/// The thresholds of a policy, a row for what they are for.
pub(super) fn table(policy: &Policy) -> Table {
    let thresholds = policy.thresholds();
    let columns = [Column::text("For"), Column::text("thresholds")];
    let rows = thresholds.chunk_by(|a, b| a.group == b.group).map(|group| {
        let of = group.first().map_or("", |threshold| threshold.group.description);
        let all: Vec<String> =
            group.iter().map(|it| format!("{} {}", it.description, value(&it.value))).collect();
        vec![of.into(), all.join("; ").into()]
    });
    Table::whole("Thresholds", &columns, rows).folded()
}
