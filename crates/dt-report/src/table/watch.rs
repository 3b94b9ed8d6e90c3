//! The screen of `dt watch`, which grows.

use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use super::view::priority;
use super::{Options, head};
use crate::contract::{Answer, FindingState, Watch};
use crate::phrases::when::when;

pub(super) fn render(screen: &mut Screen, answer: &Answer<Watch>, options: &Options) {
    head::device(screen, &answer.header);
    if let Some(found) = &answer.body.priority {
        priority(screen, found.score, found.level);
    }
    let columns = &[Column::Word, Column::Word, Column::Word, Column::Text];
    let mut rows = Rows::new(columns, Long::Wrapped);
    for told in &answer.body.findings {
        let finding = &told.finding;
        let state = match finding.state {
            FindingState::New => "new",
            FindingState::Updated => "more",
            FindingState::Ended => "over",
        };
        rows.row([
            state.to_owned(),
            finding.severity.as_str().to_uppercase(),
            when(finding, options.viewpoint()),
            finding.message.clone(),
        ]);
    }
    rows.show(screen);
}
