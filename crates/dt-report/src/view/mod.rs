//! What a document says, described once: as a summary, facts, tables and charts.
//!
//! Facts and cells are values, and a column says in which formats it is shown. How a value is put into
//! words, and which markup it becomes, is the formats' business. Texts are [`Text`], which is clean;
//! that it cannot be taken for markup is up to the format that writes markup.

mod alerts;
pub(crate) mod compare;
pub(crate) mod configuration;
pub(crate) mod connections;
mod decisive;
mod device;
pub(crate) mod devices;
pub(crate) mod diff;
pub(crate) mod doctor;
pub(crate) mod evidence;
pub(crate) mod exclusions;
mod extended;
pub(crate) mod external;
pub(crate) mod finding_rows;
mod findings;
pub(crate) mod fleet;
mod made;
pub(crate) mod outside;
pub(crate) mod report;
pub(crate) mod snapshot;
pub(crate) mod summary;
pub(crate) mod sweep;
mod table;
mod text;
mod thresholds;
pub(crate) mod timeline;
pub(crate) mod transfers;
mod value;
pub(crate) mod watch;

use std::borrow::Cow;

use dt_analysis::{AsOf, Concern, Level, Policy};

use crate::chart::Chart;
use crate::contract::{DeviceView, Document, Finding, Header, PartView, Window};
use crate::phrases::part;
use crate::phrases::reason::no_traffic;
use crate::samples::Samples;
use crate::unit::Unit;

pub(crate) use findings::{FindingView, excluding, short_id};
pub(crate) use made::PROGRAM;
pub(crate) use table::{Column, Kind, Shown, Table};
pub(crate) use text::Text;
pub(crate) use value::Value;

/// How the documents of a page were made, which makes it fit for filing.
#[derive(Debug, Clone, Copy)]
pub struct Provenance<'a> {
    /// When, and in which time zone times are given.
    pub viewpoint: AsOf<'a>,
    /// Where the answers come from, such as an appliance's name, or files.
    pub source: &'a str,
    /// By which thresholds they were judged; `None` where nothing is judged.
    pub policy: Option<&'a Policy>,
}

/// What one document says, for every format that people read.
pub(crate) struct View<'a> {
    /// What it is, such as `Device report`.
    pub(crate) kind: &'static str,
    /// What it is about.
    pub(crate) subject: Subject<'a>,
    /// The answer, before everything else.
    pub(crate) summary: Summary,
    /// Series that a screen draws below the summary, in a line each. Pages have charts.
    pub(crate) series: Vec<SmallSeries<'a>>,
    pub(crate) sections: Vec<Section>,
}

/// A series that is drawn in one line.
pub(crate) struct SmallSeries<'a> {
    /// Which of several it is; empty for the only one.
    pub(crate) label: &'static str,
    pub(crate) trace: &'a Samples,
    pub(crate) unit: Unit,
}

/// What a view is about.
pub(crate) enum Subject<'a> {
    /// A device, in the time covered where that is the point.
    Device { header: &'a Header, window: Option<Window> },
    /// An appliance, about which an object of this schema says something.
    Appliance { schema: &'static str },
    /// Something with a name.
    Named(Cow<'a, str>),
}

/// One document as a page.
pub(crate) struct Page {
    /// What it is, such as `Device report`.
    pub(crate) kind: &'static str,
    /// Whom it is about.
    pub(crate) name: Text,
    /// What is known about it.
    pub(crate) facts: Vec<Fact>,
    /// The time covered, and how fresh it is.
    pub(crate) period: Vec<Text>,
    /// The answer.
    pub(crate) verdict: Summary,
    /// The chart that shows the most urgent of what was found, beside the answer.
    pub(crate) decisive: Option<Chart>,
    pub(crate) sections: Vec<Section>,
}

/// One of several pages.
pub(crate) struct BoundPage {
    /// Which one it was, from 1 on: its links lead there.
    pub(crate) place: usize,
    pub(crate) kind: &'static str,
    pub(crate) name: Text,
    pub(crate) verdict: Summary,
    /// All of it, as it is written.
    pub(crate) text: String,
}

/// Something that is known, under its name.
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) value: Value,
}

