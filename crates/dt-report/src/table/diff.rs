//! The screen of `dt diff`.

use super::Options;
use super::rows::{Column, Long, Rows};
use super::screen::Screen;
use crate::contract::{Diff, FindingChanges, PriorityChange};
use crate::phrases::difference::{
    apart, bounds, changed, gone, limits, lists, moved, only_in, unlike,
};
use crate::phrases::numbers::plural;
use crate::phrases::times;
use crate::phrases::when::when;

/// How many entries of a list are named.
const MOST: usize = 5;

pub(super) fn body(screen: &mut Screen, diff: &Diff, options: &Options) {
    period(screen, diff, options);
    screen.blank();
    if let Some(change) = &diff.priority {
        priority(screen, change);
    }
    if let Some(changes) = &diff.findings {
        findings(screen, changes, options);
        screen.blank();
    }
    let columns = &[Column::Word, Column::Word, Column::Text];
    let mut rows = Rows::new(columns, Long::Wrapped).header(&["LISTS", "", ""]);
    let lines = lists(diff, MOST);
    let mut last = "";
    for line in &lines {
        // The name stands once, before all that became of the list.
        let name = if line.list == last { "" } else { line.list };
        rows.row([name, line.what, &line.entries]);
        last = line.list;
    }
    rows.show(screen);
    for line in bounds(&lines).into_iter().flatten() {
        screen.line(&format!("  {line}"));
    }
}

fn period(screen: &mut Screen, diff: &Diff, options: &Options) {
    let (old, new) = (diff.old.taken, diff.new.taken);
    let zone = times::zone_name(new, &options.time_zone);
    let time = |at| times::date_and_hour(at, options.viewpoint());
    screen.line(&format!("Asked {} and {} {zone}, {}.", time(old), time(new), apart(old, new)));
}

fn priority(screen: &mut Screen, change: &PriorityChange) {
    let text = format!("PRIORITY {}  (order of work, not a probability)", moved(change));
    screen.level(change.after.level, &text);
    for line in unlike(change) {
        screen.line(&format!("  {line}"));
    }
}

fn findings(screen: &mut Screen, changes: &FindingChanges, options: &Options) {
    let columns = &[Column::Word, Column::Word, Column::Word, Column::Text];
    let mut rows = Rows::new(columns, Long::Wrapped);
    let new = changes.new.iter().map(|found| ("new", found, String::new()));
    let changed = changes
        .changed
        .iter()
        .map(|it| (changed(it), &it.finding, format!(", was {}", it.severity_before)));
    let gone = changes.gone.iter().map(|it| (gone(it), &it.finding, String::new()));
    let not_reported = changes.not_reported.iter();
    let not_reported = not_reported.map(|it| (only_in(it), &it.finding, String::new()));
    let all: Vec<_> = new.chain(changed).chain(gone).chain(not_reported).collect();
    let is_empty = all.is_empty();
    for (state, found, before) in all {
        rows.row([
            state.to_owned(),
            format!("{}{before}", found.severity).to_uppercase(),
            when(found, options.viewpoint()),
            found.message.clone(),
        ]);
    }
    rows.show(screen);
    for line in limits(changes) {
        screen.line(&format!("  {line}"));
    }
    match (is_empty, changes.same) {
        (true, 0) => screen.line("  nothing stands out in either"),
        (_, 0) => {}
        (_, same) => {
            let same = plural(same, "finding is", "findings are");
            screen.line(&format!("  {same} the same"));
        }
    }
}
