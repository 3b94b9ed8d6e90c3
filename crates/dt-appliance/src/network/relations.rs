//! Who talks to whom, turned around: habits say whom a device talks to.

use super::Network;
use super::habit::Remote;

/// The devices at the other end of each device and each host outside, by their places.
#[derive(Debug)]
pub(crate) struct Relations {
    /// Who connects to a device.
    clients: Vec<Vec<usize>>,
    /// Who talks to a host outside.
    users: Vec<Vec<usize>>,
}

impl Relations {
    pub(crate) fn of(network: &Network) -> Self {
        let mut clients = vec![Vec::new(); network.devices().len()];
        let mut users = vec![Vec::new(); network.externals().len()];
        for index in 0..network.devices().len() {
            for habit in network.habits(index) {
                let list = match habit.remote {
                    Remote::Device(remote) => &mut clients[remote],
                    Remote::External(host) => &mut users[host],
                    Remote::Range(..) => continue,
                };
                if list.last() != Some(&index) {
                    list.push(index);
                }
            }
        }
        Self { clients, users }
    }

    pub(crate) fn clients(&self, device: usize) -> &[usize] {
        &self.clients[device]
    }

    pub(crate) fn users(&self, host: usize) -> &[usize] {
        &self.users[host]
    }
}
