//! Snapshots, as they are written.

use dt_model::{DeviceId, Evidence};
use dt_store::{About, Archive, NotAnswered, Snapshot, Subject};
use dt_transport::{Client, Recorded, Transport};

use crate::failure::Result;
use crate::session::Session;

/// What is known of a snapshot besides what was answered.
pub(crate) fn about<T: Transport>(
    session: &Session,
    client: &Client<T>,
    did: DeviceId,
    evidence: &Evidence,
) -> About {
    About {
        device: Subject::new(did, &evidence.device()),
        taken: session.now,
        data_until: evidence.complete_until(session.now),
        appliance: session.appliance.clone().unwrap_or_default(),
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
