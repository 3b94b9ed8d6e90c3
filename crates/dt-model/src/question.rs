//! What can be asked about a device, and what comes of it.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode_str;

use crate::{
    ApiQuery, DataType, DeviceDetails, DeviceId, DeviceInfo, DeviceInfoQuery, DomainQuestion,
    Endpoint, EndpointDetails, EndpointQuery, EvidencePart, ExternalDomain, IncidentGroup,
    IncidentGroupsQuery, InvalidParameter, List, ModelBreach, ModelBreachesQuery, Pairs, ReadError,
    Subject, Warning, WatchedDomain, WatchedDomainsQuery,
};

/// A question whose answer is part of the [evidence](crate::Evidence) about a device.
///
/// ```
/// use dt_model::{DeviceId, DeviceInfoQuery, EvidencePart, Question};
///
/// let query = DeviceInfoQuery::new(DeviceId::new(7))?;
/// let question = Question::part(EvidencePart::External, &query);
/// assert_eq!(question.did(), Some(DeviceId::new(7)));
/// assert_eq!(question.to_string(), "external");
/// # Ok::<(), dt_model::InvalidParameter>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Question {
    /// A part of the evidence that is an answer of `/deviceinfo`.
    Part(EvidencePart, DeviceInfoQuery),
    /// How much went to one domain outside, hour by hour.
    Domain(DomainQuestion, DeviceInfoQuery),
    /// What the appliance knows about a host outside.
    Endpoint(EndpointQuery),
    /// Which models were breached: by one device, or by any.
    Breaches(ModelBreachesQuery),
    /// What the appliance's analyst put together: about one device, or about any.
    Analyst(IncidentGroupsQuery),
    /// Which domains the appliance watches.
    Watched(WatchedDomainsQuery),
}

/// What a question was answered with.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Answer {
    /// Of [`Question::Part`] and [`Question::Domain`].
    DeviceInfo(Box<DeviceInfo>),
    /// Of [`Question::Endpoint`].
    Endpoints(List<EndpointDetails>),
    /// Of [`Question::Breaches`].
    Breaches(List<ModelBreach>),
    /// Of [`Question::Analyst`].
    Analyst(List<IncidentGroup>),
    /// Of [`Question::Watched`].
    Watched(List<WatchedDomain>),
}

impl Answer {
    pub(crate) fn into_device_info(self) -> Option<DeviceInfo> {
        match self {
            Self::DeviceInfo(info) => Some(*info),
            _ => None,
        }
    }

    pub(crate) fn into_endpoints(self) -> Vec<EndpointDetails> {
        match self {
            Self::Endpoints(list) => list.items,
            _ => Vec::new(),
        }
    }

    pub(crate) fn into_breaches(self) -> Vec<ModelBreach> {
        match self {
            Self::Breaches(list) => list.items,
            _ => Vec::new(),
        }
    }

    pub(crate) fn into_incident_groups(self) -> Vec<IncidentGroup> {
        match self {
            Self::Analyst(list) => list.items,
            _ => Vec::new(),
        }
    }

    pub(crate) fn into_watched_domains(self) -> Vec<WatchedDomain> {
        match self {
            Self::Watched(list) => list.items,
            _ => Vec::new(),
        }
    }

    /// What was odd about it.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        match self {
            Self::DeviceInfo(info) => &info.warnings,
            Self::Endpoints(list) => &list.warnings,
            Self::Breaches(list) => &list.warnings,
            Self::Analyst(list) => &list.warnings,
            Self::Watched(list) => &list.warnings,
        }
    }
}

impl Question {
    /// Asks for a part about the device of `query`, whose other parameters it keeps: the width of a
    /// bucket, say, or a restriction to a port.
    ///
    /// What is no answer of `/deviceinfo` is asked otherwise; it is taken as connections here.
    #[must_use]
    pub fn part(part: EvidencePart, query: &DeviceInfoQuery) -> Self {
        let (part, data_type) = match part.data_type() {
            Some(data_type) => (part, data_type),
            None => (EvidencePart::Connections, DataType::Connections),
        };
        let query = query.clone().data_type(data_type);
        let query = match part {
            EvidencePart::External | EvidencePart::ExternalOut => {
                query.destination(DeviceId::EXTERNAL)
            }
            _ => query,
        };
        Self::Part(part, query)
    }

    /// Asks how much went from the device of `query` to a domain. Neither similar devices nor device
    /// details are asked for once more.
    #[must_use]
    pub fn domain(question: DomainQuestion, query: &DeviceInfoQuery) -> Self {
        let query = query
            .clone()
            .data_type(question.data_type)
            .destination(DeviceId::EXTERNAL)
            .similar_devices(0)
            .device_details(DeviceDetails::Omitted);
        Self::Domain(question, query)
    }

