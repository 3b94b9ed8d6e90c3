//! An appliance in a process of its own: the memory of this one is then that of whoever asks it.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::Context;
use dt_appliance::{Appliance, Network, NetworkConfig};
use dt_auth::Credentials;
use dt_transport::{Client, Clock, HttpOptions, SystemClock, UreqTransport};

use super::{Faulty, SEED};
use crate::say;

const PUBLIC: &str = "public";
const PRIVATE: &str = "private";

/// An appliance that runs until this is dropped.
pub(super) struct Served {
    process: Child,
    /// It ends with its input.
    _input: ChildStdin,
    url: String,
}

impl Served {
    pub(super) fn start(devices: u32) -> anyhow::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["soak", "appliance", "--devices", &devices.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = process.stdin.take().context("it has an input")?;
        let output = process.stdout.take().context("it has an output")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url)?;
        Ok(Self { process, _input: input, url: url.trim_end().to_owned() })
    }

    /// Who asks it, and meets with a fault now and then.
    pub(super) fn client(&self, faults: f64) -> anyhow::Result<Client<Faulty<UreqTransport>>> {
        let transport = Faulty::new(UreqTransport::new(&HttpOptions::new())?, faults);
        Ok(Client::new(transport, self.url.parse()?, Credentials::new(PUBLIC, PRIVATE)?))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It has nothing that it would have to end in order.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves the network that is swept until the input ends.
pub(in crate::soak) fn serve(devices: u32) -> anyhow::Result<()> {
    let network = network(devices);
    let credentials = Credentials::new(PUBLIC, PRIVATE)?;
    let appliance = Appliance::new().network(network).credentials(credentials).start()?;
    say(&appliance.url());
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

pub(super) fn network(devices: u32) -> Network {
    let config = NetworkConfig::new().devices(devices);
    Network::generate_with(config, SEED, SystemClock.now())
}
