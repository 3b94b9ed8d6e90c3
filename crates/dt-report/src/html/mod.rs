//! HTML, for people: one file that needs nothing else, to be read, printed and filed.
//!
//! There is no script in it, and its content security policy lets none run and nothing be fetched;
//! the one style sheet is known to it by its hash. Every text is escaped by the templates, and
//! isolated so that its direction changes nothing around it. The same documents give the same bytes.

mod charts;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;

use askama::Template;
use dt_analysis::Level;

use crate::chart::Chart;
use crate::contract::Document;
use crate::phrases::numbers::plural;
use crate::view::{
    Block, FindingView, PROGRAM, Page, Provenance, Summary, Table, Text, Value, pages,
};

/// The style sheet, as it stands in the document.
const STYLE: &str = include_str!("../../templates/style.css");

/// What the document may do: nothing but be styled by [`STYLE`], which has this hash.
const POLICY: &str = "default-src 'none'; \
                      style-src 'sha256-Nmrs7pGpYbs0QxR8nEGHnO9sgOv2BPfEr8opS8LMrN0='; \
                      base-uri 'none'; form-action 'none'";

/// Renders documents as one: a list of several begins with its contents, those first that should be
/// looked at first.
#[must_use]
pub fn render(documents: &[Document], made: &Provenance<'_>) -> String {
    let pages = pages(documents, made);
    let book = Collection::of(&pages);
    let title = match (&book, pages.first()) {
        (None, Some(page)) => format!("{}: {}", page.kind, page.name),
        (Some(book), _) => book.title.clone(),
        (None, None) => String::new(),
    };
    let whole = Whole {
        policy: POLICY,
        program: PROGRAM,
        style: STYLE,
        title: title.as_str().into(),
        top: if book.is_some() { 2 } else { 1 },
        book,
        pages,
        made,
    };
    let html = whole.render();
    // A template does not end with its last line break.
    html.unwrap_or_else(|error| unreachable!("writing to a String cannot fail: {error}")) + "\n"
}

/// The whole document.
#[derive(Template)]
#[template(path = "document.html", whitespace = "preserve")]
struct Whole<'a> {
    policy: &'static str,
    program: &'static str,
    style: &'static str,
    title: Text,
    book: Option<Collection>,
    /// The level of a page's heading.
    top: u8,
    pages: Vec<Page>,
    made: &'a Provenance<'a>,
}

/// What stands before several pages.
struct Collection {
    kind: &'static str,
    title: String,
    /// How many pages there are of each level, the most urgent first.
    levels: Vec<(Level, usize)>,
}

impl Collection {
    /// `None` for a single page, which needs none.
    fn of(pages: &[Page]) -> Option<Self> {
        let (kind, title) = match pages {
            [_] => return None,
            [] => ("Devices", "No device was answered for".to_owned()),
            [first, ..] => (first.kind, format!("{} devices", pages.len())),
        };
        let mut levels = BTreeMap::<Reverse<Level>, usize>::new();
        for level in pages.iter().filter_map(Page::level) {
            *levels.entry(Reverse(level)).or_default() += 1;
        }
        let levels = levels.into_iter().map(|(Reverse(level), count)| (level, count)).collect();
        Some(Self { kind, title, levels })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
impl Whole<'_> {
    /// A score as whole hundredths.
    fn hundredths(score: &f64) -> String {
        format!("{:.0}", 100.0 * score)
    }

    /// A fraction as a length.
    fn percent(fraction: &f64) -> String {
        charts::percent(*fraction)
    }

    /// The level of a page, by which pages are filtered; empty if it has none.
    fn level(page: &Page) -> &'static str {
        page.level().map_or("", Level::as_str)
    }

    /// Whether a finding is shown as a row that unfolds: with many devices, the low ones are most.
    fn is_row(found: &FindingView) -> bool {
        found.level <= Level::Low
    }

    /// How many rows are folded.
    fn rows(table: &Table) -> String {
        plural(table.rows_of_pages().count(), "row", "rows")
    }

    fn words(&self, value: &Value) -> Text {
        value.words(self.made.viewpoint.zone).into()
    }

    fn drawn(&self, chart: &Chart, section: &str, number: impl fmt::Display) -> String {
        charts::svg(chart, &format!("{section}-{number}"), self.made.viewpoint.zone)
    }
}
