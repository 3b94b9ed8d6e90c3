//! The functions: what they say, and what they say to whoever gives them something wrong.

use dt_analysis::timeline::{self, Baseline, Severity};
use dt_analysis::{AsOf, Policy, assessment};
use dt_model::{DeviceInfo, Evidence, Part};
use jiff::tz::TimeZone;

use crate::{answer, lake, rows, session};

const NEWEST_SERIES: &str = "FROM series WHERE appliance = 'site-a' AND did = 3";

/// The answer that an appliance would have given with these counts.
fn answered(start: jiff::Timestamp, counts: &[Option<u64>]) -> DeviceInfo {
    let first = start.as_millisecond();
    let buckets = (0_i64..).zip(counts).filter_map(|(at, count)| {
        count.map(|count| format!(r#"{{"time":{},"count":{count}}}"#, first + at * 3_600_000))
    });
    let buckets = buckets.collect::<Vec<_>>().join(",");
    let body = format!(r#"{{"deviceInfo":[{{"did":3,"graphData":[{buckets}]}}]}}"#);
    DeviceInfo::from_slice(body.as_bytes()).unwrap()
}

#[tokio::test]
async fn alerts_and_days_are_those_of_the_timeline() {
    let row = lake::thief();
    let counts = row.external_out.unwrap();
    let series = answered(row.start, &counts).subject.series;
    let timeline = timeline::analyse(&series, &TimeZone::UTC, Baseline::Others, &Policy::default());
    let told = timeline.points.iter().filter_map(|point| point.told);
    let alerts = told.filter(|told| told.severity == Severity::Alert).count();
    assert!(alerts > 0, "there is something to find");
    let found =
        answer(&format!("SELECT dt_alerts(start, step_seconds, external_out) {NEWEST_SERIES}"))
            .await;
    assert_eq!(found, [[alerts.to_string()]]);

    let highest = timeline.points.iter().filter_map(|point| point.z).fold(f64::MIN, f64::max);
    let sql = format!(
        "SELECT count(z), max(z), count(*) FROM (SELECT unnest(dt_day_z(start, step_seconds, external_out)) AS z {NEWEST_SERIES})"
    );
    let found = answer(&sql).await;
    assert_eq!(found[0][1].parse::<f64>().unwrap().to_bits(), highest.to_bits());
    // Four weeks from 02:00 on touch 29 days.
    assert_eq!(found[0][2], "29");
}

#[tokio::test]
async fn an_assessment_is_that_of_the_same_answers() {
    let row = lake::thief();
    let part = |counts: &Option<Vec<Option<u64>>>| {
        Part::Answered(answered(row.start, counts.as_deref().unwrap()))
    };
    let evidence = Evidence {
        connections: part(&row.connections),
        external: part(&row.external),
        external_out: part(&row.external_out),
        bytes_out: part(&row.bytes_out),
        bytes_in: part(&row.bytes_in),
        ..Evidence::default()
    };
    let as_of = AsOf { now: row.asked, zone: &TimeZone::UTC };
    let expected = assessment::assess(&evidence, as_of, &Policy::default());
    assert!(!expected.findings.is_empty(), "there is something to find");
    let sql = format!(
        "SELECT a['series_score'], a['level'], array_length(a['findings']), a['findings'][1]['rule_id'], \
         a['findings'][1]['message'] FROM (SELECT dt_assess(start, step_seconds, co, external, \
         external_out, sizeout, sizein, asked) AS a {NEWEST_SERIES})"
    );
    let found = answer(&sql).await;
    let score = found[0][0].parse::<f64>().unwrap();
    assert_eq!(score.to_bits(), expected.priority.score.to_bits());
    assert_eq!(found[0][1], expected.priority.level.as_str());
    assert_eq!(found[0][2], expected.findings.len().to_string());
    assert_eq!(found[0][3], expected.findings[0].rule.id());
    assert_eq!(found[0][4], expected.findings[0].message);
}

#[tokio::test]
async fn nothing_in_is_nothing_out() {
    for sql in [
        "SELECT dt_alerts(NULL, NULL, NULL)",
        "SELECT dt_alerts(start, step_seconds, NULL) FROM series LIMIT 1",
        "SELECT dt_alerts(NULL, step_seconds, co) FROM series LIMIT 1",
        "SELECT dt_day_z(start, step_seconds, NULL) FROM series LIMIT 1",
        "SELECT dt_assess(start, step_seconds, NULL, NULL, NULL, NULL, NULL) FROM series LIMIT 1",
        "SELECT dt_assess(NULL, step_seconds, co, NULL, NULL, NULL, NULL, NULL) FROM series LIMIT 1",
        "SELECT registrable(NULL)",
        "SELECT dt_alerts(start, step_seconds, sizeout) FROM series WHERE did = 2 AND appliance = 'site-a'",
        // Less than a week: nothing can be said, and that is not nothing.
        "SELECT dt_alerts(start, step_seconds, [1, 2, 3]) FROM series LIMIT 1",
        "SELECT dt_alerts(start, step_seconds, []) FROM series LIMIT 1",
    ] {
        assert_eq!(answer(sql).await, [["-"]], "{sql}");
    }
    let whole = answer("SELECT registrable('a.Example.co.uk.'), registrable('192.0.2.7'), registrable('LOCALHOST')").await;
    assert_eq!(whole, [["example.co.uk", "192.0.2.7", "localhost"]]);
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_argument_and_type() {
    let context = session().await;
    for (sql, told) in [
        (
            "SELECT dt_alerts('today', 3600, [1]) FROM series",
            "dt_alerts: start must be a timestamp, and is Utf8",
        ),
        (
            "SELECT dt_alerts(start, 'hour', co) FROM series",
            "dt_alerts: step must be a whole number of seconds, and is Utf8",
        ),
        (
            "SELECT dt_day_z(start, 3600, [1.5]) FROM series",
            "dt_day_z: counts must be a list of whole numbers, and is List",
        ),
        (
            "SELECT dt_day_z(start, 3600, did) FROM series",
            "dt_day_z: counts must be a list of whole numbers, and is Int64",
        ),
        (
            "SELECT dt_assess(start, 3600, co, external, hostname, NULL, NULL) FROM (SELECT s.*, 'x' AS hostname FROM series s)",
            "dt_assess: external_out must be a list of whole numbers, and is Utf8",
        ),
        (
            "SELECT dt_assess(start, 3600, co) FROM series",
            "dt_assess takes (start, step, co, external, external_out, sizeout, sizein, asked), and was given 3 arguments",
        ),
        ("SELECT registrable(did) FROM series", "registrable: host must be a text, and is Int64"),
        ("SELECT registrable()", "registrable takes (host), and was given 0 arguments"),
        (
            "SELECT dt_alerts(start, 0, co) FROM series",
            "dt_alerts: step must be at least 1 second, and is 0",
        ),
        (
            "SELECT dt_alerts(start, -5, co) FROM series",
            "dt_alerts: step must be at least 1 second, and is -5",
        ),
        (
            "SELECT dt_alerts(start, 3600, range(0, 30000)) FROM series",
            "dt_alerts: counts has 30000 intervals, and may have 20000",
        ),
        (
            "SELECT dt_alerts(arrow_cast(9000000000000000, 'Timestamp(Millisecond, Some(\"UTC\"))'), 3600, [1]) FROM series",
            "dt_alerts: start is no time",
        ),
        ("SELECT dt_alerts(start, 3600, [-1]) FROM series", "-1"),
    ] {
        let error = rows(&context, sql).await.map(|rows| panic!("{sql}: {rows:?}")).unwrap_err();
        let error = error.strip_backtrace();
        assert!(error.contains(told), "{sql}: {error}");
    }
}

#[tokio::test]
async fn extreme_numbers_are_no_panic() {
    let sql = "SELECT dt_alerts(start, 2147483647, [most, most, NULL, zero]), \
               dt_day_z(start, 1, range(0, 20000)), \
               dt_assess(start, 2147483647, [most], NULL, [most, NULL], [zero], []) \
               FROM (SELECT start, arrow_cast('18446744073709551615', 'UInt64') AS most, \
               arrow_cast(0, 'UInt64') AS zero FROM series) LIMIT 1";
    assert_eq!(answer(sql).await.len(), 1);
}
