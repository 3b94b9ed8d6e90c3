//! What became of findings since a lake's events last told of them.
//!
//! A lake remembers that by itself: whoever watches devices besides is told of them there, too.

use std::collections::{BTreeSet, HashMap};

use dt_analysis::Level;
use dt_analysis::finding::{FindingOptions, FindingRecord, FindingUpdate, Observation, Untold};
use dt_fleet::rows::{DeviceRow, FindingRow, Stage};
use dt_lake::{ApplianceSummary, Lake, RunContents};
use dt_model::{DeviceId, EvidencePart};

use crate::watch::{Delivery, Memory, MemoryError};

/// The parts of the evidence that a first look does not ask for: what requires them may still be there.
const NOT_IN_FIRST_LOOK: [EvidencePart; 4] =
    [EvidencePart::BytesOut, EvidencePart::BytesIn, EvidencePart::Endpoints, EvidencePart::Domains];

/// What is new about a device.
#[derive(Debug)]
pub struct DeviceUpdates<'a> {
    /// The appliance that sees it.
    pub appliance: &'a ApplianceSummary,
    /// The device.
    pub device: &'a DeviceRow,
    /// What became of its findings, in the order of the findings; then what ended.
    pub updates: Vec<FindingUpdate>,
    /// How many findings were left out.
    pub left_out: Untold,
}

/// What a run found about devices, by device.
type Findings<'a> = HashMap<DeviceId, Vec<&'a FindingRow>>;

/// Hands on what is new in a run, a device at a time, and remembers in the lake that it was told. What is less severe
/// than `least` is not told, unless it was. It ends where `tell` refuses to be told more.
///
/// # Errors
///
/// What `tell` fails with, or that it cannot be remembered.
pub fn tell_updates<E>(
    lake: &Lake,
    contents: &RunContents,
    least: Level,
    mut tell: impl FnMut(DeviceUpdates<'_>) -> Result<Delivery, E>,
) -> Result<Delivery, E>
where
    E: From<MemoryError> + From<dt_store::Error> + From<dt_lake::Error>,
{
    for appliance in &contents.manifest.appliances {
        let place = lake.told_directory(&appliance.name)?;
        let memory = Memory::open(&place, &appliance.identity, FindingOptions::default())?;
        let mut telling = Telling { contents, appliance, least, memory };
        if telling.tell(&mut tell)? == Delivery::Refused {
            return Ok(Delivery::Refused);
        }
    }
    Ok(Delivery::Delivered)
}

/// What is told of one appliance.
struct Telling<'a> {
    contents: &'a RunContents,
    appliance: &'a ApplianceSummary,
    least: Level,
    memory: Memory,
}

impl Telling<'_> {
    fn tell<E: From<dt_store::Error>>(
        &mut self,
        tell: &mut impl FnMut(DeviceUpdates<'_>) -> Result<Delivery, E>,
    ) -> Result<Delivery, E> {
        let (contents, appliance) = (self.contents, self.appliance);
        let is_ours = |name: &str| name == appliance.name;
        let mut findings = Findings::new();
        for row in contents.findings.iter().filter(|row| is_ours(&row.appliance)) {
            findings.entry(row.did).or_default().push(row);
        }
        let mut observed = BTreeSet::new();
        for device in contents.devices.iter().filter(|row| is_ours(&row.appliance)) {
            let found = findings.remove(&device.did).unwrap_or_default();
            // There are many devices about which there never was anything.
            if found.is_empty() && self.memory.tracker().until(device.did).is_none() {
                continue;
            }
            observed.insert(device.did);
            // What may not have been told before comes first, in its words, and is confirmed before there is more.
            let unconfirmed = (self.memory.tracker().pending(device.did), Untold::default());
            if self.deliver(device, unconfirmed, tell)? == Delivery::Refused {
                return Ok(Delivery::Refused);
            }
            let new = self.observe(device, &found)?;
            if self.deliver(device, new, tell)? == Delivery::Refused {
                return Ok(Delivery::Refused);
            }
        }
        self.memory.end_round(&observed)?;
        Ok(Delivery::Delivered)
    }

    /// Hands on what there is to tell of a device, and remembers that it was told.
    fn deliver<E: From<dt_store::Error>>(
        &mut self,
        device: &DeviceRow,
        (updates, left_out): (Vec<FindingUpdate>, Untold),
        tell: &mut impl FnMut(DeviceUpdates<'_>) -> Result<Delivery, E>,
    ) -> Result<Delivery, E> {
        if updates.is_empty() {
            return Ok(Delivery::Delivered);
        }
        let told = DeviceUpdates { appliance: self.appliance, device, updates, left_out };
        if tell(told)? == Delivery::Refused {
            return Ok(Delivery::Refused);
        }
        self.memory.confirm(device.did)?;
        Ok(Delivery::Delivered)
    }

    /// What there is to tell of a device.
    fn observe(
        &mut self,
        device: &DeviceRow,
        found: &[&FindingRow],
    ) -> Result<(Vec<FindingUpdate>, Untold), dt_store::Error> {
        let records = |counts: bool| -> Vec<FindingRecord> {
            let rows = found.iter().filter(|row| row.counts() == counts);
            rows.map(|row| FindingRecord {
                policy: self.contents.manifest.policy.clone(),
                ..row.record.clone()
            })
            .collect()
        };
        let missing: &[EvidencePart] =
            if device.stage == Stage::One { &NOT_IN_FIRST_LOOK } else { &[] };
        self.memory.observe(Observation {
            did: device.did,
            findings: &records(true),
            excluded: &records(false),
            min_severity: self.least,
            until: device.data_until,
            missing,
            since: None,
        })
    }
}
