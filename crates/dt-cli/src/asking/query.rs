//! What a device is asked, whichever device it is, by the options of commands.

use dt_analysis::Policy;
use dt_analysis::plan::{AnalysisKind, Endpoints};
use dt_model::{DeviceInfoParameters, ExternalDomain, IntervalHours};
use dt_sweep::Inquiry;

use crate::options::{
    EnrichOptions, IntervalOptions, ReportQueryOptions, RestrictOptions, SimilarOptions,
    TrafficOptions,
};

/// What a device is asked, whichever device it is.
#[derive(Debug, Clone)]
pub(crate) struct QueryOptions {
    /// Which analysis the answers are for.
    pub(crate) kind: AnalysisKind,
    pub(crate) parameters: DeviceInfoParameters,
    /// The width of a bucket, if it was given.
    pub(crate) interval: Option<IntervalHours>,
    /// Which external hosts are asked about as well.
    pub(crate) endpoints: Endpoints,
}

impl QueryOptions {
    /// What an analysis asks, in buckets of its own unless they are said to be of another width.
    pub(crate) fn of(kind: AnalysisKind, interval: &IntervalOptions) -> Self {
        let mut parameters = kind.parameters();
        let interval = interval.interval_hours;
        parameters.interval = interval.unwrap_or(parameters.interval);
        Self { kind, parameters, interval, endpoints: Endpoints::default() }
    }

    /// About a part of the traffic, or that with one destination.
    pub(crate) fn of_traffic(kind: AnalysisKind, traffic: TrafficOptions) -> Self {
        let mut query = Self::of(kind, &traffic.interval).restrict(traffic.restrict);
        query.parameters.destination = traffic.odid;
        query
    }

    /// About a part of the traffic.
    pub(crate) fn restrict(mut self, restrict: RestrictOptions) -> Self {
        self.parameters.port = restrict.port;
        self.parameters.external_domain = restrict.external_domain;
        self
    }

    /// For a report: about all traffic, beside similar devices.
    pub(crate) fn of_report(options: &ReportQueryOptions) -> Self {
        let query = Self::of(AnalysisKind::Report, &options.interval);
        query.similar(&options.similar).enrich(&options.enrich)
    }

    /// With external hosts, unless they are not wanted.
    pub(crate) fn enrich(self, enrich: &EnrichOptions) -> Self {
        let endpoints = if enrich.no_enrich { Endpoints::Omitted } else { Endpoints::default() };
        Self { endpoints, ..self }
    }

    /// With so many similar devices, if it is said how many.
    pub(crate) fn similar(mut self, similar: &SimilarOptions) -> Self {
        let count = similar.similar_devices;
        self.parameters.similar_devices = count.unwrap_or(self.parameters.similar_devices);
        self
    }

    /// What is asked about each device, which is judged by these thresholds.
    pub(crate) fn inquiry<'a>(&'a self, policy: &'a Policy) -> Inquiry<'a> {
        let Self { kind, ref parameters, endpoints, .. } = *self;
        Inquiry { kind, parameters, endpoints, policy }
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
