//! People at their desks.

use super::{BROADCAST, MULTICAST, Surroundings};
use crate::network::device::{Department, Presence, Role};
use crate::network::external::{self, Service};
use crate::network::habit::{Habit, Remote};
use crate::network::random::Random;
use crate::network::rhythm::Rhythm::{Nightly, Office, Steady};

pub(super) fn habits(of: Surroundings<'_>, department: Department) -> Vec<Habit> {
    let mut habits = everyone(of, department);
    habits.extend(departmental(of, department));
    habits.extend(reading(of));
    habits
}

/// What every office computer does.
fn everyone(of: Surroundings<'_>, department: Department) -> Vec<Habit> {
    let dc = of.one_of(Role::DomainController);
    let files = of.the(Role::FileServer(department));
    let mail = of.the(Role::Mail);
    let printer = Remote::Device(of.site.printers.start + of.index % of.site.printers.len());
    let mut habits = vec![
        Habit::udp(dc, 53, 30.0, Office, 90, 180),
        Habit::udp(dc, 53, 3.0, Steady, 90, 180),
        Habit::tcp(dc, 88, 4.0, Office, 2_200, 2_600),
        Habit::tcp(dc, 389, 2.0, Office, 1_500, 6_000),
        Habit::tcp(files, 445, 9.0, Office, 450_000, 2_600_000),
        Habit::tcp(printer, 9100, 0.6, Office, 300_000, 2_000),
        Habit::tcp(mail, 443, 8.0, Office, 60_000, 120_000),
        Habit::tcp(of.the(Role::Intranet), 443, 5.0, Office, 9_000, 140_000),
        Habit::udp(of.gateway(), 1900, 1.0, Steady, 400, 0),
        Habit::udp(MULTICAST, 5353, 0.6, Steady, 300, 0),
        Habit::udp(BROADCAST, 137, 0.3, Office, 160, 0),
        Habit::tcp(Service::Google, 443, 30.0, Office, 18_000, 260_000),
        Habit::udp(Service::Google, 443, 6.0, Office, 30_000, 600_000),
        Habit::tcp(Service::Resolver, 443, 2.0, Steady, 1_500, 4_000),
        Habit::tcp(Service::Updates, 443, 3.0, Steady, 4_000, 30_000),
        Habit::tcp(Service::Office, 443, 16.0, Office, 70_000, 240_000),
        Habit::tcp(Service::Office, 443, 2.0, Steady, 6_000, 20_000),
        Habit::udp(Service::Calls, 3478, 3.0, Office, 600_000, 1_800_000),
        Habit::tcp(Service::Telemetry, 443, 4.0, Steady, 12_000, 2_500),
        Habit::tcp(Service::Encyclopedia, 443, 2.0, Office, 4_000, 120_000),
        Habit::tcp(Service::News, 80, 4.0, Office, 3_000, 180_000),
        Habit::tcp(Service::Tracker, 443, 9.0, Office, 4_000, 30_000),
        Habit::tcp(Service::Static, 443, 8.0, Office, 3_000, 220_000),
        Habit::udp(Service::Clock, 123, 0.5, Steady, 76, 76),
        Habit::tcp(Service::Nameless, 443, 3.0, Office, 5_000, 40_000),
    ];
    if of.device.presence != Presence::Carried {
        // Whoever is on at night is updated then.
        habits.push(Habit::tcp(Service::Updates, 443, 8.0, Nightly(1), 9_000, 9_000_000));
    }
    habits
}

/// What the department's work needs.
fn departmental(of: Surroundings<'_>, department: Department) -> Vec<Habit> {
    let app = of.one_of(Role::Application);
    match department {
        Department::Finance => vec![
            Habit::tcp(Service::Ledger, 443, 14.0, Office, 26_000, 210_000),
            Habit::tcp(Service::Bank, 443, 2.0, Office, 15_000, 90_000),
            Habit::tcp(app, 8080, 6.0, Office, 12_000, 60_000),
        ],
        Department::Sales => vec![
            Habit::tcp(Service::Crm, 443, 22.0, Office, 22_000, 190_000),
            Habit::udp(Service::Meeting, 3478, 4.0, Office, 500_000, 1_500_000),
            Habit::tcp(Service::Social, 443, 4.0, Office, 9_000, 240_000),
        ],
        Department::Engineering => vec![
            Habit::tcp(Service::Code, 443, 12.0, Office, 40_000, 380_000),
            Habit::tcp(Service::Code, 22, 3.0, Office, 90_000, 700_000),
            Habit::tcp(Service::Registry, 443, 8.0, Office, 5_000, 1_400_000),
            Habit::tcp(Service::Pipelines, 443, 6.0, Office, 60_000, 90_000),
            Habit::tcp(app, 22, 4.0, Office, 80_000, 120_000),
            Habit::tcp(of.one_of(Role::Database), 5432, 3.0, Office, 20_000, 300_000),
        ],
        Department::People => vec![
            Habit::tcp(Service::Payroll, 443, 9.0, Office, 20_000, 120_000),
            Habit::tcp(Service::Recruiting, 443, 8.0, Office, 16_000, 170_000),
            Habit::tcp(Service::Social, 443, 6.0, Office, 9_000, 240_000),
        ],
        Department::Marketing => vec![
            Habit::tcp(Service::Design, 443, 12.0, Office, 160_000, 900_000),
            Habit::tcp(Service::Social, 443, 14.0, Office, 30_000, 320_000),
            Habit::tcp(of.the(Role::Web), 443, 4.0, Office, 30_000, 90_000),
        ],
        Department::Operations => vec![
            Habit::tcp(Service::Tickets, 443, 14.0, Office, 14_000, 110_000),
            Habit::tcp(Service::Parcels, 443, 10.0, Office, 8_000, 70_000),
            Habit::tcp(app, 8080, 9.0, Office, 12_000, 60_000),
        ],
    }
}

/// The web sites its user reads: popular ones are on more lists.
fn reading(of: Surroundings<'_>) -> Vec<Habit> {
    const READING: u64 = 0x7265_6164;
    let mut random = Random::stream(of.seed, &[READING, of.device.did.get().cast_unsigned()]);
    let mut sites: Vec<usize> = Vec::with_capacity(14);
    while sites.len() < 14 {
        // The smaller of two draws prefers the sites at the beginning.
        let site = random.below(external::SITES).min(random.below(external::SITES));
        if !sites.contains(&site) {
            sites.push(site);
        }
    }
    sites
        .into_iter()
        .map(|site| {
            let rate = random.between(0.1, 1.6);
            Habit::tcp(Remote::External(external::site(site)), 443, rate, Office, 5_000, 170_000)
        })
        .collect()
}
