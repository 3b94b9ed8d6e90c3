//! Answers to put in.

use std::fmt::Write;

use dt_analysis::assessment::{Assessment, assess};
use dt_analysis::plan::{Alerts, Endpoints, ReportPlan};
use dt_analysis::{AsOf, Policy};
use dt_model::{
    Bucket, DataType, DeviceId, DeviceInfo, DeviceInfoQuery, DomainQuestion, Endpoint,
    EndpointDetails, Evidence, Part, Plan, Question, Series,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Four weeks of hours.
pub(crate) const HOURS: usize = 28 * 24;

/// A Monday, when the data begins.
pub(crate) fn monday() -> Timestamp {
    "2026-10-26T00:00:00Z".parse().unwrap()
}

/// The beginning of an hour.
pub(crate) fn hour(hour: usize) -> Timestamp {
    monday() + SignedDuration::from_hours(i64::try_from(hour).unwrap())
}

/// A series of hours.
pub(crate) fn series(data_type: DataType, count: impl Fn(usize) -> u64, hours: usize) -> Series {
    let bucket = |at| Bucket { start: hour(at), count: count(at), detail: None };
    Series::new(Some(data_type), (0..hours).map(bucket).collect())
}

/// What an office device counts: much by day, little at night, with some variation of its own.
pub(crate) fn office(hour: usize) -> u64 {
    let (day, of_day) = (hour / 24 % 7, hour % 24);
    let varied = (hour * 7919 % 13) as u64;
    if day < 5 && (8..18).contains(&of_day) { 200 + 9 * varied } else { 10 + varied }
}

/// One entry of an answer: a device with its series and its breakdown as JSON.
pub(crate) fn entry(did: i64, count: impl Fn(usize) -> u64, info: &str) -> String {
    let mut graph = String::new();
    for at in 0..HOURS {
        let comma = if at == 0 { "" } else { "," };
        let (time, count) = (hour(at).as_millisecond(), count(at));
        write!(graph, r#"{comma}{{"time":{time},"count":{count}}}"#).unwrap();
    }
    format!(r#"{{"did":{did},"similarityScore":100,"graphData":[{graph}],"info":{{{info}}}}}"#)
}

/// An answer with these entries, the first of them the device asked for.
pub(crate) fn answer(data_type: DataType, entries: &[String]) -> DeviceInfo {
    let body = format!(r#"{{"deviceInfo":[{}]}}"#, entries.join(","));
    DeviceInfo::from_slice_as(body.as_bytes(), data_type).unwrap()
}

/// What is known about an endpoint.
pub(crate) fn endpoint(name: &str, first_seen: usize, devices: usize) -> EndpointDetails {
    EndpointDetails {
        hostname: Some(name.to_owned()),
        first_seen: Some(hour(first_seen)),
        devices: Some(devices),
        ..EndpointDetails::default()
    }
}

/// What is known about endpoints, as evidence holds it.
pub(crate) fn known(
    endpoints: Vec<EndpointDetails>,
) -> Vec<(Endpoint, Part<Vec<EndpointDetails>>)> {
    let mut evidence = Evidence::default();
    evidence.add_endpoints(endpoints);
    evidence.endpoints
}

/// The questions about single domains that a report asks, once everything else was.
pub(crate) fn asked_of_domains(evidence: &Evidence) -> Vec<DomainQuestion> {
    let query = DeviceInfoQuery::new(DeviceId::new(1)).unwrap();
    let as_of = AsOf { now: hour(HOURS), zone: &TimeZone::UTC };
    let policy = Policy::default();
    let plan = ReportPlan::new(query, as_of, &policy).endpoints(Endpoints::Omitted);
    let mut plan = plan.alerts(Alerts::Omitted);
    assert_eq!(plan.next(&Evidence::default()).len(), 5);
    let questions = plan.next(evidence).into_iter().map(|question| match question {
        Question::Domain(question, _) => question,
        other => panic!("{other}"),
    });
    questions.collect()
}

/// The assessment once the data has ended.
pub(crate) fn assessed(evidence: &Evidence) -> Assessment {
    let viewpoint = AsOf { now: hour(HOURS), zone: &TimeZone::UTC };
    assess(evidence, viewpoint, &Policy::default())
}
