//! Which findings an entry excludes.

use dt_model::{Device, DeviceId, Evidence, Port};

use super::exclusion::DeviceFit;
use super::{Exclusion, ExclusionTerms, WeekHours};
use crate::finding::{Finding, Object};
use crate::window::sum;

/// Most of what was sent has to be known to have gone where an entry says.
const MOST: f64 = 0.9;

/// A device, and what was answered about it.
pub(super) struct Subject<'a> {
    pub(super) device: Device,
    evidence: &'a Evidence,
}

/// How an entry takes a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// It excludes it.
    Excluded,
    /// It would, but it is far more than its limit.
    BeyondLimit,
    /// It is about something else.
    None,
}

impl<'a> Subject<'a> {
    pub(super) fn of(evidence: &'a Evidence) -> Self {
        Self { device: evidence.device(), evidence }
    }

    /// Whether all that is known of where a finding's traffic went is meant, and that is most of it.
    fn goes_to(&self, finding: &Finding, is_meant: impl Fn(&str) -> bool) -> bool {
        if let Object::Domain(domain) = &finding.object {
            return is_meant(domain);
        }
        let mut domains = finding.explains.iter().filter_map(|object| match object {
            Object::Domain(domain) => Some(domain.as_str()),
            _ => None,
        });
        let sent: f64 = domains.clone().map(|domain| self.sent_to(domain, finding)).sum();
        domains.clone().next().is_some()
            && domains.all(is_meant)
            && finding.observed.is_some_and(|observed| sent >= MOST * observed)
    }

    /// The bytes that went to a domain in a finding's hours.
    fn sent_to(&self, domain: &str, finding: &Finding) -> f64 {
        let of_domain = self.evidence.domain_answers().filter(|answer| {
            let series = &answer.subject.series;
            answer.subject.domain.as_deref() == Some(domain)
                && series.measure() == Some(dt_model::DataType::BytesOut)
        });
        let sent = of_domain
            .map(|answer| sum(&answer.subject.series, finding.first_time, finding.last_time));
        sent.fold(0.0, f64::max)
    }

    /// Whose network a domain's host is in, as the appliance names it.
    fn network(&self, domain: &str) -> Option<&str> {
        let mut details = self.evidence.endpoint_details();
        let details = details.find(|it| {
            let names = [&it.hostname, &it.ip];
            names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(domain))
        });
        details?.asn.as_deref()
    }

    /// A device that answers describe; of others only the id is known.
    fn device_of(&self, did: DeviceId) -> Device {
        let mut devices = self.evidence.answers().flat_map(|answer| &answer.devices);
        let known = devices.find(|device| device.did == Some(did));
        known.cloned().unwrap_or_else(|| Device::with_id(did))
    }
}

impl Exclusion {
    pub(super) fn takes(&self, finding: &Finding, subject: &Subject<'_>) -> Match {
        let is_about =
            self.fit(&subject.device) == DeviceFit::Fits && self.is_about(finding, subject);
        let is_within = self.terms().limit.map_or(Some(true), |limit| limit.holds(finding));
        match is_within {
            Some(true) if is_about => Match::Excluded,
            Some(false) if is_about => Match::BeyondLimit,
            _ => Match::None,
        }
    }

    fn is_about(&self, finding: &Finding, subject: &Subject<'_>) -> bool {
        let ExclusionTerms { rule, domain, asn, port, peer, direction, hours, .. } = self.terms();
        let is_of_rule = rule.is_none_or(|rule| rule == finding.rule);
        let goes_this_way = direction.is_none_or(|way| finding.rule.direction() == Some(way));
        let is_of_port = port.is_none_or(|port| finding.object == Object::Port(Port::Number(port)));
        let is_to_domain = domain
            .as_ref()
            .is_none_or(|pattern| subject.goes_to(finding, |name| pattern.holds(name)));
        let is_to_network = asn.is_none_or(|asn| {
            subject.goes_to(finding, |name| subject.network(name).is_some_and(|it| asn.holds(it)))
        });
        let is_with_peer = peer.as_ref().is_none_or(|peer| {
            peers(finding).is_some_and(|mut peers| {
                peers.all(|did| peer.fit(&subject.device_of(did)).is_some())
            })
        });
        let is_at_hours = hours.is_empty()
            || matches!(finding.object, Object::Hours { start, end }
                if WeekHours::cover(hours, start, end, self.zone()));
        is_of_rule
            && goes_this_way
            && is_of_port
            && is_at_hours
            && is_to_domain
            && is_to_network
            && is_with_peer
    }
}

/// The devices at the other end, if all of them are known.
fn peers(finding: &Finding) -> Option<impl Iterator<Item = DeviceId>> {
    let explained = finding.explains.iter().chain([&finding.object]);
    let peers: Vec<DeviceId> = explained
        .filter_map(|object| match object {
            Object::Peer(did) => Some(*did),
            _ => None,
        })
        .collect();
    let are_all = match finding.object {
        Object::Peers(count) => peers.len() == count,
        _ => true,
    };
    (are_all && !peers.is_empty()).then(|| peers.into_iter())
}
