//! Incidents that are planted into real series.
//!
//! Sizes are in daily peaks: the median over the days of each day's highest hour, at least 10. A
//! night hour is one of the six that are lowest on average. What is added varies by up to a fifth from hour
//! to hour.

use rand::RngExt;
use rand_pcg::Pcg64;

/// What is planted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// One hour has this many times as much, where it has half of the peak by itself.
    Hour(f64),
    /// A night hour has so many peaks more.
    NightHour(f64),
    /// Five days have so many times as much.
    Days(f64),
    /// Every hour of a week has this part of the peak more.
    Beacon(f64),
    /// Four hours of a night are like four of the busiest.
    NightWork,
    /// A quiet day is like a busy one: only where days off are a fifth below others.
    DayOff,
    /// From some hour on there is this many times as much.
    Level(f64),
    /// An hour has three peaks more.
    Scan,
    /// Six hours of a night have a fourth of the peak more.
    Trickle,
    /// Nothing for so many days.
    Silence(usize),
    /// Half for three days.
    Halved,
}

const DAY: usize = 24;
/// In hours that are mostly empty, less than this is no incident.
const LEAST_PEAK: f64 = 10.0;

impl Kind {
    pub(super) const RISES: [Self; 15] = [
        Self::Hour(3.0),
        Self::Hour(10.0),
        Self::NightHour(0.5),
        Self::NightHour(1.0),
        Self::NightHour(2.0),
        Self::Days(1.3),
        Self::Days(1.6),
        Self::Beacon(0.05),
        Self::Beacon(0.2),
        Self::NightWork,
        Self::DayOff,
        Self::Level(1.5),
        Self::Level(2.0),
        Self::Scan,
        Self::Trickle,
    ];
    pub(super) const DROPS: [Self; 3] = [Self::Silence(1), Self::Silence(3), Self::Halved];

    pub(super) fn name(self) -> String {
        match self {
            Self::Hour(times) => format!("one hour x{times}"),
            Self::NightHour(peaks) => format!("a night hour of +{peaks} peaks"),
            Self::Days(times) => format!("x{times} for 5 days"),
            Self::Beacon(part) => format!("beacon of {:.0} % of the peak", 100.0 * part),
            Self::NightWork => "four hours of work at night".to_owned(),
            Self::DayOff => "work on a day off".to_owned(),
            Self::Level(times) => format!("level x{times} that stays"),
            Self::Scan => "scan of three peaks".to_owned(),
            Self::Trickle => "trickle of six night hours".to_owned(),
            Self::Silence(days) => format!("silence of {days} days"),
            Self::Halved => "halved for three days".to_owned(),
        }
    }

    /// How many hours it lasts, and by when it has to be told at the latest: a level that stays within
    /// three days.
    const fn hours(self) -> usize {
        match self {
            Self::Hour(_) | Self::NightHour(_) | Self::Scan => 1,
            Self::Days(_) => 5 * DAY,
            Self::Beacon(_) => 7 * DAY,
            Self::NightWork => 4,
            Self::Trickle => 6,
            Self::DayOff => DAY,
            Self::Level(_) | Self::Halved => 3 * DAY,
            Self::Silence(days) => days * DAY,
        }
    }
}

/// A series with something planted.
pub(super) struct Planted {
    pub(super) counts: Vec<f64>,
    /// Its first hour, and the one after its last.
    pub(super) from: usize,
    pub(super) until: usize,
}

/// Where and how much may be planted in a series by the hour.
pub(super) struct Habits {
    counts: Vec<f64>,
    /// The hour of day and the day of week of its first hour.
    hour: usize,
    weekday: usize,
    peak: f64,
    /// The hours of day from the lowest on.
    by_level: Vec<usize>,
}

impl Habits {
    pub(super) fn new(counts: Vec<f64>, hour: usize, weekday: usize) -> Self {
        let mut by_level: Vec<usize> = (0..DAY).collect();
        let total = |of_day: usize| -> f64 {
            counts.iter().skip((of_day + DAY - hour) % DAY).step_by(DAY).sum()
        };
        by_level.sort_by(|a, b| total(*a).total_cmp(&total(*b)));
        let days = counts.chunks(DAY).map(|day| day.iter().copied().fold(0.0, f64::max));
        let mut days: Vec<f64> = days.collect();
        days.sort_by(f64::total_cmp);
        let peak = days.get(days.len() / 2).map_or(LEAST_PEAK, |peak| peak.max(LEAST_PEAK));
        Self { counts, hour, weekday, peak, by_level }
    }

    pub(super) fn peak(&self) -> f64 {
        self.peak
    }

    fn of_day(&self, place: usize) -> usize {
        (self.hour + place) % DAY
    }

    fn is_weekend(&self, place: usize) -> bool {
        (self.weekday + (self.hour + place) / DAY) % 7 >= 5
    }

