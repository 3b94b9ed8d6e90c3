//! What a device is asked, whichever device it is, by the options of commands.

use dt_analysis::plan::Endpoints;
use dt_model::{
    DataType, DeviceDetails, DeviceInfoParameters, EmptyBuckets, ExternalDomain, IntervalHours,
};

use crate::options::{
    EnrichOptions, IntervalOptions, ReportQueryOptions, RestrictOptions, SimilarOptions,
    TrafficOptions,
};

/// What a device is asked, whichever device it is.
#[derive(Debug, Clone)]
pub(crate) struct QueryOptions {
    pub(crate) parameters: DeviceInfoParameters,
    /// The width of a bucket, if it was given.
    pub(crate) interval: Option<IntervalHours>,
    /// Which external hosts are asked about as well.
    pub(crate) endpoints: Endpoints,
}

impl QueryOptions {
    /// About all traffic in buckets of an hour, unless they are said to be wider.
    pub(crate) fn hourly(interval: &IntervalOptions) -> Self {
        Self::every(IntervalHours::ONE, interval)
    }

    /// About all traffic in buckets of four hours, unless they are said to be of another width.
    pub(crate) fn four_hourly(interval: &IntervalOptions) -> Self {
        Self::every(IntervalHours::FOUR, interval)
    }

    fn every(by_default: IntervalHours, interval: &IntervalOptions) -> Self {
        let parameters = DeviceInfoParameters {
            interval: interval.interval_hours.unwrap_or(by_default),
            device_details: DeviceDetails::Full,
            ..DeviceInfoParameters::default()
        };
        Self { parameters, interval: interval.interval_hours, endpoints: Endpoints::default() }
    }

    fn with(mut self, change: impl FnOnce(&mut DeviceInfoParameters)) -> Self {
        change(&mut self.parameters);
        self
    }

    /// About a part of the traffic.
    pub(crate) fn restrict(self, restrict: RestrictOptions) -> Self {
        let RestrictOptions { port, external_domain } = restrict;
        self.with(|it| (it.port, it.external_domain) = (port, external_domain))
    }

    /// About a part of the traffic, or that with one destination.
    pub(crate) fn traffic(self, traffic: TrafficOptions) -> Self {
        let restricted = self.restrict(traffic.restrict);
        restricted.with(|it| it.destination = traffic.destination.odid)
    }

    /// For a report: about all traffic, beside similar devices.
    pub(crate) fn of_report(options: &ReportQueryOptions) -> Self {
        Self::hourly(&options.interval).similar(&options.similar, 5).enrich(&options.enrich)
    }

    /// With external hosts, unless they are not wanted.
    pub(crate) fn enrich(self, enrich: &EnrichOptions) -> Self {
        let endpoints = if enrich.no_enrich { Endpoints::Omitted } else { Endpoints::default() };
        Self { endpoints, ..self }
    }

    /// Counting something; what a question counts by itself if it is not said.
    pub(crate) fn counting(self, data_type: Option<DataType>) -> Self {
        self.with(|it| it.data_type = data_type)
    }

    /// With so many similar devices, unless it is said how many.
    pub(crate) fn similar(self, similar: &SimilarOptions, by_default: u32) -> Self {
        self.with(|it| it.similar_devices = similar.similar_devices.unwrap_or(by_default))
    }

    /// For an answer that is passed on as it is.
    pub(crate) fn passing_on(self, details: DeviceDetails, empty_buckets: EmptyBuckets) -> Self {
        self.with(|it| (it.device_details, it.empty_buckets) = (details, empty_buckets))
    }

    /// What decides which answers are made, by the names of the options.
    pub(crate) fn settings(&self) -> impl Iterator<Item = (&'static str, String)> {
        fn shown<T: ToString>(value: Option<T>) -> String {
            value.map_or_else(|| "any".to_owned(), |value| value.to_string())
        }
        let DeviceInfoParameters { interval, similar_devices, port, external_domain, .. } =
            &self.parameters;
        let omitted = matches!(self.endpoints, Endpoints::Omitted);
        [
            ("--interval-hours", interval.get().to_string()),
            ("--similar-devices", similar_devices.to_string()),
            ("--no-enrich", if omitted { "given" } else { "not given" }.to_owned()),
            ("--port", shown(*port)),
            ("--external-domain", shown(external_domain.as_ref().map(ExternalDomain::as_str))),
        ]
        .into_iter()
    }
}
