//! What happens to the devices of a network of version 2, beside their habits: what makes real networks
//! untidy, and is no incident.
//!
//! - a holiday, on which offices are as on a Sunday;
//! - a night, or for what is carried a day, in which everybody is patched;
//! - backups of file servers and databases every Saturday, beside those of each night;
//! - a department that meets online for two hours;
//! - night jobs that begin an hour early or up to two hours late;
//! - laptops that are away for days, and devices that are new;
//! - devices that do what another did from some day on: somebody moved, or an address was given to
//!   somebody else;
//! - levels that shift and stay, and servers that grow or fade by a few percent a day;
//! - hours that are far off for no reason, as often and as far as in real series.

use super::device::{Department, Device, Hardware, Kind, Presence, Role, System};
use super::external::Service;
use super::habit::{Habit, Remote};
use super::random::{Random, fraction, mixed, within};
use super::rhythm::Rhythm;
use super::site::Site;
use super::window::{DAY, HOUR, Window, day, day_of_week, hour_of_day, is_weekday};

/// How a network of version 2 differs from habits.
#[derive(Debug)]
pub(crate) struct Circumstances {
    seed: u64,
    window: Window,
    /// The day of the holiday, counted from the epoch.
    holiday: i64,
    /// The first hour of the day on which everybody is patched.
    patch_day: usize,
    /// Who meets, and in the hour of what.
    meeting: (Department, usize),
}

const WHOLE_DAY: usize = 24;

impl Circumstances {
    pub(crate) fn new(seed: u64, window: Window) -> Self {
        const CALENDAR: u64 = 0x6361_6c65;
        let mut random = Random::stream(seed, &[CALENDAR]);
        let mut workday = || loop {
            let hour = WHOLE_DAY * (1 + random.below(Window::HOURS / WHOLE_DAY - 2));
            let midnight = hour - hour_of_day(window.time(hour));
            if is_weekday(window.time(midnight)) {
                return midnight;
            }
        };
        let (holiday, patch_day, meeting) = (workday(), workday(), workday());
        let department = Department::ALL[random.below(Department::ALL.len())];
        Self {
            seed,
            window,
            holiday: day(window.time(holiday)),
            patch_day,
            meeting: (department, meeting + 14),
        }
    }

    /// The time that an hour is like: on a holiday, the same of the Sunday before.
    pub(crate) fn like(&self, time: i64) -> i64 {
        if day(time) == self.holiday { time - (1 + day_of_week(time)) * DAY } else { time }
    }

    /// When a job that is scheduled for each night is as it should be at a time.
    pub(crate) fn scheduled(&self, time: i64, device: &Device, place: usize) -> i64 {
        const SLIP: u64 = 0x736c_6970;
        // Most nights on time.
        const SLIPS: [i64; 8] = [0, 0, 0, 0, 0, 1, 2, -1];
        let night = day(time + 2 * HOUR);
        let keys = [SLIP, device.did.get().cast_unsigned(), place as u64, night.cast_unsigned()];
        time - SLIPS[within(mixed(self.seed, &keys), SLIPS.len())] * HOUR
    }

    /// What becomes of one device.
    pub(crate) fn of(&self, device: &Device) -> Lot {
        const LOT: u64 = 0x6c6f_7473;
        let mut random = Random::stream(self.seed, &[LOT, device.did.get().cast_unsigned()]);
        let hour = |random: &mut Random| 72 + random.below(Window::HOURS - 144);
        let is_carried = device.presence == Presence::Carried;
        let is_server = device.kind == Kind::Server;
        let (is_away, begins) = (random.uniform() < 0.15, hour(&mut random));
        let away = begins..begins + WHOLE_DAY * (3 + random.below(8));
        let (is_new, appears) = (random.uniform() < 0.04, hour(&mut random));
        let (shifts, shift) = (random.uniform() < 0.1, hour(&mut random));
        let (grows, growth) = (random.uniform() < 0.4, random.between(-0.02, 0.03));
        let wildness = random.between(0.1, 0.8);
        Lot {
            away: if is_away && is_carried { away } else { 0..0 },
            appears: if is_new && device.can_be_new() { appears } else { 0 },
            shift: (shift, if shifts { [0.5, 0.67, 1.5, 2.0][random.below(4)] } else { 1.0 }),
            growth: if grows && is_server { growth } else { 0.0 },
            tail: Tail::of(wildness, &mut random),
        }
    }

    /// Whose habits a device has from some hour on, by its place; `None` if its own.
    pub(crate) fn successor(&self, device: &Device, site: &Site) -> Option<(usize, usize)> {
        const MOVE: u64 = 0x6d6f_7665;
        let key = |what: u64| mixed(self.seed, &[MOVE, what, device.did.get().cast_unsigned()]);
        let moves = device.can_be_new() && device.kind == Kind::Laptop && fraction(key(0)) < 0.06;
        // The third of them gave its address to something else.
        let others = if fraction(key(1)) < 0.3 { site.phones.clone() } else { site.workstations() };
        let other = others.start + within(key(2), others.len().max(1));
        moves.then(|| (other, 72 + within(key(3), Window::HOURS - 144)))
    }

