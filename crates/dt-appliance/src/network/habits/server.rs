//! The machine room.

use super::Surroundings;
use crate::network::device::Role;
use crate::network::external::{self, Service};
use crate::network::habit::{Habit, Remote};
use crate::network::rhythm::Rhythm::{Nightly, Office, Public, Steady};

pub(super) fn habits(of: Surroundings<'_>) -> Vec<Habit> {
    let mut habits = every_server(of);
    match of.device.role {
        Role::DomainController => habits.extend(domain_controller(of)),
        Role::Mail => habits.extend(mail()),
        Role::Intranet => {
            habits.push(Habit::tcp(of.one_of(Role::Database), 5432, 40.0, Office, 4_000, 30_000));
        }
        Role::Web => habits.extend(web(of)),
        Role::Application => habits.extend([
            Habit::tcp(of.one_of(Role::Database), 5432, 60.0, Office, 3_000, 24_000),
            Habit::tcp(of.one_of(Role::Database), 5432, 12.0, Steady, 3_000, 24_000),
        ]),
        Role::VideoRecorder => habits.extend(of.site.cameras.clone().map(|camera| {
            Habit::tcp(Remote::Device(camera), 554, 2.0, Steady, 20_000, 260_000_000)
        })),
        Role::PhoneExchange => {
            habits.push(Habit::udp(Service::Carrier, 5060, 20.0, Office, 1_800, 1_600));
            habits.push(Habit::udp(Service::Carrier, 10_040, 14.0, Office, 900_000, 900_000));
        }
        Role::Monitor => habits.extend(monitor(of)),
        Role::Admin => habits.extend(admin(of)),
        _ => {}
    }
    habits
}

/// What every server does, whatever it serves.
fn every_server(of: Surroundings<'_>) -> Vec<Habit> {
    let dc = of.one_of(Role::DomainController);
    let is_dc = of.device.role == Role::DomainController;
    let mut habits = vec![
        Habit::tcp(Service::Packages, 443, 3.0, Nightly(3), 6_000, 12_000_000),
        Habit::tcp(Service::Telemetry, 443, 1.0, Steady, 9_000, 2_500),
        Habit::udp(Service::Clock, 123, 1.0, Steady, 76, 76),
    ];
    if !is_dc {
        habits.push(Habit::udp(dc, 53, 12.0, Steady, 90, 180));
        habits.push(Habit::tcp(dc, 88, 1.5, Steady, 2_200, 2_600));
    }
    let backup = of.the(Role::Backup);
    if backup != Remote::Device(of.index) {
        let size = match of.device.role {
            Role::FileServer(_) | Role::Database => 700_000_000,
            _ => 40_000_000,
        };
        habits.push(Habit::tcp(backup, 8400, 6.0, Nightly(1), size, 60_000));
    }
    habits
}

fn domain_controller(of: Surroundings<'_>) -> Vec<Habit> {
    let mut habits = vec![
        Habit::udp(Service::Resolver, 53, 260.0, Office, 80, 210),
        Habit::udp(Service::Resolver, 53, 60.0, Steady, 80, 210),
    ];
    for sibling in of.siblings() {
        habits.push(Habit::tcp(sibling, 389, 6.0, Steady, 30_000, 30_000));
        habits.push(Habit::tcp(sibling, 135, 2.0, Steady, 4_000, 4_000));
    }
    habits
}

fn mail() -> Vec<Habit> {
    let mut habits = vec![Habit::tcp(Service::MailRelay, 25, 45.0, Office, 90_000, 3_000)];
    habits.extend((0..4).map(|number| {
        let visitor = Remote::External(external::visitor(number));
        Habit::tcp(visitor, 25, 12.0, Public, 2_000, 80_000).served()
    }));
    habits
}

fn web(of: Surroundings<'_>) -> Vec<Habit> {
    let mut habits: Vec<Habit> = (0..external::VISITORS)
        .map(|number| {
            let visitor = Remote::External(external::visitor(number));
            Habit::tcp(visitor, 443, 30.0, Public, 150_000, 4_000).served()
        })
        .collect();
    habits.extend(
        of.site
            .server(Role::Application)
            .map(|app| Habit::tcp(Remote::Device(app), 8080, 40.0, Public, 3_000, 20_000)),
    );
    habits
}

/// Looks after everything that has no user.
fn monitor(of: Surroundings<'_>) -> Vec<Habit> {
    let others = of.site.servers().filter(|&other| other != of.index);
    let servers =
        others.map(|other| Habit::tcp(Remote::Device(other), 9090, 12.0, Steady, 900, 24_000));
    let equipment = of.site.printers.clone().chain(of.site.cameras.clone());
    let equipment =
        equipment.map(|other| Habit::udp(Remote::Device(other), 161, 2.0, Steady, 400, 1_800));
    servers.chain(equipment).collect()
}

fn admin(of: Surroundings<'_>) -> Vec<Habit> {
    let mut habits = Vec::new();
    for workstation in of.site.workstations().map(Remote::Device) {
        habits.push(Habit::tcp(workstation, 5985, 0.4, Steady, 30_000, 4_000));
        habits.push(Habit::tcp(workstation, 445, 0.2, Steady, 60_000, 9_000));
    }
    let others = of.site.servers().filter(|&other| other != of.index);
    habits.extend(
        others.map(|other| Habit::tcp(Remote::Device(other), 22, 0.8, Office, 40_000, 90_000)),
    );
    habits
}
