//! The faults that pass. What does not, such as a wrong signature, has no place in a soak: the
//! fault suite of `dt-transport` tries those out.

use std::time::Duration;

use dt_appliance::{Fault, FaultPlan, FaultRule, RetryAfter, WireFault};

/// How long an exchange may take here.
pub(super) const TIMEOUT: Duration = Duration::from_secs(1);

pub(super) fn by_http(probability: f64) -> FaultPlan<Fault> {
    let faults = [
        Fault::RateLimited(RetryAfter::Unsaid),
        Fault::RateLimited(RetryAfter::Seconds(1)),
        Fault::RateLimited(RetryAfter::Date(1)),
        Fault::InternalError,
        Fault::BadGateway,
        Fault::Unavailable(RetryAfter::Unsaid),
        Fault::Unavailable(RetryAfter::Seconds(1)),
        Fault::GatewayTimeout,
        Fault::Delay(Duration::from_millis(20)),
        // Beyond the time-out, but not for long: until it is over, it takes up a connection here,
        // and the number of those has to settle within the first tenth.
        Fault::Delay(TIMEOUT.saturating_mul(2)),
    ];
    FaultPlan::new(1).rule(FaultRule::chance(probability, faults))
}

pub(super) fn below_http(probability: f64) -> FaultPlan<WireFault> {
    let faults = [
        WireFault::ResetBeforeAnswer,
        WireFault::ResetBeforeBody,
        WireFault::ResetInBody,
        WireFault::CutBody,
        WireFault::LengthTooLong,
        WireFault::Trickle(Duration::from_millis(1)),
        WireFault::ClosedUnderClient,
    ];
    FaultPlan::new(2).rule(FaultRule::chance(probability, faults))
}
