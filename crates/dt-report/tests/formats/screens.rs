//! What a terminal shows.

use dt_analysis::{AsOf, Policy};
use dt_model::{Evidence, NamedOrOthers, Part};
use dt_report::contract::Document;
use dt_report::table::{Extent, Options};
use dt_report::{json, table};
use jiff::tz::TimeZone;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::fixtures::{documents, evidence, now};
use crate::{CASES, case, entries, fixtures, grouped, is_plain, kind, parsed, percent};

/// What a terminal without colour shows.
fn plain(document: &Document, extent: Extent) -> String {
    within(document, extent, Options::COLUMNS)
}

/// The same of a terminal that is so wide.
fn within(document: &Document, extent: Extent, columns: usize) -> String {
    let viewpoint = AsOf { now: now(), zone: &TimeZone::UTC };
    let options = Options { extent, columns, ..Options::new(viewpoint) };
    anstream::adapter::strip_str(&table::render(document, &options)).to_string()
}

#[test]
fn screens() {
    for dialect in ["appliance", "documented"] {
        for (document, printed) in case(&format!("{dialect}/ordinary")).printed() {
            let screen = plain(document, Extent::Screen);
            let screen = without_rest(screen, document);
            insta::assert_snapshot!(format!("{}_{dialect}", kind(&printed)), screen);
        }
    }
}

/// A first screen without the number of lines that there are in all, which any fact of any section changes.
fn without_rest(screen: String, document: &Document) -> String {
    let Some((before, rest)) = screen.split_once("peers (") else { return screen };
    let (lines, after) = rest.split_once(" lines)").unwrap();
    let all = plain(document, Extent::Whole).lines().count();
    assert_eq!(lines.parse::<usize>().unwrap(), all, "{screen}");
    format!("{before}peers ([..] lines){after}")
}

#[test]
fn what_the_first_screen_of_a_report_leaves_out() {
    let screen = plain(case("appliance/ordinary").report(), Extent::Whole);
    let (_, findings) = screen.split_once("\n1 ").unwrap();
    let (first, _) = findings.split_once("\n2 ").unwrap();
    insta::assert_snapshot!("finding", format!("1 {first}"));
    let (_, extended) = screen.split_once("OTHER ANALYSES").unwrap();
    insta::assert_snapshot!("extended", format!("OTHER ANALYSES{extended}"));
}

/// The lines under a heading, up to an empty one.
fn under<'a>(screen: &'a str, heading: &str) -> Vec<&'a str> {
    let mut lines = screen.lines().skip_while(|line| !line.starts_with(heading));
    assert!(lines.next().is_some(), "no {heading} in\n{screen}");
    lines.take_while(|line| !line.is_empty()).collect()
}

/// Whether the connections are so few that JSON has all their digits.
fn is_count(entry: &Value) -> bool {
    !entry["connections"].is_f64()
}

/// How many entries of a list a screen shows.
const SHOWN: usize = 15;

#[test]
fn lists_show_the_entries_of_the_json_in_its_order() {
    let mut compared = 0;
    for case in &*CASES {
        for (document, printed) in case.printed() {
            let screen = plain(document, Extent::Whole);
            let lists: &[(&str, &Value, &str)] = match kind(&printed) {
                "connections" => &[
                    ("TOP PORTS", &printed["ports"], "port"),
                    ("PROTOCOLS", &printed["protocols"], "protocol"),
                ],
                "external" => &[
                    ("COUNTRIES", &printed["countries"], "country"),
                    ("DOMAINS", &printed["domains"], "domain"),
                    ("EXTERNAL TRAFFIC PORTS", &printed["ports"], "port"),
                ],
                _ => &[],
            };
            for (heading, list, name) in lists {
                let entries = &entries(list)[..entries(list).len().min(SHOWN)];
                if entries.is_empty() {
                    continue;
                }
                let lines = under(&screen, heading);
                for (line, entry) in lines.iter().zip(entries).filter(|(_, it)| is_count(it)) {
                    compared += 1;
                    let named = entry[*name].as_str().unwrap_or_default();
                    assert!(!is_plain(named) || line.trim().starts_with(named), "{named}: {line}");
                    let ending = [grouped(entry, "connections"), percent(entry, "share")]
                        .map(|number| format!(" {number}"));
                    let at = ending.each_ref().map(|number| line.find(number.as_str()));
                    let [Some(count), Some(share)] = at else {
                        panic!("{}: {ending:?} in {line}", case.name)
                    };
                    assert!(count < share, "{line}");
                    assert!(line.ends_with(&ending[1]), "{line}");
                }
                assert!(lines.len() >= entries.len(), "{}", case.name);
            }
        }
    }
    assert!(compared > 500, "{compared}");
}

#[test]
fn every_finding_is_told_in_order() {
    for case in &*CASES {
        let printed = parsed(case.report());
        let screen = plain(case.report(), Extent::Whole);
        let mut rest = screen.as_str();
        for finding in entries(&printed["findings"]) {
            let severity = finding["severity"].as_str().unwrap().to_uppercase();
            let id = finding["id"].as_str().unwrap();
            let (of_it, after) = rest.split_once(id).unwrap_or_else(|| panic!("{id}: {rest}"));
            assert!(of_it.contains(&format!(" {severity}  ")), "{severity}: {of_it}");
            rest = after;
        }
    }
}

