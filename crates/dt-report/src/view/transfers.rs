//! `dt transfers`: what a device sent and received.

use dt_analysis::AsOf;
use dt_analysis::transfers::Pattern;
use dt_model::{EvidencePart, PartState};

use super::{Block, SmallSeries, Subject, Summary, Table, Value, View};
use crate::chart::{Chart, Drawing};
use crate::contract::{Answer, BucketPeers, Direction, TransferFacts, Transfers};
use crate::phrases::numbers::{NOT_REPORTED, bytes};
use crate::phrases::{part, period};
use crate::unit::Unit;

pub(crate) fn view<'a>(answer: &'a Answer<Transfers>, from: AsOf<'_>) -> View<'a> {
    let Answer { header, body: found, concerns, facts } = answer;
    let level = concerns.first().map(|worst| worst.level);
    let summary = Summary::sentence(level, sentence(found));
    View::of("Transfers", Subject::Device { header, window: Some(found.window) }, summary)
        .series(series(facts))
        .section("when", "Timeline", chart(found, facts).map(Block::from))
        .section("transfers", "Transfers", blocks(found, from))
}

/// Both directions, each in a line.
pub(crate) fn series(facts: &TransferFacts) -> Vec<SmallSeries<'_>> {
    let directions = [("out", &facts.outbound), ("in", &facts.inbound)];
    let series = directions.into_iter().filter_map(|(label, direction)| {
        Some(SmallSeries { label, trace: direction.as_ref()?, unit: Unit::Bytes })
    });
    series.collect()
}

pub(crate) fn sentence(found: &Transfers) -> String {
    let total = |direction: &Option<Direction>, part| match direction {
        Some(direction) => bytes(direction.total_bytes),
        None => part::missing(&found.parts, part).to_owned(),
    };
    let out = total(&found.outbound, EvidencePart::BytesOut);
    let into = total(&found.inbound, EvidencePart::BytesIn);
    let pattern = match (found.ratio, found.pattern) {
        (Some(ratio), Some(of)) => format!("; out/in {ratio:.2}, {}", pattern(of)),
        _ => String::new(),
    };
    format!("Out {out}, in {into}{pattern}.")
}

/// What the traffic is called: `upload-heavy`.
pub(crate) fn pattern(pattern: Pattern) -> String {
    pattern.as_str().replace('_', "-")
}

/// Both directions, one against the other.
pub(super) fn chart(found: &Transfers, facts: &TransferFacts) -> Option<Chart> {
    let (out, into) = (facts.outbound.clone(), facts.inbound.clone());
    let (out, into) = (out.unwrap_or_default(), into.unwrap_or_default());
    let missing = [EvidencePart::BytesOut, EvidencePart::BytesIn]
        .map(|part| part::missing(&found.parts, part));
    let drawn = out.buckets().len().max(into.buckets().len()) > 1;
    drawn.then(|| Chart {
        caption: "Bytes out and in".into(),
        alt_text: sentence(found).into(),
        drawing: Drawing::Mirrored { out, into, missing },
    })
}

/// A direction by its name, and whether its answer is there.
type Row<'a> = (&'static str, &'a Option<Direction>, PartState);

pub(super) fn blocks(found: &Transfers, from: AsOf<'_>) -> Vec<Block> {
    let state = |part| part::state(&found.parts, part);
    let (sent, received) = (state(EvidencePart::BytesOut), state(EvidencePart::BytesIn));
    let numbers = [("out", &found.outbound, sent), ("in", &found.inbound, received)];
    let cell = |(_, direction, state): &Row<'_>, of: fn(&Direction) -> Value| {
        direction.as_ref().map_or(Value::Missing(part::word(*state)), of)
    };
    let bytes = Table::of("Bytes", numbers)
        .word("Direction", |(name, ..)| *name)
        .number("total", |it| cell(it, |of| Value::bytes_or(of.total_bytes, NOT_REPORTED)))
        .number("mean per interval", |it| {
            cell(it, |of| Value::mean_bytes(of.mean_bytes_per_interval))
        })
        .number("peak per interval", |it| cell(it, |of| Value::exact_bytes(of.peak_bytes)));
    let mut blocks = vec![Block::Table(bytes.long())];
    let other = found.inbound.as_ref().and_then(|direction| direction.window);
    blocks.extend(
        other.map(|window| Block::note(format!("In: {}", period::period(&window, from).0))),
    );
    blocks.extend(Block::refusals(&found.parts));
    blocks.push(peers("Top destinations", found.top_destinations.as_deref(), sent));
    blocks.push(peers("Top sources", found.top_sources.as_deref(), received));
    blocks
}

fn peers(caption: &str, buckets: Option<&[BucketPeers]>, state: PartState) -> Block {
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
    let rows = buckets.into_iter().flatten();
    let rows = rows.flat_map(|bucket| bucket.peers.iter().map(|peer| (bucket.time, peer)));
    let table = Table::of(caption, rows)
        .word("Interval", |(time, _)| *time)
        .text("address", |(_, peer)| Value::reported(peer.ip.as_deref()))
        .number("bytes", |(_, peer)| Value::exact_bytes(peer.bytes));
    Block::Table(table.long())
}