    /// What a device does because of what everybody does then.
    pub(crate) fn crowd(&self, device: &Device, site: &Site) -> Vec<Habit> {
        let mut habits = Vec::new();
        let late = within(mixed(self.seed, &[device.did.get().cast_unsigned()]), 3);
        if device.hardware.system == System::Windows {
            let hour = if device.presence == Presence::Carried { 10 } else { 20 };
            let from = self.patch_day + hour + late;
            habits.push(during(from, 2, Service::Updates.into(), 443, 40.0, [30_000, 8_000_000]));
        }
        let (department, meeting) = self.meeting;
        if device.role == Role::Workstation(department) {
            let call = [2_000_000, 3_000_000];
            habits.push(during(meeting, 2, Service::Meeting.into(), 443, 30.0, call));
        }
        if matches!(device.role, Role::FileServer(_) | Role::Database) {
            let backup = Remote::Device(site.server(Role::Backup).start);
            let is_saturday = |hour: &usize| {
                let time = self.window.time(*hour);
                day_of_week(time) == 5 && hour_of_day(time) == 21
            };
            for evening in (0..Window::HOURS - 6).filter(is_saturday) {
                let everything = [600_000_000, 60_000];
                habits.push(during(evening + late, 3, backup, 8400, 14.0, everything));
            }
        }
        habits
    }
}

/// The same number of connections in each of some hours, with bytes sent and received in each.
fn during(
    from: usize,
    hours: usize,
    remote: Remote,
    port: u16,
    rate: f64,
    bytes: [u32; 2],
) -> Habit {
    let habit = Habit::tcp(remote, port, rate, Rhythm::Clockwork, bytes[0], bytes[1]);
    habit.only_in(from.min(Window::HOURS - 1)..(from + hours).min(Window::HOURS))
}

impl Device {
    /// Whether nothing is planted that needs it to be there.
    fn can_be_new(&self) -> bool {
        let Hardware { system, .. } = self.hardware;
        self.presence == Presence::Carried
            || (self.kind == Kind::Phone && system == System::Unknown)
    }
}

/// What becomes of a device, as factors on how busy it is.
pub(crate) struct Lot {
    /// The hours in which it is not there.
    away: std::ops::Range<usize>,
    /// The first hour in which it is.
    pub(crate) appears: usize,
    /// From which hour on it does so many times as much.
    shift: (usize, f64),
    /// By which part it grows a day.
    growth: f64,
    tail: Tail,
}

impl Lot {
    pub(crate) fn is_there(&self, hour: usize) -> bool {
        hour >= self.appears && !self.away.contains(&hour)
    }

    /// How many times as busy it is in an hour.
    pub(crate) fn factor(&self, hour: usize) -> f64 {
        let (from, times) = self.shift;
        let level = if hour >= from { times } else { 1.0 };
        let days = hour as f64 / WHOLE_DAY as f64;
        level * libm::exp(self.growth * days) * self.tail.factors[hour]
    }
}

/// Hours that are off, as those of real series are.
struct Tail {
    factors: Vec<f64>,
}

/// Which part of the hours of real series is at most so far off what is usual at the hour and kind of day,
/// as ln((x + a tenth of the daily peak) / (usual + that)): of 82,000 hours of servers, services,
/// pedestrians and one address, without incidents taken out.
const RESIDUALS: [(f64, f64); 15] = [
    (0.0, -2.08),
    (0.002, -1.68),
    (0.01, -0.98),
    (0.02, -0.69),
    (0.05, -0.41),
    (0.1, -0.25),
    (0.3, -0.05),
    (0.5, 0.0),
    (0.7, 0.06),
    (0.9, 0.31),
    (0.95, 0.57),
    (0.98, 1.09),
    (0.99, 1.86),
    (0.998, 2.74),
    (1.0, 3.42),
];

impl Tail {
    /// What is off stays so for some hours: as much as real series do.
    fn of(wildness: f64, random: &mut Random) -> Self {
        const STAYS: f64 = 0.6;
        let mut residual = 0.0;
        let factors = (0..Window::HOURS).map(|_| {
            if random.uniform() >= STAYS {
                residual = quantile(random.uniform());
            }
            libm::exp(wildness * residual)
        });
        Self { factors: factors.collect() }
    }
}

/// The residual that such a part of all is below.
fn quantile(part: f64) -> f64 {
    let between = RESIDUALS.windows(2).find(|pair| part < pair[1].0);
    let Some([(low, from), (high, to)]) = between else { return 0.0 };
    from + (to - from) * (part - low) / (high - low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residuals_are_those_of_the_table() {
        for (part, residual) in [(0.0, -2.08), (0.5, 0.0), (0.985, 1.475)] {
            assert!((quantile(part) - residual).abs() < 1e-9, "{part}");
        }
    }

    #[test]
    fn a_holiday_is_like_a_sunday() {
        let window = Window::ending("2026-11-23T23:00:00Z".parse().unwrap());
        for seed in 0..20 {
            let circumstances = Circumstances::new(seed, window);
            let time = circumstances.holiday * DAY + 10 * HOUR;
            assert!(is_weekday(time));
            let like = circumstances.like(time);
            assert_eq!((day_of_week(like), hour_of_day(like)), (6, 10));
            assert!(like < time);
            assert_eq!(circumstances.like(time + DAY), time + DAY);
        }
    }
}
