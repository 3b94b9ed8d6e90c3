//! Faults below HTTP, as a client of raw bytes meets with them. What the HTTP clients make of them
//! is in `dt-transport`.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use dt_appliance::{
    Appliance, FaultPart, FaultPlan, FaultRule, Forwarder, RunningAppliance, RunningForwarder,
    WireFault,
};
use dt_auth::sign;

use crate::http::status;
use crate::{network, now};

fn start(faults: impl Into<FaultPlan<WireFault>>) -> (RunningAppliance, RunningForwarder) {
    let appliance = Appliance::new().network(network()).clock(now).start().unwrap();
    let forwarder = Forwarder::to(appliance.address()).faults(faults).start().unwrap();
    (appliance, forwarder)
}

/// Sends one request, and leaves the response to be read.
fn request(appliance: &RunningAppliance, stream: &mut TcpStream) {
    let headers = sign(&status(), appliance.credentials(), now()).unwrap();
    let mut request = format!("GET {} HTTP/1.1\r\nHost: localhost\r\n", status().wire());
    for (name, value) in headers.pairs() {
        request.extend([name, ": ", value, "\r\n"]);
    }
    stream.write_all((request + "\r\n").as_bytes()).unwrap();
}

#[test]
fn without_faults_every_byte_passes_and_connections_are_kept() {
    let (appliance, forwarder) = start(FaultPlan::default());
    let mut direct = TcpStream::connect(appliance.address()).unwrap();
    let mut through = TcpStream::connect(forwarder.address()).unwrap();
    for _ in 0..3 {
        request(&appliance, &mut direct);
        request(&appliance, &mut through);
        let mut expected = vec![0; 64 * 1024];
        let length = direct.read(&mut expected).unwrap();
        expected.truncate(length);
        let mut found = vec![0; length];
        through.read_exact(&mut found).unwrap();
        assert_eq!(found, expected);
    }
    assert_eq!((forwarder.connections(), forwarder.requests()), (1, 3));
    assert_eq!(appliance.requests(), 6);
}

#[test]
fn a_reset_is_a_reset() {
    let (appliance, forwarder) = start(WireFault::ResetBeforeAnswer);
    let mut stream = TcpStream::connect(forwarder.address()).unwrap();
    request(&appliance, &mut stream);
    let error = stream.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(forwarder.faults()["reset before the answer"], 1);
    assert_eq!(appliance.requests(), 0);
}

#[test]
fn faults_are_limited_to_a_part_here_too() {
    let reset = || FaultRule::always([WireFault::ResetBeforeAnswer]);
    for (part, met) in [(FaultPart::Devices, 0), (FaultPart::Status, 1)] {
        let (appliance, forwarder) = start(FaultPlan::new(1).rule(reset().part(part)));
        let mut stream = TcpStream::connect(forwarder.address()).unwrap();
        request(&appliance, &mut stream);
        assert_eq!(stream.read(&mut [0]).is_err(), met == 1, "{part}");
        assert_eq!(forwarder.faults().values().sum::<u64>(), met, "{part}");
    }
}

#[test]
fn a_kept_connection_is_closed_under_its_next_request() {
    let faults = FaultPlan::new(1).rule(FaultRule::first(1, [WireFault::ClosedUnderClient]));
    let (appliance, forwarder) = start(faults);
    let mut stream = TcpStream::connect(forwarder.address()).unwrap();
    request(&appliance, &mut stream);
    assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
    request(&appliance, &mut stream);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    assert_eq!((forwarder.requests(), appliance.requests()), (2, 1));
}

#[test]
fn it_stops_when_dropped_even_with_an_idle_connection() {
    let (_appliance, forwarder) = start(FaultPlan::default());
    let mut stream = TcpStream::connect(forwarder.address()).unwrap();
    let address = forwarder.address();
    drop(forwarder);
    assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)), "the connection was closed");
    assert!(TcpStream::connect(address).is_err());
}
