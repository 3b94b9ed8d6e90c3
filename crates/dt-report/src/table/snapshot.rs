//! The screen of `dt snapshot`: a sentence.

use super::Options;
use super::screen::Screen;
use crate::contract::{Answer, Snapshot};
use crate::words::numbers::plural;
use crate::words::times;

pub(super) fn body(screen: &mut Screen, answer: &Answer<Snapshot>, options: &Options) {
    let Snapshot { path, exchanges, refused, .. } = &answer.body;
    let until = answer.header.data_until.map_or_else(String::new, |until| {
        let zone = times::zone_name(until, &options.time_zone);
        format!(" until {} {zone}", times::date_and_hour(until, options.viewpoint()))
    });
    let exchanges = plural(*exchanges, "exchange", "exchanges");
    let name = answer.header.device.name();
    screen.line(&format!("Kept {exchanges} about {name}{until} in"));
    // A path that was cut would lead nowhere.
    screen.whole(&format!("  {path}"));
    if !refused.is_empty() {
        screen.line("without");
        screen.remarks(refused);
    }
}
