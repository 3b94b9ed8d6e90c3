//! HTML: what a browser, a reader of the screen and an attacker make of it.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dt_analysis::Policy;
use dt_analysis::finding::Rule;
use dt_analysis::priority::hundredths;
use dt_report::PageFormat;
use dt_report::contract::{Answer, Configuration, Doctor, Document, SettingRow, SettingValue};
use dt_report::contract::{Step, StepStatus};

use crate::dom::{Element, parsed};
use crate::fixtures::{documents, evidence, now};
use crate::{CASES, Case, case, entries, fixtures, made};

pub(crate) fn rendered(documents: &[Document], policy: &Policy) -> String {
    PageFormat::Html.render(documents, &made(policy))
}

/// Every document of every fixture by itself, and all of a fixture together. They are checked in
/// one go, as it takes longer to render and to read them than to look at them.
fn check(cases: impl Iterator<Item = &'static Case>) {
    for case in cases {
        for some in case.documents.chunks(1).chain([&case.documents[..]]) {
            let html = rendered(some, &case.policy);
            let page = parsed(&html);
            nothing_in_it_acts(&html, &page);
            headings_are_in_order_and_every_name_is_there(&page);
            tables_and_charts_say_what_they_are(&page);
            every_number_is_finite_and_every_drawing_within_its_chart(&html, &page);
        }
    }
}

#[test]
fn every_page_is_safe_and_in_order() {
    check(CASES.iter().filter(|case| !case.is_documented()));
}

#[test]
fn every_page_by_the_documented_rules_is_safe_and_in_order() {
    check(CASES.iter().filter(|case| case.is_documented()));
}

fn nothing_in_it_acts(html: &str, page: &Element) {
    assert!(!html.contains(|c: char| c.is_control() && c != '\n'), "controls");
    for element in page.all() {
        let name = element.name.as_str();
        let active = ["script", "iframe", "object", "embed", "form", "img", "link", "base"];
        assert!(!active.contains(&name), "{name}");
        for (attribute, value) in &element.attributes {
            assert!(!attribute.starts_with("on") && attribute != "style", "{attribute}");
            assert!(!["src", "srcset", "action", "data"].contains(&attribute.as_str()));
            if attribute == "href" {
                let known = value.starts_with("https://attack.mitre.org/techniques/T");
                assert!(known || value.starts_with("#p"), "{value}");
            }
        }
    }
}

#[test]
fn it_is_all_that_its_policy_allows() {
    let html = rendered(&[], &Policy::default());
    let page = parsed(&html);
    let metas = page.named("meta");
    let policy = metas.iter().find(|meta| meta.attribute("http-equiv").is_some()).unwrap();
    let style = &page.named("style")[0].text;
    let hash = STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, style.as_bytes()));
    assert_eq!(
        policy.attribute("content").unwrap(),
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
        ),
        "the style sheet has changed: put its hash into POLICY"
    );
    assert!(!style.contains("url(") && !style.contains("@import"));
}

fn headings_are_in_order_and_every_name_is_there(page: &Element) {
    let levels = page.all().into_iter().filter_map(|element| {
        element.name.strip_prefix('h').and_then(|level| level.parse::<u8>().ok())
    });
    let levels: Vec<u8> = levels.collect();
    assert_eq!(levels[0], 1);
    assert!(!levels[1..].contains(&1), "{levels:?}");
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");

    let ids: Vec<&str> = page.all().iter().filter_map(|it| it.attribute("id")).collect();
    let unique: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    for element in page.all() {
        let names = element.attribute("aria-labelledby").unwrap_or_default();
        assert!(names.split_whitespace().all(|name| unique.contains(name)), "{names}");
        let target = element.attribute("href").and_then(|href| href.strip_prefix('#'));
        assert!(target.is_none_or(|target| unique.contains(target)), "{target:?}");
    }
    assert_eq!(page.named("html")[0].attribute("lang"), Some("en"));
}

