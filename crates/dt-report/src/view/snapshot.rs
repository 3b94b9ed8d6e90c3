//! `dt snapshot`: what was kept about a device, and where.

use dt_model::Amount;

use super::{Block, Column, Section, Shown, Subject, Summary, Table, Value, View};
use crate::contract::{Answer, Snapshot};
use crate::phrases::numbers::plural;

const COLUMNS: [Column; 9] = [
    Column::number("id").keyed("did").only(Shown::CSV),
    Column::text("host name").keyed("hostname").only(Shown::CSV),
    Column::text("Directory").keyed("path"),
    Column::word("Taken").keyed("taken"),
    Column::word("data until").keyed("data_until").only(Shown::CSV),
    Column::text("Appliance").keyed("appliance"),
    Column::number("exchanges").keyed("exchanges").only(Shown::CSV),
    Column::number("Size").keyed("bytes"),
    Column::text("refused").keyed("refused").only(Shown::CSV),
];

pub(crate) fn view(answer: &Answer<Snapshot>) -> View<'_> {
    let kept = plural(answer.body.stored.exchanges, "exchange", "exchanges");
    let refused = answer.body.refused.iter().map(|refused| Block::note(format!("{refused}.")));
    let facts = Block::Facts(table(answer).facts());
    let blocks = std::iter::once(facts).chain(refused).collect();
    View {
        kind: "Snapshot",
        subject: Subject::Device { header: &answer.header, window: None },
        summary: Summary::Sentence { level: None, text: format!("{kept} saved.").into() },
        series: Vec::new(),
        sections: Section::of("snapshot", "Snapshot", blocks).into_iter().collect(),
    }
}

/// The snapshot in one row.
pub(crate) fn table(answer: &Answer<Snapshot>) -> Table {
    let (header, Snapshot { stored, refused, .. }) = (&answer.header, &answer.body);
    let row = vec![
        header.device.did.into(),
        (&header.device.hostname).into(),
        Value::Path(stored.path.clone()),
        Value::Time(stored.taken),
        header.data_until.into(),
        (&stored.appliance).into(),
        Value::Count(Amount::Exact(stored.exchanges as u128)),
        Value::Bytes(Amount::Exact(stored.bytes.into())),
        Value::List(refused.clone()),
    ];
    Table::whole("Snapshot", &COLUMNS, [row])
}
