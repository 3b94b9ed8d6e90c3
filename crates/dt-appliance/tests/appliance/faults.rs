//! What goes wrong on request, over a real socket.

use std::num::NonZeroU64;
use std::thread::{self, sleep};
use std::time::Duration;

use dt_appliance::{
    Appliance, Fault, FaultPart, FaultPlan, FaultRule, Network, NetworkConfig, RetryAfter,
    RunningAppliance,
};
use dt_auth::{Credentials, RequestTarget, sign};
use dt_model::{DeviceId, DeviceInfo, Dialect};
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
        ("redirect", 302, Some(("location", "https://sso.example/login?session=5e55105ec7e7")), ""),
        ("404", 404, None, "NOT FOUND"),
        ("429", 429, None, "429 Too Many Requests"),
        ("429=5", 429, Some(("retry-after", "5")), "429"),
        ("429=date:5", 429, Some(("retry-after", "Mon, 23 Nov 2026 23:10:05 GMT")), "429"),
        ("500", 500, None, "INTERNAL SERVER ERROR"),
        ("502", 502, None, "Bad Gateway"),
        ("503=7", 503, Some(("retry-after", "7")), "Service Unavailable"),
        ("504", 504, None, "Gateway Time-out"),
        ("html", 200, Some(("content-type", "text/html")), "<title>Log in</title>"),
        ("empty", 200, Some(("content-length", "0")), ""),
        ("other-device", 200, None, "7.1.0"),
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

/// Faults as they are typed, in one plan.
fn plan(rules: &[&str]) -> FaultPlan<Fault> {
    rules.iter().map(|rule| rule.parse::<FaultRule<Fault>>().unwrap()).collect()
}

