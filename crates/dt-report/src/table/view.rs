//! Any view on a screen: the summary in bold, then what its sections hold, without their headings
//! where tables have names of their own.

use dt_analysis::Level;
use dt_analysis::priority::hundredths;

use super::rows::{Long, Rows};
use super::screen::Screen;
use super::wrap::wrapped;
use super::{Options, head};
use crate::phrases::times;
use crate::samples::Sparkline;
use crate::view::{
    Block, Fact, FindingView, Kind, SmallSeries, Subject, Summary, Table, Text, Value, View,
};

/// How long the name of a column can be.
const LONGEST_CAPTION: usize = 24;

pub(super) fn render(screen: &mut Screen, view: &View<'_>, options: &Options<'_>) {
    subject(screen, &view.subject, options);
    body(screen, view, options);
}

/// What a view is about, and the time covered.
pub(super) fn subject(screen: &mut Screen, subject: &Subject<'_>, options: &Options<'_>) {
    match subject {
        // Its name is known to whoever asked it.
        Subject::Appliance { .. } => {}
        Subject::Named(name) => screen.whole(name),
        Subject::Device { header, window } => {
            head::device(screen, header);
            match window {
                Some(window) => head::window(screen, window, options),
                None => head::data_until(screen, header, options),
            }
            screen.blank();
        }
    }
}

/// A view without the lines that say what it is about.
fn body(screen: &mut Screen, view: &View<'_>, options: &Options<'_>) {
    top(screen, view, options);
    let begin = screen.height();
    let sections = view.sections.iter().filter(|section| section.is_on_screen);
    for (place, section) in sections.enumerate() {
        // A chart's series stands below the summary; a table begins with an empty line of its own.
        let mut shown = section.blocks.iter().filter(|it| !matches!(it, Block::Chart(_)));
        let begins_with_table = matches!(shown.next(), Some(Block::Table(_)));
        let is_shown = |block: &Block| matches!(block, Block::Table(table) if table.is_on_screen());
        let has_name = section.blocks.iter().any(is_shown);
        if place > 0 && !has_name {
            screen.blank();
            screen.bold(&section.title.to_uppercase());
        } else if screen.height() > begin && !begins_with_table {
            screen.blank();
        }
        blocks(screen, &section.blocks, Charts::Drawn, options);
    }
}

/// The summary, and the series below it.
pub(super) fn top(screen: &mut Screen, view: &View<'_>, options: &Options<'_>) {
    summary(screen, view);
    for series in &view.series {
        small_series(screen, series, options);
    }
}

/// A series in a line: by day, where there are some days.
pub(super) fn small_series(screen: &mut Screen, series: &SmallSeries<'_>, options: &Options<'_>) {
    let SmallSeries { label, trace, unit } = series;
    let Some(found) = trace.sparkline(options.viewpoint.zone) else { return };
    let Sparkline { drawing, columns, days, tallest } = found;
    let label = if label.is_empty() { String::new() } else { format!("{label:<3}  ") };
    let days = if days.is_empty() { days } else { format!(", {days}") };
    let most = unit.words(tallest as f64);
    screen.line(&format!("  {label}{drawing}   {columns}{days}, max {most}"));
}

fn summary(screen: &mut Screen, view: &View<'_>) {
    let kind = view.kind.to_uppercase();
    match &view.summary {
        Summary::Priority { score, level, findings } => {
            priority(screen, *score, *level);
            screen.line(&format!("  {findings}"));
        }
        Summary::Sentence { level, text } => {
            let head = format!("{kind}  ");
            for line in wrapped(screen, &head, text.as_str(), 2) {
                screen.level(level.unwrap_or(Level::Minimal), &line);
            }
        }
    }
}

/// The one number, and what it is not.
pub(super) fn priority(screen: &mut Screen, score: f64, level: Level) {
    let (score, name) = (hundredths(score), level.as_str().to_uppercase());
    let text = format!("PRIORITY {score}/100 {name}  (triage order, not a probability)");
    screen.level(level, &text);
}

/// Whether charts are told in words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Charts {
    /// The series stand below the summary; a chart's sentence is for those who cannot see it.
    Drawn,
    InWords,
}

