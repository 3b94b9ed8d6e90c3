//! Every threshold, list and weight, in one place.

mod change;
mod counts;
mod direction;
mod drops;
mod external;
mod finding;
mod forecast;
mod mix;
mod novelty;
mod peers;
mod priority;
mod regularity;
mod threshold;
mod timeline;
mod transfers;
mod trend;

pub use change::ChangePolicy;
pub use counts::CountPolicy;
pub use direction::DirectionPolicy;
pub use drops::DropPolicy;
pub use external::{DomainGrouping, ExternalPolicy, RiskWeights, Tenths, UnresolvedCountry};
pub use finding::FindingPolicy;
pub use forecast::ForecastPolicy;
pub use mix::MixPolicy;
pub use novelty::NoveltyPolicy;
pub use peers::{LowerBounds, PeerPolicy, ZeroBaseline};
pub use priority::PriorityPolicy;
pub use regularity::RegularityPolicy;
pub use threshold::{Threshold, ThresholdGroup, ThresholdValue};
pub use timeline::TimelinePolicy;
pub use transfers::TransferPolicy;
pub use trend::TrendPolicy;

use uuid::Uuid;

use crate::namespace::NAMESPACE;

/// What the analyses go by.
///
/// [`Policy::documented`] is the module document's: its thresholds are exact, and the faults of its
/// code are corrected. [`Policy::default`] keeps the thresholds and never turns what is not known
/// into a number, or into a risk.
///
/// ```
/// use dt_analysis::Policy;
///
/// let strict = Policy {
///     transfers: dt_analysis::TransferPolicy { upload_heavy_above: 1.5, ..Default::default() },
///     ..Policy::default()
/// };
/// assert_eq!(strict.peers, Policy::default().peers);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Policy {
    /// Which analyses there are.
    pub analyses: Analyses,
    /// What becomes of a metric that a response does not report.
    pub unknowns: Unknowns,
    /// Whether an estimate is beyond a limit.
    pub estimates: Estimates,
    /// For [`transfers`](crate::transfers).
    pub transfers: TransferPolicy,
    /// For [`peers`](crate::peers).
    pub peers: PeerPolicy,
    /// For [`external`](crate::external) and [`risk`](crate::risk).
    pub external: ExternalPolicy,
    /// For [`timeline`](crate::timeline).
    pub timeline: TimelinePolicy,
    /// For [`direction`](crate::direction).
    pub direction: DirectionPolicy,
    /// For [`regularity`](crate::regularity).
    pub regularity: RegularityPolicy,
    /// For [`mix`](crate::mix).
    pub mix: MixPolicy,
    /// For [`novelty`](crate::novelty).
    pub novelty: NoveltyPolicy,
    /// For drops among the [findings](mod@crate::finding).
    pub drops: DropPolicy,
    /// For [`finding`](crate::finding).
    pub finding: FindingPolicy,
    /// For [`priority`](crate::priority).
    pub priority: PriorityPolicy,
    /// For [`counts`](crate::counts).
    pub counts: CountPolicy,
    /// For [`change`](crate::change).
    pub change: ChangePolicy,
    /// For [`trend`](crate::trend).
    pub trend: TrendPolicy,
    /// For [`forecast`](crate::forecast).
    pub forecast: ForecastPolicy,
}

/// Which analyses there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Analyses {
    /// Those of the document, and the extended ones with their findings.
    #[default]
    All,
    /// Only those of the document.
    Documented,
}

/// What becomes of a metric that a response of the documented dialect does not report. In the
/// appliance dialect it stays unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unknowns {
    /// It stays unknown.
    #[default]
    StayUnknown,
    /// It counts as zero, as in the document.
    CountAsZero,
}

/// Whether an estimate is beyond a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Estimates {
    /// Only if all that it may be is: its margin has to clear the limit, too.
    #[default]
    ClearTheLimit,
    /// If its middle is, as if it had been counted.
    TakenAsCounted,
}

