//! Incidents of several sizes and paces, down to what nobody can find: those of a network of version 2.

use std::ops::Range;

use super::device::{Department, Device, Presence};
use super::external::{External, Suspect, suspect};
use super::habit::{Habit, Remote};
use super::incident::{Incident, IncidentKind, IncidentSize, Pace, Planted, Planter};
use super::random::Random;
use super::rhythm::Rhythm::{Clockwork, Office, Steady};
use super::site::Site;
use super::window::{Window, is_weekday};

/// At each site every kind is planted twice, in different sizes.
pub(super) const SETS_A_SITE: usize = 2;

/// More sites than this have none: their hosts would have no addresses.
pub(super) const MOST_SITES: usize = 20;

const DAY: usize = 24;

const SIZES: [IncidentSize; 4] =
    [IncidentSize::Large, IncidentSize::Medium, IncidentSize::Small, IncidentSize::Faint];

/// Plants the incidents of every site, and dates the hosts that only they involve.
pub(super) fn plant_graded(
    seed: u64,
    window: Window,
    devices: &[Device],
    sites: &[Site],
    hosts: &mut [External],
) -> Planted {
    const PLANT: u64 = 0x6772_6164;
    let mut planted = Planted::default();
    for (number, site) in sites.iter().enumerate() {
        for round in 0..SETS_A_SITE {
            let set = number * SETS_A_SITE + round;
            let mut random = Random::stream(seed, &[PLANT, set as u64]);
            // Each size and pace as often as the others, over some networks.
            let draw = random.below(SIZES.len() * 2);
            let grade = |kind: usize| Grade {
                size: SIZES[(draw + kind + 2 * round) % SIZES.len()],
                pace: if (draw / SIZES.len() + kind).is_multiple_of(2) {
                    Pace::Quick
                } else {
                    Pace::Slow
                },
            };
            let planted = &mut planted;
            let mut here = Planter { window, devices, site, set, hosts, random, planted };
            here.graded_upload(grade(0));
            here.graded_caller(grade(1));
            here.graded_port(grade(2));
            here.graded_peers(grade(3));
            here.graded_country(grade(4));
            if round == 0 {
                here.internal_backup();
            }
        }
    }
    planted
}

/// How large an incident is, and how fast it goes.
#[derive(Clone, Copy)]
struct Grade {
    size: IncidentSize,
    pace: Pace,
}

impl Grade {
    /// One of these, from a faint to a large one.
    fn of(self, sizes: [f64; 4]) -> f64 {
        sizes[self.size as usize]
    }

    fn is_slow(self) -> bool {
        self.pace == Pace::Slow
    }
}

