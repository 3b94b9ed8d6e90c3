use dt_analysis::exclusions::{Exclusion, ExclusionTerms, ExclusionsAt, InvalidExclusion, Limit};
use dt_analysis::finding::Rule;
use dt_analysis::{AsOf, DeviceReport, Policy, device_report};
use dt_model::{DataType, Device, DeviceId, DeviceInfo, DomainQuestion, Evidence, Part};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::answers::{HOURS, answer, endpoint, entry, hour, known, office};

/// Three hours of a night, a Thursday's from 02:00 to 05:00 UTC.
const NIGHT: std::ops::Range<usize> = HOURS - 94..HOURS - 91;

const DOMAINS: &str = r#""totalUsed":1000000000,"externalDomains":[
    {"domain":"a.sync.example","size":60},{"domain":"b.sync.example","size":30},
    {"domain":"usual.example","size":10}]"#;

fn usual(at: usize) -> u64 {
    1_000 * office(at)
}

fn surge(at: usize) -> u64 {
    usual(at) + if NIGHT.contains(&at) { 700_000_000 } else { 0 }
}

/// A device that sent much outside in a night, and received as much in the same.
fn evidence() -> Evidence {
    let mut sent = answer(DataType::BytesOut, &[entry(7, surge, DOMAINS)]);
    sent.subject.device = Device {
        hostname: Some("nvr-01.corp.example".to_owned()),
        mac: Some("02:00:5e:00:30:39".to_owned()),
        ip: Some("10.20.4.9".to_owned()),
        device_type: Some("camera".to_owned()),
        ..Device::with_id(DeviceId::new(7))
    };
    let to = |domain: &str, count: fn(usize) -> u64| {
        let mut to: DeviceInfo = answer(DataType::BytesOut, &[entry(7, count, "")]);
        to.subject.domain = Some(domain.to_owned());
        let question = DomainQuestion { domain: domain.to_owned(), data_type: DataType::BytesOut };
        (question, Part::Answered(to))
    };
    let two_thirds = |at: usize| if NIGHT.contains(&at) { 450_000_000 } else { 0 };
    let third = |at: usize| if NIGHT.contains(&at) { 250_000_000 } else { 0 };
    let network = |name: &str| dt_model::EndpointDetails {
        asn: Some("AS64511 Example Cloud".to_owned()),
        ..endpoint(name, 0, 5)
    };
    Evidence {
        external_out: Part::Answered(sent),
        bytes_in: Part::Answered(answer(DataType::BytesIn, &[entry(7, surge, "")])),
        by_domain: vec![to("a.sync.example", two_thirds), to("b.sync.example", third)],
        endpoints: known(vec![network("a.sync.example"), network("b.sync.example")]),
        ..Evidence::default()
    }
}

/// What everything has to have.
fn terms() -> ExclusionTerms {
    ExclusionTerms {
        reason: "records cameras".to_owned(),
        who: "anna".to_owned(),
        until: "2027-03-01".to_owned(),
        ..ExclusionTerms::default()
    }
}

fn of(rule: Rule) -> ExclusionTerms {
    ExclusionTerms { rule: Some(rule), ..terms() }
}

fn report_of(evidence: &Evidence, entries: &[Exclusion], now: Timestamp) -> DeviceReport {
    let as_of = AsOf { now: hour(HOURS), zone: &TimeZone::UTC };
    let (policy, exclusions) = (Policy::default(), ExclusionsAt::new(entries, now));
    device_report(evidence, None, as_of, &policy).excluding(exclusions, evidence, as_of, &policy)
}

fn report(entries: &[ExclusionTerms]) -> DeviceReport {
    let entries: Vec<Exclusion> =
        entries.iter().cloned().map(|terms| Exclusion::new(terms).unwrap()).collect();
    report_of(&evidence(), &entries, hour(HOURS))
}

