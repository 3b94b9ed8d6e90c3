//! Which hosts outside to ask about.

use std::collections::HashSet;

use dt_model::{Evidence, Part, Question};

use crate::novelty::named;

/// About which hosts outside the appliance is asked what it knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoints {
    /// About none.
    Omitted,
    /// About so many of those that the answers list by name, at most. Half of them are the largest
    /// that no similar device lists, if there are so many; the others are the largest of the rest.
    Largest(usize),
}

impl Default for Endpoints {
    /// The ten largest.
    fn default() -> Self {
        Self::Largest(10)
    }
}

impl Endpoints {
    /// Asks about the hosts that the answers about the outside list. Traffic without a name is not
    /// among them: there is nothing to look up.
    pub(super) fn questions(self, evidence: &Evidence) -> Vec<Question> {
        let Self::Largest(most) = self else { return Vec::new() };
        let answers =
            || [&evidence.external, &evidence.external_out].into_iter().filter_map(Part::answer);
        let similar = answers().flat_map(|answer| &answer.similar);
        let known: HashSet<&str> =
            similar.flat_map(|similar| named(&similar.profile)).map(|(name, _)| name).collect();
        let mut largest: Vec<(&str, f64)> = answers()
            .flat_map(|answer| named(&answer.subject))
            .map(|(name, entry)| (name, entry.share.value()))
            .collect();
        largest.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let mut seen = HashSet::new();
        largest.retain(|(name, _)| seen.insert(*name));

        let is_rare = |name: &str| !known.is_empty() && !known.contains(name);
        let names = || largest.iter().map(|(name, _)| *name);
        let mut asked: Vec<&str> =
            names().filter(|name| is_rare(name)).take(most.div_ceil(2)).collect();
        let others: Vec<&str> =
            names().filter(|name| !asked.contains(name)).take(most - asked.len()).collect();
        asked.extend(others);
        asked.into_iter().map(Question::endpoint).collect()
    }
}
