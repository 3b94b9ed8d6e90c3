//! What a device is asked, whichever device it is.

use dt_analysis::plan::Endpoints;
use dt_model::{
    DataType, DeviceDetails, DeviceId, DeviceInfoQuery, EmptyBuckets, ExternalDomain,
    IntervalHours, InvalidParameter,
};
use jiff::SignedDuration;

use crate::options::{
    EnrichOptions, IntervalOptions, ReportQueryOptions, RestrictOptions, SimilarOptions,
    TrafficOptions,
};

/// What a device is asked, whichever device it is.
#[derive(Debug, Clone)]
pub(crate) struct QueryOptions {
    /// What is to be counted, if that was given.
    pub(crate) data_type: Option<DataType>,
    odid: Option<DeviceId>,
    port: Option<u16>,
    domain: Option<ExternalDomain>,
    /// The width of a bucket, if it was given.
    pub(crate) interval: Option<IntervalHours>,
    default_interval: IntervalHours,
    similar_devices: u32,
    details: DeviceDetails,
    empty_buckets: EmptyBuckets,
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

    fn every(default_interval: IntervalHours, interval: &IntervalOptions) -> Self {
        Self {
            data_type: None,
            odid: None,
            port: None,
            domain: None,
            interval: interval.interval_hours,
            default_interval,
            similar_devices: 0,
            details: DeviceDetails::Full,
            empty_buckets: EmptyBuckets::Shown,
            endpoints: Endpoints::default(),
        }
    }

    /// About a part of the traffic.
    pub(crate) fn restrict(self, restrict: RestrictOptions) -> Self {
        Self { port: restrict.port, domain: restrict.external_domain, ..self }
    }

    /// About a part of the traffic, or that with one destination.
    pub(crate) fn traffic(self, traffic: TrafficOptions) -> Self {
        Self { odid: traffic.destination.odid, ..self }.restrict(traffic.restrict)
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
        Self { data_type, ..self }
    }

    /// With so many similar devices, unless it is said how many.
    pub(crate) fn similar(self, similar: &SimilarOptions, by_default: u32) -> Self {
        Self { similar_devices: similar.similar_devices.unwrap_or(by_default), ..self }
    }

    /// For an answer that is passed on as it is.
    pub(crate) fn passing_on(self, details: DeviceDetails, empty_buckets: EmptyBuckets) -> Self {
        Self { details, empty_buckets, ..self }
    }

    /// Whether the answer is restricted to a part of the traffic.
    pub(crate) fn restricts(&self) -> bool {
        self.odid.is_some() || self.port.is_some() || self.domain.is_some()
    }

    /// Whether the answer is restricted to what goes outside.
    pub(crate) fn is_external(&self) -> bool {
        self.odid == Some(DeviceId::EXTERNAL)
    }

    /// What a timeline counts; `None` for connections and the bytes sent outside, which cannot be asked
    /// about another destination.
    pub(crate) fn counted(&self) -> Option<DataType> {
        self.data_type.or_else(|| self.odid.map(|_| DataType::Connections))
    }

    /// How wide a bucket is.
    pub(crate) fn bucket(&self) -> SignedDuration {
        let hours = self.interval.unwrap_or(self.default_interval).get();
        SignedDuration::from_hours(hours.into())
    }

    /// What decides which answers are made, by the names of the options.
    pub(crate) fn settings(&self) -> impl Iterator<Item = (&'static str, String)> {
        let any = || "any".to_owned();
        let hours = self.interval.unwrap_or(self.default_interval).get();
        let omitted = matches!(self.endpoints, Endpoints::Omitted);
        [
            ("--interval-hours", hours.to_string()),
            ("--similar-devices", self.similar_devices.to_string()),
            ("--no-enrich", if omitted { "given" } else { "not given" }.to_owned()),
            ("--port", self.port.map_or_else(any, |port| port.to_string())),
            (
                "--external-domain",
                self.domain.as_ref().map_or_else(any, |domain| domain.as_str().to_owned()),
            ),
        ]
        .into_iter()
    }

    /// The query about one device.
    pub(crate) fn query(&self, did: DeviceId) -> Result<DeviceInfoQuery, InvalidParameter> {
        let mut query = DeviceInfoQuery::new(did)?
            .data_type(self.data_type.unwrap_or_default())
            .device_details(self.details)
            .empty_buckets(self.empty_buckets)
            .similar_devices(self.similar_devices)
            .interval(self.interval.unwrap_or(self.default_interval));
        if let Some(odid) = self.odid {
            query = query.destination(odid);
        }
        if let Some(port) = self.port {
            query = query.port(port);
        }
        if let Some(domain) = &self.domain {
            query = query.external_domain(domain.clone());
        }
        Ok(query)
    }
}
