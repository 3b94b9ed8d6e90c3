//! Signed requests over a real socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use dt_appliance::{Appliance, Permission, RunningAppliance};
use dt_auth::{Credentials, DateFormat, Encoding, RequestTarget, SigningPolicy, sign, sign_with};
use dt_model::Dialect;
use jiff::{SignedDuration, Timestamp};

use crate::{network, now};

pub(crate) struct Response {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A connection that is kept for further requests.
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(appliance: &RunningAppliance) -> Self {
        Self(BufReader::new(TcpStream::connect(appliance.address()).unwrap()))
    }

    pub(crate) fn get(&mut self, target: &str, headers: &[(&str, &str)]) -> Response {
        self.send(target, headers);
        self.receive()
    }

    fn send(&mut self, target: &str, headers: &[(&str, &str)]) {
        let mut request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n");
        for (name, value) in headers {
            request.extend([*name, ": ", *value, "\r\n"]);
        }
        request += "\r\n";
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
    }

    fn receive(&mut self) -> Response {
        let status = self.line();
        let status = status.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_owned(), value.to_owned()));
        }
        let mut response = Response { status, headers, body: String::new() };
        let length = response.header("content-length").unwrap().parse().unwrap();
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        response.body = String::from_utf8(body).unwrap();
        response
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    pub(crate) fn get_signed(
        &mut self,
        appliance: &RunningAppliance,
        target: &RequestTarget,
        at: Timestamp,
    ) -> Response {
        let headers = sign(target, appliance.credentials(), at).unwrap();
        self.get(&target.wire(), &headers.pairs())
    }

    /// Does not wait for the answer.
    pub(crate) fn send_signed(
        &mut self,
        appliance: &RunningAppliance,
        target: &RequestTarget,
        at: Timestamp,
    ) {
        let headers = sign(target, appliance.credentials(), at).unwrap();
        self.send(&target.wire(), &headers.pairs());
    }

    /// Whether the appliance has closed it without another byte; waits until either is clear.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.0.read(&mut [0]).map_or(true, |read| read == 0)
    }
}

fn start() -> RunningAppliance {
    Appliance::new().network(network()).clock(now).start().unwrap()
}

pub(crate) fn status() -> RequestTarget {
    RequestTarget::new("/status").param("format", "json")
}

#[test]
fn a_signed_request_is_answered_with_what_the_responder_says() {
    let appliance = start();
    let target = RequestTarget::new("/deviceinfo").param("did", 12345).param("odid", 0);
    let response = Connection::open(&appliance).get_signed(&appliance, &target, now());
    assert_eq!((response.status, response.header("content-type")), (200, Some("application/json")));
    let expected = crate::get(&crate::responder(Dialect::Appliance), &target.wire());
    assert_eq!(response.body.as_bytes(), expected.body);
}

#[test]
fn both_encodings_and_date_formats_are_accepted_on_one_connection() {
    let appliance = start();
    let mut connection = Connection::open(&appliance);
    let target = RequestTarget::new("/devicesearch").param("query", "label:\"Finance laptop 1\"");
    for encoding in [Encoding::Decoded, Encoding::AsSent] {
        for date_format in [DateFormat::Spaced, DateFormat::Compact] {
            let policy = SigningPolicy { encoding, date_format };
            let headers = sign_with(&target, appliance.credentials(), now(), policy).unwrap();
            let response = connection.get(&target.wire(), &headers.pairs());
            assert_eq!(response.status, 200, "{policy:?}");
            assert!(response.body.starts_with("{\"totalCount\":1,"), "{}", response.body);
        }
    }
}

