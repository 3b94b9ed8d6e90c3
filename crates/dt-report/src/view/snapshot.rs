//! `dt snapshot`: what was kept about a device, and where.

use dt_model::Amount;

use super::{Block, Column, Subject, Summary, Table, Value, View};
use crate::contract::{Answer, Snapshot};
use crate::phrases::numbers::plural;

pub(crate) fn view(answer: &Answer<Snapshot>) -> View<'_> {
    let kept = plural(answer.body.stored.exchanges, "exchange", "exchanges");
    let refused = answer.body.refused.iter().map(|refused| Block::note(format!("{refused}.")));
    let facts = Block::Facts(table(answer).facts());
    let subject = Subject::Device { header: &answer.header, window: None };
    View::of("Snapshot", subject, Summary::sentence(None, format!("{kept} saved."))).section(
        "snapshot",
        "Snapshot",
        std::iter::once(facts).chain(refused),
    )
}

/// The snapshot in one row.
pub(crate) fn table(answer: &Answer<Snapshot>) -> Table {
    let (header, Snapshot { stored, refused, .. }) = (&answer.header, &answer.body);
    Table::of("Snapshot", [stored])
        .of_device(&header.device)
        .column(Column::text("Directory").keyed("path"), |it| Value::Path(it.path.clone()))
        .column(Column::word("Taken").keyed("taken"), |it| it.taken)
        .csv("data_until", |_| header.data_until)
        .column(Column::text("Appliance").keyed("appliance"), |it| &it.appliance)
        .csv("exchanges", |it| it.exchanges)
        .column(Column::number("Size").keyed("bytes"), |it| {
            Value::Bytes(Amount::Exact(it.bytes.into()))
        })
        .csv("refused", |_| refused)
        .whole()
}
