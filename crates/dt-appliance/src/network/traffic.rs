//! Four weeks of a device's traffic, drawn from habits.
//!
//! A connection belongs to the device that opens it: what a server is seen to serve is drawn from
//! its clients' habits, so that both ends report the same connections.

use std::collections::BTreeMap;

use super::circumstances::Circumstances;
use super::device::Device;
use super::habit::{Habit, Protocol, Remote, Side};
use super::random::{Random, fraction, mixed, within_seconds};
use super::rhythm::Rhythm;
use super::window::{DAY, HOUR, Window};

/// One hour of a flow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Hour {
    pub(crate) connections: u64,
    pub(crate) sent: u64,
    pub(crate) received: u64,
}

impl Hour {
    pub(crate) fn add(&mut self, other: Self) {
        self.connections += other.connections;
        self.sent += other.sent;
        self.received += other.received;
    }

    /// The same hour, seen from the other end.
    fn mirrored(self) -> Self {
        Self { connections: self.connections, sent: self.received, received: self.sent }
    }
}

/// What tells flows of one device apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FlowKey {
    pub(crate) side: Side,
    pub(crate) remote: Remote,
    pub(crate) port: u16,
    pub(crate) protocol: Protocol,
}

/// Traffic of one device with one remote, on one port.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) key: FlowKey,
    /// When the device first did this, in seconds since the epoch.
    pub(crate) first_seen: i64,
    /// One entry an hour of the window.
    pub(crate) hours: Vec<Hour>,
}

/// What makes a device's hours differ from each other, whatever it does in them.
pub(crate) struct Activity {
    /// How busy it is, as a factor around 1; 0 while it is switched off.
    mood: Vec<f64>,
}

impl Activity {
    pub(crate) fn of(
        device: &Device,
        seed: u64,
        window: Window,
        circumstances: Option<&Circumstances>,
    ) -> Self {
        const MOOD: u64 = 0x6d6f_6f64;
        let mut random = Random::stream(seed, &[MOOD, device.did.get().cast_unsigned()]);
        let lot = circumstances.map(|circumstances| circumstances.of(device));
        let mood = (0..Window::HOURS).map(|hour| {
            let mood = random.gamma(14.0);
            let time = window.time(hour);
            let time = circumstances.map_or(time, |circumstances| circumstances.like(time));
            let factor = lot
                .as_ref()
                .map_or(1.0, |lot| if lot.is_there(hour) { lot.factor(hour) } else { 0.0 });
            if device.is_awake(seed, time) { mood * factor } else { 0.0 }
        });
        Self { mood: mood.collect() }
    }

    pub(crate) fn is_awake(&self, hour: usize) -> bool {
        self.mood[hour] > 0.0
    }
}

/// A habit in the hands of a device.
pub(crate) struct Practice<'a> {
    pub(crate) seed: u64,
    pub(crate) window: Window,
    pub(crate) device: &'a Device,
    pub(crate) activity: &'a Activity,
    /// The habit's place among the device's.
    pub(crate) place: usize,
    pub(crate) habit: &'a Habit,
    /// The other end's activity, if it is a device.
    pub(crate) remote: Option<&'a Activity>,
    pub(crate) circumstances: Option<&'a Circumstances>,
}

