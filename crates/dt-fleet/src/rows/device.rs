//! A device of one run.

use dt_analysis::finding::{Family, Finding, FindingState, Object};
use dt_analysis::priority::Contribution;
use dt_analysis::{DeviceReport, Level};
use dt_model::{Amount, Device, DeviceId, Dialect, Evidence, Share, Tag};
use jiff::Timestamp;
use jiff::fmt::serde::timestamp::millisecond::{optional, required};
use serde::{Deserialize, Serialize};

use super::{FindingRow, with};
use crate::{Importance, rank_score};

/// What is known about a device after a sweep, and how urgent that is.
///
/// Shares are from 0 to 1. `None` is what was not reported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceRow {
    /// The appliance that sees it, as the run calls it.
    #[serde(default)]
    pub appliance: String,
    /// Its id on that appliance.
    #[serde(with = "with::did")]
    pub did: DeviceId,
    /// Its host name.
    pub hostname: Option<String>,
    /// Its newest address.
    pub ip: Option<String>,
    /// Its hardware address.
    pub mac: Option<String>,
    /// What kind of device it is, as the appliance calls it.
    #[serde(rename = "type")]
    pub device_type: Option<String>,
    /// Its operating system.
    pub os: Option<String>,
    /// What people called it on the appliance.
    pub label: Option<String>,
    /// Who made its network interface.
    pub vendor: Option<String>,
    /// Its tags, by name.
    pub tags: Vec<String>,
    /// The id of its subnet.
    pub subnet: Option<i64>,
    /// When the appliance first saw it.
    #[serde(default, with = "optional")]
    pub first_seen: Option<Timestamp>,
    /// When the appliance last saw it.
    #[serde(default, with = "optional")]
    pub last_seen: Option<Timestamp>,
    /// When it was asked about.
    #[serde(with = "required")]
    pub asked: Timestamp,
    /// The end of its newest whole bucket.
    #[serde(default, with = "optional")]
    pub data_until: Option<Timestamp>,
    /// In which shape the appliance answered.
    #[serde(with = "with::dialect")]
    pub dialect: Dialect,
    /// How far it was looked at.
    pub stage: Stage,
    /// How far it deserved to be looked at: [`Two`](Stage::Two) beside stage one if the bound on full reports
    /// cut it off.
    pub stage_wanted: Stage,
    /// Its priority, from 0 to 1.
    pub score: f64,
    /// What that means.
    pub level: Level,
    /// How much it matters, as odds: 1 for most.
    pub importance: f64,
    /// The score with its importance, by which devices are ordered.
    pub rank_score: f64,
    /// What the score is made of.
    pub contributions: Vec<ScoreTerm>,
    /// What could not be looked at.
    pub missing: Vec<String>,
    /// How many findings it has that are not excluded.
    pub findings: u16,
    /// How many of them the run before did not have.
    pub findings_new: u16,
    /// The rule of the most severe one, by its id.
    pub top_rule: Option<String>,
    /// The most severe one, as a sentence.
    pub top_reason: Option<String>,
    /// Where that went, if it names a domain or a device.
    pub top_destination: Option<String>,
    /// When that began.
    #[serde(default, with = "optional")]
    pub top_since: Option<Timestamp>,
    /// Connections in the time covered.
    pub connections: Option<u64>,
    /// Bytes sent outside in the time covered.
    pub external_bytes_out: Option<u64>,
    /// The share of connections that went outside.
    pub external_share: Option<f64>,
    /// The share of connections outside that the appliance lists by name: how much of it can be judged by
    /// domain.
    pub listed_share: Option<f64>,
    /// The group of devices that do the same work, where groups were made.
    pub group: Option<i32>,
}

/// How far a device was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Stage {
    /// Three answers, that every device gets.
    One,
    /// All that a report takes.
    Two,
}

