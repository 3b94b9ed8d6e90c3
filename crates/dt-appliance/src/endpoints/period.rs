//! From when to when a request asks.

use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::answer::Refusal;
use crate::parameters::Parameters;

/// A time to begin at and one to end at, both included, in milliseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Period {
    start: i64,
    end: i64,
}

impl Period {
    /// Takes `starttime` and `endtime`, or `from` and `to`: always both, as appliances want it.
    pub(super) fn take(parameters: &mut Parameters) -> Result<Option<Self>, Refusal> {
        let numbers = (parameters.value("starttime")?, parameters.value("endtime")?);
        let dates = (date(parameters, "from")?, date(parameters, "to")?);
        let missing = |name: &str| Err(Refusal::Input(name.to_owned()));
        match (numbers, dates) {
            ((None, None), (None, None)) => Ok(None),
            ((Some(start), Some(end)), (None, None)) | ((None, None), (Some(start), Some(end))) => {
                Ok(Some(Self { start, end }))
            }
            ((None, _), (None, None)) => missing("starttime"),
            ((_, None), (None, None)) => missing("endtime"),
            (_, (None, _)) => missing("from"),
            (_, (_, _)) => missing("to"),
        }
    }

    /// Whether a time is in it, in seconds since the epoch.
    pub(super) const fn holds(self, seconds: i64) -> bool {
        let millis = seconds * 1000;
        self.start <= millis && millis <= self.end
    }
}

/// `YYYY-MM-DD HH:MM:SS` in UTC.
fn date(parameters: &mut Parameters, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(text) = parameters.text(name) else { return Ok(None) };
    let instant = text.parse::<DateTime>().and_then(|date| Offset::UTC.to_timestamp(date));
    instant
        .map(|instant| Some(instant.as_millisecond()))
        .map_err(|_| Refusal::Input(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(query: &str) -> Result<Option<Period>, Refusal> {
        Period::take(&mut Parameters::parse(query).unwrap())
    }

    #[test]
    fn both_ends_are_named_in_one_form() {
        assert_eq!(take(""), Ok(None));
        let period = Period { start: 1_795_485_600_000, end: 1_795_489_200_000 };
        for query in [
            "starttime=1795485600000&endtime=1795489200000",
            "from=2026-11-24+02:00:00&to=2026-11-24+03:00:00",
        ] {
            assert_eq!(take(query), Ok(Some(period)), "{query}");
        }
        for (query, name) in [
            ("starttime=1", "endtime"),
            ("endtime=1", "starttime"),
            ("from=2026-11-24+02:00:00", "to"),
            ("to=2026-11-24+02:00:00", "from"),
            ("from=yesterday&to=today", "from"),
            ("starttime=x&endtime=1", "starttime"),
        ] {
            assert_eq!(take(query), Err(Refusal::Input(name.to_owned())), "{query}");
        }
    }

    #[test]
    fn both_ends_belong_to_it() {
        let period = Period { start: 1_000, end: 3_000 };
        assert!([1, 2, 3].into_iter().all(|second| period.holds(second)));
        assert!(![0, 4].into_iter().any(|second| period.holds(second)));
    }
}