/// A question of every part, and one of none.
fn questions() -> [(&'static str, RequestTarget); 13] {
    let info = |data_type: &str| {
        RequestTarget::new("/deviceinfo").param("did", 12345).param("datatype", data_type)
    };
    [
        ("co", info("co")),
        ("sizeout", info("sizeout")),
        ("sizein", info("sizein")),
        ("external", info("co").param("odid", 0)),
        ("external-out", info("sizeout").param("odid", 0)),
        ("domain", info("sizeout").param("odid", 0).param("externaldomain", "google.com")),
        ("endpoints", RequestTarget::new("/endpointdetails").param("hostname", "google.com")),
        ("devices", RequestTarget::new("/devices").param("did", 12345)),
        ("status", status()),
        ("breaches", RequestTarget::new("/modelbreaches").param("minimal", "true")),
        ("analyst", RequestTarget::new("/aianalyst/groups")),
        ("watched", RequestTarget::new("/intelfeed")),
        ("", RequestTarget::new("/similardevices").param("did", 12345)),
    ]
}

#[test]
fn a_fault_is_limited_to_its_part() {
    for part in FaultPart::ALL {
        let appliance = start(plan(&[&format!("500@{part}")]));
        let mut connection = Connection::open(&appliance);
        for (asked, target) in questions() {
            let expected = if asked == part.name() { 500 } else { 200 };
            let response = connection.get_signed(&appliance, &target, now());
            assert_eq!(response.status, expected, "500@{part}: {}", target.wire());
        }
        assert_eq!(appliance.faults()["500"], 1);
    }
}

#[test]
fn delays_and_clocks_add_to_the_one_fault_that_decides_what_is_sent() {
    for rules in [
        ["delay=1ms", "clock=5m", "500@status", "404@status"],
        ["500@status", "404@status", "clock=5m", "delay=1ms"],
    ] {
        let appliance = start(plan(&rules));
        let response = ask(&appliance);
        assert_eq!(response.status, 500);
        assert_eq!(response.header("date"), Some("Mon, 23 Nov 2026 23:15:00 GMT"));
        let befallen: Vec<_> = appliance.faults().into_iter().collect();
        assert_eq!(befallen, [("500", 1), ("clock", 1), ("delay", 1)]);
    }
}

/// Waits for something that happens soon, or never.
fn wait_until(what: &str, happened: impl Fn() -> bool) {
    for _ in 0..30_000 {
        if happened() {
            return;
        }
        sleep(Duration::from_millis(1));
    }
    panic!("{what} has not happened");
}

/// Sends requests on connections of their own, without waiting for the answers.
fn send(appliance: &RunningAppliance, count: usize) -> Vec<Connection> {
    let open = || {
        let mut connection = Connection::open(appliance);
        connection.send_signed(appliance, &status(), now());
        connection
    };
    std::iter::repeat_with(open).take(count).collect()
}

/// With a delay that outlasts the test, only requests that are delayed in parallel meet.
#[test]
fn delayed_requests_do_not_wait_for_each_other() {
    let appliance = start(plan(&["delay=1h@status", "404@devices"]));
    let waiting = send(&appliance, 4);
    wait_until("the fourth request", || appliance.in_flight() == 4);
    let devices = RequestTarget::new("/devices").param("did", 12345);
    let other = Connection::open(&appliance).get_signed(&appliance, &devices, now());
    assert_eq!(other.status, 404);
    assert_eq!((appliance.requests(), appliance.answered()), (5, 1));
    assert_eq!((appliance.in_flight(), appliance.most_in_flight()), (4, 5));
    drop(waiting);
}

#[test]
fn delayed_requests_are_answered() {
    let appliance = start(plan(&["delay=20ms"]));
    thread::scope(|scope| {
        let asking: Vec<_> = (0..4).map(|_| scope.spawn(|| ask(&appliance).status)).collect();
        for answer in asking {
            assert_eq!(answer.join().unwrap(), 200);
        }
    });
    assert_eq!((appliance.answered(), appliance.in_flight()), (4, 0));
    assert!((1..=4).contains(&appliance.most_in_flight()));
}

#[test]
fn what_hangs_is_given_up_once_the_client_hangs_up() {
    let appliance = start(plan(&["delay=1ms", "hang@status"]));
    let waiting = send(&appliance, 3);
    wait_until("the third request", || appliance.in_flight() == 3);
    drop(waiting);
    wait_until("the end of every request", || appliance.in_flight() == 0);
    assert_eq!((appliance.requests(), appliance.answered()), (3, 0));
    assert_eq!((appliance.faults()["hang"], appliance.faults()["delay"]), (3, 3));
}

#[test]
fn an_appliance_that_hangs_can_be_dropped() {
    let appliance = start(Fault::Hang);
    let mut waiting = send(&appliance, 1);
    wait_until("the request", || appliance.in_flight() == 1);
    drop(appliance);
    assert!(waiting.remove(0).is_closed());
}

#[test]
fn another_device_is_answered_about_in_both_dialects() {
    let target = RequestTarget::new("/deviceinfo")
        .param("did", 12345)
        .param("fulldevicedetails", true)
        .param("similardevices", 2);
    for dialect in [Dialect::Appliance, Dialect::Documented] {
        let appliance = Appliance::new().network(network()).dialect(dialect).clock(now);
        let appliance = appliance.faults(Fault::OtherDevice).start().unwrap();
        let body = Connection::open(&appliance).get_signed(&appliance, &target, now()).body;
        let sound = crate::get(&crate::responder(dialect), &target.wire()).body;
        let [found, sound] = [body.as_bytes(), &sound].map(|body| {
            let info = DeviceInfo::from_slice(body).unwrap();
            assert!(info.warnings.is_empty(), "{:?}", info.warnings);
            info
        });
        assert_eq!(found.subject.device.did, Some(Fault::OTHER_DEVICE));
        assert_eq!(sound.subject.device.did.map(DeviceId::get), Some(12345));
        assert_eq!(found.subject.series, sound.subject.series);
        let mentions = |id: &str| body.matches(id).count();
        // As a device, and as a key or an entry of the details; what counts so many would be chance.
        assert_eq!(mentions("12345"), 0, "{dialect:?}");
        assert_eq!(mentions("999999"), 2, "{dialect:?}");
    }
}

#[test]
fn no_device_has_the_id_of_the_other_one() {
    let config = NetworkConfig::new().devices(NetworkConfig::MOST_DEVICES);
    let network = Network::generate_with(config, 7, now());
    assert!(network.device_ids().all(|did| did != Fault::OTHER_DEVICE));
}