/// The answer, before everything else.
pub(crate) enum Summary {
    /// In which order to look at devices.
    Priority { score: f64, level: Level, findings: Text },
    /// As a sentence, in the colour of its urgency if it has one.
    Sentence { level: Option<Level>, text: Text },
}

/// A part under a heading of its own.
pub(crate) struct Section {
    /// Its name within the page's addresses.
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) blocks: Vec<Block>,
    /// Whether a screen has room for it.
    pub(crate) is_on_screen: bool,
}

/// What a section is made of.
pub(crate) enum Block {
    /// A sentence, or some.
    Text(Text),
    /// A remark that matters less.
    Note(Text),
    /// A list without an order.
    List(Vec<Text>),
    /// Sentences with their urgency, the most urgent first.
    Concerns(Vec<(Level, Text)>),
    /// Numbers under their names.
    Facts(Vec<Fact>),
    /// Something that was found, with all that is known about it.
    Finding(Box<FindingView>),
    Table(Table),
    Chart(Chart),
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

impl From<Chart> for Block {
    fn from(chart: Chart) -> Self {
        Self::Chart(chart)
    }
}

impl Fact {
    pub(crate) fn new(label: &'static str, value: impl Into<Value>) -> Self {
        Self { label, value: value.into() }
    }
}

impl Block {
    fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    /// Whether a screen has room for it.
    fn is_on_screen(&self) -> bool {
        !matches!(self, Self::Table(table) if !table.is_on_screen())
    }

    fn note(text: impl Into<Text>) -> Self {
        Self::Note(text.into())
    }

    /// A list; none without anything in it.
    fn list<T: Into<Text>>(texts: impl IntoIterator<Item = T>) -> Option<Self> {
        let texts: Vec<Text> = texts.into_iter().map(Into::into).collect();
        (!texts.is_empty()).then_some(Self::List(texts))
    }

    /// A table; none without rows.
    fn table(table: Table) -> Option<Self> {
        (!table.rows.is_empty()).then_some(Self::Table(table))
    }

    /// A finding with all that is known about it.
    fn finding(found: &Finding, device: &DeviceView, from: AsOf<'_>) -> Self {
        Self::Finding(Box::new(findings::finding(found, device, from)))
    }

    /// Why parts of the evidence were refused.
    fn refusals(parts: &[PartView]) -> impl Iterator<Item = Self> {
        part::refusals(parts).into_iter().map(|why| Self::note(format!("{why}.")))
    }

    fn concerns(concerns: &[Concern]) -> Self {
        let concerns = concerns.iter().map(|it| (it.level, it.message.as_str().into()));
        Self::Concerns(concerns.collect())
    }
}

impl Section {
    /// `None` without anything in it.
    fn of(
        id: &'static str,
        title: &'static str,
        blocks: impl IntoIterator<Item = Block>,
    ) -> Option<Self> {
        let blocks: Vec<Block> = blocks.into_iter().collect();
        let is_on_screen = blocks.iter().any(Block::is_on_screen);
        (!blocks.is_empty()).then_some(Self { id, title, blocks, is_on_screen })
    }
}

impl<'a> View<'a> {
    /// What a document says as of a time. Evidence also says by which thresholds it was judged.
    pub(crate) fn new(document: &'a Document, from: AsOf<'_>, policy: Option<&Policy>) -> Self {
        match document {
            Document::Connections(answer) => connections::view(answer, from),
            Document::Transfers(answer) => transfers::view(answer, from),
            Document::Compare(answer) => compare::view(answer),
            Document::External(answer) => external::view(answer, from),
            Document::Timeline(answer) => timeline::view(answer, from),
            Document::Report(answer) => report::view(answer, from),
            Document::ReportSummary(answer) => summary::view(answer),
            Document::Watch(answer) => watch::view(answer, from),
            Document::Diff(answer) => diff::view(answer, from),
            Document::Snapshot(answer) => snapshot::view(answer),
            Document::Devices(devices) => devices::view(devices),
            Document::Fleet(fleet) => fleet::view(fleet, from),
            Document::Sweep(run) => sweep::view(run),
            Document::Evidence(evidence) => evidence::view(evidence, from, policy),
            Document::Doctor(doctor) => doctor::view(doctor),
            Document::Configuration(found) => configuration::view(found),
            Document::Exclusions(found) => exclusions::view(found),
        }
    }

