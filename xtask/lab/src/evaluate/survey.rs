//! Every device of some synthetic networks, assessed.

use std::thread;

use dt_analysis::Policy;
use dt_analysis::assessment::Assessment;
use dt_appliance::{Incident, Network, NetworkConfig, NetworkVersion};
use dt_model::{DeviceId, Evidence};
use jiff::Timestamp;

use super::say;
use super::site::Site;

/// Which networks are looked at.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Networks {
    /// How many networks of each version are looked at by `incidents` and `priority`; each takes some
    /// eight seconds of a core
    #[arg(long, value_name = "NUMBER", default_value_t = 6)]
    networks: u64,

    /// The seed of the first of them; those of the next ones follow
    #[arg(long, value_name = "NUMBER")]
    first_seed: Option<u64>,
}

impl Networks {
    /// The seed of the first of them, if it is said.
    pub(super) const fn first_seed(self) -> Option<u64> {
        self.first_seed
    }

    /// Says which they are.
    pub(super) fn announce(self, version: NetworkVersion, first_seed: u64) {
        let (number, first) = (self.networks, self.first_seed.unwrap_or(first_seed));
        let devices = NetworkConfig::new().device_count();
        say(&format!(
            "\nversion {version:?}: {number} networks of {devices} devices, from seed {first}"
        ));
    }
}

/// A network, and what is said of its devices.
pub(super) struct Surveyed<'a> {
    pub(super) seed: u64,
    network: &'a Network,
    pub(super) devices: Vec<Device>,
}

/// A device, and what is said of it.
pub(super) struct Device {
    pub(super) did: DeviceId,
    pub(super) evidence: Evidence,
    pub(super) assessment: Assessment,
}

impl Surveyed<'_> {
    /// What is wrong in the network.
    pub(super) fn incidents(&self) -> &[Incident] {
        self.network.incidents()
    }

    /// What only looks so.
    pub(super) fn benign(&self) -> &[Incident] {
        self.network.benign()
    }
}

/// What is to be known of each network. Half of the seeds a thread: drawing the traffic is most of the work.
pub(super) fn in_all_networks<T: Send>(
    version: NetworkVersion,
    networks: Networks,
    first_seed: u64,
    say: impl Fn(&Surveyed<'_>) -> T + Sync,
) -> anyhow::Result<Vec<T>> {
    let first_seed = networks.first_seed.unwrap_or(first_seed);
    let seeds = first_seed..first_seed + networks.networks;
    let end: Timestamp = "2026-11-23T23:00:00Z".parse()?;
    let of_seed = |seed: u64| {
        let config = NetworkConfig::new().version(version);
        let site = Site::new(Network::generate_with(config, seed, end))?;
        let policy = Policy::default();
        let devices = site.network().device_ids().map(|did| {
            let (evidence, assessment) = site.assess(did, &policy)?;
            anyhow::Ok(Device { did, evidence, assessment })
        });
        let devices = devices.collect::<anyhow::Result<_>>()?;
        anyhow::Ok(say(&Surveyed { seed, network: site.network(), devices }))
    };
    let halves = thread::scope(|scope| {
        let threads = [0, 1].map(|half| {
            let seeds = seeds.clone().filter(move |seed| seed % 2 == half);
            scope.spawn(move || seeds.map(of_seed).collect::<anyhow::Result<Vec<T>>>())
        });
        threads.map(thread::ScopedJoinHandle::join)
    });
    let mut said = Vec::new();
    for half in halves {
        said.extend(half.map_err(|_| anyhow::anyhow!("an evaluation panicked"))??);
    }
    Ok(said)
}