#[test]
fn a_wrong_signature_is_refused_whatever_is_wrong() {
    let appliance = start();
    let mut connection = Connection::open(&appliance);
    let stranger = Credentials::new("demo-public-token", "another-private-token").unwrap();
    let unknown = Credentials::new("another-public-token", "demo-private-token").unwrap();
    for credentials in [stranger, unknown] {
        let headers = sign(&status(), &credentials, now()).unwrap();
        let response = connection.get(&status().wire(), &headers.pairs());
        assert_eq!(response.status, 400);
        assert_eq!(response.body, r#"{"error":"API SIGNATURE ERROR"}"#);
    }
    let headers = sign(&status(), appliance.credentials(), now()).unwrap();
    for (target, headers) in [
        ("/status?format=json&fast=true", &headers.pairs()[..]),
        ("/no-such-endpoint", &headers.pairs()[..]),
        ("/status?format=json", &headers.pairs()[..2]),
        ("/status?format=json", &[]),
    ] {
        let response = connection.get(target, headers);
        assert_eq!(response.status, 400, "{target}");
        assert!(response.body.contains("API SIGNATURE ERROR"));
    }
}

#[test]
fn a_date_too_far_off_is_refused_and_the_date_header_says_the_time() {
    let appliance = start();
    let mut connection = Connection::open(&appliance);
    for (minutes, status_code) in [(-31, 400), (-29, 200), (0, 200), (29, 200), (31, 400)] {
        let signed = now() + SignedDuration::from_mins(minutes);
        let response = connection.get_signed(&appliance, &status(), signed);
        assert_eq!(response.status, status_code, "{minutes}");
        assert_eq!(response.header("date"), Some("Mon, 23 Nov 2026 23:10:00 GMT"));
        assert_eq!(response.body.contains("API DATE ERROR"), status_code == 400);
    }
}

#[test]
fn redirects_come_only_after_the_signature_was_right() {
    let appliance = Appliance::new()
        .network(network())
        .clock(now)
        .permissions([Permission::Visualizer])
        .start()
        .unwrap();
    let mut connection = Connection::open(&appliance);
    for (path, location) in [("/nothing", "/login"), ("/status", "/403"), ("/deviceinfo", "/403")] {
        let response = connection.get_signed(&appliance, &RequestTarget::new(path), now());
        assert_eq!((response.status, response.header("location")), (302, Some(location)));
        assert_eq!(response.body, "");
    }
}

#[test]
fn own_tokens_and_the_documented_dialect_can_be_had() {
    let credentials = Credentials::new("mine", "secret").unwrap();
    let appliance = Appliance::new()
        .network(network())
        .dialect(Dialect::Documented)
        .credentials(credentials)
        .clock(now)
        .start()
        .unwrap();
    assert_eq!(appliance.credentials().public(), "mine");
    let target = RequestTarget::new("/deviceinfo").param("did", 12345);
    let response = Connection::open(&appliance).get_signed(&appliance, &target, now());
    assert!(
        response.body.starts_with("{\"device\":{\"did\":12345,\"hostname\":\"workstation-01\"")
    );
}

#[test]
fn it_stops_when_dropped_even_with_an_idle_connection() {
    let appliance = start();
    let mut connection = Connection::open(&appliance);
    assert_eq!(connection.get_signed(&appliance, &status(), now()).status, 200);
    let address = appliance.address();
    drop(appliance);
    assert!(connection.is_closed());
    assert!(TcpStream::connect(address).is_err());
}

/// The defaults, with the system's clock.
#[test]
fn it_needs_no_settings() {
    let appliance = Appliance::new().start().unwrap();
    assert_eq!(appliance.url(), format!("http://{}", appliance.address()));
    assert!(appliance.address().ip().is_loopback());
    assert_eq!(appliance.network().incidents()[0].did.get(), 12345);
    assert!(!format!("{appliance:?}").contains("token"));
}

/// Neither starting nor dropping runs a runtime on the caller's thread, which may be in one.
#[test]
fn it_starts_and_stops_within_a_runtime() {
    for mut runtime in
        [tokio::runtime::Builder::new_current_thread(), tokio::runtime::Builder::new_multi_thread()]
    {
        runtime.build().unwrap().block_on(async {
            let appliance = start();
            let response = Connection::open(&appliance).get_signed(&appliance, &status(), now());
            assert_eq!(response.status, 200);
        });
    }
}
