//! What does the appliance itself say about a device, and when, beside what was found?
//!
//! Models that were breached, what its analyst put together, and which of the device's destinations it
//! watches. None of that is a finding, and none of it replaces one: it is told beside them, together where
//! both are about the same time, and adds to the [priority](mod@crate::priority) within a bound of its own.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use dt_model::{Evidence, IncidentGroup, ModelBreach, Part, WatchedDomain};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::finding::{Finding, RelatedBreach};
use crate::novelty::named;

/// At most so many breaches are told, the newest.
pub const MOST_BREACHES: usize = 200;

/// The appliance breaches a model once it has seen enough, which may be after the last hour that was
/// unusual.
const AFTER: SignedDuration = SignedDuration::from_hours(1);

/// What goes on for longer says nothing about a breach later than this.
const LONGEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the appliance says of its own accord about a device. `None` is what was not answered.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct ApplianceAlerts {
    /// The models that it breached, the newest first: at most [`MOST_BREACHES`], acknowledged ones
    /// included.
    pub breaches: Option<Vec<Breach>>,
    /// How many older breaches there are besides.
    pub left_out: usize,
    /// What the analyst put together, the newest first.
    pub incidents: Option<Vec<IncidentGroup>>,
    /// Its destinations that the appliance watches.
    pub watched: Option<Vec<WatchedDestination>>,
}

/// A model that a device breached.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Breach {
    /// What the appliance says about it.
    pub breach: ModelBreach,
    /// The finding within which it was, by its place among the findings.
    pub finding: Option<usize>,
}

/// A destination that the appliance watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct WatchedDestination {
    /// The destination, as the answers list it.
    pub domain: String,
    /// What is watched, which is the same or a domain above it, and why.
    #[serde(flatten)]
    pub watched: WatchedDomain,
}

/// A model's name without its folders.
///
/// ```
/// use dt_analysis::alerts::model_name;
///
/// assert_eq!(model_name("Device::Network Scan"), "Network Scan");
/// ```
#[must_use]
pub fn model_name(model: &str) -> &str {
    model.rsplit("::").next().unwrap_or(model)
}

impl ApplianceAlerts {
    /// What the evidence has of it.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Self {
        let (breaches, left_out) = breaches(evidence).unzip();
        Self {
            breaches,
            left_out: left_out.unwrap_or(0),
            incidents: incidents(evidence),
            watched: evidence.watched.answer().map(|watched| destinations(evidence, watched)),
        }
    }

    /// Puts each breach to the finding within which it was, and into that. Of several findings it is the
    /// one that says best when: the shortest.
    pub(crate) fn relate_to(&mut self, findings: &mut [Finding]) {
        // The oldest first, as the findings have them.
        for Breach { breach, finding } in self.breaches.iter_mut().flatten().rev() {
            *finding = within(breach.time, findings);
            if let Some(place) = *finding {
                let ModelBreach { pbid, time, model, .. } = breach.clone();
                findings[place].breaches.push(RelatedBreach { pbid, time, model });
            }
        }
    }
}

/// The finding that a time is within.
fn within(time: Timestamp, findings: &[Finding]) -> Option<usize> {
    let lasts = |finding: &Finding| {
        finding.last_time.duration_since(finding.first_time).clamp(SignedDuration::ZERO, LONGEST)
    };
    let is_within = |finding: &Finding| {
        let since = time.duration_since(finding.first_time);
        // What is looked at anew with every look has no time of its own.
        !finding.rule.is_rolling() && !since.is_negative() && since <= lasts(finding) + AFTER
    };
    let places = (0..findings.len()).filter(|place| is_within(&findings[*place]));
    places.min_by_key(|place| lasts(&findings[*place]))
}

/// The breaches of the device, and how many were left out.
fn breaches(evidence: &Evidence) -> Option<(Vec<Breach>, usize)> {
    let did = evidence.device().did;
    let mut seen = HashSet::new();
    // Where nobody knows which device it is, there is only one.
    let is_its = |breach: &&ModelBreach| did.is_none() || breach.did == did;
    let all = evidence.breaches.answer()?.iter().filter(is_its);
    let mut breaches: Vec<Breach> = all
        .filter(|breach| seen.insert(breach.pbid))
        .map(|breach| Breach { breach: breach.clone(), finding: None })
        .collect();
    breaches.sort_by_key(|it| Reverse(it.breach.time));
    let left_out = breaches.len().saturating_sub(MOST_BREACHES);
    breaches.truncate(MOST_BREACHES);
    Some((breaches, left_out))
}

fn incidents(evidence: &Evidence) -> Option<Vec<IncidentGroup>> {
    let did = evidence.device().did;
    let is_its = |group: &&IncidentGroup| did.is_none_or(|did| group.devices.contains(&did));
    let groups = evidence.analyst.answer()?.iter().filter(is_its);
    let mut groups: Vec<IncidentGroup> = groups.cloned().collect();
    groups.sort_by_key(|group| Reverse(group.start));
    Some(groups)
}

/// Which destinations that are listed by name are watched, each once.
fn destinations(evidence: &Evidence, watched: &[WatchedDomain]) -> Vec<WatchedDestination> {
    let known: HashMap<String, &WatchedDomain> =
        watched.iter().map(|watched| (folded(&watched.name), watched)).collect();
    let answers = [&evidence.external, &evidence.external_out];
    let listed = answers.into_iter().filter_map(Part::answer).flat_map(|it| named(&it.subject));
    let mut seen = HashSet::new();
    let names = listed.map(|(name, _)| name).filter(|name| seen.insert(*name));
    let destination = |name: &str| {
        let folded = folded(name);
        let mut above = folded.match_indices('.').map(|(dot, _)| &folded[dot + 1..]);
        let watched = known.get(folded.as_str()).or_else(|| above.find_map(|it| known.get(it)))?;
        Some(WatchedDestination { domain: name.to_owned(), watched: (*watched).clone() })
    };
    names.filter_map(destination).collect()
}

/// A name whose case and last dot do not matter.
fn folded(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}
