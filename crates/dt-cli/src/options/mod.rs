//! Groups of options, which a command takes if it obeys them.

mod appliance;
mod devices;
mod output;
mod query;

pub(crate) use appliance::{
    ApplianceListOptions, ApplianceOptions, DIALECTS, DemoOptions, InputOptions, NetworkOptions,
};
pub(crate) use devices::{DeviceOptions, SELECTION, SelectionOptions};
pub(crate) use output::{
    AssessmentOptions, EventOptions, ExclusionOptions, FailOnOptions, FindingOptions, Format,
    FormatOptions, LEVELS, OUTPUT, OutputOptions, VerbosityOptions, ZoneOptions,
};
pub(crate) use query::{
    DATA_TYPES, EnrichOptions, IntervalOptions, ReportQueryOptions, ReportRunOptions,
    RestrictOptions, RuleOptions, Rules, SeriesOptions, SimilarOptions, TimeRangeOptions,
    TrafficOptions,
};
