//! Where a device's traffic goes outside, and what is known about it there.

use dt_model::{
    Amount, BreakdownEntry, DeviceInfo, EndpointDetails, Evidence, NamedOrOthers, Part, Share,
};
use jiff::Timestamp;

use super::HostState;
use super::part::Hosts;

/// A domain outside.
#[derive(Debug, Clone, PartialEq)]
pub struct OutsideDomain {
    /// Its name; `None` for those the appliance merged and what it lists without a name.
    pub name: Option<String>,
    /// How much went there: bytes if that is known, else connections.
    pub amount: Option<Amount>,
    /// Its share of that.
    pub share: Share,
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
    /// not listed by name.
    pub(super) fn list(evidence: &Evidence) -> Vec<Self> {
        let listed = [&evidence.external_out, &evidence.external].into_iter().find_map(listed);
        let Some((parts, base)) = listed else { return Vec::new() };
        let hosts = Hosts::of(evidence);
        let mut domains = Vec::new();
        let mut rest: Option<Share> = None;
        for part in parts {
            match &part.key {
                NamedOrOthers::One(name) => domains.push(Self::named(name, part, &hosts)),
                NamedOrOthers::Unnamed | NamedOrOthers::Others => {
                    rest = Some(rest.unwrap_or(Share::ZERO).plus(part.share));
                }
            }
        }
        domains.sort_by(|a, b| b.share.value().total_cmp(&a.share.value()));
        domains.extend(rest.map(|share| Self::rest(share, base)));
        domains
    }

    fn named(name: &str, part: &BreakdownEntry<NamedOrOthers>, hosts: &Hosts<'_>) -> Self {
        let details = hosts.details(name);
        let countries = details.into_iter().flat_map(EndpointDetails::countries);
        Self {
            name: Some(name.to_owned()),
            amount: part.amount,
            share: part.share,
            host: Some(hosts.state(name)),
            countries: countries.map(str::to_owned).collect(),
            first_seen: details.and_then(|details| details.first_seen),
        }
    }

    fn rest(share: Share, base: Option<u64>) -> Self {
        let amount = base.map(|base| share.of(base));
        Self { name: None, amount, share, host: None, countries: Vec::new(), first_seen: None }
    }
}

/// The list of an answer if there is anything in it, and of how much it gives the shares.
fn listed(part: &Part<DeviceInfo>) -> Option<(&[BreakdownEntry<NamedOrOthers>], Option<u64>)> {
    let breakdown = part.answer()?.subject.breakdown.as_ref()?;
    let domains = breakdown.external_domains.as_deref().filter(|domains| !domains.is_empty())?;
    Some((domains, breakdown.total_used))
}