fn tables_and_charts_say_what_they_are(page: &Element) {
    for table in page.named("table") {
        assert!(!table.named("caption")[0].text.is_empty());
        let columns = table.named("thead")[0].named("th");
        assert!(columns.iter().all(|th| th.attribute("scope") == Some("col")));
        for row in table.named("tbody")[0].named("tr") {
            assert_eq!(row.children.len(), columns.len());
            assert_eq!(row.children[0].attribute("scope"), Some("row"));
        }
    }
    for figure in page.named("figure") {
        let chart = &figure.named("svg")[0];
        assert_eq!(chart.attribute("role"), Some("img"));
        assert!(!chart.named("title")[0].text.is_empty());
        assert!(!chart.named("desc")[0].text.is_empty());
        // Beside every colour of the chart stands what it means.
        assert!(!figure.named("li").is_empty());
    }
}

fn every_number_is_finite_and_every_drawing_within_its_chart(html: &str, page: &Element) {
    assert!(!html.contains("NaN") && !html.contains("inf%"), "{html}");
    for element in page.all() {
        for name in ["x", "x1", "x2", "cx", "width"] {
            let value = element.attribute(name).and_then(|value| value.strip_suffix('%'));
            let value = value.map(|value| value.parse::<f64>().unwrap());
            assert!(value.is_none_or(|value| (0.0..=100.0).contains(&value)), "{value:?}");
        }
    }
}

#[test]
fn the_same_evidence_gives_the_same_bytes() {
    for (name, co) in fixtures() {
        let (first, policy) = (case(&name), Policy::default());
        let again = documents(&evidence(&co), &policy);
        assert_eq!(rendered(&again, &policy), rendered(&first.documents, &policy), "{name}");
    }
}

/// The page without its numbers: headings, captions, and how much is drawn and listed.
fn outline(page: &Element) -> String {
    let mut lines = Vec::new();
    for element in page.all() {
        let name = element.name.as_str();
        let words = || element.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match name {
            "h1" | "h2" | "h3" | "h4" => lines.push(format!("{name} {}", words())),
            "figure" => {
                let caption = &element.named("strong")[0].text;
                let (paths, rects) = (element.named("path").len(), element.named("rect").len());
                let circles = element.named("circle").len();
                lines.push(format!(
                    "  chart {caption}: {paths} paths, {rects} rectangles, {circles} circles"
                ));
            }
            "table" => {
                let (caption, rows) =
                    (&element.named("caption")[0].text, element.named("tr").len());
                // All rules are listed, however many there are.
                let rows = match (caption.as_str(), rows - 1) {
                    ("Rules", rows) if rows == Rule::ALL.len() => "each rule".to_owned(),
                    (_, rows) => format!("{rows} rows"),
                };
                lines.push(format!("  table {caption}: {rows}"));
            }
            _ => {}
        }
    }
    lines.join("\n")
}

#[test]
fn outlines() {
    for name in ["ordinary", "empty"] {
        let case = case(&format!("appliance/{name}"));
        let html = rendered(std::slice::from_ref(case.report()), &case.policy);
        insta::assert_snapshot!(format!("outline_{name}"), outline(&parsed(&html)));
    }
}

#[test]
fn hostile_text_stays_text() {
    let hostile = "\"><script>alert(1)</script>'\u{1b}[31m\u{202e}\u{5d0}";
    let step = |text: &str| Step {
        step: "name",
        status: StepStatus::Fail,
        text: text.to_owned(),
        fix: Some(text.to_owned()),
    };
    let doctor = Doctor::new(Some(hostile.to_owned()), vec![step(hostile)]);
    let setting = SettingRow {
        setting: "url".to_owned(),
        value: SettingValue::Text(hostile.to_owned()),
        origin: "flag",
        source: Some(hostile.to_owned()),
    };
    let file = Some(hostile.to_owned());
    let configuration = Configuration::new(file, None, vec![hostile.to_owned()], vec![setting]);
    for document in [Document::Doctor(doctor), Document::Configuration(configuration)] {
        let html = rendered(&[document], &Policy::default());
        let page = parsed(&html);
        assert!(page.named("script").is_empty());
        let shown = "\"><script>alert(1)</script>'�[31m\\u{202e}\u{5d0}";
        assert_eq!(page.named("h1")[0].text, shown);
        // Its direction is its own affair.
        for cell in page.named("td") {
            let within =
                cell.children.iter().all(|child| ["bdi", "span"].contains(&child.name.as_str()));
            assert!(within, "{}", cell.text);
        }
    }
}

