//! Markdown over every fixture, read as GitHub reads it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fixtures;

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use dt_analysis::{AsOf, Policy};
use dt_report::contract::{Devices, Doctor, Document, Step, StepStatus};
use dt_report::{Made, markdown};
use fixtures::{documents, evidence, now};
use jiff::tz::TimeZone;

fn rendered(documents: &[Document], policy: &Policy) -> String {
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    markdown::render(documents, &Made { viewpoint, source: "fixtures", policy: Some(policy) })
}

/// Everything that GitHub makes something of, and more.
fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    options.extension.alerts = true;
    options
}

/// Fails at markup that the writer does not write; gives all text, and the headings.
fn read(markdown: &str) -> (String, Vec<(u8, String)>) {
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options());
    let (mut text, mut headings) = (String::new(), Vec::new());
    for node in root.descendants() {
        match &node.data.borrow().value {
            NodeValue::Heading(heading) => headings.push((heading.level, String::new())),
            NodeValue::Text(part) => text.push_str(part),
            NodeValue::Code(part) => text.push_str(&part.literal),
            NodeValue::Link(link) => {
                assert!(link.url.starts_with("https://attack.mitre.org/"), "{}", link.url);
            }
            NodeValue::Document
            | NodeValue::Paragraph
            | NodeValue::List(_)
            | NodeValue::Item(_)
            | NodeValue::SoftBreak
            | NodeValue::Strong
            | NodeValue::Table(_)
            | NodeValue::TableRow(_)
            | NodeValue::TableCell => {}
            other => panic!("{other:?} in\n{markdown}"),
        }
        let parent = node.parent().map(|parent| parent.data.borrow().value.clone());
        if let (Some(NodeValue::Heading(_)), NodeValue::Text(part)) =
            (parent, &node.data.borrow().value)
        {
            headings.last_mut().unwrap().1.push_str(part);
        }
    }
    (text, headings)
}

#[test]
fn reports() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        let policy = Policy::default();
        let report = documents(&evidence(co), &policy).pop().unwrap();
        insta::assert_snapshot!(rendered(&[report], &policy));
    });
}

#[test]
fn no_text_is_taken_for_markup() {
    insta::glob!("../../../fixtures", "*/*.co.json", |co| {
        for policy in [Policy::default(), Policy::documented()] {
            let documents = documents(&evidence(co), &policy);
            for some in documents.chunks(1).chain([&documents[..]]) {
                let markdown = rendered(some, &policy);
                assert!(!markdown.contains(|c: char| c.is_control() && c != '\n'));
                let (text, headings) = read(&markdown);
                assert!(!text.contains("NaN"), "{text}");
                assert_eq!(headings.iter().filter(|(level, _)| *level == 1).count(), 1);
                let levels = headings.windows(2);
                assert!(levels.into_iter().all(|pair| pair[1].0 <= pair[0].0 + 1), "{headings:?}");
            }
        }
    });
}

/// What hostile text is tried with: each alone, in a paragraph, a list and a cell.
const HOSTILE: [&str; 24] = [
    "<script>alert(1)</script>",
    "<!-- -->",
    "&lt;b&gt;",
    "[a](https://evil.example)",
    "![a](https://evil.example/x.png)",
    "https://evil.example/a_b_c",
    "see www.evil.example, http://evil.example",
    "root@evil.example",
    "mailto:root@evil.example",
    "**bold** _it_ ~~gone~~",
    "`code` ``more``",
    "www.`a``b`.example|c",
    "a | b | c",
    "# title",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "> quote",
    "> [!NOTE]",
    "---",
    "===",
    "$x$ and $$y$$",
    "a\\",
];

#[test]
fn hostile_text_stays_text() {
    for hostile in HOSTILE {
        let step = Step {
            step: "name",
            status: StepStatus::Warn,
            text: hostile.to_owned(),
            fix: Some(hostile.to_owned()),
        };
        let doctor = Doctor::new(Some(hostile.to_owned()), vec![step]);
        let (text, headings) = read(&rendered(&[Document::Doctor(doctor)], &Policy::default()));
        // In the title, the verdict and two cells.
        assert_eq!(text.matches(hostile).count(), 4, "{hostile}: {text}");
        assert_eq!(headings.len(), 2, "{hostile}");
    }
}

#[test]
fn a_title_is_in_front_even_of_nothing() {
    let nothing = rendered(&[], &Policy::default());
    assert_eq!(nothing, "# No device was answered for\n");
    let devices = Document::Devices(Devices::new(&[]));
    let (_, headings) = read(&rendered(&[devices], &Policy::default()));
    assert_eq!(headings[0], (1, "Devices: fixtures".to_owned()));
}