/// A term of a score, on the scale of log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreTerm {
    /// Which family of rules, by its name; `None` for where every device starts.
    pub family: Option<String>,
    /// How much it adds.
    pub weight: f64,
    /// Why.
    pub message: String,
}

/// A device as it was assessed.
#[derive(Debug, Clone)]
pub struct Assessed<'a> {
    /// The appliance that answered, as the run calls it.
    pub appliance: &'a str,
    /// The device that was asked about.
    pub did: DeviceId,
    /// What the list that it was chosen from says about it: what the answers do not say is taken from there.
    pub listed: Device,
    /// What was answered.
    pub evidence: &'a Evidence,
    /// What that says.
    pub report: &'a DeviceReport,
    /// When it was asked for.
    pub asked: Timestamp,
    /// How much was asked for.
    pub stage: Stage,
}

impl DeviceRow {
    /// The row of a device, with its findings as they stand beside those of the run before; `None` if nothing was
    /// answered about it.
    #[must_use]
    pub fn new(
        assessed: Assessed<'_>,
        findings: &[FindingRow],
        importance: &Importance,
    ) -> Option<Self> {
        let Assessed { appliance, did, listed, evidence, report, asked, stage } = assessed;
        let dialect = evidence.dialect()?;
        let device = evidence.device().completed_by(&listed);
        let tags: Vec<String> = device.tags.iter().flatten().map(|tag| tag.name.clone()).collect();
        let importance = importance.of(&tags, device.device_type.as_deref());
        let priority = report.assessment.as_ref().map(|found| &found.priority);
        let score = priority.map_or(0.0, |priority| priority.score);
        let metrics = report.comparison.as_ref().map(|found| found.primary);
        let external = report.external.as_ref();
        let coverage = external.and_then(|external| external.coverage);
        let counting: Vec<&FindingRow> = findings.iter().filter(|row| row.counts()).collect();
        let is_new = |row: &&&FindingRow| row.state == FindingState::New;
        let Device { hostname, ip, mac, device_type, os, label, vendor, .. } = device;
        let row = Self {
            appliance: appliance.to_owned(),
            did,
            hostname,
            ip,
            mac,
            device_type,
            os,
            label,
            vendor,
            tags,
            subnet: device.sid,
            first_seen: device.first_seen,
            last_seen: device.last_seen,
            asked,
            data_until: evidence.complete_until(asked),
            dialect,
            stage,
            stage_wanted: stage,
            score,
            level: priority.map_or(Level::Minimal, |priority| priority.level),
            importance,
            rank_score: rank_score(score, importance),
            contributions: priority.map_or_else(Vec::new, ScoreTerm::all),
            missing: priority.map_or_else(Vec::new, |priority| priority.missing.clone()),
            findings: count(counting.len()),
            findings_new: count(counting.iter().filter(is_new).count()),
            top_rule: None,
            top_reason: None,
            top_destination: None,
            top_since: None,
            connections: metrics.and_then(|of| of.total_connections).map(whole),
            external_bytes_out: external.and_then(|of| of.totals.bytes_out).map(whole),
            external_share: metrics.and_then(|of| of.external_ratio).map(Share::value),
            listed_share: coverage.map(|coverage| coverage.listed.value()),
            group: None,
        };
        Some(row.with_top(counting.first().map(|row| &row.record.finding)))
    }

    /// The row, of which this finding says most.
    pub(crate) fn with_top(self, top: Option<&Finding>) -> Self {
        Self {
            top_rule: top.map(|finding| finding.rule.id().to_owned()),
            top_reason: top.map(|finding| finding.message.clone()),
            top_destination: top.and_then(destination),
            top_since: top.map(|finding| finding.first_time),
            ..self
        }
    }

