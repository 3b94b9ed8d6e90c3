//! What the appliance itself says, whose words are not ours.

use dt_model::{AppliancePages, EvidencePart};

use super::*;

/// A breach within the upload of the night, whose model tries to act.
const HOSTILE: &str = r#"[{"pbid": 501, "time": 1795055640000, "score": 0.8, "device": {"did": 12345},
    "model": {"name": "A::\u001b]8;;http://evil.example\u001b\\x](http://evil.example)<script>|\u202e", "priority": 4}}]"#;

fn breached(body: &str, address: Option<&str>) -> Document {
    let mut evidence = asked();
    evidence.add_saved(EvidencePart::Breaches, body.as_bytes()).unwrap();
    let pages = address.map(AppliancePages::at);
    let policy = Policy::default();
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    let options = ReportOptions { pages: pages.as_ref(), ..ReportOptions::new(&policy, viewpoint) };
    Document::Report(Box::new(contract::Answer::report(&evidence, options).unwrap()))
}

#[test]
fn a_breach_is_told_with_its_finding_and_its_page() {
    let body = HOSTILE.replace(
        r#"\u001b]8;;http://evil.example\u001b\\x](http://evil.example)<script>|\u202e"#,
        "Transfer",
    );
    let document = breached(&body, Some("https://a.example/site"));
    let printed = parsed(&document);
    let breach = &printed["breaches"][0];
    assert_eq!(breach["url"], "https://a.example/site/#modelbreach/501");
    assert_eq!(breach["finding"], printed["findings"][0]["id"]);
    assert_eq!(printed["findings"][0]["breaches"][0]["pbid"], 501);
    assert_eq!(printed["url"], "https://a.example/site/#device/12345");

    let first = screen(&document, Extent::Screen);
    assert!(first.lines().count() <= 24 && first.contains("OUTBOUND"), "{first}");
    assert_eq!(line(&first, "Darktrace"), r#"breached "Transfer" 19 Nov 02:34"#);
    assert!(first.ends_with("open  https://a.example/site/#device/12345\n"), "{first}");
    let whole = screen(&document, Extent::Whole);
    let within = "the appliance breached \"Transfer\" at 02:34, within this finding";
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&whole).contains(within), "{whole}");

    let [markdown, html] = pages(document.clone());
    assert!(markdown.contains("[501](<https://a.example/site/#modelbreach/501>)"), "{markdown}");
    assert!(html.contains(r#"<a href="https://a.example/site/#modelbreach/501""#), "{html}");
    let Document::Report(answer) = breached(&body, None) else { unreachable!() };
    assert_eq!((&answer.body.url, &answer.body.breaches.as_ref().unwrap()[0].url), (&None, &None));
}

#[test]
fn a_models_name_stays_text_and_leads_nowhere() {
    let document = breached(HOSTILE, Some("https://a.example"));
    for extent in [Extent::Screen, Extent::Whole] {
        let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
        let options = Options { extent, ..Options::new(viewpoint) };
        let screen = table::render(&document, &options);
        // Every link is one of ours, and nothing else begins one.
        for link in screen.split("\u{1b}]8;;").skip(1) {
            assert!(link.starts_with("https://a.example/#") || link.starts_with("\u{1b}\\"));
        }
        let plain = anstream::adapter::strip_str(&table::without_links(&screen)).to_string();
        assert!(!plain.contains('\u{1b}') && !plain.contains('\u{202e}'), "{plain}");
        assert_eq!(plain, anstream::adapter::strip_str(&screen).to_string());
    }
    let [markdown, html] = pages(document);
    assert!(!markdown.contains("](http://evil"), "{markdown}");
    assert!(!html.contains("<script") && !html.contains("href=\"http://evil"), "{html}");
}
