//! Where does a device's traffic go outside, and what is known about it there?
//!
//! By bytes sent where those are answered, else by connections. What a finding names is told whether it is
//! listed or not. [`KnownDomain`] is all that is known about one that an answer lists by name.

mod known;

use std::collections::HashMap;

use dt_model::{
    Amount, BreakdownEntry, DataType, DeviceInfo, EndpointDetails, Evidence, EvidenceSource,
    NamedOrOthers, Part, PartState, Refusal, Share,
};
use jiff::Timestamp;
use serde::Serialize;

pub use known::KnownDomain;

use crate::external::External;
use crate::finding::{Finding, Object};
use crate::{DeviceReport, Level, Slice};

/// A domain outside.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OutsideDomain {
    /// Its name; `None` for those the appliance merged and what it lists without a name.
    pub name: Option<String>,
    /// How much went there: bytes if that is known, else connections.
    pub amount: Option<Amount>,
    /// Its share of that; `None` if a finding names it, and the list does not.
    pub share: Option<Share>,
    /// Whether a finding names it.
    pub is_named: bool,
    /// Whether the appliance was asked about it, and what came of that; `None` for those without a
    /// name, which cannot be asked about.
    pub host: Option<HostState>,
    /// Where it is, as far as that was reported.
    pub countries: Vec<String>,
    /// When the network first saw it.
    pub first_seen: Option<Timestamp>,
}

impl OutsideDomain {
    /// By bytes sent if that was answered, else by connections; largest first, last the rest that is
    /// not listed by name. Domains that a finding names are among them whether they are listed or not.
    /// What they are listed by comes with them.
    #[must_use]
    pub fn list(evidence: &Evidence, report: &DeviceReport) -> (DataType, Vec<Self>) {
        let findings = report.assessment.as_ref().map_or(&[][..], |found| &found.findings);
        let named = named(findings);
        let of_breakdown = |(parts, base)| Self::of_breakdown(parts, base, &Hosts::of(evidence));
        let (by, mut domains) = match (listed(&evidence.external_out), listed(&evidence.external)) {
            (Some(sent), _) => (DataType::BytesOut, of_breakdown(sent)),
            (None, Some(connections)) => (DataType::Connections, of_breakdown(connections)),
            (None, None) => (DataType::Connections, Self::counted(report.external.as_ref())),
        };
        let is_listed = |name: &str| domains.iter().any(|it| it.name.as_deref() == Some(name));
        let unlisted: Vec<Self> = named
            .iter()
            .filter(|name| !is_listed(name))
            .map(|name| Self::unlisted(name, &Hosts::of(evidence)))
            .collect();
        // The rest that has no name stays the last.
        let rest = domains.pop_if(|last| last.name.is_none());
        domains.extend(unlisted.into_iter().chain(rest));
        for domain in &mut domains {
            domain.is_named = domain.name.as_deref().is_some_and(|name| named.contains(&name));
        }
        (by, domains)
    }

    fn of_breakdown(
        parts: &[BreakdownEntry<NamedOrOthers>],
        base: Option<u64>,
        hosts: &Hosts<'_>,
    ) -> Vec<Self> {
        let mut domains = Vec::new();
        let mut rest: Option<Share> = None;
        for part in parts {
            match &part.key {
                NamedOrOthers::One(name) => domains.push(Self::listed(name, part, hosts)),
                NamedOrOthers::Unnamed | NamedOrOthers::Others => {
                    rest = Some(rest.unwrap_or(Share::ZERO).plus(part.share));
                }
            }
        }
        let share = |domain: &Self| domain.share.map_or(0.0, Share::value);
        domains.sort_by(|a: &Self, b: &Self| share(b).total_cmp(&share(a)));
        domains.extend(rest.map(|share| Self::rest(share, base)));
        domains
    }

    /// As the answer counts destinations, about which nothing more is known by domain.
    fn counted(external: Option<&External>) -> Vec<Self> {
        let domains = external.and_then(|external| external.domains.as_deref());
        let domain = |slice: &Slice<String>| Self {
            name: Some(slice.key.clone()),
            amount: slice.amount,
            share: Some(slice.share),
            ..Self::default()
        };
        domains.unwrap_or_default().iter().map(domain).collect()
    }