    /// Asks what the appliance knows about a host outside.
    #[must_use]
    pub fn endpoint(endpoint: impl Into<Endpoint>) -> Self {
        Self::Endpoint(EndpointQuery::new(endpoint))
    }

    /// The device it is about; `None` if it is about none, as a host outside, or about all of them: every
    /// device that wants the answer gets the same.
    #[must_use]
    pub const fn did(&self) -> Option<DeviceId> {
        match self {
            Self::Part(_, query) | Self::Domain(_, query) => Some(query.did()),
            Self::Breaches(query) => query.did(),
            Self::Analyst(query) => query.did(),
            Self::Endpoint(_) | Self::Watched(_) => None,
        }
    }

    /// What its answer is to be about.
    #[must_use]
    pub const fn subject(&self) -> Subject<'_> {
        match self {
            Self::Part(part, _) => Subject::Part(*part),
            Self::Domain(question, _) => Subject::Domain(question),
            Self::Endpoint(query) => Subject::Endpoint(query.endpoint()),
            Self::Breaches(_) => Subject::Part(EvidencePart::Breaches),
            Self::Analyst(_) => Subject::Part(EvidencePart::Analyst),
            Self::Watched(_) => Subject::Part(EvidencePart::Watched),
        }
    }

    /// The part of the evidence as which its answer can be [given](EvidencePart::GIVEN); `None` for one
    /// about a single domain.
    #[must_use]
    pub const fn evidence_part(&self) -> Option<EvidencePart> {
        match self {
            Self::Part(part, _) => Some(*part),
            Self::Domain(..) => None,
            Self::Endpoint(_) => Some(EvidencePart::Endpoints),
            Self::Breaches(_) => Some(EvidencePart::Breaches),
            Self::Analyst(_) => Some(EvidencePart::Analyst),
            Self::Watched(_) => Some(EvidencePart::Watched),
        }
    }

    /// The endpoint's path.
    #[must_use]
    pub fn path(&self) -> &'static str {
        match self {
            Self::Part(_, query) | Self::Domain(_, query) => query.path(),
            Self::Endpoint(query) => query.path(),
            Self::Breaches(query) => query.path(),
            Self::Analyst(query) => query.path(),
            Self::Watched(query) => query.path(),
        }
    }

    /// The parameters by name, decoded.
    ///
    /// # Errors
    ///
    /// If the domain is none that can be asked about.
    pub fn pairs(&self) -> Result<Pairs<'_>, InvalidParameter> {
        Ok(match self {
            Self::Part(_, query) => query.pairs().collect(),
            Self::Endpoint(query) => query.pairs(),
            Self::Breaches(query) => query.pairs(),
            Self::Analyst(query) => query.pairs(),
            Self::Watched(query) => query.pairs(),
            Self::Domain(question, query) => {
                let query = query.clone().external_domain(ExternalDomain::new(&question.domain)?);
                let owned = |(name, value): (_, Cow<'_, str>)| (name, value.into_owned().into());
                query.pairs().map(owned).collect()
            }
        })
    }

    /// Reads the body of a successful response.
    ///
    /// # Errors
    ///
    /// If it is no answer to this question, or is about another device.
    pub fn read(&self, body: &[u8]) -> Result<Answer, ReadError> {
        Ok(match self {
            Self::Part(_, query) => Answer::DeviceInfo(Box::new(query.read(body)?)),
            Self::Domain(question, query) => {
                let mut answer = query.read(body)?;
                // An answer need not say which domain it is about.
                answer.subject.domain = Some(question.domain.clone());
                Answer::DeviceInfo(Box::new(answer))
            }
            Self::Endpoint(query) => Answer::Endpoints(query.read(body)?),
            Self::Breaches(query) => Answer::Breaches(query.read(body)?),
            Self::Analyst(query) => Answer::Analyst(query.read(body)?),
            Self::Watched(query) => Answer::Watched(query.read(body)?),
        })
    }

    /// The question that a recorded request asked, by its target: path and query as they were sent.
    /// `None` if the answer is no part of the evidence about a device.
    ///
    /// What stands before the endpoint's path is where the appliance was reached.
    ///
    /// ```
    /// use dt_model::{EvidencePart, Question};
    ///
    /// let question = Question::from_target("/site/deviceinfo?datatype=sizeout&did=7&odid=0").unwrap();
    /// assert_eq!(question.evidence_part(), Some(EvidencePart::ExternalOut));
    /// assert_eq!(Question::from_target("/devices?did=7"), None);
    /// ```
    #[must_use]
    pub fn from_target(target: &str) -> Option<Self> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let decoded: Vec<(&str, Cow<'_, str>)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name, percent_decode_str(value).decode_utf8_lossy()))
            .collect();
        let pairs = || decoded.iter().map(|(name, value)| (*name, &**value));
        match path.rsplit('/').next()? {
            "endpointdetails" => EndpointQuery::from_pairs(pairs()).map(Self::Endpoint),
            "deviceinfo" => Some(Self::of(DeviceInfoQuery::from_pairs(pairs()).ok()?)),
            "modelbreaches" => ModelBreachesQuery::from_pairs(pairs()).map(Self::Breaches),
            "groups" if path.ends_with("/aianalyst/groups") => {
                IncidentGroupsQuery::from_pairs(pairs()).map(Self::Analyst)
            }
            // With other parameters it lists sources, or the domains of one.
            "intelfeed" if pairs().eq([("fulldetails", "true")]) => {
                Some(Self::Watched(WatchedDomainsQuery))
            }
            _ => None,
        }
    }

    /// What a query asks for, by what it counts and where to.
    fn of(query: DeviceInfoQuery) -> Self {
        let outside = query.restricted_to() == Some(DeviceId::EXTERNAL);
        match (query.domain(), query.counts()) {
            (Some(domain), data_type) => {
                let domain = domain.as_str().to_owned();
                Self::Domain(DomainQuestion { domain, data_type }, query)
            }
            (None, DataType::Connections) if outside => Self::Part(EvidencePart::External, query),
            (None, DataType::BytesOut) if outside => Self::Part(EvidencePart::ExternalOut, query),
            (None, data_type) => Self::Part(EvidencePart::counting(data_type), query),
        }
    }
}

