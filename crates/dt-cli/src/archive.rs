//! Snapshots, as they are written.

use dt_model::{DeviceId, Evidence, Exchange};
use dt_store::{About, Archive, EvidenceBundle, NotAnswered, Snapshot, Subject};
use dt_transport::{Client, Recorded, Transport};
use jiff::Timestamp;

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

/// Keeps what was exchanged, and what was refused, in a snapshot of an archive.
pub(crate) fn keep(
    archive: &Archive,
    about: About,
    evidence: &Evidence,
    exchanges: Vec<Recorded>,
) -> Result<Snapshot> {
    Ok(archive.keep(about, timed(exchanges), NotAnswered::of(evidence))?)
}

/// Keeps the same in a snapshot of evidence that is to be filed.
pub(crate) fn keep_evidence(
    bundle: &mut EvidenceBundle,
    about: About,
    evidence: &Evidence,
    exchanges: Vec<Recorded>,
) -> Result<Snapshot> {
    Ok(bundle.keep(about, timed(exchanges), NotAnswered::of(evidence))?)
}

/// What was exchanged, with the time of each response.
fn timed(exchanges: Vec<Recorded>) -> Vec<(Exchange, Option<Timestamp>)> {
    exchanges.into_iter().map(|Recorded { exchange, at, .. }| (exchange, Some(at))).collect()
}
