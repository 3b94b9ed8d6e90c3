//! Each row of the errors an appliance sends, save for those of signature and date, which need
//! HTTP.

use dt_appliance::{Permission, Responder};
use dt_model::Dialect;
use serde_json::Value;

use crate::{get, network, now, responder};

fn assert_input_error(target: &str, parameter: &str) {
    let answer = get(&responder(Dialect::Appliance), target);
    assert_eq!(answer.status, 400, "{target}");
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(
        (&body["error"], &body["parameter"]),
        (&"INPUT ERROR".into(), &parameter.into()),
        "{target}"
    );
}

#[test]
fn bad_parameters_are_input_errors() {
    for (target, parameter) in [
        ("/deviceinfo", "did"),
        ("/deviceinfo?did=", "did"),
        ("/deviceinfo?did=first", "did"),
        ("/deviceinfo?did=0", "did"),
        ("/deviceinfo?did=-6", "did"),
        ("/deviceinfo?did=12345&did=12346", "did"),
        ("/deviceinfo?did=12345&datatype=bytes", "datatype"),
        ("/deviceinfo?did=12345&odid=x", "odid"),
        ("/deviceinfo?did=12345&port=65536", "port"),
        ("/deviceinfo?did=12345&externaldomain=", "externaldomain"),
        ("/deviceinfo?did=12345&fulldevicedetails=True", "fulldevicedetails"),
        ("/deviceinfo?did=12345&showallgraphdata=1", "showallgraphdata"),
        ("/deviceinfo?did=12345&similardevices=-1", "similardevices"),
        ("/deviceinfo?did=12345&intervalhours=0", "intervalhours"),
        ("/deviceinfo?did=12345&intervalhour=4", "intervalhour"),
        ("/devices?ip=10.20.4", "ip"),
        ("/devices?seensince=yesterday", "seensince"),
        ("/devicesearch?count=301", "count"),
        ("/devicesearch?count=0", "count"),
        ("/devicesearch?orderBy=beauty", "orderBy"),
        ("/devicesearch?order=up", "order"),
        ("/devicesearch?query=colour:red", "query"),
        ("/similardevices", "did"),
        ("/endpointdetails", "hostname"),
        ("/endpointdetails?hostname=a.example&ip=192.0.2.1", "hostname"),
        ("/modelbreaches?starttime=1", "endtime"),
        ("/modelbreaches?minscore=high", "minscore"),
        ("/modelbreaches?includeacknowledge=true", "includeacknowledge"),
        ("/aianalyst/groups?did=first", "did"),
        ("/intelfeed?details=true", "details"),
        ("/status?format=xml", "format"),
    ] {
        assert_input_error(target, parameter);
    }
}

#[test]
fn what_is_not_there_is_404() {
    let responder = responder(Dialect::Appliance);
    for target in [
        "/deviceinfo?did=1",
        "/devices?did=1",
        "/similardevices?did=1",
        "/endpointdetails?hostname=never.example",
        "/endpointdetails?ip=192.0.2.250",
    ] {
        assert_eq!(get(&responder, target).status, 404, "{target}");
    }
}

#[test]
fn an_unknown_endpoint_leads_to_the_login_page() {
    for target in ["/", "/deviceinf?did=1", "/deviceinfo/", "/antigena"] {
        let answer = get(&responder(Dialect::Appliance), target);
        assert_eq!((answer.status, answer.header("location")), (302, Some("/login")), "{target}");
    }
}

#[test]
fn only_get_is_answered() {
    for method in ["POST", "HEAD", "DELETE"] {
        let answer = responder(Dialect::Appliance).answer(method, "/status", now());
        assert_eq!(answer.status, 405);
    }
}

#[test]
fn a_missing_permission_leads_to_403() {
    use Permission::{Analyst, Status, UnrestrictedDevices, Visualizer};
    for (permissions, allowed) in [
        (vec![], vec![]),
        (vec![Status], vec!["/status"]),
        (vec![UnrestrictedDevices], vec![]),
        (vec![Visualizer], vec!["/devices", "/similardevices?did=12345", "/modelbreaches"]),
        (vec![Analyst], vec![]),
        (
            vec![Visualizer, Analyst],
            vec!["/devices", "/similardevices?did=12345", "/modelbreaches", "/aianalyst/groups"],
        ),
        (
            vec![Visualizer, UnrestrictedDevices],
            vec![
                "/devices",
                "/similardevices?did=12345",
                "/deviceinfo?did=12345",
                "/modelbreaches",
            ],
        ),
    ] {
        let responder =
            Responder::new(network(), Dialect::Appliance).permissions(permissions.clone());
        for target in [
            "/status",
            "/devices",
            "/similardevices?did=12345",
            "/deviceinfo?did=12345",
            "/modelbreaches",
            "/aianalyst/groups",
        ] {
            let answer = get(&responder, target);
            let expected =
                if allowed.contains(&target) { (200, None) } else { (302, Some("/403")) };
            let found = (answer.status, answer.header("location"));
            assert_eq!(found, expected, "{permissions:?} {target}");
        }
    }
}