fn rules(report: &DeviceReport) -> Vec<Rule> {
    let assessment = report.assessment.as_ref().unwrap();
    assessment.findings.iter().map(|finding| finding.rule).collect()
}

fn excluded(entry: ExclusionTerms) -> Vec<Rule> {
    report(&[entry]).excluded.iter().map(|excluded| excluded.finding.rule).collect()
}

#[test]
fn what_is_excluded_counts_for_nothing_and_hides_nothing_else() {
    let before = report(&[]);
    assert_eq!(rules(&before), [Rule::ExternalUpload], "the download is a reason of the upload");
    let after = report(&[of(Rule::ExternalUpload)]);
    // What was merged into the excluded finding stands for itself.
    assert_eq!(rules(&after), [Rule::Download]);
    assert_eq!(after.concerns.len(), 1);
    let score = |report: &DeviceReport| report.assessment.as_ref().unwrap().priority.score;
    assert!(score(&after) < score(&before));
    let [excluded] = &after.excluded[..] else { panic!("{:?}", after.excluded) };
    assert_eq!(excluded.by[0].terms().reason, "records cameras");
}

#[test]
fn all_criteria_of_an_entry_have_to_hold() {
    let upload = || of(Rule::ExternalUpload);
    let cases: &[(ExclusionTerms, bool)] = &[
        (ExclusionTerms { device: "nvr-01".parse().ok(), ..upload() }, true),
        (ExclusionTerms { device: "NVR-*".parse().ok(), ..upload() }, true),
        (ExclusionTerms { device: "nvr-02".parse().ok(), ..upload() }, false),
        (ExclusionTerms { kind: Some("cam*".to_owned()), ..upload() }, true),
        (ExclusionTerms { tag: Some("cam*".to_owned()), ..upload() }, false),
        (ExclusionTerms { subnet: "10.20.4.0/24".parse().ok(), ..upload() }, true),
        (ExclusionTerms { subnet: "::ffff:10.20.4.0/120".parse().ok(), ..upload() }, true),
        (ExclusionTerms { subnet: "2001:db8::/32".parse().ok(), ..upload() }, false),
        (ExclusionTerms { domain: "*.sync.example".parse().ok(), ..terms() }, true),
        (ExclusionTerms { domain: "a.sync.example".parse().ok(), ..terms() }, false),
        (ExclusionTerms { asn: "AS64511".parse().ok(), ..upload() }, true),
        (ExclusionTerms { asn: "AS6451".parse().ok(), ..upload() }, false),
        (ExclusionTerms { port: Some(443), ..upload() }, false),
        (ExclusionTerms { peer: "7".parse().ok(), ..upload() }, false),
        (ExclusionTerms { direction: "outbound".parse().ok(), ..upload() }, true),
        (ExclusionTerms { direction: "internal".parse().ok(), ..upload() }, false),
        (ExclusionTerms { hours: vec!["Thu 02:00-05:00".parse().unwrap()], ..upload() }, true),
        (ExclusionTerms { hours: vec!["Thu 02:00-04:00".parse().unwrap()], ..upload() }, false),
        (ExclusionTerms { limit: "211000000 bytes".parse().ok(), ..upload() }, true),
        (ExclusionTerms { limit: "200000000 bytes".parse().ok(), ..upload() }, false),
        (ExclusionTerms { limit: "9e18 connections".parse().ok(), ..upload() }, false),
    ];
    for (entry, is_excluded) in cases {
        let expected: &[Rule] = if *is_excluded { &[Rule::ExternalUpload] } else { &[] };
        assert_eq!(excluded(entry.clone()), expected, "{entry:?}");
    }
    let berlin = ExclusionTerms {
        hours: vec!["Thu 03:00-06:00".parse().unwrap()],
        timezone: Some("Europe/Berlin".to_owned()),
        ..upload()
    };
    assert_eq!(excluded(berlin), [Rule::ExternalUpload]);
}

