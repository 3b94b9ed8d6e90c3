//! Faults of the connection.

use std::time::Duration;

use dt_appliance::{Appliance, FaultPlan, FaultRule, Forwarder, RefusedPort, WireFault};
use dt_transport::{Error, HttpOptions, TransportErrorKind};

use crate::Case;
use crate::asker::{Asker, ErrorCheck, Patience};
use crate::verdict::{Verdict, equal};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Retried,
    ErrorCheck,
    Borne,
}

const BODY_LIMIT: u64 = 1024 * 1024;

fn options() -> HttpOptions {
    HttpOptions::new().timeout(Duration::from_secs(30)).body_limit(BODY_LIMIT)
}

pub(crate) fn cases() -> Vec<Case> {
    let slow = WireFault::Trickle(Duration::from_millis(1));
    // 64 pieces take several seconds.
    let too_slow = WireFault::Trickle(Duration::from_millis(100));
    let rows: [(&str, WireFault, Expected, ErrorCheck); 9] = [
        ("reset before the answer", WireFault::ResetBeforeAnswer, Expected::Retried, is_reset),
        ("reset before the body", WireFault::ResetBeforeBody, Expected::Retried, is_reset),
        ("reset in the body", WireFault::ResetInBody, Expected::Retried, is_reset),
        ("truncated body", WireFault::CutBody, Expected::Retried, is_reset),
        ("content-length too long", WireFault::LengthTooLong, Expected::Retried, is_reset),
        (
            "content-length too short",
            WireFault::LengthTooShort,
            Expected::ErrorCheck,
            Error::is_unreadable,
        ),
        ("endless body", WireFault::Endless, Expected::ErrorCheck, is_too_large),
        ("slow trickle, in time", slow, Expected::Borne, |_| false),
        ("slow trickle, too slow", too_slow, Expected::Retried, Error::is_timeout),
    ];
    let case = |(name, fault, expected, is): (&'static str, _, _, ErrorCheck)| {
        let options = if fault == too_slow {
            options().timeout(Duration::from_millis(700))
        } else {
            options()
        };
        Case::new(name, options, move |asker| try_out(asker, fault, expected, is))
    };
    let mut cases: Vec<Case> = rows.into_iter().map(case).collect();
    cases.push(Case::new("keep-alive closed under the client", options(), closed_under_client));
    cases.push(Case::new("connection refused", options(), refused));
    cases
}

fn kind(error: &Error) -> Option<&TransportErrorKind> {
    error.transport_error().map(dt_transport::TransportError::kind)
}

fn is_reset(error: &Error) -> bool {
    kind(error) == Some(&TransportErrorKind::Reset) && error.is_network()
}

fn is_too_large(error: &Error) -> bool {
    kind(error) == Some(&TransportErrorKind::BodyTooLarge { limit: BODY_LIMIT })
}

/// Two calls that meet with the fault: one that is made once, and one that is patient. Then one
/// that meets with nothing.
fn try_out(asker: &Asker, fault: WireFault, expected: Expected, is: ErrorCheck) -> Verdict {
    let faults = if expected == Expected::Retried { 3 } else { 2 };
    let appliance = Appliance::new().start().unwrap();
    let plan = FaultPlan::new(0).rule(FaultRule::first(faults, [fault]));
    let forwarder = Forwarder::to(appliance.address()).faults(plan).start().unwrap();
    let ask = |patience| asker.ask(&forwarder.url(), appliance.credentials(), patience);

    let (once, patient) = (ask(Patience::Once), ask(Patience::Patient));
    match expected {
        Expected::Borne => once.answered_by(1).and_then(|()| patient.answered_by(1))?,
        Expected::ErrorCheck => once.failed_once(is).and_then(|()| patient.failed_once(is))?,
        Expected::Retried => once.failed_once(is).and_then(|()| patient.answered_by(3))?,
    }
    ask(Patience::Patient).answered_by(1)?;
    equal(
        "the number of requests on the wire",
        forwarder.requests(),
        faults + 2 - u64::from(expected != Expected::Retried),
    )?;
    equal("the number of faults", forwarder.faults().into_values().sum(), faults)
}

/// The first answer is whole; the second request goes out on the same connection, and finds it
/// closed.
fn closed_under_client(asker: &Asker) -> Verdict {
    let appliance = Appliance::new().start().unwrap();
    let plan = FaultPlan::new(0).rule(FaultRule::listed([0, 2], [WireFault::ClosedUnderClient]));
    let forwarder = Forwarder::to(appliance.address()).faults(plan).start().unwrap();
    let ask = |patience| asker.ask(&forwarder.url(), appliance.credentials(), patience);

    ask(Patience::Once).answered_by(1)?;
    ask(Patience::Once).failed_once(is_reset)?;
    ask(Patience::Patient).answered_by(1)?;
    ask(Patience::Patient).answered_by(2)?;
    equal("the number of connections", forwarder.connections(), 3)?;
    equal("the number of requests on the wire", forwarder.requests(), 5)
}

fn refused(asker: &Asker) -> Verdict {
    let port = RefusedPort::new().unwrap();
    let appliance = Appliance::new().start().unwrap();
    let is_refused = |error: &Error| kind(error) == Some(&TransportErrorKind::Connect);
    for patience in [Patience::Once, Patience::Patient] {
        asker.ask(&port.url(), appliance.credentials(), patience).failed_once(is_refused)?;
    }
    asker.ask(&appliance.url(), appliance.credentials(), Patience::Patient).answered_by(1)
}
