//! The screen of `dt transfers`.

use dt_analysis::ByteSize;
use dt_model::{Amount, EvidencePart, PartState};

use super::Options;
use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::quantity::{Quantity, name};
use crate::contract::{BucketPeers, Direction, Transfers};
use crate::words::numbers::{NOT_REPORTED, bytes, mean_bytes};
use crate::words::part;
use crate::words::times;

pub(super) fn body(screen: &mut Screen, transfers: &Transfers, options: &Options) {
    screen.bold(&sentence(transfers));
    screen.blank();
    let columns = &[Column::Word, Column::Number, Column::Number, Column::Number];
    let mut rows =
        Rows::new(columns, Long::Cut).header(&["BYTES", "total", "mean an interval", "peak"]);
    let state = |part| part::state(&transfers.parts, part);
    let (sent, received) = (state(EvidencePart::BytesOut), state(EvidencePart::BytesIn));
    let directions = [("out", &transfers.outbound, sent), ("in", &transfers.inbound, received)];
    for (name, direction, state) in directions {
        let missing = || [part::word(state); 3].map(String::from);
        let cells = direction.as_ref().map_or_else(missing, numbers);
        rows.row(std::iter::once(name.to_owned()).chain(cells));
    }
    rows.show(screen);
    screen.remarks(&part::refusals(&transfers.parts));
    drawings(screen, transfers, options);
    peers(screen, "TOP DESTINATIONS", transfers.top_destinations.as_deref(), sent, options);
    peers(screen, "TOP SOURCES", transfers.top_sources.as_deref(), received, options);
}

/// The answer in one line.
pub(super) fn sentence(transfers: &Transfers) -> String {
    let total = |direction: &Option<Direction>, part| match direction {
        Some(direction) => bytes(&direction.total_bytes),
        None => part::missing(&transfers.parts, part).to_owned(),
    };
    let out = total(&transfers.outbound, EvidencePart::BytesOut);
    let into = total(&transfers.inbound, EvidencePart::BytesIn);
    let pattern = match (transfers.ratio, transfers.pattern) {
        (Some(ratio), Some(pattern)) => {
            format!("; out/in {ratio:.2}, {}", pattern.replace('_', "-"))
        }
        _ => String::new(),
    };
    format!("TRANSFERS  out {out}, in {into}{pattern}")
}

fn numbers(direction: &Direction) -> [String; 3] {
    let peak: Quantity<name::Bytes> =
        direction.peak_bytes.map(|peak| Amount::Exact(peak.into())).into();
    [bytes(&direction.total_bytes), mean_bytes(direction.mean_bytes_per_interval), bytes(&peak)]
}

/// Both series, one above the other.
pub(super) fn drawings(screen: &mut Screen, transfers: &Transfers, options: &Options) {
    for (name, direction) in [("out", &transfers.outbound), ("in ", &transfers.inbound)] {
        let Some(direction) = direction else { continue };
        let Some(sparkline) = direction.trace.sparkline(&options.time_zone) else { continue };
        let tallest = ByteSize(Amount::Exact(sparkline.tallest));
        let (drawing, columns) = (sparkline.drawing, sparkline.columns);
        screen.line(&format!("  {name} {columns}  {drawing}   tallest {tallest}"));
    }
}

fn peers(
    screen: &mut Screen,
    title: &str,
    buckets: Option<&[BucketPeers]>,
    state: PartState,
    options: &Options,
) {
    let Some(buckets) = buckets else {
        let missing = match state {
            PartState::Answered => format!("{NOT_REPORTED} by interval"),
            missing => part::word(missing).to_owned(),
        };
        screen.line(&format!("{:<18}{missing}", title.to_lowercase()));
        return;
    };
    screen.blank();
    if buckets.is_empty() {
        screen.bold(&format!("{title}  none listed in the last five intervals"));
        return;
    }
    let mut rows = Rows::new(&[Column::Word, Column::Text, Column::Number], Long::Cut)
        .header(&[title, "", ""]);
    for bucket in buckets {
        let mut time = times::bucket(bucket.time, &options.time_zone);
        for peer in &bucket.peers {
            let ip = peer.ip.clone().unwrap_or_else(|| NOT_REPORTED.to_owned());
            let size: Quantity<name::Bytes> =
                peer.bytes.map(|bytes| Amount::Exact(bytes.into())).into();
            rows.row([std::mem::take(&mut time), ip, bytes(&size)]);
        }
    }
    rows.show(screen);
}
