//! `dt devices`: the devices that an appliance knows.

use dt_model::Amount;

use super::{Block, Column, Subject, Summary, Table, View};
use crate::contract::Devices;

pub(crate) fn view(devices: &Devices) -> View<'_> {
    let total = Amount::Exact(devices.total as u128);
    let summary = Summary::sentence(None, format!("{total} listed."));
    View::of("Devices", Subject::Appliance { schema: devices.schema }, summary).section(
        "devices",
        "Devices",
        Block::table(table(devices)),
    )
}

/// A device a row, in the appliance's order.
pub(crate) fn table(devices: &Devices) -> Table {
    Table::of("Devices", &devices.devices)
        .column(Column::number("id").keyed("did"), |it| it.device.did)
        .column(Column::text("host name").keyed("hostname"), |it| &it.device.hostname)
        .column(Column::word("address").keyed("ip"), |it| &it.device.ip)
        .csv("mac", |it| &it.device.mac)
        .column(Column::text("type").keyed("type"), |it| &it.device.kind)
        .column(Column::text("system").keyed("os"), |it| &it.device.os)
        .csv("label", |it| &it.device.label)
        .column(Column::text("tags").keyed("tags"), |it| it.device.tags.clone())
        .csv("vendor", |it| &it.vendor)
        .csv("subnet", |it| it.subnet)
        .csv("first_seen", |it| it.first_seen)
        .column(Column::word("last seen").filed("last_seen"), |it| it.last_seen)
        .whole()
}