#[test]
fn what_is_far_beyond_a_limit_says_so() {
    let limited =
        ExclusionTerms { limit: "20000000 bytes".parse().ok(), ..of(Rule::ExternalUpload) };
    let report = report(&[limited]);
    let upload = &report.assessment.as_ref().unwrap().findings[0];
    let said = "more than ten times 20000000 bytes, which is excluded";
    assert!(upload.reasons.iter().any(|reason| reason == said), "{:?}", upload.reasons);
    assert_eq!(Limit::of(upload).unwrap().to_string().parse(), Ok(Limit::of(upload).unwrap()));
}

/// A domain that explains a part of an upload does not excuse the rest of it.
#[test]
fn an_upload_of_which_too_little_is_known_is_told() {
    let mut evidence = evidence();
    evidence.by_domain.truncate(1);
    let entry = ExclusionTerms { domain: "*.sync.example".parse().ok(), ..terms() };
    let report = report_of(&evidence, &[Exclusion::new(entry).unwrap()], hour(HOURS));
    assert_eq!(rules(&report), [Rule::ExternalUpload]);
}

#[test]
fn a_name_that_another_device_took_excludes_nothing() {
    let kept = |did, mac: &str| ExclusionTerms {
        device: "nvr-01".parse().ok(),
        did: Some(DeviceId::new(did)),
        mac: mac.parse().ok(),
        ..of(Rule::ExternalUpload)
    };
    let device = evidence().device();
    for (entry, fits, parted) in [
        (kept(7, "02:00:5e:00:30:39"), true, false),
        (kept(8, "02:00:5e:00:30:39"), false, true),
        (kept(7, "02:00:5e:00:30:40"), false, true),
        (
            ExclusionTerms { device: "nvr-02".parse().ok(), ..kept(7, "02:00:5e:00:30:39") },
            false,
            true,
        ),
        // An id that two appliances have given by chance.
        (
            ExclusionTerms { device: "nvr-02".parse().ok(), ..kept(7, "02:00:5e:00:30:40") },
            false,
            false,
        ),
    ] {
        let entries = [Exclusion::new(entry.clone()).unwrap()];
        let at = ExclusionsAt::new(&entries, hour(HOURS));
        assert_eq!(at.parted(&device).count() == 1, parted, "{entry:?}");
        assert_eq!(excluded(entry.clone()).len() == 1, fits, "{entry:?}");
    }
}

#[test]
fn an_entry_applies_until_it_ends() {
    let entry = Exclusion::new(ExclusionTerms {
        until: "2026-12-01".to_owned(),
        timezone: Some("Asia/Tokyo".to_owned()),
        ..of(Rule::ExternalUpload)
    });
    let entries = [entry.unwrap()];
    for (now, applies) in [("2026-11-30T14:59:59Z", true), ("2026-11-30T15:00:00Z", false)] {
        let now = now.parse().unwrap();
        assert_eq!(report_of(&evidence(), &entries, now).excluded.len() == 1, applies, "{now}");
        assert_eq!(ExclusionsAt::new(&entries, now).expired().count() == 0, applies, "{now}");
    }
}