pub(super) fn blocks(screen: &mut Screen, blocks: &[Block], charts: Charts, options: &Options<'_>) {
    let mut rank = 0;
    for block in blocks {
        match block {
            Block::Text(text) | Block::Note(text) => remarks(screen, std::slice::from_ref(text)),
            Block::List(texts) => remarks(screen, texts),
            Block::Concerns(concerns) => {
                for (level, text) in concerns {
                    let name = level.as_str().to_uppercase();
                    screen.level(*level, &format!("  {name:<7} {text}"));
                }
            }
            Block::Facts(of) => facts(screen, of, options),
            Block::Finding(found) => {
                rank += 1;
                finding(screen, rank, found);
            }
            Block::Table(of) if of.is_on_screen() => table(screen, of, options),
            // Such a table is for pages.
            Block::Table(_) => {}
            Block::Chart(_) if charts == Charts::Drawn => {}
            Block::Chart(chart) => {
                screen.remarks(&[format!("{}: {}", chart.caption, chart.alt_text)]);
            }
        }
    }
}

/// A finding with all that is known about it.
fn finding(screen: &mut Screen, rank: usize, found: &FindingView) {
    let name = found.level.as_str().to_uppercase();
    screen.level(found.level, &format!("{rank} {name}  {}", found.title));
    let joined = |texts: &[Text]| {
        let texts: Vec<&str> = texts.iter().map(Text::as_str).collect();
        texts.join("; ")
    };
    let candidates: Vec<&str> = found.techniques.iter().map(|it| it.id()).collect();
    let candidates = match candidates.as_slice() {
        [] => String::new(),
        some => format!("candidates: {}", some.join(", ")),
    };
    let lines = [
        ("when", found.when.to_string()),
        ("what", found.message.to_string()),
        ("supports", joined(&found.reasons)),
        ("weighs against", joined(&found.doubts)),
        ("ATT&CK", candidates),
        ("how", found.method.to_string()),
        ("id", found.id.clone()),
    ];
    let mut rows = Rows::new(&[Kind::Word, Kind::Text], Long::Wrapped);
    for (label, says) in lines.iter().filter(|(_, says)| !says.is_empty()) {
        rows.row([*label, says]);
    }
    rows.show(screen);
}

fn remarks(screen: &mut Screen, texts: &[Text]) {
    let texts: Vec<String> = texts.iter().map(Text::to_string).collect();
    screen.remarks(&texts);
}

fn facts(screen: &mut Screen, facts: &[Fact], options: &Options<'_>) {
    let label = |fact: &Fact| fact.label.chars().count();
    let margin = 4 + facts.iter().map(label).max().unwrap_or_default();
    for Fact { label, value } in facts {
        let head = format!("{:<margin$}", format!("  {label}"));
        let words = value.words(options.viewpoint.zone);
        if matches!(value, Value::Path(_)) {
            screen.whole(&format!("{head}{words}"));
            continue;
        }
        for line in wrapped(screen, &head, &words, margin) {
            screen.line(&line);
        }
    }
}

/// A table, whose first column bears its caption, unless that is too long for it.
pub(super) fn table(screen: &mut Screen, table: &Table, options: &Options<'_>) {
    screen.blank();
    let (columns, mut titles): (Vec<Kind>, Vec<&str>) =
        table.columns(|shown| shown.text).map(|it| (it.kind, it.title)).unzip();
    let caption = table.caption.as_str().to_uppercase();
    if caption.chars().count() > LONGEST_CAPTION {
        screen.bold(&caption);
    } else if let Some(first) = titles.first_mut() {
        *first = &caption;
    }
    let long = if table.wraps { Long::Wrapped } else { Long::Cut };
    let mut rows = Rows::new(&columns, long).header(&titles);
    for row in table.rows_of_screen() {
        if let Some((value, url)) = row.first().and_then(|(_, value)| Some((value, value.url()?))) {
            rows.link(&cell(value, options), url);
        }
        rows.row(row.into_iter().map(|(_, value)| cell(value, options)));
    }
    rows.show(screen);
    if table.rest_of_screen() > 0 {
        let rest = table.rest_of_screen();
        screen.line(&format!("  and {rest} more (-o json lists them all)"));
    }
}

/// A cell in few columns: the zone of times stands at the top.
fn cell(value: &Value, options: &Options<'_>) -> String {
    match value {
        Value::Time(time) => times::bucket(*time, options.viewpoint.zone),
        Value::Several(texts) if texts.len() > 1 => {
            format!("{}, {} more", texts[0], texts.len() - 1)
        }
        value => value.words(options.viewpoint.zone),
    }
}