    /// The device, as far as the row describes it.
    #[must_use]
    pub fn device(&self) -> Device {
        Device {
            hostname: self.hostname.clone(),
            ip: self.ip.clone(),
            mac: self.mac.clone(),
            device_type: self.device_type.clone(),
            os: self.os.clone(),
            label: self.label.clone(),
            vendor: self.vendor.clone(),
            tags: Some(self.tags.iter().cloned().map(Tag::named).collect()),
            sid: self.subnet,
            first_seen: self.first_seen,
            last_seen: self.last_seen,
            ..Device::with_id(self.did)
        }
    }

    /// The device of the network that `top_destination` names, if it is none outside: it is told by its id there,
    /// and no domain is a number alone.
    #[must_use]
    pub fn top_peer(&self) -> Option<DeviceId> {
        self.top_destination.as_ref()?.parse().ok().map(DeviceId::new)
    }

    /// What people call it: its host name, label or address, else its id.
    #[must_use]
    pub fn name(&self) -> String {
        let names = [&self.hostname, &self.label, &self.ip];
        let name = names.into_iter().flatten().find(|name| !name.is_empty());
        name.cloned().unwrap_or_else(|| self.did.get().to_string())
    }
}

/// Where what was found went: the domain or the device that a finding is about, or explains. One of many devices
/// does not stand for them all.
fn destination(finding: &Finding) -> Option<String> {
    let objects = || std::iter::once(&finding.object).chain(&finding.explains);
    let peers = objects().map(|object| match object {
        Object::Peer(_) => 1,
        Object::Peers(count) => *count,
        _ => 0,
    });
    let has_many_peers = peers.sum::<usize>() > 1;
    objects().find_map(|object| match object {
        Object::Domain(name) => Some(name.clone()),
        Object::Peer(did) if !has_many_peers => Some(did.get().to_string()),
        _ => None,
    })
}

/// The best single number of an amount.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded and not negative; the cast saturates"
)]
fn whole(amount: Amount) -> u64 {
    match amount {
        Amount::Exact(count) | Amount::AtLeast(count) => u64::try_from(count).unwrap_or(u64::MAX),
        estimate => estimate.value().round() as u64,
    }
}

fn count(many: usize) -> u16 {
    u16::try_from(many).unwrap_or(u16::MAX)
}

impl DeviceRow {
    /// What the appliance itself added to the score.
    pub(crate) fn said_by_appliance(&self) -> Option<Contribution> {
        let is_its = |term: &&ScoreTerm| term.family.as_deref() == Some(Family::Appliance.as_str());
        let term = self.contributions.iter().find(is_its)?;
        Some(Contribution::of_appliance(term.weight, term.message.clone()))
    }
}

impl ScoreTerm {
    /// The terms of a priority.
    pub(crate) fn all(priority: &dt_analysis::priority::Priority) -> Vec<Self> {
        let term = |it: &Contribution| Self {
            family: it.family.map(Family::as_str).map(str::to_owned),
            weight: it.weight,
            message: it.message.clone(),
        };
        priority.contributions.iter().map(term).collect()
    }
}

impl From<Stage> for u8 {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::One => 1,
            Stage::Two => 2,
        }
    }
}

impl TryFrom<u8> for Stage {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        match number {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            _ => Err(format!("there is no stage {number}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_of_many_devices_does_not_stand_for_them_all() {
        let where_to = |object: Object, explains: &[Object]| {
            let finding = json!({
                "rule": "dt-new-peers", "severity": "medium", "message": "new devices", "object": object,
                "explains": explains, "first_time": "2026-11-26T02:00:00Z",
                "last_time": "2026-11-26T03:00:00Z", "unit": "connections", "n_used": 1, "method": "test",
                "confidence": "medium",
            });
            destination(&serde_json::from_value(finding).unwrap())
        };
        let peer = |did| Object::Peer(DeviceId::new(did));
        assert_eq!(where_to(peer(7), &[]).as_deref(), Some("7"));
        assert_eq!(where_to(Object::Peers(60), &[peer(7)]), None);
        assert_eq!(where_to(Object::Metric("bytes".into()), &[peer(7), peer(8)]), None);
    }
}
