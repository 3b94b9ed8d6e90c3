//! Which devices deserve a full report?
//!
//! Stage one of a sweep asks three questions about every device. A device is promoted to the full report if its
//! stage-one priority is low or above, if it uses a domain that is rare in the fleet for more than a little of its
//! traffic, if the run before had it at medium or above, or if the appliance itself breached a model about it. At
//! most a share of the fleet is, the best first: what that cuts off is counted.

use crate::COMMON_FROM;
use crate::rows::DeviceRow;
use dt_analysis::Level;

/// How devices are promoted.
///
/// ```
/// use dt_fleet::Promotion;
///
/// assert_eq!(Promotion::default().most(5_000), 250);
/// // The bound is about large fleets: of a small one any device may be promoted.
/// assert_eq!(Promotion::default().most(12), 12);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Promotion {
    /// From this priority on, a device is promoted.
    pub least_level: Level,
    /// A rare domain counts from this share of a device's connections or bytes on.
    pub least_share: f64,
    /// At most this share of the fleet is promoted.
    pub most_share: f64,
    /// So many devices may always be promoted.
    pub always: usize,
}

impl Default for Promotion {
    fn default() -> Self {
        Self { least_level: Level::Low, least_share: COMMON_FROM, most_share: 0.05, always: 20 }
    }
}

/// A device after stage one, with what else is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// What stage one says.
    pub row: &'a DeviceRow,
    /// The largest share that a domain has which is rare in the fleet; 0 without one.
    pub rare_share: f64,
    /// Whether a domain of that kind is new to the network as well.
    pub is_new_domain: bool,
    /// Its level in the run before, if it was in that.
    pub before: Option<Level>,
    /// Whether the appliance breached a model about it within the last day.
    pub is_breached: bool,
}

/// Why a device is promoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PromotionReason {
    /// Its priority.
    Priority,
    /// A model that the appliance breached.
    ModelBreach,
    /// The run before.
    LastRun,
    /// A domain that is rare in the fleet, and new to the network.
    NewDomain,
    /// A domain that is rare in the fleet.
    RareDomain,
}

/// The devices that are promoted, by their places among the candidates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Promoted {
    /// Each with its first reason, the most urgent first.
    pub chosen: Vec<(usize, PromotionReason)>,
    /// Those that deserved it, too, and were cut off.
    pub cut: Vec<usize>,
}

impl Promotion {
    /// How many of so many devices may be promoted.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count, rounded up"
    )]
    pub fn most(&self, devices: usize) -> usize {
        let share = (devices as f64 * self.most_share).ceil() as usize;
        share.max(self.always).min(devices)
    }

    /// Why a device is promoted; `None` if it is not.
    #[must_use]
    pub fn reason(&self, candidate: &Candidate<'_>) -> Option<PromotionReason> {
        let Candidate { row, rare_share, is_new_domain, before, is_breached } = *candidate;
        if row.level >= self.least_level {
            return Some(PromotionReason::Priority);
        }
        if is_breached {
            return Some(PromotionReason::ModelBreach);
        }
        if before >= Some(Level::Medium) {
            return Some(PromotionReason::LastRun);
        }
        let reason =
            if is_new_domain { PromotionReason::NewDomain } else { PromotionReason::RareDomain };
        (rare_share >= self.least_share).then_some(reason)
    }

    /// The devices to promote in a fleet of so many: those first whose priority is a reason, by their score; then by
    /// the better reason, by score, and by the larger share of a rare domain. Devices that do not deserve it need not be there.
    #[must_use]
    pub fn choose(&self, devices: usize, candidates: &[Candidate<'_>]) -> Promoted {
        let mut wanted: Vec<(usize, PromotionReason)> = candidates
            .iter()
            .enumerate()
            .filter_map(|(place, candidate)| Some((place, self.reason(candidate)?)))
            .collect();
        wanted.sort_by(|&(one, reason), &(other, other_reason)| {
            let (a, b) = (&candidates[one], &candidates[other]);
            reason
                .cmp(&other_reason)
                .then(b.row.rank_score.total_cmp(&a.row.rank_score))
                .then(b.rare_share.total_cmp(&a.rare_share))
                .then(a.row.did.cmp(&b.row.did))
        });
        let cut = wanted.split_off(self.most(devices).min(wanted.len()));
        Promoted { chosen: wanted, cut: cut.into_iter().map(|(place, _)| place).collect() }
    }
}
