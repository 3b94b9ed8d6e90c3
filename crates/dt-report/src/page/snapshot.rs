//! The page of `dt snapshot`: what was kept, and where.

use dt_analysis::ByteSize;
use dt_model::Amount;

use super::{Block, Fact, Made, Page, Section, Verdict, device};
use crate::contract::{Answer, Snapshot};
use crate::words::numbers::plural;
use crate::words::times;

pub(super) fn page(answer: &Answer<Snapshot>, made: &Made<'_>) -> Page {
    let Snapshot { path, taken, appliance, exchanges, bytes, refused, .. } = &answer.body;
    let exchanges = plural(*exchanges, "exchange", "exchanges");
    let verdict = Verdict::Sentence { level: None, text: format!("Kept {exchanges}.").into() };
    let facts = vec![
        Fact::new("Directory", path),
        Fact::new("Taken", times::moment(*taken, made.viewpoint.zone)),
        Fact::new("Appliance", appliance),
        Fact::new("Size", ByteSize(Amount::Exact((*bytes).into())).to_string()),
    ];
    let refused = refused.iter().map(|refused| Block::note(format!("{refused}.")));
    let blocks = std::iter::once(Block::Facts(facts)).chain(refused).collect();
    let kept = Section::of("snapshot", "Snapshot", blocks);
    device::page("Snapshot", &answer.header, None, verdict, [kept], made)
}
