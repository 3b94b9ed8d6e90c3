//! What is asked about a device, and how it is assessed: each command takes what it obeys.

use clap::builder::TypedValueParser;
use clap::{Args, ValueEnum, value_parser};
use dt_analysis::Policy;
use dt_model::{DataType, DeviceId, ExternalDomain, IntervalHours};

use super::{ApplianceOptions, DeviceOptions};
use crate::choice::Choice;

/// What is counted.
pub(crate) const DATA_TYPES: [Choice<DataType>; 3] = [
    ("co", Some("Connections"), DataType::Connections),
    ("sizeout", Some("Bytes sent"), DataType::BytesOut),
    ("sizein", Some("Bytes received"), DataType::BytesIn),
];

/// A part of the traffic.
#[derive(Debug, Args)]
pub(crate) struct RestrictOptions {
    /// Only traffic on this port
    #[arg(long)]
    pub(crate) port: Option<u16>,

    /// Only external traffic with this domain
    #[arg(long, value_name = "DOMAIN", value_parser = ExternalDomain::new)]
    pub(crate) external_domain: Option<ExternalDomain>,
}

/// How wide a bucket is.
#[derive(Debug, Args)]
pub(crate) struct IntervalOptions {
    /// Hours per bucket [default: 4 for transfers and compare, else 1]
    #[arg(long, value_name = "HOURS")]
    #[arg(value_parser = value_parser!(u32).try_map(IntervalHours::new))]
    pub(crate) interval_hours: Option<IntervalHours>,
}

/// Which traffic, in which buckets.
#[derive(Debug, Args)]
pub(crate) struct TrafficOptions {
    /// Only traffic with this destination device; 0 is everything external
    #[arg(long, value_name = "DID", allow_negative_numbers = true)]
    #[arg(value_parser = value_parser!(i64).map(DeviceId::new))]
    pub(crate) odid: Option<DeviceId>,

    #[command(flatten)]
    pub(crate) restrict: RestrictOptions,
    #[command(flatten)]
    pub(crate) interval: IntervalOptions,
}

/// Which traffic, in which buckets, from when to when.
#[derive(Debug, Args)]
pub(crate) struct SeriesOptions {
    #[command(flatten)]
    pub(crate) traffic: TrafficOptions,
    #[command(flatten)]
    pub(crate) range: TimeRangeOptions,
}

/// What a report about a device is made from.
#[derive(Debug, Args)]
pub(crate) struct ReportQueryOptions {
    #[command(flatten)]
    pub(crate) similar: SimilarOptions,
    #[command(flatten)]
    pub(crate) interval: IntervalOptions,
    #[command(flatten)]
    pub(crate) enrich: EnrichOptions,
}

/// Which devices a device is compared with.
#[derive(Debug, Args)]
pub(crate) struct SimilarOptions {
    /// How many similar devices to ask for [default: 3 for compare, 5 for a report]
    #[arg(long, value_name = "N")]
    pub(crate) similar_devices: Option<u32>,
}

/// Whether external hosts are asked about.
#[derive(Debug, Args)]
pub(crate) struct EnrichOptions {
    /// Ask neither about external hosts, so that countries are not reported, nor what the appliance says
    /// of its own accord
    #[arg(long)]
    pub(crate) no_enrich: bool,
}

/// How it is assessed.
#[derive(Debug, Args)]
pub(crate) struct RuleOptions {
    /// Rule set [default: extended]
    #[arg(long, value_enum)]
    pub(crate) rules: Option<Rules>,
}

/// A rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rules {
    /// The module document's, exactly
    Documented,
    /// What is not known stays unknown
    Extended,
}

impl RuleOptions {
    /// The rule set.
    pub(crate) fn rules(&self) -> Rules {
        self.rules.unwrap_or(Rules::Extended)
    }

    /// Its thresholds.
    pub(crate) fn policy(&self) -> Policy {
        match self.rules() {
            Rules::Documented => Policy::documented(),
            Rules::Extended => Policy::default(),
        }
    }
}

/// From when to when.
#[derive(Debug, Default, Args)]
pub(crate) struct TimeRangeOptions {
    /// Only buckets starting at or after TIME: 2026-11-17, 2026-11-17T02:00Z, or 7d for a week ago
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,

    /// Only buckets starting before TIME
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
}

/// Which devices an appliance is asked about, and what.
#[derive(Debug, Args)]
pub(crate) struct ReportRunOptions {
    #[command(flatten)]
    pub(crate) devices: DeviceOptions,
    #[command(flatten)]
    pub(crate) report: ReportQueryOptions,
    #[command(flatten)]
    pub(crate) appliance: ApplianceOptions,
}
