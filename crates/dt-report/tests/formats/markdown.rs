//! Markdown, read as GitHub reads it.

use comrak::nodes::NodeValue;
use comrak::{Arena, Node, Options, parse_document};
use dt_analysis::Policy;
use dt_report::PageFormat;
use dt_report::contract::{Devices, Doctor, Document, Step, StepStatus};

use crate::{CASES, case, made};

pub(crate) fn rendered(documents: &[Document], policy: &Policy) -> String {
    PageFormat::Markdown.render(documents, &made(policy))
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
pub(crate) fn read(markdown: &str) -> (String, Vec<(u8, String)>) {
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

/// Every table with the line of strong text before it, its header first.
pub(crate) fn tables(markdown: &str) -> Vec<(String, Vec<Vec<String>>)> {
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &options());
    let mut found = Vec::new();
    for table in root.descendants() {
        if matches!(table.data.borrow().value, NodeValue::Table(_)) {
            let cells = |row: Node<'_>| row.children().map(text_of).collect();
            let caption = table.previous_sibling().map(text_of).unwrap();
            found.push((caption, table.children().map(cells).collect()));
        }
    }
    found
}

/// All text in a node.
fn text_of(node: Node<'_>) -> String {
    let texts = node.descendants().filter_map(|node| match &node.data.borrow().value {
        NodeValue::Text(part) => Some(part.to_string()),
        NodeValue::Code(part) => Some(part.literal.clone()),
        _ => None,
    });
    texts.collect()
}

/// A report without what is long: sections with the first three rows of every table and the first
/// finding.
#[test]
fn sections() {
    let ordinary = case("appliance/ordinary");
    let report = rendered(std::slice::from_ref(ordinary.report()), &ordinary.policy);
    let mut sections: Vec<(&str, Vec<&str>)> = vec![("title", Vec::new())];
    let mut rows = 0;
    let mut findings = 0;
    for line in report.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            sections.push((name, Vec::new()));
        }
        findings = if line.starts_with("### ") { findings + 1 } else { findings };
        rows = if line.starts_with('|') { rows + 1 } else { 0 };
        let (name, lines) = sections.last_mut().unwrap();
        if rows <= 5 && !(*name == "Findings" && findings > 1) {
            lines.push(line);
        }
    }
    let shown = |names: &[&str]| {
        let some = sections.iter().filter(|(name, _)| names.contains(name));
        some.flat_map(|(_, lines)| lines).copied().collect::<Vec<_>>().join("\n")
    };
    let first = ["title", "Findings"];
    let analyses = ["Timeline", "Forecast", "Compared with similar devices"];
    let traffic = [
        "External traffic",
        "External risk by the documented rules",
        "Transfers",
        "Connections",
        "Other analyses",
    ];
    let how = [
        "Not visible",
        "How the priority is calculated",
        "Rules evaluated",
        "Method and provenance",
    ];
    let shown_at_all = first.len() + analyses.len() + traffic.len() + how.len();
    assert_eq!(shown_at_all, sections.len());
    insta::assert_snapshot!("first", shown(&first));
    insta::assert_snapshot!("analyses", shown(&analyses));
    insta::assert_snapshot!("traffic", shown(&traffic));
    let how = shown(&how).replace(&ordinary.policy.digest(), "[digest]");
    insta::assert_snapshot!("how", how);
}

#[test]
fn no_text_is_taken_for_markup() {
    for case in &*CASES {
        for some in case.documents.chunks(1).chain([&case.documents[..]]) {
            let markdown = rendered(some, &case.policy);
            assert!(!markdown.contains(|c: char| c.is_control() && c != '\n'));
            let (text, headings) = read(&markdown);
            assert!(!text.contains("NaN"), "{text}");
            assert_eq!(headings.iter().filter(|(level, _)| *level == 1).count(), 1);
            let levels = headings.windows(2);
            assert!(levels.into_iter().all(|pair| pair[1].0 <= pair[0].0 + 1), "{headings:?}");
        }
    }
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
