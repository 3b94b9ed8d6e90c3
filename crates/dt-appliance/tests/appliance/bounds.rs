//! What a client may take of an appliance.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use dt_appliance::{Appliance, RunningAppliance};

use crate::http::{Connection, status};
use crate::{network, now};

fn start() -> RunningAppliance {
    Appliance::new().network(network()).clock(now).start().unwrap()
}

/// Sends a request as it stands here and gives the first line of the answer, or nothing if there is none.
fn first_line(appliance: &RunningAppliance, request: &str) -> String {
    let mut stream = TcpStream::connect(appliance.address()).unwrap();
    // The rest may find a connection that is closed already.
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn only_this_machine_is_answered_and_no_page() {
    let appliance = start();
    let ask = |headers: &str| {
        let request = format!("GET /status HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
        first_line(&appliance, &request)
    };
    // Here, the missing signature is the next thing that is wrong.
    assert_eq!(ask("Host: 127.0.0.1\r\n"), "HTTP/1.1 400 Bad Request");
    assert_eq!(ask("Host: darktrace.example\r\n"), "HTTP/1.1 421 Misdirected Request");
    let from_page = "Host: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\n";
    assert_eq!(ask(from_page), "HTTP/1.1 403 Forbidden");
    assert_eq!(appliance.requests(), 1, "what is not looked at is not counted");
}

#[test]
fn a_request_line_and_headers_are_bounded() {
    let appliance = start();
    let ask = |target: &str, headers: &str| {
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n"
        );
        first_line(&appliance, &request)
    };
    let long = |length: usize| "a".repeat(length);
    assert_eq!(ask(&format!("/{}", long(9_000)), ""), "HTTP/1.1 414 URI Too Long");
    let header = format!("X: {}\r\n", long(40_000));
    assert_eq!(ask("/", &header), "HTTP/1.1 431 Request Header Fields Too Large");
    let many = "X: 1\r\n".repeat(100);
    assert_eq!(ask("/", &many), "HTTP/1.1 431 Request Header Fields Too Large");
    assert_eq!(ask("/", "X: 1\r\n"), "HTTP/1.1 400 Bad Request");
}

#[test]
fn connections_are_bounded_and_those_that_are_there_go_on() {
    let appliance = start();
    let mut first = Connection::open(&appliance);
    assert_eq!(first.get_signed(&appliance, &status(), now()).status, 200);
    let idle: Vec<TcpStream> =
        (0..255).map(|_| TcpStream::connect(appliance.address()).unwrap()).collect();
    let mut refused = TcpStream::connect(appliance.address()).unwrap();
    refused.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut told = String::new();
    refused.read_to_string(&mut told).unwrap();
    assert!(told.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{told}");
    assert_eq!(first.get_signed(&appliance, &status(), now()).status, 200);
    drop(idle);
    // The places are free again once the appliance has seen that they are.
    let again = || {
        let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        first_line(&appliance, request) == "HTTP/1.1 400 Bad Request"
    };
    assert!((0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        again()
    }));
}
