//! Things on the network that nobody sits at.

use super::{BROADCAST, MULTICAST, Surroundings};
use crate::network::device::Role;
use crate::network::external::Service;
use crate::network::habit::{Habit, Remote};
use crate::network::rhythm::Rhythm::{Office, Steady};

/// Mostly served: it opens few connections of its own.
pub(super) fn printer(of: Surroundings<'_>) -> Vec<Habit> {
    let dc = of.one_of(Role::DomainController);
    vec![
        Habit::udp(dc, 53, 0.4, Steady, 70, 140),
        Habit::udp(dc, 123, 0.1, Steady, 76, 76),
        Habit::udp(MULTICAST, 5353, 0.2, Steady, 300, 0),
        Habit::udp(BROADCAST, 67, 0.05, Steady, 340, 0),
        Habit::tcp(Service::Supplies, 443, 0.1, Steady, 6_000, 4_000),
    ]
}

/// Streams to the recorder, which opens those connections.
pub(super) fn camera(of: Surroundings<'_>) -> Vec<Habit> {
    let dc = of.one_of(Role::DomainController);
    vec![
        Habit::udp(dc, 53, 1.5, Steady, 70, 140),
        Habit::udp(dc, 123, 1.0, Steady, 76, 76),
        Habit::udp(MULTICAST, 3702, 0.5, Steady, 900, 0),
        Habit::tcp(Service::CameraCloud, 443, 5.0, Steady, 14_000, 3_000),
    ]
}

/// Registers all day, and talks while people do.
pub(super) fn phone(of: Surroundings<'_>) -> Vec<Habit> {
    let exchange = of.the(Role::PhoneExchange);
    let phones = of.site.phones.clone();
    let mut habits = vec![
        Habit::udp(exchange, 5060, 4.0, Steady, 700, 600),
        Habit::udp(exchange, 5060, 3.0, Office, 900, 800),
        Habit::udp(of.one_of(Role::DomainController), 123, 1.0, Steady, 76, 76),
        Habit::tcp(exchange, 443, 0.1, Steady, 2_000, 40_000),
    ];
    // Media goes from phone to phone, on a port of each one's own: many ports with little on each.
    let others = phones.clone().cycle().skip(of.index - phones.start + 1);
    for (other, step) in others.take(phones.len() - 1).zip(1..=10) {
        let other = Remote::Device(other);
        habits.push(Habit::udp(other, 16_384 + 2 * step, 0.09, Office, 1_400_000, 1_400_000));
    }
    habits
}
