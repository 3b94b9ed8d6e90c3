//! How rules write findings about surges.

use super::draft::{Draft, Usual};
use super::surges::SeriesSurges;
use super::{Confidence, Finding, Object, Rule, Unit};
use crate::episode::Episode;

impl SeriesSurges {
    /// A finding of each surge of which `draft` makes one.
    pub(super) fn findings(&self, draft: impl Fn(&Episode) -> Option<Draft>) -> Vec<Finding> {
        let drafts = self.episodes.iter().filter_map(draft).map(|mut draft| {
            draft.method(self.method, self.n_used);
            if self.is_short {
                draft.confidence(Confidence::Low).doubt("less than a week of data");
            }
            draft.build()
        });
        drafts.collect()
    }
}

/// A finding about a surge, with its numbers.
pub(super) fn draft(rule: Rule, unit: Unit, episode: &Episode, message: String) -> Draft {
    let Episode { start, end, observed, expected, low, high, .. } = *episode;
    let mut draft = Draft::new(rule, Object::Hours { start, end }, start..end, message);
    draft.observed(observed, unit).usual(Usual {
        expected: Some(expected),
        low: Some(low),
        high: Some(high),
    });
    draft
}

/// Whether a surge is seen in an upload outside or in what is new, which say more about it.
pub(super) fn is_explained_by(finding: &Finding, main: &Finding) -> bool {
    match main.rule {
        Rule::ExternalUpload | Rule::Upload | Rule::NewPeers => finding.overlaps(main),
        Rule::NewPort | Rule::NewDomain | Rule::RegularCaller => {
            // It began with what is new, within the hour the series resolves.
            let apart = finding.first_time.duration_since(main.first_time);
            finding.overlaps(main) && apart.as_hours().abs() <= 1
        }
        _ => false,
    }
}

/// As [`is_explained_by`], and whether a surge of connections says more about it.
pub(super) fn is_explained_by_connections_or(finding: &Finding, main: &Finding) -> bool {
    main.rule == Rule::ConnectionRise && finding.overlaps(main) || is_explained_by(finding, main)
}