    /// A view without sections. Of a device without traffic there is nothing else to say.
    fn of(kind: &'static str, subject: Subject<'a>, mut summary: Summary) -> Self {
        if let Subject::Device { header, .. } = &subject
            && let Some(why) = no_traffic(header)
        {
            summary = Summary::sentence(None, why);
        }
        Self { kind, subject, summary, series: Vec::new(), sections: Vec::new() }
    }

    /// With series that a screen draws.
    fn series(self, series: impl IntoIterator<Item = SmallSeries<'a>>) -> Self {
        Self { series: series.into_iter().collect(), ..self }
    }

    /// With a section, if there is anything in it.
    fn section(
        mut self,
        id: &'static str,
        title: &'static str,
        blocks: impl IntoIterator<Item = Block>,
    ) -> Self {
        self.sections.extend(Section::of(id, title, blocks));
        self
    }

    /// The same, of pages alone.
    fn of_pages(
        mut self,
        id: &'static str,
        title: &'static str,
        blocks: impl IntoIterator<Item = Block>,
    ) -> Self {
        let section = Section::of(id, title, blocks);
        self.sections.extend(section.map(|it| Section { is_on_screen: false, ..it }));
        self
    }
}

impl Page {
    pub(crate) fn new(document: &Document, made: &Provenance<'_>) -> Self {
        let mut view = View::new(document, made.viewpoint, made.policy);
        match document {
            Document::Report(answer) => {
                view.sections.extend(report::method(answer));
                let decisive = decisive::chart(answer, made.viewpoint);
                let mut page = Self { decisive, ..Self::of(view, made) };
                if let Some(url) = &answer.body.url {
                    let link = Value::Link("the device".to_owned(), Some(url.clone()));
                    page.facts.push(Fact::new("In Darktrace", link));
                }
                page
            }
            // The thresholds would be the same on every one of many pages: each names their digest.
            Document::ReportSummary(_) => Self::of(view, &Provenance { policy: None, ..*made }),
            _ => Self::of(view, made),
        }
    }

    /// A view as a page, which ends with how it was made.
    fn of(view: View<'_>, made: &Provenance<'_>) -> Self {
        let View { kind, subject, summary, mut sections, series: _ } = view;
        let (name, facts, period) = match subject {
            Subject::Device { header, window } => {
                sections.push(made::section(header, window.as_ref(), made));
                let period = device::times(header, window.as_ref(), made.viewpoint);
                (header.device.name(), device::facts(&header.device), period)
            }
            Subject::Named(name) => (name.into_owned(), Vec::new(), Vec::new()),
            Subject::Appliance { schema } => {
                sections.push(made::of_appliance(schema, made));
                (made.source.to_owned(), Vec::new(), Vec::new())
            }
        };
        let (name, verdict) = (name.into(), summary);
        Self { kind, name, facts, period, verdict, decisive: None, sections }
    }
}

impl Summary {
    fn sentence(level: Option<Level>, text: impl Into<Text>) -> Self {
        Self::Sentence { level, text: text.into() }
    }

    /// How urgent it is, if that is known.
    pub(crate) const fn level(&self) -> Option<Level> {
        match self {
            Self::Priority { level, .. } => Some(*level),
            Self::Sentence { level, .. } => *level,
        }
    }

    /// What order it has among others: reports by their priority, the most urgent first.
    pub(crate) const fn score(&self) -> f64 {
        match self {
            Self::Priority { score, .. } => *score,
            Self::Sentence { .. } => 0.0,
        }
    }
}
