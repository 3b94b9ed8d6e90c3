//! Timelines in every format.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dt_analysis::timeline::{Baseline, Severity};
use dt_analysis::{AsOf, Level, Policy};
use dt_model::{DataType, DeviceInfo};
use dt_report::contract::{Answer, Document, Timeline};
use dt_report::table::Options;
use dt_report::{json, table};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// The beginning of the series: a Thursday.
const START: Timestamp = Timestamp::UNIX_EPOCH;

fn hour(hour: i64) -> Timestamp {
    START + SignedDuration::from_hours(hour)
}

/// It takes much to be an alert, whatever the thresholds are by default.
fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.timeline.alert_from = [40.0; 2];
    policy
}

/// Four weeks of a device that is busy by day, with these counts at these hours.
fn answer(data_type: DataType, unusual: &[(i64, u64)]) -> Answer<Timeline> {
    answer_by(&policy(), data_type, unusual)
}

fn answer_by(policy: &Policy, data_type: DataType, unusual: &[(i64, u64)]) -> Answer<Timeline> {
    answer_of(policy, data_type, |at| {
        let usual = if (8..18).contains(&(at % 24)) { 400 + at % 7 } else { 20 + at % 5 };
        unusual.iter().find(|(hour, _)| *hour == at).map_or(usual.unsigned_abs(), |found| found.1)
    })
}

/// The end of the four weeks.
fn end() -> AsOf<'static> {
    AsOf { now: hour(672), zone: const { &TimeZone::UTC } }
}

