//! What the program prints over the fixtures, kept in `fixtures/frozen` while the crates are reshaped:
//! what changes then changes on purpose.
//!
//! Only the program is asked, since its command line and its output stay as they are while everything
//! behind them moves.

mod baseline;
mod cases;
mod difference;
mod findings;
mod kept;
mod lines;
mod live;
mod mask;
mod path;
mod program;
mod sets;
mod sharing;
mod silent;
mod staging;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Args;
use serde_json::Value;

use difference::{Difference, differences};
use mask::{MASKS, Masks};
use program::Program;

/// What every case printed, by the case's name.
type Cases = BTreeMap<String, Value>;

/// At most this many differences are shown of a case, and of all.
const SHOWN_OF_ONE: usize = 10;
const SHOWN: usize = 60;

/// A value is shown up to this many characters.
const WIDTH: usize = 100;

/// What to do with the baseline.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Only compare with the baseline
    #[arg(long)]
    check: bool,

    /// Run this program, instead of building the present one
    #[arg(long, value_name = "PATH")]
    program: Option<PathBuf>,
}

/// Writes the baseline, or compares with it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let fixtures = cases::fixtures()?;
    let program = match &arguments.program {
        Some(path) => Program::at(path)?,
        None => Program::build(fixtures.parent().context("no project")?)?,
    };
    let frozen = fixtures.join("frozen");
    let place = frozen.join("baseline.json.gz");
    if arguments.check {
        let old = baseline::read(&place)?;
        return check(old, cases::all(&program, &fixtures)?);
    }
    fs::create_dir_all(&frozen)?;
    kept::make(&program, &frozen)?;
    let cases = cases::all(&program, &fixtures)?;
    let bytes = baseline::write(&place, &cases)?;
    let covered: Vec<String> = findings::covered(&cases).into_iter().collect();
    say(&format!("{} cases, {} kB, in {}", cases.len(), bytes / 1000, place.display()));
    say(&format!("finding ids of:\n  {}", covered.join("\n  ")));
    Ok(())
}

/// Reports every case that differs but for what is masked.
fn check(mut old: Cases, mut new: Cases) -> anyhow::Result<()> {
    let mut masks = Masks::new(MASKS);
    for (name, document) in old.iter_mut().chain(&mut new) {
        if let Some(rows) = table::rows(document) {
            *document = rows;
        }
        masks.apply(name, document);
    }
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut differ = 0;
    let mut left = SHOWN;
    let mut untold = 0;
    let mut kinds = BTreeMap::<String, usize>::new();
    for name in &names {
        let found = match (old.get(*name), new.get(*name)) {
            (Some(old), Some(new)) => differences(old, new),
            (old, _) => {
                differ += 1;
                say(&format!(
                    "{name}\n  the case is {}",
                    if old.is_some() { "gone" } else { "new" }
                ));
                continue;
            }
        };
        if found.is_empty() {
            continue;
        }
        differ += 1;
        for difference in &found {
            *kinds.entry(difference.path.pattern()).or_default() += 1;
        }
        let shown = found.len().min(SHOWN_OF_ONE).min(left);
        left -= shown;
        untold += if shown == 0 { found.len() } else { 0 };
        if shown > 0 {
            report(name, &found, shown);
        }
    }
    if untold > 0 {
        say(&format!("and {untold} more in other cases"));
    }
    for (path, count) in kinds {
        say(&format!("differs: {count} values at {path}"));
    }
    for (mask, count) in masks.counts() {
        say(&format!("masked: {count} values at {} ({})", mask.path, mask.reason));
    }
    say(&format!("{} cases, {differ} differ", names.len()));
    ensure!(differ == 0, "the program does not print what it did");
    Ok(())
}

fn report(case: &str, found: &[Difference], shown: usize) {
    say(case);
    for Difference { path, old, new } in &found[..shown] {
        say(&format!("  {path}: {} -> {}", brief(old.as_ref()), brief(new.as_ref())));
    }
    if found.len() > shown {
        say(&format!("  and {} more", found.len() - shown));
    }
}

/// A value on one line, cut where it is long.
fn brief(value: Option<&Value>) -> String {
    let Some(value) = value else { return "absent".to_owned() };
    let whole = value.to_string();
    match whole.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}...", &whole[..end]),
        None => whole,
    }
}

#[expect(clippy::print_stdout, reason = "this is its answer")]
fn say(text: &str) {
    println!("{text}");
}
