//! Which devices are swept, and how far.

use std::fmt;
use std::str::FromStr;

use dt_analysis::Policy;
use dt_fleet::{FleetShare, Importance, Promotion, Shard};
use dt_lake::{KeepSeries, RunPlan};
use dt_model::{SeenSince, Selection};

/// How many similar devices a full report asks for, unless it is said otherwise.
const SIMILAR_DEVICES: u32 = 5;

/// Which devices are swept, and how far.
#[derive(Debug, Clone, PartialEq)]
pub struct FleetOptions {
    /// Which devices are swept.
    pub selection: Selection,
    /// Only devices that the appliance saw since then.
    pub seen_since: Option<SeenSince>,
    /// The part of the fleet that is swept. What was low or above before, and what is new, always is.
    pub shard: Option<Shard>,
    /// Which devices get a full report.
    pub deep: Deep,
    /// How many similar devices a full report asks for.
    pub similar_devices: u32,
    /// How many similar devices a first look asks for, to look at them with the same answers, if that is faster.
    pub cover: Option<u32>,
    /// Whether domains are looked up again that the appliance told of within a day.
    pub is_fresh: bool,
    /// Whose series are kept.
    pub keep_series: KeepSeries,
    /// How much devices matter.
    pub importance: Importance,
}

/// Which devices get a full report.
///
/// ```
/// use dt_sweep::fleet::Deep;
///
/// for text in ["auto", "none", "50", "3%"] {
///     assert_eq!(text.parse::<Deep>()?.to_string(), text);
/// }
/// assert!("101%".parse::<Deep>().is_err());
/// # Ok::<(), dt_sweep::fleet::DeepError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Deep {
    /// Those that deserve it.
    Promoted(Promotion),
    /// None.
    None,
}

/// Text that does not say which devices get a full report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeepError(String);

impl Default for FleetOptions {
    /// Every device, and a full report for those that deserve it.
    fn default() -> Self {
        Self {
            selection: Selection::default(),
            seen_since: None,
            shard: None,
            deep: Deep::default(),
            similar_devices: SIMILAR_DEVICES,
            cover: None,
            is_fresh: false,
            keep_series: KeepSeries::All,
            importance: Importance::default(),
        }
    }
}

impl FleetOptions {
    /// Whether not every device of the appliances is meant.
    pub(super) fn is_narrowed(&self) -> bool {
        !self.selection.is_empty() || self.seen_since.is_some()
    }

    /// By what the devices of these appliances are chosen and judged: a run that goes on must have the same.
    #[must_use]
    pub fn plan(
        &self,
        appliances: impl IntoIterator<Item: Into<String>>,
        policy: &Policy,
    ) -> RunPlan {
        let Selection { tags, types, subnets, .. } = &self.selection;
        let subnets: Vec<String> = subnets.iter().map(ToString::to_string).collect();
        let options = [
            ("tag", tags.join(", ")),
            ("type", types.join(", ")),
            ("subnet", subnets.join(", ")),
            ("seen_since", self.seen_since.map_or_else(String::new, |since| since.to_string())),
        ];
        let given = options.into_iter().filter(|(_, value)| !value.is_empty());
        let mut appliances: Vec<String> = appliances.into_iter().map(Into::into).collect();
        appliances.sort();
        RunPlan {
            policy: policy.digest(),
            appliances,
            shard: self.shard.map(|shard| shard.to_string()),
            selection: given.map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }
}

impl Default for Deep {
    fn default() -> Self {
        Self::Promoted(Promotion::default())
    }
}

impl FromStr for Deep {
    type Err = DeepError;

    fn from_str(text: &str) -> Result<Self, DeepError> {
        let bounded = |most_share, always| {
            Self::Promoted(Promotion { most_share, always, ..Promotion::default() })
        };
        let share = || text.parse().ok().map(|share| bounded(share, 0));
        let count = || text.parse().ok().map(|count| bounded(FleetShare::default(), count));
        let found = match text {
            "auto" => Some(Self::default()),
            "none" => Some(Self::None),
            _ => share().or_else(count),
        };
        found.ok_or_else(|| DeepError(text.to_owned()))
    }
}

impl fmt::Display for Deep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Promoted(promotion) if *promotion == Promotion::default() => f.write_str("auto"),
            Self::Promoted(Promotion { always: 0, most_share, .. }) => most_share.fmt(f),
            Self::Promoted(Promotion { always, .. }) => always.fmt(f),
        }
    }
}

impl fmt::Display for DeepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} says no devices: write auto, none, a number, or a share such as 3%", self.0)
    }
}

impl std::error::Error for DeepError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_get_a_full_report_is_said_as_it_was_written() {
        for number in 0..=100_usize {
            for text in [format!("{number}%"), number.to_string()] {
                let deep: Deep = text.parse().unwrap();
                assert_eq!(deep.to_string(), if text == "0" { "0%" } else { &text });
                let Deep::Promoted(promotion) = deep else { panic!("{text}") };
                assert_eq!(promotion.most(100), number, "{text}");
            }
        }
    }
}