    fn is_night(&self, place: usize) -> bool {
        self.by_level[..6].contains(&self.of_day(place))
    }

    /// The hour of day at which the busiest four hours begin.
    fn busiest(&self) -> usize {
        let level = |of_day: usize| -> f64 {
            let rank = |hour: usize| self.by_level.iter().position(|it| *it == hour % DAY);
            (of_day..of_day + 4).filter_map(rank).map(|rank| rank as f64).sum()
        };
        (0..DAY).max_by(|a, b| level(*a).total_cmp(&level(*b))).unwrap_or(12)
    }

    /// Plants an incident that begins in this range, if there is a place where it may.
    pub(super) fn plant(
        &self,
        kind: Kind,
        within: std::ops::Range<usize>,
        may_hold: impl Fn(usize, usize) -> bool,
        rng: &mut Pcg64,
    ) -> Option<Planted> {
        let last = match kind {
            // So much of it that there is something to see.
            Kind::Level(_) => self.counts.len().saturating_sub(4 * DAY),
            // What goes on when the data ends is told before.
            Kind::Beacon(_) | Kind::Days(_) => self.counts.len().saturating_sub(3 * DAY),
            _ => self.counts.len().saturating_sub(kind.hours()),
        };
        let end = within.end.min(last + 1);
        if within.start >= end {
            return None;
        }
        let places = (0..60).map(|_| rng.random_range(within.start..end));
        let places: Vec<usize> = places.collect();
        let from = places
            .into_iter()
            .map(|place| self.aligned(kind, place))
            .filter(|place| within.contains(place) && *place <= last)
            .find(|place| self.suits(kind, *place) && may_hold(*place, place + kind.hours()))?;
        let until = (from + kind.hours()).min(self.counts.len());
        let mut counts = self.counts.clone();
        self.change(kind, from, &mut counts, rng);
        Some(Planted { counts, from, until })
    }

    /// The next hour at which the kind may begin.
    fn aligned(&self, kind: Kind, place: usize) -> usize {
        let is_start = |place: &usize| match kind {
            Kind::DayOff => self.of_day(*place) == 0,
            Kind::NightHour(_) | Kind::NightWork | Kind::Trickle => self.is_night(*place),
            _ => true,
        };
        (place..place + 2 * DAY).find(is_start).unwrap_or(place)
    }

    fn suits(&self, kind: Kind, place: usize) -> bool {
        match kind {
            Kind::Hour(_) => self.counts[place] >= 0.5 * self.peak,
            Kind::DayOff => self.is_weekend(place) && self.has_days_off(),
            _ => true,
        }
    }

    fn has_days_off(&self) -> bool {
        let mean = |weekend: bool| {
            let of = (0..self.counts.len()).filter(|place| self.is_weekend(*place) == weekend);
            let of: Vec<f64> = of.map(|place| self.counts[place]).collect();
            of.iter().sum::<f64>() / of.len().max(1) as f64
        };
        mean(true) <= 0.8 * mean(false)
    }

    fn change(&self, kind: Kind, from: usize, counts: &mut [f64], rng: &mut Pcg64) {
        let end = counts.len();
        let hours = from..(from + kind.hours()).min(end);
        let mut add = |part: f64| {
            for count in &mut counts[hours.clone()] {
                *count += part * self.peak * rng.random_range(0.8..1.2);
            }
        };
        match kind {
            Kind::Hour(times) | Kind::Days(times) => times_as_much(&mut counts[hours], times),
            Kind::Level(times) => times_as_much(&mut counts[from..], times),
            Kind::NightHour(peaks) => add(peaks),
            Kind::Scan => add(3.0),
            Kind::Beacon(part) => add(part),
            Kind::Trickle => add(0.25),
            Kind::Halved => times_as_much(&mut counts[hours], 0.5),
            Kind::Silence(_) => times_as_much(&mut counts[hours], 0.0),
            Kind::NightWork => {
                let ahead = (self.busiest() + DAY - self.of_day(from)) % DAY;
                self.copy(hours, ahead, counts);
            }
            Kind::DayOff => {
                // From the Wednesday after it, or the one before it.
                let weekday = (self.weekday + (self.hour + from) / DAY) % 7;
                self.copy(hours, (9 - weekday) * DAY, counts);
            }
        }
    }

    /// Makes hours what others are, so many hours later; or as many weeks before as that takes.
    fn copy(&self, hours: std::ops::Range<usize>, ahead: usize, counts: &mut [f64]) {
        let last = hours.end - 1 + ahead;
        let back = if last < self.counts.len() { 0 } else { 7 * DAY };
        for hour in hours {
            if let Some(like) = (hour + ahead).checked_sub(back).and_then(|it| self.counts.get(it))
            {
                counts[hour] = counts[hour].max(*like);
            }
        }
    }
}

fn times_as_much(counts: &mut [f64], times: f64) {
    for count in counts {
        *count *= times;
    }
}
