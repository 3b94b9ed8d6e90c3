//! How a device is asked about.

use dt_model::{
    DataType, DeviceDetails, DeviceId, DeviceInfoQuery, EmptyBuckets, ExternalDomain, IntervalHours,
};

use jiff::SignedDuration;

use super::Question;
use crate::failure::{Failure, Result};
use crate::options::QuestionOptions;

/// How a device is asked about.
#[derive(Debug)]
pub(crate) struct Asking {
    /// What is to be counted, if that was given.
    pub(crate) data_type: Option<DataType>,
    odid: Option<DeviceId>,
    port: Option<u16>,
    domain: Option<ExternalDomain>,
    /// The width of a bucket, if it was given.
    pub(crate) interval: Option<IntervalHours>,
    default_interval: u32,
    similar_devices: u32,
    details: DeviceDetails,
    empty_buckets: EmptyBuckets,
    pub(crate) enrich: bool,
}

impl Asking {
    pub(super) fn resolve(options: &QuestionOptions, question: Option<Question>) -> Result<Self> {
        let asking = Self {
            data_type: options.datatype.map(DataType::from),
            odid: options.odid.map(DeviceId::new),
            port: options.port,
            domain: options
                .external_domain
                .as_deref()
                .map(ExternalDomain::new)
                .transpose()
                .map_err(|error| {
                    Failure::usage("--external-domain cannot be that").because(&error)
                })?,
            interval: options.interval_hours.map(IntervalHours::new).transpose().map_err(
                |error| Failure::usage("--interval-hours cannot be that").because(&error),
            )?,
            default_interval: match question {
                Some(Question::Transfers | Question::Compare) => 4,
                _ => 1,
            },
            similar_devices: options.similar_devices.unwrap_or(match question {
                Some(Question::Compare) => 3,
                Some(Question::Report) => 5,
                _ => 0,
            }),
            details: if question.is_some() { DeviceDetails::Full } else { DeviceDetails::Omitted },
            empty_buckets: EmptyBuckets::Shown,
            enrich: !options.no_enrich,
        };
        asking.check(question)?;
        Ok(asking)
    }

    /// For an answer that is passed on: it holds just this.
    pub(super) fn passing_on(self, details: DeviceDetails, empty_buckets: EmptyBuckets) -> Self {
        Self { details, empty_buckets, ..self }
    }

    /// Refuses what a question cannot mean.
    fn check(&self, question: Option<Question>) -> Result<()> {
        let counts = |wanted: &[DataType]| self.data_type.is_none_or(|of| wanted.contains(&of));
        let fits = match question {
            None | Some(Question::Timeline(_)) => true,
            Some(Question::Transfers) => counts(&[DataType::BytesOut, DataType::BytesIn]),
            Some(_) => counts(&[DataType::Connections]),
        };
        if !fits {
            return Err(Failure::usage("--datatype does not fit the question").hint(
                "connections count co, transfers sizeout and sizein; a timeline counts any",
            ));
        }
        let about_outside = matches!(question, Some(Question::External | Question::Report));
        if about_outside && self.odid.is_some() {
            return Err(Failure::usage("--odid does not fit a question about everything outside")
                .hint("use it with connections, transfers, compare or timeline"));
        }
        Ok(())
    }

    /// Whether the answer is restricted to a part of the traffic.
    pub(super) fn restricts(&self) -> bool {
        self.odid.is_some() || self.port.is_some() || self.domain.is_some()
    }

    /// How wide a bucket is.
    pub(crate) fn bucket(&self) -> SignedDuration {
        let hours = self.interval.map_or(self.default_interval, IntervalHours::get);
        SignedDuration::from_hours(hours.into())
    }

    /// The query about one device.
    pub(crate) fn query(&self, did: DeviceId) -> Result<DeviceInfoQuery> {
        let invalid = |error| Failure::usage("that cannot be asked").because(&error);
        let mut query = DeviceInfoQuery::new(did)
            .map_err(invalid)?
            .data_type(self.data_type.unwrap_or_default())
            .device_details(self.details)
            .empty_buckets(self.empty_buckets)
            .similar_devices(self.similar_devices)
            .interval(match self.interval {
                Some(interval) => interval,
                None => IntervalHours::new(self.default_interval).map_err(invalid)?,
            });
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