    fn listed(name: &str, part: &BreakdownEntry<NamedOrOthers>, hosts: &Hosts<'_>) -> Self {
        Self { amount: part.amount, share: Some(part.share), ..Self::unlisted(name, hosts) }
    }

    fn unlisted(name: &str, hosts: &Hosts<'_>) -> Self {
        let details = hosts.details(name);
        let countries = details.into_iter().flat_map(EndpointDetails::countries);
        Self {
            name: Some(name.to_owned()),
            host: Some(hosts.state(name)),
            countries: countries.map(str::to_owned).collect(),
            first_seen: details.and_then(|details| details.first_seen),
            ..Self::default()
        }
    }

    fn rest(share: Share, base: Option<u64>) -> Self {
        let amount = base.map(|base| share.of(base));
        Self { amount, share: Some(share), ..Self::default() }
    }
}

/// The domains that findings name: those above low, or all where none is.
fn named<'a>(findings: &'a [Finding]) -> Vec<&'a str> {
    let is_urgent = findings.iter().any(|finding| finding.severity > Level::Low);
    let told = findings.iter().filter(|finding| finding.severity > Level::Low || !is_urgent);
    let objects =
        told.flat_map(|finding| std::iter::once(&finding.object).chain(&finding.explains));
    let name = |object: &'a Object| match object {
        Object::Domain(name) => Some(name.as_str()),
        _ => None,
    };
    let mut names: Vec<&str> = Vec::new();
    for name in objects.filter_map(name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The list of an answer if there is anything in it, and of how much it gives the shares.
fn listed(part: &Part<DeviceInfo>) -> Option<(&[BreakdownEntry<NamedOrOthers>], Option<u64>)> {
    let breakdown = part.answer()?.subject.breakdown.as_ref()?;
    let domains = breakdown.external_domains.as_deref().filter(|domains| !domains.is_empty())?;
    Some((domains, breakdown.used_base))
}

/// What came of asking about hosts outside, by their names, whose case does not matter.
#[derive(Debug)]
pub struct Hosts<'a> {
    asked: HashMap<String, &'a Part<Vec<EndpointDetails>>>,
    /// What there is to say about the others.
    absent: PartState,
}

/// What came of asking about one host outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HostState {
    /// Whether the appliance was asked about it: `answered`, `refused`, `not_asked` (only the largest
    /// domains, and those that no similar device lists, are asked about) or `not_given` among saved
    /// responses.
    pub state: PartState,
    /// Why it was refused, or could not be asked about.
    pub reason: Option<String>,
}

impl<'a> Hosts<'a> {
    /// What the evidence has about hosts.
    #[must_use]
    pub fn of(evidence: &'a Evidence) -> Self {
        let mut asked = HashMap::new();
        for (host, part) in &evidence.endpoints {
            asked.entry(host.to_string().to_ascii_lowercase()).or_insert(part);
        }
        let absent = match evidence.source {
            EvidenceSource::Asked => PartState::NotAsked,
            EvidenceSource::Given => PartState::NotGiven,
        };
        Self { asked, absent }
    }

    /// What is known about a host; `None` if nothing is.
    #[must_use]
    pub fn details(&self, name: &str) -> Option<&'a EndpointDetails> {
        let part = self.asked.get(&name.to_ascii_lowercase())?;
        let is_it = |details: &&EndpointDetails| {
            details.hostname.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(name))
        };
        part.answer()?.iter().find(is_it)
    }

    /// Whether a host was asked about, and what came of it.
    #[must_use]
    pub fn state(&self, name: &str) -> HostState {
        match self.asked.get(&name.to_ascii_lowercase()) {
            Some(Part::Answered(_)) => HostState { state: PartState::Answered, reason: None },
            Some(Part::Refused(refusal)) => refusal.into(),
            Some(Part::Absent) | None => HostState { state: self.absent, reason: None },
        }
    }
}

impl From<&Refusal> for HostState {
    fn from(refusal: &Refusal) -> Self {
        let state =
            if refusal.kind.is_unasked() { PartState::NotAsked } else { PartState::Refused };
        Self { state, reason: Some(refusal.to_string()) }
    }
}
