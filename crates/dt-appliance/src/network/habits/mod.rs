//! What each role does: the habits of a device, in an order that never changes.

mod equipment;
mod server;
mod workstation;

use std::net::Ipv4Addr;

use super::device::{Device, Role};
use super::habit::{Habit, Remote};
use super::site::Site;

/// What a role needs to know to say whom it talks to.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) seed: u64,
    pub(crate) device: &'a Device,
    /// Its place in the list of devices.
    pub(crate) index: usize,
    pub(crate) site: &'a Site,
}

/// Everything the device does of its own accord.
pub(crate) fn habits(of: Surroundings<'_>) -> Vec<Habit> {
    match of.device.role {
        Role::Workstation(department) => workstation::habits(of, department),
        Role::Printer => equipment::printer(of),
        Role::Camera => equipment::camera(of),
        Role::Phone => equipment::phone(of),
        _ => server::habits(of),
    }
}

impl Surroundings<'_> {
    /// The first server with a role.
    fn the(&self, role: Role) -> Remote {
        Remote::Device(self.site.server(role).start)
    }

    /// One of the servers with a role, the same one every time.
    fn one_of(&self, role: Role) -> Remote {
        let servers = self.site.server(role);
        Remote::Device(servers.start + self.index % servers.len())
    }

    /// The other servers with the device's role.
    fn siblings(&self) -> impl Iterator<Item = Remote> + use<> {
        let index = self.index;
        self.site.server(self.device.role).filter(move |&other| other != index).map(Remote::Device)
    }

    /// Its router, which the appliance does not model as a device.
    fn gateway(&self) -> Remote {
        let [a, b, c, _] = self.device.ip.octets();
        Remote::Range(-6, Ipv4Addr::new(a, b, c, 1))
    }
}

/// Local multicast.
const MULTICAST: Remote = Remote::Range(-3, Ipv4Addr::new(224, 0, 0, 251));
/// Local broadcast.
const BROADCAST: Remote = Remote::Range(-4, Ipv4Addr::BROADCAST);