/// What it is about, as a message names it.
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.subject().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(target: &str) -> Option<EvidencePart> {
        Question::from_target(target)?.evidence_part()
    }

    #[test]
    fn a_target_says_which_part_it_asked_for() {
        assert_eq!(part("/deviceinfo?did=1"), Some(EvidencePart::Connections));
        let outside = "/behind/a/proxy/deviceinfo?datatype=sizeout&did=1&odid=0";
        assert_eq!(part(outside), Some(EvidencePart::ExternalOut));
        assert_eq!(part("/endpointdetails?hostname=a"), Some(EvidencePart::Endpoints));
        assert_eq!(part("/devices?did=1"), None);
        assert_eq!(part("/deviceinfo?did=1&datatype=else"), None);
    }

    #[test]
    fn what_the_appliance_says_of_its_own_accord_is_found_by_its_target() {
        let times = "endtime=1795474800000&includeacknowledged=true&starttime=1793055600000";
        let (start, end) = ("2026-10-26T23:00:00Z", "2026-11-23T23:00:00Z");
        let (start, end) = (start.parse().unwrap(), end.parse().unwrap());
        let did = DeviceId::new(7);
        let breaches = ModelBreachesQuery::new(start, end);
        for (target, question) in [
            (format!("/a/modelbreaches?did=7&{times}"), Question::Breaches(breaches.device(did))),
            (format!("/modelbreaches?{times}"), Question::Breaches(breaches)),
            (
                format!("/aianalyst/groups?did=7&{times}"),
                Question::Analyst(IncidentGroupsQuery::new(start, end).device(did)),
            ),
            ("/intelfeed?fulldetails=true".to_owned(), Question::Watched(WatchedDomainsQuery)),
        ] {
            assert_eq!(Question::from_target(&target), Some(question), "{target}");
        }
        for target in ["/modelbreaches?did=7", "/groups?endtime=1&starttime=0", "/intelfeed"] {
            assert_eq!(Question::from_target(target), None, "{target}");
        }
    }

    #[test]
    fn every_part_is_what_its_question_asks_for() {
        let outside = DeviceInfoQuery::new(DeviceId::new(1)).unwrap().data_type(DataType::BytesIn);
        for part in EvidencePart::ALL {
            let asked = Question::part(part, &outside).evidence_part();
            let counts = part.data_type().is_some();
            let expected = if counts { part } else { EvidencePart::Connections };
            assert_eq!(asked, Some(expected));
        }
    }

    #[test]
    fn a_domain_is_what_it_was_before_it_was_sent() {
        let target = "/deviceinfo?did=1&externaldomain=b%C3%BCcher.example&intervalhours=4";
        let Some(Question::Domain(question, query)) = Question::from_target(target) else {
            panic!("no question about a domain");
        };
        assert_eq!(question.domain, "bücher.example");
        assert_eq!(query.bucket_width().get(), 4);
    }

    #[test]
    fn a_domain_that_cannot_be_asked_about_is_an_error_only_when_asked() {
        let query = DeviceInfoQuery::new(DeviceId::new(1)).unwrap();
        let about = |domain: &str| DomainQuestion {
            domain: domain.to_owned(),
            data_type: DataType::BytesOut,
        };
        let question = Question::domain(about("a\r\nb"), &query);
        assert!(question.pairs().is_err());
        assert_eq!(question.to_string(), r#"sizeout to "a\r\nb""#);
        assert!(Question::domain(about("a.example"), &query).pairs().is_ok());
    }
}
