//! What goes wrong on request, over a real socket.

use std::num::NonZeroU64;
use std::time::Duration;

use dt_appliance::{Appliance, Fault, FaultPlan, FaultRule, RetryAfter, RunningAppliance};
use dt_auth::{Credentials, RequestTarget, sign};
use jiff::SignedDuration;

use crate::http::{Connection, Response, status};
use crate::{network, now};

fn start(faults: impl Into<FaultPlan<Fault>>) -> RunningAppliance {
    Appliance::new().network(network()).clock(now).faults(faults).start().unwrap()
}

fn ask(appliance: &RunningAppliance) -> Response {
    Connection::open(appliance).get_signed(appliance, &status(), now())
}

#[test]
fn each_fault_is_sent_as_appliances_and_gateways_send_it() {
    for (fault, status, header, body) in [
        ("signature", 400, None, "API SIGNATURE ERROR"),
        ("date", 400, Some(("date", "Mon, 23 Nov 2026 23:10:00 GMT")), "API DATE ERROR"),
        ("input", 400, None, "INPUT ERROR"),
        ("endpoint", 302, Some(("location", "/login")), ""),
        ("permission", 302, Some(("location", "/403")), ""),
        ("404", 404, None, "NOT FOUND"),
        ("429", 429, None, "429 Too Many Requests"),
        ("429=5", 429, Some(("retry-after", "5")), "429"),
        ("429=date:5", 429, Some(("retry-after", "Mon, 23 Nov 2026 23:10:05 GMT")), "429"),
        ("500", 500, None, "INTERNAL SERVER ERROR"),
        ("502", 502, None, "Bad Gateway"),
        ("503=7", 503, Some(("retry-after", "7")), "Service Unavailable"),
        ("504", 504, None, "Gateway Time-out"),
        ("html", 200, Some(("content-type", "text/html")), "<title>Log in</title>"),
        ("truncated", 200, Some(("content-type", "application/json")), "{\"time\":"),
        ("invalid-json", 200, Some(("content-type", "application/json")), "[}"),
        ("delay=20ms", 200, None, "7.1.0"),
        ("clock=45m", 400, Some(("date", "Mon, 23 Nov 2026 23:55:00 GMT")), "API DATE ERROR"),
        ("clock=-45m", 400, Some(("date", "Mon, 23 Nov 2026 22:25:00 GMT")), "API DATE ERROR"),
        ("clock=5m", 200, Some(("date", "Mon, 23 Nov 2026 23:15:00 GMT")), "23:15"),
    ] {
        let appliance = start(fault.parse::<Fault>().unwrap());
        let response = ask(&appliance);
        assert_eq!(response.status, status, "{fault}");
        if let Some((name, value)) = header {
            assert_eq!(response.header(name), Some(value), "{fault}");
        }
        assert!(response.body.contains(body), "{fault}: {}", response.body);
        let kind = fault.split('=').next().unwrap();
        assert_eq!(appliance.faults().into_iter().collect::<Vec<_>>(), [(kind, 1)]);
    }
}

#[test]
fn half_of_the_json_is_no_json() {
    let body = ask(&start(Fault::Truncated)).body;
    assert!(serde_json::from_str::<serde_json::Value>(&body).is_err(), "{body}");
}

#[test]
fn a_wrong_signature_is_refused_whatever_was_planned() {
    for fault in [Fault::Html, Fault::Unavailable(RetryAfter::Unsaid)] {
        let appliance = start(fault);
        let stranger = Credentials::new("demo-public-token", "another-private-token").unwrap();
        let headers = sign(&status(), &stranger, now()).unwrap();
        let response = Connection::open(&appliance).get(&status().wire(), &headers.pairs());
        assert!(response.body.contains("API SIGNATURE ERROR"));
        assert!(appliance.faults().is_empty());
        assert_eq!(appliance.requests(), 1);
    }
}

#[test]
fn a_plan_is_kept_to() {
    let third = NonZeroU64::new(3).unwrap();
    let plan = FaultPlan::new(1)
        .rule(FaultRule::first(1, [Fault::NotFound]).path("/devices"))
        .rule(FaultRule::every(third, [Fault::BadGateway]));
    let appliance = start(plan);
    let mut connection = Connection::open(&appliance);
    let mut get = |path| {
        let target = RequestTarget::new(path);
        connection.get_signed(&appliance, &target, now()).status
    };
    let statuses = ["/status", "/devices", "/status", "/devices", "/status"].map(&mut get);
    assert_eq!(statuses, [200, 404, 502, 200, 200]);
    assert_eq!(appliance.requests(), 5);
    assert_eq!(appliance.faults().into_iter().collect::<Vec<_>>(), [("404", 1), ("502", 1)]);
}

#[test]
fn an_impossible_clock_is_the_true_one() {
    let appliance = start(Fault::ClockSkew(SignedDuration::MAX));
    assert_eq!(ask(&appliance).status, 200);
    let appliance = start(Fault::Delay(Duration::ZERO));
    assert_eq!(ask(&appliance).status, 200);
}