impl Policy {
    /// The module document's rules, exactly.
    #[must_use]
    pub fn documented() -> Self {
        Self {
            analyses: Analyses::Documented,
            unknowns: Unknowns::CountAsZero,
            estimates: Estimates::TakenAsCounted,
            peers: PeerPolicy {
                zero_baseline: ZeroBaseline::RatioOfZero,
                lower_bounds: LowerBounds::ComparedAsListed,
                ..PeerPolicy::default()
            },
            external: ExternalPolicy {
                domains: DomainGrouping::LastTwoLabels,
                unresolved_country: UnresolvedCountry::CountsAsUnknown,
                high_risk_countries: ["Unknown", "China", "Russia", "North Korea"]
                    .map(Into::into)
                    .into(),
                ..ExternalPolicy::default()
            },
            ..Self::default()
        }
    }

    /// The thresholds by which something is judged: without those of the extended analyses where only the
    /// documented ones are made.
    #[must_use]
    pub fn thresholds(&self) -> Vec<Threshold> {
        // What is done with unknowns and estimates is no threshold, but what rules are called for.
        let Self {
            analyses,
            unknowns: _,
            estimates: _,
            transfers,
            peers,
            external,
            timeline,
            direction,
            regularity,
            mix,
            novelty,
            drops,
            finding,
            priority,
            counts,
            change,
            trend,
            forecast,
        } = self;
        let documented = [transfers.thresholds(), peers.thresholds(), external.thresholds()];
        let extended = || {
            [
                timeline.thresholds(),
                drops.thresholds(),
                finding.thresholds(),
                novelty.thresholds(),
                direction.thresholds(),
                regularity.thresholds(),
                mix.thresholds(),
                priority.thresholds(),
                counts.thresholds(),
                change.thresholds(),
                trend.thresholds(),
                forecast.thresholds(),
            ]
        };
        let extended = (*analyses == Analyses::All).then(extended);
        extended.into_iter().flatten().chain(documented).flatten().collect()
    }

    /// Different for different thresholds and choices: 32 hexadecimal digits over their names and values.
    /// How they are called in the program makes no difference.
    #[must_use]
    pub fn digest(&self) -> String {
        let thresholds = self.thresholds().into_iter().map(|threshold| {
            let Threshold { group, name, value, .. } = threshold;
            format!("{}.{name}={}", group.name, value.canonical())
        });
        let choices = self.choices().into_iter().map(|(name, value)| format!("{name}={value}"));
        let pairs: Vec<String> = choices.chain(thresholds).collect();
        // No name or value holds this character.
        Uuid::new_v5(&NAMESPACE, pairs.join("\u{1e}").as_bytes()).simple().to_string()
    }

    /// What is chosen of the alternatives to the document, by names that never change.
    fn choices(&self) -> [(&'static str, &'static str); 7] {
        [
            (
                "analyses",
                match self.analyses {
                    Analyses::All => "all",
                    Analyses::Documented => "documented",
                },
            ),
            (
                "unknowns",
                match self.unknowns {
                    Unknowns::StayUnknown => "stay_unknown",
                    Unknowns::CountAsZero => "count_as_zero",
                },
            ),
            (
                "estimates",
                match self.estimates {
                    Estimates::ClearTheLimit => "clear_the_limit",
                    Estimates::TakenAsCounted => "taken_as_counted",
                },
            ),
            (
                "peers.zero_baseline",
                match self.peers.zero_baseline {
                    ZeroBaseline::NoRatio => "no_ratio",
                    ZeroBaseline::RatioOfZero => "ratio_of_zero",
                },
            ),
            (
                "peers.lower_bounds",
                match self.peers.lower_bounds {
                    LowerBounds::NotCompared => "not_compared",
                    LowerBounds::ComparedAsListed => "compared_as_listed",
                },
            ),
            (
                "external.domains",
                match self.external.domains {
                    DomainGrouping::PublicSuffixList => "public_suffix_list",
                    DomainGrouping::LastTwoLabels => "last_two_labels",
                },
            ),
            (
                "external.unresolved_country",
                match self.external.unresolved_country {
                    UnresolvedCountry::NotReported => "not_reported",
                    UnresolvedCountry::CountsAsUnknown => "counts_as_unknown",
                },
            ),
        ]
    }
}