#[test]
fn what_excludes_everything_is_refused() {
    let refused = |terms: ExclusionTerms| Exclusion::new(terms).unwrap_err();
    let everything =
        |key, value: &str| InvalidExclusion::Everything { key, value: value.to_owned() };
    let upload = || of(Rule::ExternalUpload);
    for name in ["*", "**", "host:*"] {
        let entry = ExclusionTerms { device: name.parse().ok(), ..upload() };
        assert!(matches!(refused(entry), InvalidExclusion::Everything { key: "device", .. }));
    }
    for (entry, error) in [
        (ExclusionTerms { tag: Some("*".to_owned()), ..upload() }, everything("tag", "*")),
        (ExclusionTerms { kind: Some(String::new()), ..upload() }, everything("type", "")),
        (ExclusionTerms { peer: "*".parse().ok(), ..upload() }, everything("peer", "*")),
        (
            ExclusionTerms { subnet: "10.0.0.0/0".parse().ok(), ..upload() },
            everything("subnet", "10.0.0.0/0"),
        ),
        (ExclusionTerms { subnet: "::/0".parse().ok(), ..upload() }, everything("subnet", "::/0")),
        (
            ExclusionTerms { subnet: "::ffff:0:0/96".parse().ok(), ..upload() },
            everything("subnet", "0.0.0.0/0"),
        ),
        (
            ExclusionTerms { reason: " \n".to_owned(), ..upload() },
            InvalidExclusion::Missing("reason"),
        ),
        (ExclusionTerms { who: String::new(), ..upload() }, InvalidExclusion::Missing("who")),
        (ExclusionTerms { until: String::new(), ..upload() }, InvalidExclusion::Missing("until")),
        (
            ExclusionTerms { until: "soon".to_owned(), ..upload() },
            InvalidExclusion::Until("soon".to_owned()),
        ),
        (ExclusionTerms { device: "7".parse().ok(), ..terms() }, InvalidExclusion::DeviceWide),
        (terms(), InvalidExclusion::NetworkWide),
        (ExclusionTerms { all_rules: true, ..terms() }, InvalidExclusion::NetworkWide),
        (ExclusionTerms { all_rules: true, ..upload() }, InvalidExclusion::AllRulesAndOne),
    ] {
        assert_eq!(refused(entry), error);
    }
    let all = ExclusionTerms { device: "nvr-01".parse().ok(), all_rules: true, ..terms() };
    assert_eq!(excluded(all), [Rule::ExternalUpload, Rule::Download]);
}

#[test]
fn the_digest_is_over_what_entries_say_in_any_order() {
    let entry = |terms: ExclusionTerms| Exclusion::new(terms).unwrap();
    let (one, two) = (entry(of(Rule::Download)), entry(of(Rule::NewPort)));
    let digest = |entries: &[Exclusion]| ExclusionsAt::new(entries, hour(0)).digest();
    assert_eq!(digest(&[]), None);
    let both = digest(&[one.clone(), two.clone()]);
    assert_eq!(digest(&[two.clone(), one.clone()]), both);
    let other = entry(ExclusionTerms { reason: "others".to_owned(), ..of(Rule::NewPort) });
    assert_eq!(other.id(), two.id());
    assert_ne!(digest(&[one, other]), both);
}

#[test]
fn entries_are_read_as_they_are_written() {
    let entry = Exclusion::new(ExclusionTerms {
        device: "nvr-01".parse().ok(),
        did: Some(DeviceId::new(7)),
        mac: "02:00:5e:00:30:39".parse().ok(),
        subnet: "10.20.4.0/24".parse().ok(),
        domain: "*.sync.example".parse().ok(),
        asn: "AS64511".parse().ok(),
        port: Some(443),
        hours: vec!["Thu 02:00-05:00".parse().unwrap()],
        timezone: Some("Europe/Berlin".to_owned()),
        limit: "1.5 ratio".parse().ok(),
        reason: "a \"quoted\"\nreason \u{1b}[31m\u{202e}".to_owned(),
        ..of(Rule::ExternalUpload)
    });
    let entry = entry.unwrap();
    let written = serde_json::to_string(&entry).unwrap();
    assert_eq!(serde_json::from_str::<Exclusion>(&written).unwrap(), entry);
    for (json, said) in [
        (r#"{"rulee": "dt-download"}"#, "unknown field `rulee`"),
        (r#"{"rule": "dt-none"}"#, "there is no rule \"dt-none\""),
        (r#"{"port": 0}"#, "\"0\" is no port"),
        (r#"{"did": -6}"#, "there is no such device"),
        (r#"{"rule": "dt-download"}"#, "has no reason"),
    ] {
        let error = serde_json::from_str::<Exclusion>(json).unwrap_err().to_string();
        assert!(error.contains(said), "{json}: {error}");
    }
}