#[test]
fn what_is_null_is_called_not_reported_and_never_zero() {
    let mut nulls = 0;
    for case in &*CASES {
        for (document, printed) in case.printed().filter(|(_, it)| kind(it) == "connections") {
            let screen = plain(document, Extent::Whole);
            for (list, told) in
                [("ports", "Ports are not reported"), ("protocols", "Protocols are not reported")]
            {
                if printed[list].is_null() {
                    nulls += 1;
                    assert!(screen.contains(told), "{screen}");
                }
            }
            let line = |begin: &str| screen.lines().find(|line| line.trim().starts_with(begin));
            let metrics = &printed["metrics"];
            let is_empty = metrics["mean_connections_per_interval"].is_null();
            if !is_empty && metrics["external_ratio"].is_null() {
                nulls += 1;
                assert!(line("External ").unwrap().ends_with("not reported"), "{screen}");
            }
        }
    }
    assert!(nulls > 30, "{nulls}");
}

#[test]
fn documented_rules_and_a_device_whose_domains_were_not_asked_about_have_nothing_extended() {
    for (_, co) in fixtures() {
        let mut evidence = evidence(&co);
        let documented = documents(&evidence, &Policy::documented());
        assert_eq!(parsed(documented.last().unwrap())["extended"], Value::Null);
        for document in &documented {
            let screen = plain(document, Extent::Whole);
            assert!(!screen.contains("OTHER ANALYSES") && !screen.contains("DOMAIN DETAILS"));
        }
        let of_external = |documents: &[Document]| {
            let external = documents.iter().find(|it| matches!(it, Document::External(_)));
            external.map(|external| parsed(external)["extended"].clone())
        };
        assert!(of_external(&documented).is_none_or(|extended| extended.is_null()));
        let is_asked = !evidence.endpoints.is_empty();
        let extended = of_external(&documents(&evidence, &Policy::default()));
        assert!(extended.is_none_or(|extended| extended.is_object() == is_asked));
        evidence.endpoints = Vec::new();
        let extended = of_external(&documents(&evidence, &Policy::default()));
        assert!(extended.is_none_or(|extended| extended.is_null()));
    }
}

#[test]
fn screens_fit_the_terminal_and_hold_nothing_that_acts_on_it() {
    for document in CASES.iter().flat_map(|case| &case.documents) {
        for extent in [Extent::Screen, Extent::Whole] {
            for columns in [60, 80, 140] {
                for line in within(document, extent, columns).lines() {
                    // A command is whole, so that it can be copied.
                    let fits = line.width() <= columns || line.starts_with("next  ");
                    assert!(fits, "{}: {line}", line.width());
                    assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
                }
            }
        }
    }
}

#[test]
fn what_is_cut_on_a_narrow_screen_is_whole_on_a_wide_one() {
    let cut = |columns| {
        let screens = CASES.iter().flat_map(|case| &case.documents);
        let screens = screens.map(|document| within(document, Extent::Whole, columns));
        screens.map(|screen| screen.matches('…').count()).sum::<usize>()
    };
    let [narrow, usual, wide] = [60, 80, 140].map(cut);
    assert!(narrow > usual && usual > wide, "{narrow}, {usual}, {wide}");
}

/// Of a device with a finding above low, nothing says that all is well.
#[test]
fn no_screen_contradicts_a_finding() {
    let mut compared = 0;
    for case in &*CASES {
        let findings = parsed(case.report())["findings"].clone();
        let is_above_low = |finding: &Value| finding["severity"] != "low";
        if !entries(&findings).iter().any(is_above_low) {
            continue;
        }
        for document in &case.documents {
            for extent in [Extent::Screen, Extent::Whole] {
                let screen = plain(document, extent).to_lowercase();
                let words = screen.split_whitespace().collect::<Vec<_>>().join(" ");
                for praise in ["normal", "nothing urgent", "nothing out of line"] {
                    assert!(!words.contains(praise), "{}: {praise}:\n{screen}", case.name);
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 30, "{compared}");
}

#[test]
fn a_report_fits_one_screen() {
    for case in CASES.iter().filter(|case| !case.is_documented()) {
        let screen = plain(case.report(), Extent::Screen);
        assert!(screen.lines().count() <= 24, "{} lines:\n{screen}", screen.lines().count());
    }
}

#[test]
fn no_number_is_infinite_or_undefined() {
    for document in CASES.iter().flat_map(|case| &case.documents) {
        for text in [plain(document, Extent::Whole), json::render(document)] {
            let mut words = text.split(|c: char| !c.is_alphanumeric());
            assert!(!words.any(|word| matches!(word, "NaN" | "inf")), "{text}");
        }
    }
}

#[test]
fn traffic_without_a_name_is_told_as_such_and_as_no_domain() {
    let mut evidence = evidence("../../fixtures/appliance/ordinary.co.json".as_ref());
    let entries = |evidence: &mut Evidence| {
        let external = evidence.external.answer_mut().unwrap();
        external.subject.breakdown.as_mut().unwrap().external_domains.take().unwrap()
    };
    let mut listed = entries(&mut evidence);
    let NamedOrOthers::One(name) = std::mem::replace(&mut listed[0].key, NamedOrOthers::Unnamed)
    else {
        panic!("{listed:?}")
    };
    let external = evidence.external.answer_mut().unwrap();
    external.subject.breakdown.as_mut().unwrap().external_domains = Some(listed);
    evidence.external_out = Part::Absent;
    let documents = documents(&evidence, &Policy::default());
    let Some(Document::Report(report)) = documents.last() else { panic!("no report") };
    let external = documents.iter().find(|it| matches!(it, Document::External(_))).unwrap();
    let screen = plain(external, Extent::Whole);
    assert!(screen.contains("has no name") && !screen.contains(&name), "{screen}");
    let unnamed = report.facts.outside.iter().filter(|domain| domain.name.is_none()).count();
    assert_eq!(unnamed, 1);
    assert!(report.facts.outside.last().unwrap().name.is_none());
}
