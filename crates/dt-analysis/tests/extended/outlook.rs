use dt_analysis::Status;
use dt_model::{DataType, Evidence, Part};

use crate::answers::{HOURS, answer, assessed, entry, hour, office};

#[test]
fn what_rises_is_said_to_and_is_expected_to_go_on_from_where_it_is() {
    let rising = |at: usize| office(at) * (100 + 4 * (at as u64 / 24)) / 100;
    let evidence = Evidence {
        connections: Part::Answered(answer(DataType::Connections, &[entry(1, office, "")])),
        external_out: Part::Answered(answer(DataType::BytesOut, &[entry(1, rising, "")])),
        ..Evidence::default()
    };
    let outlook = assessed(&evidence).outlook;
    let (steady, sent) = (outlook.connections.unwrap(), outlook.external_out.unwrap());
    assert!(!steady.trend.significant && sent.trend.significant);
    assert_eq!((&sent.forecast.status, sent.forecast.points.len()), (&Status::Ok, 7 * 24));
    assert_eq!(sent.forecast.points[0].start, hour(HOURS));
    let sum = |points: &[dt_analysis::forecast::Expected]| -> f64 {
        points.iter().map(|point| point.value).sum()
    };
    assert!(sum(&sent.forecast.points) > 1.2 * sum(&steady.forecast.points));
}

#[test]
fn a_bucket_that_still_runs_is_no_part_of_it() {
    // The last hour is asked about before it is over, and has counted next to nothing.
    let connections = answer(DataType::Connections, &[entry(1, office, "")]);
    let whole = connections.subject.series.clone().between(None, Some(hour(HOURS - 1)));
    let mut cut = connections.clone();
    cut.subject.series = whole;
    let at_half_past = |connections| {
        let now = hour(HOURS - 1) + jiff::SignedDuration::from_mins(30);
        let viewpoint = dt_analysis::AsOf { now, zone: &jiff::tz::TimeZone::UTC };
        let evidence = Evidence { connections: Part::Answered(connections), ..Evidence::default() };
        let policy = dt_analysis::Policy::default();
        let found = dt_analysis::assessment::assess(&evidence, viewpoint, &policy);
        (found.counts, found.outlook)
    };
    assert_eq!(at_half_past(connections), at_half_past(cut));
}

#[test]
fn more_connections_than_chance_explains_are_counted() {
    let burst = |at: usize| if at == 600 { 4_000 } else { office(at) };
    let connections = Part::Answered(answer(DataType::Connections, &[entry(1, burst, "")]));
    let counts = assessed(&Evidence { connections, ..Evidence::default() }).counts.unwrap();
    let reported: Vec<_> = counts.reported().map(|point| point.start).collect();
    assert_eq!((counts.status.clone(), reported), (Status::Ok, vec![hour(600)]));
}

#[test]
fn what_was_not_answered_has_no_outlook() {
    let found = assessed(&Evidence::default());
    assert_eq!(
        (found.counts, found.outlook.connections, found.outlook.external_out),
        (None, None, None)
    );
}
