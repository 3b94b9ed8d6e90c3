//! What is wrong in the network, and planted there: the ground truth for whoever looks for it.

use std::collections::BTreeMap;
use std::ops::Range;

use dt_model::DeviceId;
use jiff::Timestamp;

use super::device::{Department, Device, Presence, Role};
use super::external::{External, Suspect, suspect};
use super::habit::{Habit, Remote};
use super::random::Random;
use super::rhythm::Rhythm::{Clockwork, Office};
use super::site::Site;
use super::timestamp;
use super::window::{HOUR, Window, hour_of_day, is_weekday};

/// One event that was planted in a network.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Incident {
    /// The device that does it.
    pub did: DeviceId,
    /// What it does.
    pub kind: IncidentKind,
    /// The beginning of the first hour that shows it.
    pub start: Timestamp,
    /// The end of the last hour that shows it.
    pub end: Timestamp,
    /// The external domain involved, if one is.
    pub domain: Option<String>,
    /// The port involved, if it is part of what is unusual.
    pub port: Option<u16>,
    /// The devices at the other end. They show traces of the event, and are no incidents
    /// themselves.
    pub peers: Vec<DeviceId>,
    /// How much of it there is.
    pub size: IncidentSize,
    /// How fast it goes.
    pub pace: Pace,
}

/// How much of an [`Incident`] there is, beside the same of another size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum IncidentSize {
    /// Next to nothing.
    Faint,
    /// A few percent of a large one.
    Small,
    /// A fourth to a third of a large one.
    Medium,
    /// As those of version 1 are.
    Large,
}

/// How fast an [`Incident`] goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Pace {
    /// As fast as those of version 1.
    Quick,
    /// The same over days, so that no hour has much of it.
    Slow,
}

/// What an [`Incident`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IncidentKind {
    /// Gigabytes leave for a rare domain between two and five in the morning, on a port that was
    /// new the day before.
    NightUpload,
    /// A rare domain is called every hour, the same number of times.
    RegularCaller,
    /// Connections go to a port the device never used, at a rare domain.
    NewPort,
    /// Dozens of internal devices are contacted that the device never talked to.
    ManyNewPeers,
    /// Connections go to a country that nobody in the network talks to.
    NewCountry,
    /// A server sends its backup server ten times the usual. It is unusual and **no** incident.
    InternalBackup,
}

impl IncidentKind {
    /// Whether it only looks like an incident.
    #[must_use]
    pub const fn is_benign(self) -> bool {
        matches!(self, Self::InternalBackup)
    }
}

/// What was planted, and what devices do because of it.
#[derive(Debug, Default)]
pub(crate) struct Planted {
    pub(crate) incidents: Vec<Incident>,
    pub(crate) benign: Vec<Incident>,
    /// Additional habits by the place of the device.
    pub(crate) habits: BTreeMap<usize, Vec<Habit>>,
}

/// Plants one set of events at each of the sites, and dates the hosts that only they involve.
pub(crate) fn plant(
    seed: u64,
    window: Window,
    devices: &[Device],
    sites: &[Site],
    hosts: &mut [External],
) -> Planted {
    const PLANT: u64 = 0x706c_616e;
    let mut planted = Planted::default();
    for (set, site) in sites.iter().enumerate() {
        let random = Random::stream(seed, &[PLANT, set as u64]);
        let mut here = Planter { window, devices, site, set, hosts, random, planted: &mut planted };
        here.night_upload();
        here.regular_caller();
        here.new_port();
        here.many_new_peers();
        here.new_country();
        here.internal_backup();
    }
    planted
}

pub(super) struct Planter<'a> {
    pub(super) window: Window,
    pub(super) devices: &'a [Device],
    pub(super) site: &'a Site,
    pub(super) set: usize,
    pub(super) hosts: &'a mut [External],
    pub(super) random: Random,
    pub(super) planted: &'a mut Planted,
}

