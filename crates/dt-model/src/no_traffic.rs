//! Answers that are about nothing: an appliance answers about ids that it has no traffic of, with zeros.

use std::fmt;

use serde::Serialize;

use crate::{DataType, Device, DeviceInfo, Dialect, Evidence, EvidenceSource, Profile};

/// Why an appliance has no traffic of what was asked about. Its zeros are then no measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoTraffic {
    /// It is an account of a cloud service, which is listed among devices and has no connections.
    SaasIdentity,
    /// Nothing describes a device of this id, so probably there is none.
    UnknownDevice,
}

impl NoTraffic {
    /// The reason's name in the output contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SaasIdentity => "saas_identity",
            Self::UnknownDevice => "unknown_device",
        }
    }

    /// What answers about a device say; `None` if there is traffic, or no answer.
    #[must_use]
    pub fn of<'a>(
        device: &Device,
        answers: impl IntoIterator<Item = &'a DeviceInfo>,
    ) -> Option<Self> {
        let mut dialects = answers.into_iter().map(|info| (info.dialect, &info.subject)).peekable();
        dialects.peek()?;
        let mut is_appliance = true;
        for (dialect, profile) in dialects {
            if !is_silent(profile) {
                return None;
            }
            is_appliance &= dialect == Dialect::Appliance;
        }
        if is_saas(device) {
            return Some(Self::SaasIdentity);
        }
        let is_described = *device != Device { did: device.did, ..Device::default() };
        (is_appliance && device.did.is_some() && !is_described).then_some(Self::UnknownDevice)
    }
}

impl DeviceInfo {
    /// Why this answer is about no traffic at all, if it is. Of bytes alone it is not known whether anybody
    /// asked who the device is.
    #[must_use]
    pub fn no_traffic(&self) -> Option<NoTraffic> {
        let is_asked = self.subject.series.measure().is_none_or(|it| it == DataType::Connections);
        let why = NoTraffic::of(&self.subject.device, [self])?;
        (is_asked || why == NoTraffic::SaasIdentity).then_some(why)
    }
}

impl fmt::Display for NoTraffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SaasIdentity => {
                "a cloud service's identity, of which the appliance has no connections"
            }
            Self::UnknownDevice => {
                "the appliance knows no such device: no description, no traffic of it"
            }
        })
    }
}

impl Evidence {
    /// Why it is about no traffic at all, if it is.
    #[must_use]
    pub fn no_traffic(&self) -> Option<NoTraffic> {
        // Whoever asks has the device described. A saved answer about bytes may have been asked without.
        let why = NoTraffic::of(&self.device(), self.answers())?;
        let is_described = self.connections.is_answered() || self.source == EvidenceSource::Asked;
        (is_described || why == NoTraffic::SaasIdentity).then_some(why)
    }
}

fn is_silent(profile: &Profile) -> bool {
    let Profile { series, breakdown, destinations, .. } = profile;
    let totals = breakdown.iter().flat_map(|it| [it.total_used, it.total_served]);
    series.is_reported()
        && series.counts().all(|count| count == 0)
        && totals.flatten().all(|total| total == 0)
        && destinations.as_ref().is_none_or(Vec::is_empty)
}

fn is_saas(device: &Device) -> bool {
    let kind = device.device_type.as_deref().unwrap_or_default();
    let name = device.hostname.as_deref().unwrap_or_default();
    kind.eq_ignore_ascii_case("saasprovider") || name.starts_with("SaaS::")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(count: u32, devices: &str) -> Evidence {
        let body = format!(
            r#"{{"deviceInfo": [{{"did": 7, "graphData": [{{"time": 0, "count": {count}}}]}}],
                "devices": [{devices}]}}"#
        );
        let info = DeviceInfo::from_slice_as(body.as_bytes(), DataType::Connections).unwrap();
        Evidence { connections: Some(info).into(), ..Evidence::default() }
    }

    #[test]
    fn zeros_of_a_cloud_identity_and_of_an_unknown_id_are_no_measurement() {
        let none = |count, devices| evidence(count, devices).no_traffic();
        let saas = r#"{"did": 7, "hostname": "SaaS::Office365: anna@corp.example"}"#;
        assert_eq!(none(0, saas), Some(NoTraffic::SaasIdentity));
        let typed = r#"{"did": 7, "hostname": "anna", "typename": "saasprovider"}"#;
        assert_eq!(none(0, typed), Some(NoTraffic::SaasIdentity));
        assert_eq!(none(0, ""), Some(NoTraffic::UnknownDevice));
        assert_eq!(none(0, r#"{"did": 7, "hostname": "quiet"}"#), None);
        assert_eq!(none(3, saas), None);
        assert_eq!(none(3, ""), None);
    }
    #[test]
    fn bytes_alone_say_as_well_that_there_is_no_traffic() {
        let of = |source, devices| {
            let connections = evidence(0, devices).connections;
            Evidence { bytes_out: connections, source, ..Evidence::default() }.no_traffic()
        };
        let saas = r#"{"did": 7, "typename": "saasprovider"}"#;
        assert_eq!(of(EvidenceSource::Given, saas), Some(NoTraffic::SaasIdentity));
        assert_eq!(of(EvidenceSource::Asked, ""), Some(NoTraffic::UnknownDevice));
        // Whoever saved it need not have asked who the device is.
        assert_eq!(of(EvidenceSource::Given, ""), None);
    }
}