impl Practice<'_> {
    fn keys(&self, purpose: u64) -> [u64; 3] {
        [purpose, self.device.did.get().cast_unsigned(), self.place as u64]
    }

    /// Draws every hour, from the view of the device whose habit it is.
    pub(crate) fn hours(&self) -> Vec<Hour> {
        const FLOW: u64 = 0x666c_6f77;
        const TASTE: u64 = 0x7461_7374;
        let habit = self.habit;
        // Two devices of one role do the same things, but each its own way.
        let taste = 0.85 + 0.35 * fraction(mixed(self.seed, &self.keys(TASTE)));
        let volume = match habit.remote {
            Remote::External(_) => self.device.outer,
            Remote::Device(_) | Remote::Range(..) => self.device.inner,
        };
        let mut random = Random::stream(self.seed, &self.keys(FLOW));
        let mut hours = vec![Hour::default(); Window::HOURS];
        for index in habit.hours() {
            let both_awake = self.activity.is_awake(index)
                && self.remote.is_none_or(|remote| remote.is_awake(index));
            if !both_awake {
                continue;
            }
            hours[index] = if habit.rhythm == Rhythm::Clockwork {
                clockwork(habit, &mut random)
            } else {
                let share = habit.rhythm.share(self.time(index));
                let mood = self.activity.mood[index];
                ordinary(habit, habit.rate * share * mood * taste * volume, &mut random)
            };
        }
        hours
    }

    /// The time whose share of the busiest hour an hour has.
    fn time(&self, hour: usize) -> i64 {
        let time = self.window.time(hour);
        match (self.circumstances, self.habit.rhythm) {
            (None, _) => time,
            (Some(circumstances), Rhythm::Nightly(_)) => {
                circumstances.scheduled(time, self.device, self.place)
            }
            (Some(circumstances), _) => circumstances.like(time),
        }
    }

    /// When this began, in seconds since the epoch: soon after the device itself was first seen,
    /// unless the habit or the device is younger than that.
    pub(crate) fn first_seen(&self, hours: &[Hour]) -> i64 {
        const FIRST: u64 = 0x6669_7273;
        let draw = mixed(self.seed, &self.keys(FIRST));
        if self.habit.is_new() || self.device.first_seen >= self.window.start() {
            let first = hours.iter().position(|hour| hour.connections > 0).unwrap_or(0);
            return self.window.time(first) + within_seconds(draw, HOUR);
        }
        self.device.first_seen + within_seconds(draw, 35 * DAY)
    }
}

/// An hour of a habit around a mean of `mean` connections.
fn ordinary(habit: &Habit, mean: f64, random: &mut Random) -> Hour {
    // Gamma-Poisson, which is a negative binomial. Below a few connections a day the Poisson part
    // is all there is to see.
    let mean = if mean > 0.2 { mean * random.gamma(6.0) } else { mean };
    let connections = random.poisson(mean);
    if connections == 0 {
        return Hour::default();
    }
    hour(habit, connections, 5.0, random)
}

/// An hour of a habit that never varies in number, and hardly in size.
fn clockwork(habit: &Habit, random: &mut Random) -> Hour {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rates of such habits are small whole numbers"
    )]
    let connections = habit.rate as u32;
    hour(habit, connections, 900.0, random)
}

fn hour(habit: &Habit, connections: u32, shape: f64, random: &mut Random) -> Hour {
    let count = f64::from(connections);
    Hour {
        connections: connections.into(),
        sent: bytes(count * habit.sent * random.gamma(shape)),
        received: bytes(count * habit.received * random.gamma(shape)),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "never negative, and the cast saturates"
)]
fn bytes(amount: f64) -> u64 {
    amount.round() as u64
}

/// Collects a device's flows, those with one key into one.
#[derive(Default)]
pub(crate) struct Flows(BTreeMap<FlowKey, Flow>);

impl Flows {
    /// Adds what the device does itself.
    pub(crate) fn add_own(&mut self, practice: &Practice<'_>) {
        let Habit { remote, side, port, protocol, .. } = *practice.habit;
        let hours = practice.hours();
        let first_seen = practice.first_seen(&hours);
        self.add(Flow { key: FlowKey { side, remote, port, protocol }, first_seen, hours });
    }

    /// Adds what `client` does with the device.
    pub(crate) fn add_served(&mut self, client: usize, practice: &Practice<'_>) {
        let Habit { side, port, protocol, .. } = *practice.habit;
        let mut hours = practice.hours();
        for hour in &mut hours {
            *hour = hour.mirrored();
        }
        let first_seen = practice.first_seen(&hours);
        let key = FlowKey { side: side.other(), remote: Remote::Device(client), port, protocol };
        self.add(Flow { key, first_seen, hours });
    }

    fn add(&mut self, flow: Flow) {
        if flow.hours.iter().all(|hour| hour.connections == 0) {
            return;
        }
        match self.0.get_mut(&flow.key) {
            None => {
                self.0.insert(flow.key, flow);
            }
            Some(known) => {
                known.first_seen = known.first_seen.min(flow.first_seen);
                for (hour, more) in known.hours.iter_mut().zip(flow.hours) {
                    hour.add(more);
                }
            }
        }
    }

    /// The flows, in an order that does not depend on chance.
    pub(crate) fn into_vec(self) -> Vec<Flow> {
        self.0.into_values().collect()
    }
}