#[test]
fn another_device_is_called_by_its_name_which_stays_text() {
    let ordinary =
        format!("{}/../../fixtures/appliance/ordinary.co.json", env!("CARGO_MANIFEST_DIR"));
    let evidence = evidence(ordinary.as_ref());
    let mut second = evidence.clone();
    second.connections.answer_mut().unwrap().subject.device.hostname =
        Some("\"><script>alert(1)</script>\u{1b}".to_owned());
    let policy = Policy::default();
    let compared = Answer::compare_two(&evidence, &second, &policy, now()).unwrap();
    assert_eq!(compared.body.comparisons.len(), 1);
    let html = rendered(&[Document::Compare(Box::new(compared))], &policy);
    assert!(!html.contains("a similar device"));
    let page = parsed(&html);
    assert!(page.named("script").is_empty());
    let name = "\"><script>alert(1)</script>\u{fffd}";
    for element in ["li", "title", "desc", "strong", "th"] {
        assert!(page.named(element).iter().any(|it| it.text.contains(name)), "{element}: {html}");
    }
}

#[test]
fn several_devices_begin_with_their_contents_in_order_of_work() {
    let report = |case: &str| {
        let path = format!("{}/../../fixtures/{case}", env!("CARGO_MANIFEST_DIR"));
        documents(&evidence(path.as_ref()), &Policy::default()).pop().unwrap()
    };
    let reports = [
        report("appliance/gaps.co.json"),
        report("appliance/hostile.co.json"),
        report("appliance/ordinary.co.json"),
    ];
    let score = |document: &Document| match document {
        Document::Report(answer) => answer.body.priority.as_ref().unwrap().score,
        _ => unreachable!(),
    };
    let mut scores: Vec<f64> = reports.iter().map(score).collect();
    scores.sort_by(|a, b| b.total_cmp(a));
    let page = parsed(&rendered(&reports, &Policy::default()));
    assert_eq!(page.named("h1")[0].text, "3 devices");
    let contents = page.named("ol")[0].named("li");
    for (line, score) in contents.iter().zip(&scores) {
        assert!(line.text.contains(&hundredths(*score).to_string()), "{}", line.text);
    }
    let articles = page.named("article");
    assert_eq!(articles.len(), 3);
    for (line, article) in contents.iter().zip(articles) {
        // What is linked lies within what is folded, so that browsers unfold it.
        let folded = &article.children[0];
        assert_eq!((folded.name.as_str(), folded.attribute("open")), ("details", None));
        let target = format!("#{}", folded.children[1].attribute("id").unwrap());
        assert_eq!(line.named("a")[0].attribute("href"), Some(target.as_str()));
    }
}

