//! Which devices deserve a full report?
//!
//! Stage one of a sweep asks three questions about every device. A device is promoted to the full report if its
//! stage-one priority is low or above, if it uses a domain that is rare in the fleet for more than a little of its
//! traffic, if the run before had it at medium or above, or if the appliance itself breached a model about it. At
//! most a share of the fleet is, the best first: what that cuts off is counted.

use std::fmt;
use std::str::FromStr;

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
    pub most_share: FleetShare,
    /// So many devices may always be promoted.
    pub always: usize,
}

impl Default for Promotion {
    fn default() -> Self {
        let most_share = FleetShare { hundredths: 500 };
        Self { least_level: Level::Low, least_share: COMMON_FROM, most_share, always: 20 }
    }
}

/// A share of the devices of a fleet, exact to a hundredth of a percent.
///
/// ```
/// use dt_fleet::FleetShare;
///
/// let share: FleetShare = "2.5%".parse()?;
/// assert_eq!((share.of(1_000), share.of(1_001)), (25, 26));
/// assert!("101%".parse::<FleetShare>().is_err());
/// # Ok::<(), dt_fleet::FleetShareError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FleetShare {
    /// Of a percent.
    hundredths: u16,
}

/// Text that is no share of a fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetShareError(String);

impl FleetShare {
    /// How many of so many devices it is, rounded up.
    #[must_use]
    pub fn of(self, devices: usize) -> usize {
        devices.saturating_mul(self.hundredths.into()).div_ceil(10_000)
    }
}

impl FromStr for FleetShare {
    type Err = FleetShareError;

    fn from_str(text: &str) -> Result<Self, FleetShareError> {
        let read = || {
            let percent = text.strip_suffix('%')?;
            let (whole, part) = percent.split_once('.').unwrap_or((percent, "0"));
            let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
            let is_exact = is_number(whole) && is_number(part) && part.len() <= 2;
            let (whole, part) = (whole.parse::<u16>().ok()?, format!("{part:0<2}").parse::<u16>());
            let hundredths = whole.checked_mul(100)?.checked_add(part.ok()?)?;
            (is_exact && hundredths <= 10_000).then_some(Self { hundredths })
        };
        read().ok_or_else(|| FleetShareError(text.to_owned()))
    }
}

impl fmt::Display for FleetShare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.hundredths / 100, self.hundredths % 100) {
            (whole, 0) => write!(f, "{whole}%"),
            (whole, part) if part % 10 == 0 => write!(f, "{whole}.{}%", part / 10),
            (whole, part) => write!(f, "{whole}.{part:02}%"),
        }
    }
}

impl fmt::Display for FleetShareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no share: write one such as 3% or 0.25%", self.0)
    }
}

impl std::error::Error for FleetShareError {}

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
    pub fn most(&self, devices: usize) -> usize {
        self.most_share.of(devices).max(self.always).min(devices)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_as_it_was_written() {
        for percent in 0..=100_usize {
            let share: FleetShare = format!("{percent}%").parse().unwrap();
            assert_eq!(share.to_string(), format!("{percent}%"));
            assert_eq!((share.of(100), share.of(10_000)), (percent, 100 * percent));
            assert_eq!(share.of(101), percent + usize::from(percent > 0));
        }
        for text in ["0.5%", "0.05%", "33.33%", "99.9%"] {
            assert_eq!(text.parse::<FleetShare>().unwrap().to_string(), text);
        }
        for text in ["", "%", "3", "100.01%", "-1%", "1.234%", "1.+1%", "700%", "9999999%", "x%"] {
            assert!(text.parse::<FleetShare>().is_err(), "{text}");
        }
    }
}
