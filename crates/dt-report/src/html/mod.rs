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
use crate::phrases::numbers::plural;
use crate::view::{
    Block, BoundPage, FindingView, PROGRAM, Page, Provenance, Summary, Table, Text, Value,
};

/// The style sheet, as it stands in the document.
const STYLE: &str = include_str!("../../templates/style.css");

/// What the document may do: nothing but be styled by [`STYLE`], which has this hash.
const POLICY: &str = "default-src 'none'; \
                      style-src 'sha256-Nmrs7pGpYbs0QxR8nEGHnO9sgOv2BPfEr8opS8LMrN0='; \
                      base-uri 'none'; form-action 'none'";

/// What every document ends with.
pub(crate) const END: &str = "\n</main>\n</body>\n</html>\n";

/// The document of one page.
pub(crate) fn alone(page: &Page, made: &Provenance<'_>) -> String {
    let title = format!("{}: {}", page.kind, page.name);
    let head = Head { book: None, pages: &[], ..Head::new(title.as_str().into()) };
    let article = Article { page, place: 1, top: 1, is_among: false, made };
    format!("{}\n{}{END}", written(&head), written(&article))
}

/// The beginning of a document of several pages, or of none.
pub(crate) fn contents(pages: &[BoundPage]) -> String {
    let book = Collection::of(pages);
    let title = book.title.as_str().into();
    written(&Head { book: Some(book), pages, ..Head::new(title) })
}

/// One of several pages.
pub(crate) fn article(page: &Page, place: usize, made: &Provenance<'_>) -> String {
    written(&Article { page, place, top: 2, is_among: true, made })
}

fn written(template: &impl Template) -> String {
    let text = template.render();
    text.unwrap_or_else(|error| unreachable!("writing to a String cannot fail: {error}"))
}

/// A document up to its first page.
#[derive(Template)]
#[template(path = "document.html", whitespace = "preserve")]
struct Head<'a> {
    policy: &'static str,
    program: &'static str,
    style: &'static str,
    title: Text,
    book: Option<Collection>,
    pages: &'a [BoundPage],
}

/// A page.
#[derive(Template)]
#[template(path = "page.html", whitespace = "preserve")]
struct Article<'a> {
    page: &'a Page,
    /// Which one it is, from 1 on.
    place: usize,
    /// The level of its heading.
    top: u8,
    /// Whether there are others.
    is_among: bool,
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
    fn of(pages: &[BoundPage]) -> Self {
        let (kind, title) = match pages {
            [] => ("Devices", "No device was answered for".to_owned()),
            [first, ..] => (first.kind, format!("{} devices", pages.len())),
        };
        let mut levels = BTreeMap::<Reverse<Level>, usize>::new();
        for level in pages.iter().filter_map(|page| page.verdict.level()) {
            *levels.entry(Reverse(level)).or_default() += 1;
        }
        let levels = levels.into_iter().map(|(Reverse(level), count)| (level, count)).collect();
        Self { kind, title, levels }
    }
}

/// A score in whole hundredths.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
pub(crate) fn points(score: &f64) -> f64 {
    dt_analysis::priority::hundredths(*score)
}

/// The level by which pages are filtered; empty without one.
pub(crate) fn level(verdict: &Summary) -> &'static str {
    verdict.level().map_or("", Level::as_str)
}

impl Head<'_> {
    fn new(title: Text) -> Self {
        Self { policy: POLICY, program: PROGRAM, style: STYLE, title, book: None, pages: &[] }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
impl Article<'_> {
    /// A fraction as a length.
    fn percent(fraction: &f64) -> String {
        charts::percent(*fraction)
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