#[test]
fn several_devices_are_filtered_by_each_of_their_levels() {
    let [busy, quiet] = ["appliance/ordinary", "appliance/gaps"].map(case);
    let reports = [busy.report().clone(), quiet.report().clone()];
    let page = parsed(&rendered(&reports, &Policy::default()));
    let ids = |element: &Element| element.attribute("id").unwrap().to_owned();
    let choices: Vec<String> = page.named("input").into_iter().map(ids).collect();
    let level =
        |document| crate::parsed(document)["priority"]["level"].as_str().unwrap().to_owned();
    let levels = reports.each_ref().map(level);
    assert_ne!(levels[0], levels[1]);
    assert_eq!(choices[0], "level-all");
    assert_eq!(choices[1..], levels.each_ref().map(|level| format!("level-{level}")));
    let style = &page.named("style")[0].text;
    for (article, level) in page.named("article").iter().zip(&levels) {
        assert_eq!(article.attribute("data-level"), Some(level.as_str()));
        assert!(style.contains(&format!("main:has(#level-{level}:checked)")), "{level}");
    }
    // Devices that are all of one level need no filter.
    let alike = parsed(&rendered(&[reports[0].clone(), reports[0].clone()], &Policy::default()));
    assert!(alike.named("input").is_empty());
}

#[test]
fn the_chart_of_the_top_finding_stands_before_everything_else() {
    let ordinary = case("appliance/ordinary");
    let report = std::slice::from_ref(ordinary.report());
    let page = parsed(&rendered(report, &ordinary.policy));
    let printed = crate::parsed(ordinary.report());
    let top = &printed["findings"][0];
    assert_eq!(top["rule"]["id"], "dt-external-upload");
    let header = page.named("article")[0].named("header")[0];
    let figure = header.named("figure")[0];
    assert_eq!(figure.attribute("class"), Some("decisive"));
    assert_eq!(figure.named("strong")[0].text, top["message"].as_str().unwrap());
    // Bytes are compared by their lengths, which begin at 0.
    let ticks = figure.named("text").into_iter().filter(|it| it.attribute("class") == Some("y"));
    assert_eq!(ticks.map(|it| it.text.as_str()).next(), Some("0"));
    let marked = figure.named("path").into_iter();
    let marked = marked.filter(|it| it.attribute("class") == Some("hours raised"));
    assert!(marked.map(|it| it.attribute("d").unwrap()).all(|path| path.starts_with('M')));

    let quiet = case("appliance/empty");
    let page = parsed(&rendered(std::slice::from_ref(quiet.report()), &quiet.policy));
    assert!(page.named("header")[0].named("figure").is_empty());
}

#[test]
fn what_is_only_looked_up_is_folded() {
    let ordinary = case("appliance/ordinary");
    let page = parsed(&rendered(std::slice::from_ref(ordinary.report()), &ordinary.policy));
    let folded: Vec<&str> = page
        .named("details")
        .iter()
        .flat_map(|it| it.named("caption"))
        .map(|it| it.text.as_str())
        .collect();
    assert_eq!(folded, ["Rules", "Thresholds"]);
    let low = page
        .named("details")
        .into_iter()
        .filter(|it| it.attribute("class") == Some("finding row low"));
    let findings = crate::parsed(ordinary.report());
    let expected = entries(&findings["findings"]).iter().filter(|it| it["severity"] == "low");
    assert_eq!(low.count(), expected.count());
}

/// Relative luminance, as WCAG 2 defines it.
fn luminance(colour: &str) -> f64 {
    let channel = |place: usize| {
        let value = u8::from_str_radix(&colour[place..place + 2], 16).unwrap();
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

#[test]
fn text_is_legible_in_every_scheme() {
    let page = parsed(&rendered(&[], &Policy::default()));
    let style = &page.named("style")[0].text;
    let schemes: Vec<&str> = style.split(":root {").skip(1).collect();
    assert_eq!(schemes.len(), 3, "light, dark and print");
    for scheme in schemes {
        let scheme = scheme.split('}').next().unwrap();
        let colour = |name: &str| {
            let (_, rest) = scheme.split_once(&format!("--{name}: ")).unwrap();
            luminance(&rest[..7])
        };
        for paper in ["paper", "raised"] {
            for ink in ["ink", "soft", "accent", "high", "medium", "low", "minimal"] {
                let (a, b) = (colour(paper), colour(ink));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 4.5, "{ink} on {paper}: {contrast:.2}");
            }
        }
    }
}
