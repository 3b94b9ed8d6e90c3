//! `dt snapshot`: what was answered about devices, kept.

use std::path::Path;

use dt_model::{DeviceId, Evidence};
use dt_report::contract::{self, Document};
use dt_store::{About, Archive, NotAnswered, Snapshot, Subject};
use dt_transport::{Client, Recorded, Transport};

use crate::config::{Config, Names};
use crate::failure::{Failure, Result};
use crate::gather::{Answer, Gathering};
use crate::run::each;
use crate::say::tell;

/// Asks all that a report needs about each device, and keeps what came.
pub(crate) fn take<T: Transport>(
    names: &Names,
    gathering: &Gathering<'_, T>,
    directory: &Path,
) -> Result<u8> {
    let Gathering { config, client, .. } = gathering;
    // A place that cannot be written to is told before anything is asked.
    let archive = Archive::open(directory)?;
    each(names, gathering, |Answer { did, inputs, exchanges, .. }| {
        tell(&inputs, config.output.chatter);
        let about = about(config, client, did, &inputs.evidence);
        let appliance = about.appliance.clone();
        let kept = keep(&archive, about, &inputs.evidence, exchanges)?;
        let answer = contract::Answer::snapshot(
            &inputs.evidence,
            contract::StoredSnapshot {
                path: kept.path.display().to_string(),
                taken: config.now,
                appliance,
                exchanges: kept.exchanges.len(),
                bytes: kept.bytes,
            },
        );
        let nothing = || Failure::new("nothing was answered about the device");
        Ok(Document::Snapshot(Box::new(answer.ok_or_else(nothing)?)))
    })
}

/// What is known of a snapshot besides what was answered.
pub(crate) fn about<T: Transport>(
    config: &Config,
    client: &Client<T>,
    did: DeviceId,
    evidence: &Evidence,
) -> About {
    About {
        device: Subject::new(did, &evidence.device()),
        taken: config.now,
        data_until: evidence.complete_until(config.now),
        appliance: config.source.appliance().unwrap_or_default().to_owned(),
        address: client.base_url().to_string(),
        dt_version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Keeps what was exchanged, and what was refused.
pub(crate) fn keep(
    archive: &Archive,
    about: About,
    evidence: &Evidence,
    exchanges: Vec<Recorded>,
) -> Result<Snapshot> {
    let exchanges = exchanges.into_iter().map(|Recorded { exchange, at, .. }| (exchange, Some(at)));
    Ok(archive.keep(about, exchanges.collect(), NotAnswered::of(evidence))?)
}
