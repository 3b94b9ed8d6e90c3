//! Hours of the week.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Hours that come again every week, such as `Mon-Fri 22:00-06:00`; without days, every day's.
///
/// Hours that end before they begin end on the day after; `24:00` is the end of a day. They are wall-clock
/// hours: where the clock is set back, an hour that comes twice is in them twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekHours {
    /// Which days they begin on, Monday first.
    days: [bool; DAYS],
    /// Minutes of the day.
    from: u16,
    to: u16,
}

/// The text is no hours of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidHours(String);

const DAYS: usize = 7;
const NAMES: [&str; DAYS] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY: u16 = 24 * 60;

impl FromStr for WeekHours {
    type Err = InvalidHours;

    fn from_str(text: &str) -> Result<Self, InvalidHours> {
        read(text.trim()).ok_or_else(|| InvalidHours(text.to_owned()))
    }
}

fn read(text: &str) -> Option<WeekHours> {
    let (days, hours) = match text.rsplit_once(' ') {
        Some((named, hours)) => (days(named.trim())?, hours),
        None => ([true; DAYS], text),
    };
    let (from, to) = hours.split_once('-')?;
    let (from, to) = (minute(from)?, minute(to)?);
    (from < DAY && from != to).then_some(WeekHours { days, from, to })
}

/// `Mon`, `Mon-Fri`, or several of these with commas between them.
fn days(text: &str) -> Option<[bool; DAYS]> {
    let place = |name: &str| NAMES.iter().position(|known| known.eq_ignore_ascii_case(name.trim()));
    let mut days = [false; DAYS];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut day, last) = (place(first)?, place(last)?);
        days[day] = true;
        while day != last {
            day = (day + 1) % DAYS;
            days[day] = true;
        }
    }
    Some(days)
}

/// The minute of the day of a time such as `02:00`.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|_| digits)
    };
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= DAY).then_some(hours * 60 + minutes)
}

impl WeekHours {
    /// How many minutes of them are left at a wall-clock time; `None` outside of them.
    fn left(&self, at: DateTime) -> Option<u16> {
        let today = day_of(at.weekday());
        let yesterday = (today + DAYS - 1) % DAYS;
        let minute = u16::try_from(i32::from(at.hour()) * 60 + i32::from(at.minute())).ok()?;
        let ends_next_day = self.to < self.from;
        let end = if ends_next_day { DAY } else { self.to };
        if self.days[today] && (self.from..end).contains(&minute) {
            return Some(end - minute);
        }
        (ends_next_day && self.days[yesterday] && minute < self.to).then(|| self.to - minute)
    }

    /// Whether all of a time lies in some of these hours, on the clocks of a zone.
    #[must_use]
    pub fn cover(hours: &[Self], from: Timestamp, to: Timestamp, zone: &TimeZone) -> bool {
        let mut at = from;
        while at < to {
            let local = zone.to_datetime(at);
            let Some(left) = hours.iter().filter_map(|hours| hours.left(local)).max() else {
                return false;
            };
            // Clocks are set at the beginning of an hour.
            let of_hour = 60 - u16::try_from(local.minute()).unwrap_or(0);
            let step = i64::from(left.min(of_hour)) * 60 - i64::from(local.second());
            match at.checked_add(SignedDuration::from_secs(step.max(1))) {
                Ok(later) => at = later,
                Err(_) => return false,
            }
        }
        from < to
    }
}

fn day_of(weekday: Weekday) -> usize {
    usize::try_from(weekday.to_monday_zero_offset()).unwrap_or(0)
}

impl fmt::Display for WeekHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = NAMES.iter().zip(self.days).filter(|(_, is_meant)| *is_meant);
        let named: Vec<&str> = named.map(|(name, _)| *name).collect();
        if named.len() < DAYS {
            write!(f, "{} ", named.join(","))?;
        }
        let time = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        write!(f, "{}-{}", time(self.from), time(self.to))
    }
}

impl fmt::Display for InvalidHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no hours of the week, such as \"Mon-Fri 22:00-06:00\"", self.0)
    }
}

impl std::error::Error for InvalidHours {}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(hours: &[&str], zone: &str, from: &str, to: &str) -> bool {
        let hours: Vec<WeekHours> = hours.iter().map(|text| text.parse().unwrap()).collect();
        let zone = TimeZone::get(zone).unwrap();
        WeekHours::cover(&hours, from.parse().unwrap(), to.parse().unwrap(), &zone)
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (text, written) in [
            ("Mon-Fri 22:00-06:00", "Mon,Tue,Wed,Thu,Fri 22:00-06:00"),
            ("sat, sun 00:00-24:00", "Sat,Sun 00:00-24:00"),
            ("Sun-Mon 01:30-02:00", "Mon,Sun 01:30-02:00"),
            ("02:00-04:00", "02:00-04:00"),
        ] {
            let read: WeekHours = text.parse().unwrap();
            assert_eq!(read.to_string(), written);
            assert_eq!(written.parse(), Ok(read));
        }
        for text in [
            "",
            "Mon",
            "2-4",
            "25:00-26:00",
            "24:00-25:00",
            "02:00-02:00",
            "Mon- 02:00-03:00",
            "Mo 02:00-03:00",
            "02:60-03:00",
            "+2:00-03:00",
        ] {
            assert!(text.parse::<WeekHours>().is_err(), "{text:?}");
        }
    }

    /// 2026-11-22 is a Sunday.
    #[test]
    fn all_of_a_time_has_to_be_in_them() {
        let sunday = &["Sun 02:00-04:00"];
        assert!(covered(sunday, "UTC", "2026-11-22T02:00:00Z", "2026-11-22T04:00:00Z"));
        assert!(!covered(sunday, "UTC", "2026-11-22T02:00:00Z", "2026-11-22T05:00:00Z"));
        assert!(!covered(sunday, "UTC", "2026-11-23T02:00:00Z", "2026-11-23T03:00:00Z"));
        assert!(!covered(sunday, "UTC", "2026-11-22T02:00:00Z", "2026-11-22T02:00:00Z"));
        // Midnight is within hours that end on the next day, and hours add up.
        let night = &["Fri 22:00-06:00"];
        assert!(covered(night, "UTC", "2026-11-20T22:00:00Z", "2026-11-21T06:00:00Z"));
        assert!(!covered(night, "UTC", "2026-11-20T05:00:00Z", "2026-11-20T06:00:00Z"));
        let two = &["Sun 02:00-04:00", "Sun 04:00-06:00"];
        assert!(covered(two, "UTC", "2026-11-22T03:00:00Z", "2026-11-22T05:00:00Z"));
    }

    #[test]
    fn they_are_those_of_the_clock_on_the_wall() {
        // Berlin sets its clocks ahead at 01:00 UTC on 29 March 2026 and back on 25 October, Sundays.
        let hours = &["Sun 01:00-04:00"];
        assert!(covered(hours, "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"));
        assert!(!covered(hours, "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z"));
        assert!(covered(hours, "Europe/Berlin", "2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z"));
        assert!(!covered(hours, "Europe/Berlin", "2026-10-24T23:00:00Z", "2026-10-25T04:00:00Z"));
        // A zone whose hours begin at the half of others'.
        let india = &["Sun 02:00-03:00"];
        assert!(covered(india, "Asia/Kolkata", "2026-11-21T20:30:00Z", "2026-11-21T21:30:00Z"));
        assert!(!covered(india, "Asia/Kolkata", "2026-11-21T20:00:00Z", "2026-11-21T21:00:00Z"));
    }
}
