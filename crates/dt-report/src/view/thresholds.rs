//! Every threshold by which something was judged, as a table.

use dt_analysis::Policy;

use super::Table;

/// The thresholds of a policy, a row for what they are for.
pub(super) fn table(policy: &Policy) -> Table {
    let thresholds = policy.thresholds();
    Table::of("Thresholds", thresholds.chunk_by(|a, b| a.group == b.group))
        .text("For", |group| group.first().map_or("", |threshold| threshold.group.description))
        .text("thresholds", |group| {
            let all = group.iter().map(|it| format!("{} {}", it.description, it.value));
            all.collect::<Vec<String>>().join("; ")
        })
        .whole()
        .folded()
}
