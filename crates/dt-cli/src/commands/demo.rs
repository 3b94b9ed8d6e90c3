//! `dt demo`: the demo appliance, for whoever writes clients.

use std::error::Error;
use std::time::Duration;

use dt_appliance::{
    Appliance, Fault, FaultPlan, FaultRule, Network, NetworkConfig, NetworkVersion,
    RunningAppliance,
};
use dt_model::Dialect;
use jiff::Timestamp;

use super::{Context, Run};
use crate::choice::{Choice, choice};
use crate::exit;
use crate::failure::{Failure, Result};
use crate::interrupt::{Ends, Interrupt};
use crate::options::DIALECTS;
use crate::ui::print_bytes;

/// Arguments of `dt demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  dt demo --port 8443
  dt demo --seed 7 --fault 503@co --fault delay=200ms
  dt demo --network 2")]
pub(crate) struct Args {
    /// Port on 127.0.0.1 [default: a free one]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,

    /// Which network it watches: the same seed and hour give the same answers
    #[arg(long, value_name = "NUMBER", default_value_t = Appliance::SEED)]
    seed: u64,

    /// How untidy that network is: 2 as real ones are, with incidents down to what cannot be found
    #[arg(long, value_parser = choice(&NETWORKS), value_name = "VERSION", default_value = "1")]
    network: NetworkVersion,

    /// The shape of its answers about devices
    #[arg(long, value_parser = choice(&DIALECTS), default_value = "appliance")]
    dialect: Dialect,

    /// Inject a fault into every response, as --demo-fault of other commands does; repeatable
    #[arg(long, value_name = "KIND[=VALUE][@PART]")]
    fault: Vec<FaultRule<Fault>>,
}

const NETWORKS: [Choice<NetworkVersion>; 2] =
    [("1", None, NetworkVersion::One), ("2", None, NetworkVersion::Two)];

impl Args {
    pub(super) fn resolve(self, context: &Context<'_>) -> Run {
        let now = context.now;
        Box::new(move || {
            let interrupt = Interrupt::begin(Ends::Done);
            let appliance = self.start(now)?;
            print_bytes(format!(
                "DT_URL={}\nDT_PUBLIC_TOKEN={}\nDT_PRIVATE_TOKEN={}\n",
                appliance.url(),
                Appliance::PUBLIC_TOKEN,
                Appliance::PRIVATE_TOKEN,
            ))?;
            while !interrupt.cancel().wait(Duration::from_secs(3600)) {}
            Ok(exit::DONE)
        })
    }

    fn start(self, now: Timestamp) -> Result<RunningAppliance> {
        let Self { port, seed, network, dialect, fault } = self;
        let faults: FaultPlan<Fault> = fault.into_iter().collect();
        let appliance = Appliance::new()
            .network(Network::generate_with(NetworkConfig::new().version(network), seed, now))
            .dialect(dialect)
            .faults(faults)
            .port(port);
        appliance.start().map_err(|error| {
            let failure = Failure::new(format!("failed to serve on 127.0.0.1:{port}"));
            failure
                .because(error.source().unwrap_or(&error))
                .hint("leave --port out for one that is free")
        })
    }
}
