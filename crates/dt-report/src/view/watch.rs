//! The page of `dt watch`: what is new about a device.

use super::{Block, Page, Provenance, Section, Summary, device, findings};
use crate::contract::{Answer, FindingState, Watch};
use crate::phrases::numbers::plural;

pub(super) fn page(answer: &Answer<Watch>, made: &Provenance<'_>) -> Page {
    let Watch { findings: news, priority, .. } = &answer.body;
    let count = plural(news.len(), "finding", "findings");
    let verdict = match priority {
        Some(priority) => Summary::Priority {
            score: priority.score,
            level: priority.level,
            findings: format!("{count} to tell of").into(),
        },
        None => Summary::Sentence { level: None, text: count.into() },
    };
    let of = |state| {
        let news = news.iter().filter(|told| told.finding.state == state);
        news.map(|told| Block::Finding(Box::new(findings::finding(&told.finding, made.viewpoint))))
            .collect()
    };
    let reasons = priority.as_ref().map(findings::priority);
    let sections = [
        Section::of("new", "New", of(FindingState::New)),
        Section::of("more", "More than was told before", of(FindingState::Updated)),
        Section::of("over", "Over", of(FindingState::Ended)),
        Section::of("priority", "How the priority came about", reasons.unwrap_or_default()),
    ];
    device::page("What is new", &answer.header, None, verdict, sections, made)
}
