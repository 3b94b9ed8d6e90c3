//! `dt snapshot`: what was answered about devices, kept.

use std::path::Path;

use dt_model::{DeviceId, Evidence};
use dt_report::contract::{self, Answer, Document};
use dt_store::{About, Archive, Subject};
use dt_transport::{Client, Exchange, RecordingTransport, Transport};

use crate::ask;
use crate::config::{Asking, Config, Names, Question};
use crate::failure::{Failure, Result};
use crate::run::each;
use crate::say::tell;

/// Asks all that a report needs about each device, and keeps what came.
pub(crate) fn take<T: Transport>(
    config: &Config,
    names: &Names,
    asking: &Asking,
    directory: &Path,
    client: &Client<RecordingTransport<T>>,
) -> Result<u8> {
    // A place that cannot be written to is told before anything is asked.
    let archive = Archive::open(directory)?;
    let ask_about = |did: DeviceId, name: &str| {
        // What it took to find the device is not about it.
        client.transport().take();
        let inputs = ask::evidence(client, did, Question::Report, asking, config)
            .map_err(|failure| failure.about(name))?;
        Ok((did, inputs, client.transport().take()))
    };
    each(config, names, client, ask_about, |(did, inputs, exchanges)| {
        tell(&inputs, config.output.chatter);
        let about = about(config, client, did, &inputs.evidence);
        keep(&archive, about, &inputs.evidence, exchanges, config)
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
        data_until: evidence.whole_until(config.now),
        appliance: config.source.appliance().unwrap_or_default().to_owned(),
        address: client.base_url().to_string(),
        dt_version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn keep(
    archive: &Archive,
    about: About,
    evidence: &Evidence,
    exchanges: Vec<Exchange>,
    config: &Config,
) -> Result<Document> {
    let appliance = about.appliance.clone();
    let count = exchanges.len();
    let kept = archive.keep(about, exchanges)?;
    let answer = Answer::snapshot(
        evidence,
        contract::Snapshot {
            path: kept.path.display().to_string(),
            taken: config.now,
            appliance,
            exchanges: count,
            bytes: kept.bytes,
        },
    );
    let nothing = || Failure::new("nothing was answered about the device");
    Ok(Document::Snapshot(Box::new(answer.ok_or_else(nothing)?)))
}