/// Connections, and bytes sent in each of them.
const TO_SYNC: [(f64, u32); 3] = [(5.0, 128_000_000), (7.0, 130_000_000), (4.0, 152_500_000)];
const TO_STORAGE: [(f64, u32); 3] = [(2.0, 30_000_000), (3.0, 36_700_000), (2.0, 35_000_000)];

impl Planter<'_> {
    /// On the first workstation, which is left on overnight: 2.16 GB to one domain, 0.24 GB to
    /// another.
    fn night_upload(&mut self) {
        let device = self.site.workstations().start;
        // The evening before must be a weekday's, or the device would not be there.
        let night = self.latest(2, 3, |time| is_weekday(time) && is_weekday(time - 24 * HOUR));
        let day_before = night - 18;
        let sync = self.host(Suspect::Sync, day_before);
        let storage = self.host(Suspect::Storage, night);
        let port = 8443;
        let mut habits = vec![
            Habit::tcp(sync, port, 30.0, Clockwork, 1_800, 2_400)
                .only_in(day_before..Window::HOURS),
        ];
        for (hour, (rate, sent)) in (night..).zip(TO_SYNC) {
            habits
                .push(Habit::tcp(sync, port, rate, Clockwork, sent, 9_000).only_in(hour..hour + 1));
        }
        for (hour, (rate, sent)) in (night..).zip(TO_STORAGE) {
            habits.push(
                Habit::tcp(storage, 443, rate, Clockwork, sent, 9_000).only_in(hour..hour + 1),
            );
        }
        self.add(device, habits);
        self.note(device, IncidentKind::NightUpload, night..night + 3, Some(Suspect::Sync), None);
        let new_port = day_before..Window::HOURS;
        self.note(device, IncidentKind::NewPort, new_port, Some(Suspect::Sync), Some(port));
    }

    fn regular_caller(&mut self) {
        let device = self.someone(self.site.department(Department::Engineering));
        // A day into the window, so that it has a beginning, and covers nearly all of it.
        let hours = 18 + self.random.below(12)..Window::HOURS;
        let domain = self.host(Suspect::Heartbeat, hours.start);
        let habit = Habit::tcp(domain, 443, 12.0, Clockwork, 700, 500).only_in(hours.clone());
        self.add(device, vec![habit]);
        self.note(device, IncidentKind::RegularCaller, hours, Some(Suspect::Heartbeat), None);
    }

    fn new_port(&mut self) {
        let device = self.someone(self.site.department(Department::Operations));
        let hours = self.latest(9, 50, is_weekday)..Window::HOURS;
        let port = 4444;
        let domain = self.host(Suspect::Relay, hours.start);
        let habit = Habit::tcp(domain, port, 90.0, Office, 6_000, 9_000).only_in(hours.clone());
        self.add(device, vec![habit]);
        self.note(device, IncidentKind::NewPort, hours, Some(Suspect::Relay), Some(port));
    }

    /// From a printer, whose own connections are few and always the same.
    fn many_new_peers(&mut self) {
        const PEERS: usize = 60;
        const HOURS: usize = 5;
        let device = self.someone(self.site.printers.clone());
        let start = self.latest(10, HOURS, is_weekday);
        let is_on = |&peer: &usize| self.devices[peer].presence != Presence::Carried;
        let peers: Vec<usize> = self.site.workstations().filter(is_on).take(PEERS).collect();
        let habits = peers.iter().enumerate().map(|(place, &peer)| {
            let hour = start + place * HOURS / peers.len();
            Habit::tcp(Remote::Device(peer), 445, 6.0, Clockwork, 1_200, 800)
                .only_in(hour..hour + 1)
        });
        let habits = habits.collect();
        self.add(device, habits);
        let hours = start..start + HOURS;
        let peers = peers.iter().map(|&peer| self.devices[peer].did).collect();
        self.note_with(device, IncidentKind::ManyNewPeers, hours, Some(445), peers);
    }

    fn new_country(&mut self) {
        let device = self.someone(self.site.department(Department::Sales));
        let hours = self.latest(9, 30, is_weekday)..Window::HOURS;
        let domain = self.host(Suspect::Far, hours.start);
        let habit = Habit::tcp(domain, 443, 45.0, Office, 9_000, 60_000).only_in(hours.clone());
        self.add(device, vec![habit]);
        self.note(device, IncidentKind::NewCountry, hours, Some(Suspect::Far), None);
    }

    pub(super) fn internal_backup(&mut self) {
        let device = self.someone(self.site.server(Role::Database));
        let backup = self.site.server(Role::Backup).start;
        let night = self.latest(1, 3, |_| true);
        let hours = night..night + 3;
        let habit =
            Habit::tcp(Remote::Device(backup), 8400, 14.0, Clockwork, 1_000_000_000, 60_000)
                .only_in(hours.clone());
        self.add(device, vec![habit]);
        let peers = vec![self.devices[backup].did];
        self.note_with(device, IncidentKind::InternalBackup, hours, None, peers);
    }

    /// One of the devices that is switched on whenever an event could need it.
    pub(super) fn someone(&mut self, among: Range<usize>) -> usize {
        let reliable: Vec<usize> =
            among.filter(|&index| self.devices[index].presence == Presence::Always).collect();
        reliable[self.random.below(reliable.len())]
    }

    /// The last hour of the window that is `hour` o'clock on such a day and leaves room for
    /// `length` hours.
    pub(super) fn latest(&self, hour: usize, length: usize, is_day: impl Fn(i64) -> bool) -> usize {
        let time = |index| self.window.time(index);
        (0..=Window::HOURS - length)
            .rev()
            .find(|&index| hour_of_day(time(index)) == hour && is_day(time(index)))
            .expect("every day of the week is in the window four times")
    }

    /// A host of this set, first seen in `hour`.
    pub(super) fn host(&mut self, role: Suspect, hour: usize) -> Remote {
        let index = suspect(self.set, role);
        self.hosts[index].first_seen = self.window.time(hour) + 251;
        Remote::External(index)
    }

    pub(super) fn add(&mut self, device: usize, habits: Vec<Habit>) {
        self.planted.habits.entry(device).or_default().extend(habits);
    }

    /// Notes what a device does with a host outside.
    pub(super) fn note(
        &mut self,
        device: usize,
        kind: IncidentKind,
        hours: Range<usize>,
        domain: Option<Suspect>,
        port: Option<u16>,
    ) {
        let domain = domain.and_then(|role| self.hosts[suspect(self.set, role)].domain.clone());
        let incident = self.incident(device, kind, hours, port);
        self.planted.list(kind).push(Incident { domain, ..incident });
    }

    /// Notes what a device does with others inside.
    pub(super) fn note_with(
        &mut self,
        device: usize,
        kind: IncidentKind,
        hours: Range<usize>,
        port: Option<u16>,
        peers: Vec<DeviceId>,
    ) {
        let incident = self.incident(device, kind, hours, port);
        self.planted.list(kind).push(Incident { peers, ..incident });
    }

    pub(super) fn incident(
        &self,
        device: usize,
        kind: IncidentKind,
        hours: Range<usize>,
        port: Option<u16>,
    ) -> Incident {
        Incident {
            did: self.devices[device].did,
            kind,
            start: timestamp(self.window.time(hours.start)),
            end: timestamp(self.window.time(hours.end)),
            domain: None,
            port,
            peers: Vec::new(),
            size: IncidentSize::Large,
            pace: Pace::Quick,
        }
    }
}

impl Planted {
    /// Where what is of a kind is noted.
    pub(super) fn list(&mut self, kind: IncidentKind) -> &mut Vec<Incident> {
        if kind.is_benign() { &mut self.benign } else { &mut self.incidents }
    }
}
