//! The page of `dt transfers`.

use dt_analysis::ByteSize;
use dt_model::{Amount, EvidencePart, PartState};

use super::{Block, Column, Made, Page, Section, Table, Value, Verdict, device};
use crate::chart::{Chart, Drawing};
use crate::contract::{Answer, BucketPeers, Direction, Transfers};
use crate::words::numbers::{NOT_REPORTED, bytes, mean_bytes};
use crate::words::part;
use crate::words::times;

pub(super) fn page(answer: &Answer<Transfers>, made: &Made<'_>) -> Page {
    let found = &answer.body;
    let level = answer.concerns.first().map(|worst| worst.level);
    let verdict = Verdict::Sentence { level, text: sentence(found).into() };
    let window = found.outbound.as_ref().or(found.inbound.as_ref()).map(|it| it.window);
    let sections = [
        Section::of("when", "When", chart(found).map(Block::Chart).into_iter().collect()),
        Section::of("transfers", "Transfers", blocks(found, made)),
    ];
    device::page("Transfers", &answer.header, window.as_ref(), verdict, sections, made)
}

pub(super) fn sentence(found: &Transfers) -> String {
    let total = |direction: &Option<Direction>, part| match direction {
        Some(direction) => bytes(&direction.total_bytes),
        None => part::missing(&found.parts, part).to_owned(),
    };
    let out = total(&found.outbound, EvidencePart::BytesOut);
    let into = total(&found.inbound, EvidencePart::BytesIn);
    let pattern = match (found.ratio, found.pattern) {
        (Some(ratio), Some(pattern)) => {
            format!("; out/in {ratio:.2}, {}", pattern.replace('_', "-"))
        }
        _ => String::new(),
    };
    format!("Out {out}, in {into}{pattern}.")
}

/// Both directions, one against the other.
pub(super) fn chart(found: &Transfers) -> Option<Chart> {
    let trace = |direction: &Option<Direction>| {
        direction.as_ref().map(|direction| direction.trace.clone()).unwrap_or_default()
    };
    let (out, into) = (trace(&found.outbound), trace(&found.inbound));
    let missing = [EvidencePart::BytesOut, EvidencePart::BytesIn]
        .map(|part| part::missing(&found.parts, part));
    let drawn = out.buckets().len().max(into.buckets().len()) > 1;
    drawn.then(|| Chart {
        caption: "Bytes out and in".into(),
        says: sentence(found).into(),
        drawing: Drawing::Mirrored { out, into, missing },
    })
}

pub(super) fn blocks(found: &Transfers, made: &Made<'_>) -> Vec<Block> {
    let columns = [
        Column::text("Direction"),
        Column::number("total"),
        Column::number("mean an interval"),
        Column::number("busiest interval"),
    ];
    let state = |part| part::state(&found.parts, part);
    let (sent, received) = (state(EvidencePart::BytesOut), state(EvidencePart::BytesIn));
    let row = |(name, direction, state): (&str, &Option<Direction>, PartState)| -> Vec<Value> {
        let numbers = match direction {
            None => [part::word(state); 3].map(Value::from),
            Some(of) => [
                bytes(&of.total_bytes).into(),
                mean_bytes(of.mean_bytes_per_interval).into(),
                size(of.peak_bytes).into(),
            ],
        };
        std::iter::once(name.into()).chain(numbers).collect()
    };
    let rows = [("out", &found.outbound, sent), ("in", &found.inbound, received)].map(row);
    let mut blocks = vec![Block::Table(Table::new("Bytes", &columns, rows))];
    blocks
        .extend(part::refusals(&found.parts).into_iter().map(|why| Block::note(format!("{why}."))));
    blocks.push(peers("Top destinations", found.top_destinations.as_deref(), sent, made));
    blocks.push(peers("Top sources", found.top_sources.as_deref(), received, made));
    blocks
}

fn peers(
    caption: &str,
    buckets: Option<&[BucketPeers]>,
    state: PartState,
    made: &Made<'_>,
) -> Block {
    match buckets {
        None if state != PartState::Answered => {
            return Block::note(format!("{caption}: {}.", part::word(state)));
        }
        None => return Block::note(format!("{caption}: {NOT_REPORTED} by interval.")),
        Some([]) => {
            return Block::note(format!("{caption}: none listed in the last five intervals."));
        }
        Some(_) => {}
    }
    let columns = [Column::text("Interval"), Column::text("address"), Column::number("bytes")];
    let rows = buckets.into_iter().flatten().flat_map(|bucket| {
        let time = times::moment(bucket.time, made.viewpoint.zone);
        bucket.peers.iter().map(move |peer| -> Vec<Value> {
            let address = peer.ip.as_deref().unwrap_or(NOT_REPORTED);
            vec![time.as_str().into(), address.into(), size(peer.bytes).into()]
        })
    });
    Block::Table(Table::new(caption, &columns, rows))
}

fn size(bytes: Option<u64>) -> String {
    let words = |bytes: u64| ByteSize(Amount::Exact(bytes.into())).to_string();
    bytes.map_or_else(|| NOT_REPORTED.to_owned(), words)
}
