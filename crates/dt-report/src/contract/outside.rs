//! Where a device's traffic goes outside, and what is known about it there.

use dt_analysis::assessment::Assessment;
use dt_analysis::novelty;
use dt_model::{Amount, Evidence, Named, Profile, Share};
use jiff::Timestamp;

/// A domain outside.
#[derive(Debug, Clone, PartialEq)]
pub struct OutsideDomain {
    /// Its name; `None` for those the appliance merged.
    pub name: Option<String>,
    /// How much went there: bytes if that is known, else connections.
    pub amount: Option<Amount>,
    /// Its share of that.
    pub share: Share,
    /// Where it is, if the appliance was asked.
    pub countries: Option<Vec<String>>,
    /// When the network first saw it.
    pub first_seen: Option<Timestamp>,
}

impl OutsideDomain {
    /// By bytes sent if that was answered, else by connections; largest first, the merged last.
    pub(super) fn list(evidence: &Evidence, assessment: Option<&Assessment>) -> Vec<Self> {
        let answers = evidence.external_out.iter().chain(&evidence.external);
        let profiles = answers.map(|answer| &answer.subject);
        let Some(parts) = profiles.filter_map(listed).find(|parts| !parts.is_empty()) else {
            return Vec::new();
        };
        let known: &[novelty::OutsideDomain] =
            assessment.map_or(&[], |assessment| &assessment.novelty.domains);
        let mut domains: Vec<Self> = parts
            .iter()
            .map(|part| {
                let name = match &part.key {
                    Named::One(name) => Some(name.clone()),
                    Named::Others => None,
                };
                let facts = known.iter().find(|known| Some(&known.name) == name.as_ref());
                Self {
                    name,
                    amount: part.amount,
                    share: part.share,
                    countries: facts.map(|facts| facts.countries.clone()),
                    first_seen: facts.and_then(|facts| facts.first_seen),
                }
            })
            .collect();
        domains.sort_by(|a, b| {
            let last = |domain: &Self| domain.name.is_none();
            last(a).cmp(&last(b)).then(b.share.value().total_cmp(&a.share.value()))
        });
        domains
    }
}

fn listed(profile: &Profile) -> Option<&[dt_model::Part<Named>]> {
    profile.breakdown.as_ref()?.external_domains.as_deref()
}
