//! The page of `dt devices`.

use dt_model::Amount;

use super::{Block, Cell, Column, Fact, Made, Page, Section, Table, Verdict, made as how};
use crate::contract::{Devices, KnownDevice};
use crate::words::times;

pub(super) fn page(devices: &Devices, made: &Made<'_>) -> Page {
    let columns = [
        Column::Text("Host name"),
        Column::Number("id"),
        Column::Text("address"),
        Column::Text("type"),
        Column::Text("system"),
        Column::Text("tags"),
        Column::Text("last seen"),
    ];
    let row = |known: &KnownDevice| -> Vec<Cell> {
        let device = &known.device;
        let text = |text: &Option<String>| Cell::from(text.as_deref().unwrap_or_default());
        let did = device.did.map_or_else(String::new, |did| did.to_string());
        let tags = device.tags.as_deref().unwrap_or_default().join(", ");
        let seen = known.last_seen.map(|seen| times::moment(seen, made.viewpoint.zone));
        vec![
            text(&device.hostname),
            did.into(),
            text(&device.ip),
            text(&device.kind),
            text(&device.os),
            tags.into(),
            seen.unwrap_or_default().into(),
        ]
    };
    let table =
        Table::whole("As the appliance lists them", &columns, devices.devices.iter().map(row));
    let facts = vec![
        Fact::new("Source", made.source),
        Fact::new("Made", times::moment(made.viewpoint.now, made.viewpoint.zone)),
        Fact::new("By", how::PROGRAM),
        Fact::new("Schema", devices.schema),
    ];
    let total = Amount::Exact(devices.total as u128);
    let blocks = if devices.devices.is_empty() { Vec::new() } else { vec![Block::Table(table)] };
    let sections = [
        Section::of("devices", "Devices", blocks),
        Section::of("made", "How this was made", vec![Block::Facts(facts)]),
    ];
    Page {
        kind: "Devices",
        name: made.source.into(),
        facts: Vec::new(),
        period: Vec::new(),
        verdict: Some(Verdict::Sentence { level: None, text: format!("{total} devices.").into() }),
        sections: sections.into_iter().flatten().collect(),
    }
}
