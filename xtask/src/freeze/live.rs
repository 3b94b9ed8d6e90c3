//! Synthetic networks, asked over HTTP. They have incidents that no fixture has.

use std::path::Path;

use anyhow::Context;
use dt_appliance::{Appliance, Network, RunningAppliance};
use dt_auth::Credentials;
use dt_model::Dialect;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Cases;
use super::program::{Program, Run};

/// Far enough in the past for every clock, as data that lies ahead would not be looked at.
const WINDOW_END: &str = "2026-10-26T23:00:00Z";

const PUBLIC: &str = "public";
const PRIVATE: &str = "private";

/// Seeds of the networks, and the dialect in which each is asked.
const NETWORKS: [(u64, Dialect); 4] = [
    (Appliance::SEED, Dialect::Appliance),
    (9_001, Dialect::Appliance),
    (9_002, Dialect::Appliance),
    (9_003, Dialect::Documented),
];

/// Devices without an incident that are asked about, too.
const INNOCENT: usize = 2;

/// What else is asked about the first device with an incident.
const SINGLE: [&[&str]; 6] = [
    &["connections"],
    &["transfers"],
    &["compare"],
    &["external"],
    &["timeline"],
    &["timeline", "--datatype", "sizeout", "--odid", "0"],
];

/// An appliance with the network of a seed, whose data ends some hours later than it does at first.
pub(super) struct Site {
    running: RunningAppliance,
    devices: Vec<String>,
}

impl Site {
    pub(super) fn start(seed: u64, dialect: Dialect, hours_later: i64) -> anyhow::Result<Self> {
        let end: Timestamp = WINDOW_END.parse()?;
        let end = end + SignedDuration::from_hours(hours_later);
        let network = Network::generate(seed, end);
        let planted = network.incidents().iter().chain(network.benign()).map(|it| it.did);
        let mut devices: Vec<_> = planted.collect();
        devices.extend(network.device_ids().take(INNOCENT));
        let mut known = std::collections::BTreeSet::new();
        devices.retain(|did| known.insert(*did));
        let devices = devices.iter().map(ToString::to_string).collect();
        let appliance = Appliance::new().network(network).dialect(dialect);
        let running = appliance.credentials(Credentials::new(PUBLIC, PRIVATE)?).start()?;
        Ok(Self { running, devices })
    }

    /// A run of the program that asks it.
    pub(super) fn run(&self, directory: &Path, arguments: &[&str]) -> Run {
        Run {
            directory: directory.into(),
            arguments: arguments.iter().map(Into::into).collect(),
            environment: vec![
                ("DT_URL", self.running.url()),
                ("DT_PUBLIC_TOKEN", PUBLIC.to_owned()),
                ("DT_PRIVATE_TOKEN", PRIVATE.to_owned()),
            ],
        }
    }
}

/// Asks every network about its devices.
pub(super) fn cases(program: &Program, directory: &Path, cases: &mut Cases) -> anyhow::Result<()> {
    for (seed, dialect) in NETWORKS {
        let site = Site::start(seed, dialect, 0)?;
        let name = |rest: &str| format!("network/{seed}/{dialect} {rest}");
        let devices: Vec<&str> = site.devices.iter().map(String::as_str).collect();
        let mut line = vec!["report", "--all", "-o", "ndjson"];
        line.extend(&devices);
        let Value::Array(reports) = program.succeed(&site.run(directory, &line))? else {
            anyhow::bail!("reports are no list");
        };
        for report in reports {
            let did = report["device"]["did"].clone();
            cases.insert(name(&format!("{did} report ndjson extended")), report);
        }
        let first = devices.first().context("a network without devices")?;
        for arguments in SINGLE {
            let line = [arguments, &[first, "-o", "json"]].concat();
            let answer = program.succeed(&site.run(directory, &line))?;
            cases.insert(name(&format!("{first} {} json extended", arguments.join(" "))), answer);
        }
    }
    Ok(())
}