impl Planter<'_> {
    /// Up to 2.4 GB leave in three hours of a night, or in an hour of each of five nights.
    fn graded_upload(&mut self, grade: Grade) {
        let device = self.staying(self.site.workstations());
        let (nights, hours) = if grade.is_slow() { (5, 1) } else { (1, 3) };
        let last = self.latest(2, hours, is_weekday);
        let first = last - (nights - 1) * DAY;
        let megabytes = grade.of([20.0, 120.0, 600.0, 2_400.0]) / (nights * hours) as f64;
        let host = self.host(Suspect::Sync, first);
        let habit = |night: usize| {
            let from = first + night * DAY;
            connections(host, 443, (4.0, megabytes / 4.0), from..from + hours)
        };
        let habits = (0..nights).map(habit).collect();
        self.add(device, habits);
        self.note_graded(device, IncidentKind::NightUpload, first..last + hours, grade);
    }

    /// A domain is called as often every hour, or, slowly, at times that vary.
    fn graded_caller(&mut self, grade: Grade) {
        let device = self.staying(self.site.department(Department::Engineering));
        let hours = 18 + self.random.below(12 * DAY)..Window::HOURS;
        let host = self.host(Suspect::Heartbeat, hours.start);
        let calls = grade.of([1.0, 2.0, 4.0, 12.0]);
        let rhythm = if grade.is_slow() { Steady } else { Clockwork };
        let habit = Habit::tcp(host, 443, calls, rhythm, 700, 500).only_in(hours.clone());
        self.add(device, vec![habit]);
        self.note_graded(device, IncidentKind::RegularCaller, hours, grade);
    }

    /// A port that the device never used, for two days or, with a third of it a day, for six.
    fn graded_port(&mut self, grade: Grade) {
        let device = self.staying(self.site.department(Department::Operations));
        let (port, hours) = (4444, self.until_now(grade));
        let host = self.host(Suspect::Relay, hours.start);
        let rate = grade.of([2.0, 8.0, 30.0, 90.0]) * if grade.is_slow() { 0.33 } else { 1.0 };
        let habit = Habit::tcp(host, port, rate, Office, 6_000, 9_000).only_in(hours.clone());
        self.add(device, vec![habit]);
        let incident = self.graded(device, IncidentKind::NewPort, hours, grade, Some(port));
        self.planted.list(IncidentKind::NewPort).push(incident);
    }

    /// Up to 60 devices in five hours, or over three days.
    fn graded_peers(&mut self, grade: Grade) {
        let device = self.staying(self.site.printers.clone());
        let hours = if grade.is_slow() { 3 * DAY } else { 5 };
        let start = self.latest(10, hours, is_weekday);
        let is_on = |&peer: &usize| self.devices[peer].presence != Presence::Carried;
        let peers: Vec<usize> = self.site.workstations().filter(is_on).collect();
        let count = [5, 12, 25, 60][grade.size as usize].min(peers.len());
        let habits = peers.iter().take(count).enumerate().map(|(place, &peer)| {
            let hour = start + place * hours / count;
            Habit::tcp(Remote::Device(peer), 445, 6.0, Clockwork, 1_200, 800)
                .only_in(hour..hour + 1)
        });
        let habits = habits.collect();
        self.add(device, habits);
        let kind = IncidentKind::ManyNewPeers;
        let mut incident = self.graded(device, kind, start..start + hours, grade, Some(445));
        incident.peers = peers.iter().take(count).map(|&peer| self.devices[peer].did).collect();
        self.planted.list(kind).push(incident);
    }

    /// A country that nobody talks to, for two days or, with a third of it a day, for six.
    fn graded_country(&mut self, grade: Grade) {
        let device = self.staying(self.site.department(Department::Sales));
        let hours = self.until_now(grade);
        let host = self.host(Suspect::Far, hours.start);
        let rate = grade.of([1.0, 5.0, 15.0, 45.0]) * if grade.is_slow() { 0.33 } else { 1.0 };
        let habit = Habit::tcp(host, 443, rate, Office, 9_000, 60_000).only_in(hours.clone());
        self.add(device, vec![habit]);
        self.note_graded(device, IncidentKind::NewCountry, hours, grade);
    }

    /// The last two or six days of the window.
    fn until_now(&self, grade: Grade) -> Range<usize> {
        let length = if grade.is_slow() { 6 * DAY } else { 50 };
        self.latest(9, length, is_weekday)..Window::HOURS
    }

    /// One that is switched on whenever it has to be, and has no incident yet.
    fn staying(&mut self, among: Range<usize>) -> usize {
        loop {
            let device = self.someone(among.clone());
            if !self.planted.habits.contains_key(&device) {
                return device;
            }
        }
    }

    fn note_graded(
        &mut self,
        device: usize,
        kind: IncidentKind,
        hours: Range<usize>,
        grade: Grade,
    ) {
        let incident = self.graded(device, kind, hours, grade, None);
        self.planted.list(kind).push(incident);
    }

    fn graded(
        &self,
        device: usize,
        kind: IncidentKind,
        hours: Range<usize>,
        Grade { size, pace }: Grade,
        port: Option<u16>,
    ) -> Incident {
        let host = match kind {
            IncidentKind::NightUpload => Some(Suspect::Sync),
            IncidentKind::RegularCaller => Some(Suspect::Heartbeat),
            IncidentKind::NewPort => Some(Suspect::Relay),
            IncidentKind::NewCountry => Some(Suspect::Far),
            _ => None,
        };
        let domain = host.and_then(|host| self.hosts[suspect(self.set, host)].domain.clone());
        Incident { domain, size, pace, ..self.incident(device, kind, hours, port) }
    }
}

/// So many connections in each of some hours, with so many megabytes sent in each.
fn connections(
    host: Remote,
    port: u16,
    (rate, megabytes): (f64, f64),
    hours: Range<usize>,
) -> Habit {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few hundred megabytes"
    )]
    let sent = (1e6 * megabytes) as u32;
    Habit::tcp(host, port, rate, Clockwork, sent, 9_000).only_in(hours)
}