fn answer_of(policy: &Policy, data_type: DataType, count: impl Fn(i64) -> u64) -> Answer<Timeline> {
    let buckets: Vec<String> = (0..672)
        .map(|at| format!(r#"{{"time":{},"count":{}}}"#, at * 3_600_000, count(at)))
        .collect();
    let body = format!(r#"{{"deviceInfo":[{{"did":7,"graphData":[{}]}}]}}"#, buckets.join(","));
    let info = DeviceInfo::from_slice_as(body.as_bytes(), data_type).unwrap();
    Answer::timeline(&info, Baseline::Others, policy, end())
}

fn document(answer: Answer<Timeline>) -> Document {
    Document::Timeline(Box::new(answer))
}

fn screen(answer: Answer<Timeline>) -> String {
    let options = Options::new(end());
    anstream::adapter::strip_str(&table::render(&document(answer), &options)).to_string()
}

/// A text without its line breaks.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_screen_names_the_incident_its_peak_and_what_is_usual() {
    let night = [(26, 700_000_000), (27, 976_800_000), (28, 727_483_795)];
    let shown = screen(answer(DataType::BytesOut, &night));
    let says = words(&shown);
    assert!(
        says.contains(
            "TIMELINE OF BYTES SENT 1 incident: 2 Jan 02:00-05:00, 2.40 GB where 66 bytes is usual, \
             peak 977 MB at 03:00."
        ),
        "{shown}"
    );
    let row = shown.lines().find(|line| line.starts_with("  2 Jan 02:00-05:00")).unwrap();
    let cells: Vec<&str> = row.split("  ").map(str::trim).filter(|it| !it.is_empty()).collect();
    assert_eq!(cells, ["2 Jan 02:00-05:00", "alert", "2.40 GB", "66 bytes", "977 MB", "03:00"]);
}

#[test]
fn every_bucket_of_an_incident_says_so_and_one_tells_it() {
    let night = [(26, 700_000_000), (27, 976_800_000), (28, 727_483_795)];
    let found = answer(DataType::BytesOut, &night);
    let whole: Value = serde_json::from_str(&json::render(&document(found.clone()))).unwrap();
    assert_eq!(whole["schema"], "dt.timeline/2");
    let [incident] = &whole["incidents"].as_array().unwrap()[..] else { panic!("{whole}") };
    assert_eq!(incident["count"], 2_404_283_795_u64);
    assert_eq!(incident["peak"]["count"], 976_800_000);
    assert_eq!(incident["told_at"], incident["start"]);
    let buckets = whole["buckets"].as_array().unwrap();
    let flagged: Vec<&Value> = buckets.iter().filter(|bucket| bucket["flagged"] == true).collect();
    assert_eq!(flagged.len(), 3);
    for bucket in &flagged {
        assert_eq!(
            (&bucket["severity"], &bucket["incident"]),
            (&incident["severity"], &incident["id"])
        );
        assert_eq!(bucket["told"], bucket["time"] == incident["told_at"]);
    }
    assert!(buckets.iter().filter(|bucket| bucket["told"] == true).count() == 1);
    // The id does not depend on what else is known of the series.
    let again = answer(DataType::BytesOut, &[night.as_slice(), &[(300, 900_000_000)]].concat());
    assert_eq!(again.body.incidents[0].id, found.body.incidents[0].id);
    assert_ne!(again.body.incidents[1].id, found.body.incidents[0].id);
}

#[test]
fn a_day_that_stands_out_as_a_whole_is_shown_as_one() {
    // None of its hours is higher than others are.
    let count = |at: i64| match at {
        360..384 => 212,
        _ => 100 + 10 * (at.unsigned_abs() * 7919 % 13),
    };
    let found = answer_of(&policy(), DataType::Connections, count);
    let whole: Value = serde_json::from_str(&json::render(&document(found.clone()))).unwrap();
    let buckets = whole["buckets"].as_array().unwrap();
    let told: Vec<&Value> = buckets.iter().filter(|bucket| bucket["told"] == true).collect();
    let [bucket] = told[..] else { panic!("{told:?}") };
    let window = &bucket["window"];
    assert_eq!(window["hours"], 24.0);
    assert!(window["count"].as_f64() > window["high"].as_f64(), "{window}");
    assert!(buckets.iter().filter(|bucket| bucket.get("window").is_some()).count() == 1);

    let start: Timestamp = window["start"].as_str().unwrap().parse().unwrap();
    let time: Timestamp = bucket["time"].as_str().unwrap().parse().unwrap();
    assert_eq!(time.duration_since(start), SignedDuration::from_hours(23));
    let [incident] = found.body.incidents[..] else { panic!("{:?}", found.body.incidents) };
    assert!(incident.hours > 18.0 && incident.hours < 28.0, "{incident:?}");
    assert!(screen(found).lines().any(|line| line.contains("1 incident: ")));
}

#[test]
fn even_the_worst_month_fits_one_screen() {
    let far = u64::MAX / 20;
    for data_type in [DataType::Connections, DataType::BytesIn] {
        let mut found = answer(data_type, &[(26, far), (70, far), (90, far)]);
        let several = found.body.incidents.iter().cycle().copied().take(30);
        found.body.incidents = several.collect();
        let shown = screen(found);
        assert!(shown.contains("more (-o json lists them all)"), "{shown}");
        assert!(shown.lines().count() <= 24, "{shown}");
        assert!(shown.lines().all(|line| line.width() <= 80), "{shown}");
    }
}

#[test]
fn what_could_not_be_judged_is_no_part_of_what_is_usual() {
    let quiet =
        |at: i64| if (8..18).contains(&(at % 24)) { 400 } else { 20 + at.unsigned_abs() % 5 };
    let mut found = answer_of(&policy(), DataType::Connections, quiet);
    assert!(screen(found.clone()).contains("Nothing unusual in 672 intervals."));
    found.body.buckets[..168].iter_mut().for_each(|bucket| bucket.z = None);
    let shown = words(&screen(found.clone()));
    assert!(
        shown.contains("Nothing unusual in 504 of 672 intervals; 168 could not be assessed."),
        "{shown}"
    );
    found.body.buckets.iter_mut().for_each(|bucket| bucket.z = None);
    assert!(screen(found).contains("None of 672 intervals could be assessed."));
}

#[test]
fn a_series_that_fell_for_days_is_not_called_unremarkable() {
    let fell = |at: i64| match at {
        400..448 => 3,
        _ => 100 + 10 * (at.unsigned_abs() * 7919 % 13),
    };
    let found = answer_of(&policy(), DataType::Connections, fell);
    assert_eq!((found.body.incidents.len(), found.body.drops.len()), (0, 1));
    let says = words(&screen(found.clone()));
    assert!(says.contains("Nothing raised in 672 intervals. Much less than usual"), "{says}");
    assert!(says.contains("MUCH LESS THAN USUAL"), "{says}");
    let mut twice = found;
    twice.body.drops.extend(twice.body.drops.clone());
    assert!(words(&screen(twice)).contains("Much less than usual 2 times, the last "));
}

#[test]
fn two_series_are_told_one_after_the_other() {
    let connections = answer(DataType::Connections, &[]);
    let sent = answer(DataType::BytesOut, &[(26, 700_000_000)]);
    let both = connections.clone().beside(sent);
    let shown = screen(both.clone());
    let says = words(&shown);
    assert!(says.contains("TIMELINE Connections: nothing unusual in 672 intervals."), "{shown}");
    assert!(
        says.contains("Bytes sent externally: 1 incident: 2 Jan 02:00-03:00, 700 MB"),
        "{shown}"
    );
    assert!(shown.lines().any(|line| line.starts_with("UNUSUAL OUTBOUND BYTES")), "{shown}");
    assert!(both.concerns.len() == 1 && connections.concerns.is_empty());
    let cut = both.clone().between(Some(hour(100)), None);
    assert_eq!((cut.concerns.len(), cut.body.sent_outside.unwrap().buckets.len()), (0, 572));

    let whole: Value = serde_json::from_str(&json::render(&document(both))).unwrap();
    assert_eq!((&whole["datatype"], &whole["scope"]), (&"co".into(), &"all".into()));
    let sent = &whole["sent_outside"];
    assert_eq!((&sent["datatype"], &sent["scope"]), (&"sizeout".into(), &"external".into()));
    assert_eq!(sent["incidents"].as_array().unwrap().len(), 1);
}

#[test]
fn a_cut_hides_buckets_and_changes_no_expectation() {
    let unusual = [(26, 90_000), (300, 90_000)];
    let whole = answer(DataType::Connections, &unusual);
    let cut = answer(DataType::Connections, &unusual).between(Some(hour(290)), Some(hour(310)));
    assert_eq!(cut.body.buckets, whole.body.buckets[290..310]);
    assert_eq!(cut.body.basis.n_used, whole.body.basis.n_used);
    assert_eq!((whole.concerns.len(), cut.concerns.len()), (2, 1));
    assert!(cut.concerns[0].message.starts_with("1970-01-13T12:00:00Z"), "{:?}", cut.concerns);

    let nothing = answer(DataType::Connections, &[]).between(Some(hour(9000)), None);
    assert!(screen(nothing).contains("No intervals in the requested time"));
}

#[test]
fn alerts_are_medium_and_notices_low() {
    // Always taller, two days apart: a raised bucket silences what follows it within a day.
    let heights = [50, 60, 70, 80, 90, 5000, 6000];
    let rises: Vec<(i64, u64)> = (1..).map(|n| n * 49).zip(heights).collect();
    let found = answer(DataType::Connections, &rises);
    let severity = |wanted: Severity| {
        found.body.incidents.iter().filter(|incident| incident.severity == wanted).count()
    };
    let level = |level| found.concerns.iter().filter(|concern| concern.level == level).count();
    let (alerts, notices) = (severity(Severity::Alert), severity(Severity::Notice));
    assert!(alerts > 1 && notices > 0);
    assert_eq!((level(Level::Medium), level(Level::Low)), (alerts, notices));
    // The most urgent come first, of equals the newest.
    assert!(found.concerns.is_sorted_by_key(|concern| std::cmp::Reverse(concern.level)));
    assert!(found.concerns[0].message > found.concerns[1].message, "{:?}", found.concerns);
}

#[test]
fn a_line_is_a_bucket_and_says_whose_it_is_among_others() {
    let one = document(answer(DataType::Connections, &[(26, 90_000)]));
    let parsed = |text: String| -> Vec<Value> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let bare = parsed(json::lines(&one));
    let whole: Value = serde_json::from_str(&json::render(&one)).unwrap();
    assert_eq!(bare, *whole["buckets"].as_array().unwrap());
    assert_eq!(bare[26]["severity"], "alert");
    assert_eq!(bare[25]["severity"], Value::Null);

    let among = parsed(json::lines_among_others(&one));
    assert!(among.iter().all(|bucket| bucket["did"] == 7));
    let names: Vec<&String> = among[0].as_object().unwrap().keys().collect();
    assert_eq!(names[..3], ["did", "time", "count"]);
}

#[test]
fn too_little_is_said_and_not_guessed() {
    let body = br#"{"deviceInfo":[{"did":7,"graphData":[{"time":0,"count":5}]}]}"#;
    let info = DeviceInfo::from_slice(body).unwrap();
    let policy = Policy::default();
    let answer = Answer::timeline(&info, Baseline::Before, &policy, end());
    assert!(answer.body.basis.status.missing().is_some() && answer.concerns.is_empty());
    assert!(screen(answer).contains("Not enough data"));
}
