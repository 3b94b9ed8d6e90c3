//! `dt devices`: the devices that an appliance knows.

use dt_model::Amount;

use super::{Block, Column, Section, Shown, Subject, Summary, Table, Value, View};
use crate::contract::{Devices, KnownDevice};

const COLUMNS: [Column; 12] = [
    Column::number("id").keyed("did"),
    Column::text("host name").keyed("hostname"),
    Column::word("address").keyed("ip"),
    Column::word("MAC").keyed("mac").only(Shown::CSV),
    Column::text("type").keyed("type"),
    Column::text("system").keyed("os"),
    Column::text("label").keyed("label").only(Shown::CSV),
    Column::text("tags").keyed("tags"),
    Column::text("vendor").keyed("vendor").only(Shown::CSV),
    Column::number("subnet").keyed("subnet").only(Shown::CSV),
    Column::word("first seen").keyed("first_seen").only(Shown::CSV),
    Column::word("last seen").keyed("last_seen").only(Shown::PAGES_AND_CSV),
];

pub(crate) fn view(devices: &Devices) -> View<'_> {
    let total = Amount::Exact(devices.total as u128);
    let blocks =
        if devices.devices.is_empty() { Vec::new() } else { vec![Block::Table(table(devices))] };
    View {
        kind: "Devices",
        subject: Subject::Appliance { schema: devices.schema },
        summary: Summary::Sentence { level: None, text: format!("{total} listed.").into() },
        series: Vec::new(),
        sections: Section::of("devices", "Devices", blocks).into_iter().collect(),
    }
}

/// A device a row, in the appliance's order.
pub(crate) fn table(devices: &Devices) -> Table {
    Table::whole("Devices", &COLUMNS, devices.devices.iter().map(row))
}

fn row(known: &KnownDevice) -> Vec<Value> {
    let KnownDevice { device, vendor, subnet, first_seen, last_seen } = known;
    vec![
        device.did.into(),
        (&device.hostname).into(),
        (&device.ip).into(),
        (&device.mac).into(),
        (&device.kind).into(),
        (&device.os).into(),
        (&device.label).into(),
        Value::List(device.tags.clone().unwrap_or_default()),
        vendor.into(),
        (*subnet).into(),
        (*first_seen).into(),
        (*last_seen).into(),
    ]
}
