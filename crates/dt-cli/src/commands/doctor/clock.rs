//! How far the two clocks differ.

use dt_transport::clock_offset;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

use super::findings::Findings;
use crate::exit;
use crate::failure::{Failure, Result};

/// What goes unnoticed: a date has whole seconds, and the answer was under way for a while.
const UNCERTAIN: SignedDuration = SignedDuration::from_secs(2);
/// From when on it is worth a warning.
const NEAR: SignedDuration = SignedDuration::from_mins(5);

pub(super) fn judge(
    headers: &HeaderMap,
    now: Timestamp,
    findings: &mut Findings<'_>,
) -> Result<()> {
    let Some(offset) = clock_offset(headers, now) else {
        return findings.skip("clock", "the answer has no date");
    };
    // A date is rounded down, so the offset is up to a second too large: rounded down, too, it is off
    // by half a second at most.
    let whole = SignedDuration::from_secs(offset.as_secs());
    let offset = if whole > offset { whole - SignedDuration::from_secs(1) } else { whole };
    let apart = offset.abs();
    if apart <= UNCERTAIN {
        return findings.ok("clock", "as the appliance's, to the second");
    }
    let side =
        if offset.is_negative() { "behind the appliance's" } else { "ahead of the appliance's" };
    let text = format!("{} {side} (it allows 30 min)", told(apart));
    let fix = "set this machine's clock, best by NTP; or the appliance's, if that is the wrong one";
    if apart >= dt_auth::DATE_TOLERANCE {
        findings.fail("clock", &Failure::new(text).status(exit::ACCESS).hint(fix))
    } else if apart >= NEAR {
        findings.warn("clock", &Failure::new(text).hint(fix))
    } else {
        findings.ok("clock", &text)
    }
}

fn told(apart: SignedDuration) -> String {
    let seconds = apart.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_as_people_say_them() {
        for (seconds, text) in [
            (3, "3 s"),
            (60, "1 min"),
            (250, "4 min 10 s"),
            (3600, "1 h"),
            (3 * 3600 + 7 * 60 + 5, "3 h 7 min"),
        ] {
            assert_eq!(told(SignedDuration::from_secs(seconds)), text);
        }
    }
}
