//! Faults that HTTP carries: the rows of what errors look like, delay, and a clock that is off.

use std::time::Duration;

use dt_appliance::{Appliance, Fault, FaultPlan, FaultRule};
use dt_transport::{Error, HttpOptions};
use jiff::SignedDuration;

use crate::Case;
use crate::asker::{Asker, ErrorCheck, Patience};
use crate::verdict::{Verdict, equal, holds};

/// What is to become of a call that meets with a fault.
#[derive(Clone, Copy)]
enum Expected {
    /// It is tried again after these waits, in seconds, from the least to the most.
    Retried([(f64, f64); 2]),
    /// It fails at once.
    ErrorCheck,
    /// It is answered, as if nothing had been.
    Borne,
}

/// The longest waits of the default policy.
const BACKOFF: Expected = Expected::Retried([(0.5, 0.5), (1.0, 1.0)]);
/// Of a minute's limit, which says nothing of itself.
const LIMITED: Expected = Expected::Retried([(4.0, 4.0), (8.0, 8.0)]);
const ASKED_FOR: Expected = Expected::Retried([(5.0, 5.0); 2]);
/// Dates have whole seconds, and here a second passes with each attempt.
const UNTIL_A_DATE: Expected = Expected::Retried([(3.0, 5.0), (0.0, 5.0)]);

/// Long for a loopback connection, short for whoever waits for the suite.
const TIMEOUT: Duration = Duration::from_millis(700);

pub(crate) fn cases() -> Vec<Case> {
    let rows: [(&str, Expected, ErrorCheck); 22] = [
        ("signature", Expected::ErrorCheck, Error::is_auth),
        ("date", Expected::ErrorCheck, Error::is_clock),
        ("clock=45m", Expected::ErrorCheck, |error| is_behind(error, 45)),
        ("clock=-45m", Expected::ErrorCheck, |error| is_behind(error, -45)),
        ("clock=29m", Expected::Borne, |_| false),
        ("input", Expected::ErrorCheck, Error::is_bad_parameter),
        ("endpoint", Expected::ErrorCheck, Error::is_no_endpoint),
        ("permission", Expected::ErrorCheck, |error| error.permission() == Some("Status")),
        ("404", Expected::ErrorCheck, Error::is_not_found),
        ("429", LIMITED, Error::is_rate_limited),
        ("429=5", ASKED_FOR, Error::is_rate_limited),
        ("429=date:5", UNTIL_A_DATE, Error::is_rate_limited),
        ("500", BACKOFF, Error::is_server),
        ("502", BACKOFF, Error::is_server),
        ("503", BACKOFF, Error::is_server),
        ("503=5", ASKED_FOR, Error::is_server),
        ("504", BACKOFF, Error::is_server),
        ("html", Expected::ErrorCheck, |error| error.html_title() == Some("Log in")),
        ("truncated", Expected::ErrorCheck, Error::is_unreadable),
        ("invalid-json", Expected::ErrorCheck, Error::is_unreadable),
        ("delay=50ms", Expected::Borne, |_| false),
        ("delay=1m", BACKOFF, Error::is_timeout),
    ];
    let case = |(text, expected, is): (&'static str, Expected, ErrorCheck)| {
        let timeout = if text == "delay=1m" { TIMEOUT } else { Duration::from_secs(30) };
        let run = move |asker: &Asker| try_out(asker, text.parse().unwrap(), expected, is);
        Case::new(text, HttpOptions::new().timeout(timeout), run)
    };
    rows.into_iter().map(case).collect()
}

/// The appliance is this many minutes ahead, so that this clock is behind.
fn is_behind(error: &Error, minutes: i64) -> bool {
    let close = |offset: SignedDuration| {
        (offset + SignedDuration::from_mins(minutes)).abs() < SignedDuration::from_secs(30)
    };
    error.is_clock() && error.clock_offset().is_some_and(close)
}

/// Two calls that meet with the fault: one that is made once, and one that is patient. Then one
/// that meets with nothing.
fn try_out(asker: &Asker, fault: Fault, expected: Expected, is: ErrorCheck) -> Verdict {
    let faults = match expected {
        Expected::Retried(_) => 3,
        Expected::ErrorCheck | Expected::Borne => 2,
    };
    let plan = FaultPlan::new(0).rule(FaultRule::first(faults, [fault]));
    let appliance = Appliance::new().faults(plan).start().unwrap();
    let ask = |patience| asker.ask(&appliance.url(), appliance.credentials(), patience);

    let once = ask(Patience::Once);
    match expected {
        Expected::Borne => once.answered_by(1)?,
        Expected::Retried(_) | Expected::ErrorCheck => once.failed_once(is)?,
    }
    let patient = ask(Patience::Patient);
    match expected {
        Expected::Borne => patient.answered_by(1)?,
        Expected::ErrorCheck => patient.failed_once(is)?,
        Expected::Retried(waits) => {
            patient.answered_by(3)?;
            equal("the number of waits", patient.waits.len(), waits.len())?;
            for (wait, (least, most)) in patient.waits.iter().zip(waits) {
                holds((least..=most).contains(&wait.as_secs_f64()), || {
                    format!("it waited {wait:?} instead of {least} to {most} s")
                })?;
            }
        }
    }
    ask(Patience::Patient).answered_by(1)?;

    let expected = 2 + if matches!(expected, Expected::Retried(_)) { 3 } else { 1 };
    equal("the number of requests on the wire", appliance.requests(), expected)?;
    equal("the number of faults", appliance.faults().into_values().sum(), faults)
}
