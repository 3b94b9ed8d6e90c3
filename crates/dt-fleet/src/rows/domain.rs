//! A domain that one device uses.

use std::collections::BTreeMap;

use dt_analysis::registrable_domain;
use dt_model::{
    BreakdownEntry, DeviceId, DeviceInfo, EndpointDetails, Evidence, NamedOrOthers, Part,
};
use jiff::Timestamp;
use jiff::fmt::serde::timestamp::millisecond::optional;
use serde::{Deserialize, Serialize};

use super::with;

/// A domain outside that a device's answers list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainRow {
    /// The appliance that sees the device, as the run calls it.
    #[serde(default)]
    pub appliance: String,
    /// The device's id on that appliance.
    #[serde(with = "with::did")]
    pub did: DeviceId,
    /// The domain, in lower case as it is listed.
    pub domain: String,
    /// The domain it was registered under; the domain itself where that is not known.
    pub registrable: String,
    /// Its share of the device's connections outside, in whole percent.
    pub share_connections: Option<u8>,
    /// Its share of the bytes that the device sent outside, in whole percent.
    pub share_bytes_out: Option<u8>,
    /// How many connections that is.
    pub connections: Option<f64>,
    /// How many bytes that is.
    pub bytes_out: Option<f64>,
    /// When the network first saw it, where the appliance was asked. So are the next three.
    #[serde(default, rename = "firsttime", with = "optional")]
    pub first_time: Option<Timestamp>,
    /// How common it is in the network, from 0 to 100.
    pub popularity: Option<f64>,
    /// How much its name looks generated, from 0 to 100.
    pub dga_score: Option<f64>,
    /// Where it is; `None` where the appliance was not asked.
    pub countries: Option<Vec<String>>,
}

impl DomainRow {
    /// The domains that the answers about a device list by name, each once, in their order.
    #[must_use]
    pub fn list(appliance: &str, did: DeviceId, evidence: &Evidence) -> Vec<Self> {
        let mut rows: BTreeMap<String, Self> = BTreeMap::new();
        let mut row = |entry: &BreakdownEntry<NamedOrOthers>,
                       set: fn(&mut Self, u8, Option<f64>)| {
            let NamedOrOthers::One(name) = &entry.key else { return };
            let domain = name.to_lowercase();
            let row =
                rows.entry(domain).or_insert_with_key(|domain| Self::named(appliance, did, domain));
            set(row, percent(entry.share.value()), entry.amount.map(dt_model::Amount::value));
        };
        for entry in listed(&evidence.external) {
            row(entry, |row, share, amount| {
                (row.share_connections, row.connections) = (Some(share), amount);
            });
        }
        for entry in listed(&evidence.external_out) {
            row(entry, |row, share, amount| {
                (row.share_bytes_out, row.bytes_out) = (Some(share), amount);
            });
        }
        for details in evidence.endpoint_details() {
            let name = details.hostname.as_deref().unwrap_or_default().to_lowercase();
            rows.get_mut(&name).into_iter().for_each(|row| row.know(details));
        }
        rows.into_values().collect()
    }

    /// Takes what the appliance knows about the domain.
    pub fn know(&mut self, details: &EndpointDetails) {
        self.first_time = details.first_seen;
        self.popularity = details.popularity;
        self.dga_score = details.dga_score;
        self.countries = Some(details.countries().map(str::to_owned).collect());
    }

    fn named(appliance: &str, did: DeviceId, domain: &str) -> Self {
        Self {
            appliance: appliance.to_owned(),
            did,
            domain: domain.to_owned(),
            registrable: registrable_domain(domain).unwrap_or_else(|| domain.to_owned()),
            share_connections: None,
            share_bytes_out: None,
            connections: None,
            bytes_out: None,
            first_time: None,
            popularity: None,
            dga_score: None,
            countries: None,
        }
    }

    /// The larger of its shares, from 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        let percent = self.share_connections.max(self.share_bytes_out);
        f64::from(percent.unwrap_or(0)) / 100.0
    }
}

/// The domains that an answer lists.
fn listed(part: &Part<DeviceInfo>) -> &[BreakdownEntry<NamedOrOthers>] {
    let breakdown = part.answer().and_then(|answer| answer.subject.breakdown.as_ref());
    breakdown.and_then(|breakdown| breakdown.external_domains.as_deref()).unwrap_or_default()
}

/// Whole percent; more than all is all.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 100, and whole"
)]
fn percent(share: f64) -> u8 {
    (share * 100.0).round().clamp(0.0, 100.0) as u8
}
