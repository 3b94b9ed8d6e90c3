//! Markdown, for people: what the HTML says, without its drawings.
//!
//! The tables are GitHub's. No text becomes markup, whatever is in it.

mod escape;

use dt_analysis::Level;
use dt_analysis::priority::hundredths;
use jiff::tz::TimeZone;

use crate::chart::Chart;
use crate::view::{
    Block, BoundPage, Fact, FindingView, Page, Provenance, Section, Summary, Table, Text, Value,
};
use escape::{Place, escaped};

/// The document of one page.
pub(crate) fn alone(page: &Page, made: &Provenance<'_>) -> String {
    Writing::new(made.viewpoint.zone).page(page, 1)
}

/// The beginning of a document of several pages, or of none.
pub(crate) fn contents(pages: &[BoundPage]) -> String {
    let zone = TimeZone::UTC;
    let mut writing = Writing::new(&zone);
    if pages.is_empty() {
        writing.heading(1, "No device was answered for");
        return writing.text;
    }
    writing.heading(1, &format!("{} devices", pages.len()));
    writing.lines(pages.iter().enumerate().map(|(place, page)| {
        format!("{}. {}: {}", place + 1, line(&page.name), verdict(&page.verdict))
    }));
    writing.text
}

/// One of several pages.
pub(crate) fn chapter(page: &Page, made: &Provenance<'_>) -> String {
    Writing::new(made.viewpoint.zone).page(page, 2)
}

/// A text in a line.
fn line(text: &Text) -> String {
    escaped(text, Place::Line)
}

/// A level that stands out without a colour.
fn loud(level: Level) -> String {
    level.as_str().to_uppercase()
}

fn verdict(verdict: &Summary) -> String {
    match verdict {
        Summary::Priority { score, level, findings } => {
            let (score, level) = (hundredths(*score), level.as_str());
            format!("**Priority {score} of 100, {level}**: {}", line(findings))
        }
        Summary::Sentence { level: Some(level), text } => {
            format!("**{}**: {}", loud(*level), line(text))
        }
        Summary::Sentence { level: None, text } => line(text),
    }
}

/// Markdown in the making, in blocks with an empty line between them.
struct Writing<'a> {
    text: String,
    /// In which times are given.
    zone: &'a TimeZone,
}

impl<'a> Writing<'a> {
    fn new(zone: &'a TimeZone) -> Self {
        Self { text: String::new(), zone }
    }

    fn words(&self, value: &Value) -> Text {
        value.words(self.zone).into()
    }

    /// A value, which leads to a page of the appliance if it knows one.
    fn linked(&self, value: &Value, place: Place) -> String {
        let text = escaped(&self.words(value), place);
        match value.url() {
            Some(url) => format!("[{text}](<{url}>)"),
            None => text,
        }
    }

    fn block(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn heading(&mut self, level: usize, text: &str) {
        self.block(&format!("{} {text}", "#".repeat(level)));
    }

    fn lines(&mut self, lines: impl Iterator<Item = String>) {
        let lines: Vec<String> = lines.collect();
        if !lines.is_empty() {
            self.block(&lines.join("\n"));
        }
    }

    fn list<'t>(&mut self, texts: impl IntoIterator<Item = &'t Text>) {
        self.lines(texts.into_iter().map(|text| format!("- {}", line(text))));
    }

    fn facts(&mut self, facts: &[Fact]) {
        let fact =
            |fact: &Fact| format!("- {}: {}", fact.label, self.linked(&fact.value, Place::Line));
        let facts = facts.iter().filter(|fact| !fact.value.is_empty());
        let lines: Vec<String> = facts.map(fact).collect();
        self.lines(lines.into_iter());
    }

    fn page(mut self, page: &Page, top: usize) -> String {
        self.heading(top, &format!("{}: {}", page.kind, line(&page.name)));
        self.block(&verdict(&page.verdict));
        if matches!(page.verdict, Summary::Priority { .. }) {
            self.block("The priority is a triage order, not a probability.");
        }
        if let Some(chart) = &page.decisive {
            self.chart(chart);
        }
        self.facts(&page.facts);
        let period: Vec<String> = page.period.iter().map(line).collect();
        if !period.is_empty() {
            self.block(&period.join(" "));
        }
        for section in &page.sections {
            self.section(section, top + 1);
        }
        self.text
    }

    fn section(&mut self, section: &Section, level: usize) {
        self.heading(level, section.title);
        for block in &section.blocks {
            match block {
                Block::Text(text) | Block::Note(text) => self.block(&line(text)),
                Block::List(texts) => self.list(texts),
                Block::Concerns(concerns) => {
                    let concerns = concerns.iter().enumerate();
                    self.lines(concerns.map(|(place, (level, text))| {
                        format!("{}. **{}**: {}", place + 1, loud(*level), line(text))
                    }));
                }
                Block::Facts(facts) => self.facts(facts),
                Block::Finding(found) => self.finding(found, level + 1),
                Block::Table(table) => self.table(table),
                Block::Chart(chart) => self.chart(chart),
            }
        }
    }

    fn chart(&mut self, chart: &Chart) {
        self.block(&format!("{}: {}", line(&chart.caption), line(&chart.alt_text)));
    }

    fn finding(&mut self, found: &FindingView, level: usize) {
        self.heading(level, &format!("{}: {}", loud(found.level), found.title));
        self.block(&format!("**{}**, {}.", line(&found.message), line(&found.when)));
        if !found.reasons.is_empty() {
            self.block("Supports it:");
            self.list(&found.reasons);
        }
        if found.doubts.is_empty() {
            self.block("Nothing was found that weighs against it.");
        } else {
            self.block("Weighs against it, or is not known:");
            self.list(&found.doubts);
        }
        if !found.techniques.is_empty() {
            self.block("Candidates in MITRE ATT&CK:");
            self.lines(found.techniques.iter().map(|technique| {
                format!("- [{}]({}) {}", technique.id(), technique.url(), technique.name())
            }));
        }
        self.block("How it was found:");
        self.facts(&found.how);
    }

    fn table(&mut self, table: &Table) {
        self.block(&format!("**{}**", line(&table.caption)));
        let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let columns = table.of_pages();
        let titles = columns.iter().map(|column| column.title.to_owned());
        let rule = |is_text: bool| if is_text { "---" } else { "---:" };
        let rules = columns.iter().map(|column| rule(column.is_text()).to_owned());
        let cell = |cell| self.linked(cell, Place::Cell);
        let rows = table
            .rows_of_pages()
            .map(|cells| row(cells.into_iter().map(|(_, value)| cell(value)).collect()));
        let head = [row(titles.collect()), row(rules.collect())];
        let lines: Vec<String> = head.into_iter().chain(rows).collect();
        self.lines(lines.into_iter());
        if table.rest() > 0 {
            self.block(&format!("And {} more: -o json lists them all.", table.rest()));
        }
    }
}
