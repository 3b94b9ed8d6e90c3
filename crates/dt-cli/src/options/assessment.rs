//! What commands take that make reports about devices.

use clap::Args;

use super::{
    ApplianceOptions, DeviceOptions, FailOnOptions, FindingOptions, OutputOptions,
    ReportQueryOptions, RuleOptions,
};

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

/// By which rules devices are assessed, and what is told of that.
#[derive(Debug, Args)]
pub(crate) struct AssessmentOptions {
    #[command(flatten)]
    pub(crate) rules: RuleOptions,
    #[command(flatten)]
    pub(crate) fail_on: FailOnOptions,
    #[command(flatten)]
    pub(crate) findings: FindingOptions,
    #[command(flatten)]
    pub(crate) output: OutputOptions,
}
