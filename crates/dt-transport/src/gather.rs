//! Everything an analysis needs to know about a device, asked for in one place.

use std::collections::HashSet;

use dt_model::{
    DeviceDetails, DeviceId, DeviceInfo, DeviceInfoQuery, EndpointDetails, Evidence, EvidencePart,
    Named, Profile,
};
use futures_util::{StreamExt, stream};

use crate::{AsyncClient, AsyncTransport, Client, EndpointQuery, Error, List, Transport};

/// Which responses about a device are needed.
///
/// All `/deviceinfo` questions come from one query and differ only in what they count and whether
/// they are about the outside: a restriction to a port, say, or the width of a bucket is that of
/// the query. Device details are asked for with the first question only, since every answer has the
/// same.
///
/// ```
/// use dt_model::{DeviceId, DeviceInfoQuery, EvidencePart};
/// use dt_transport::Needs;
///
/// let query = DeviceInfoQuery::new(DeviceId::new(12345))?.similar_devices(5);
/// let parts = [EvidencePart::Connections, EvidencePart::Endpoints];
/// let needs = Needs::new(query, parts).endpoints(20);
/// // Which endpoints to ask about is only known from the external answer.
/// assert!(needs.includes(EvidencePart::External));
/// # Ok::<(), dt_model::InvalidParameter>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    query: DeviceInfoQuery,
    parts: Vec<EvidencePart>,
    endpoints: usize,
    in_flight: usize,
}

impl Needs {
    /// How many endpoints are asked about unless told otherwise.
    pub const DEFAULT_ENDPOINTS: usize = 10;
    /// How many requests are under way at once unless told otherwise.
    pub const DEFAULT_IN_FLIGHT: usize = 4;

    /// These parts of the evidence about the device of `query`.
    #[must_use]
    pub fn new(query: DeviceInfoQuery, parts: impl IntoIterator<Item = EvidencePart>) -> Self {
        let asked: Vec<_> = parts.into_iter().collect();
        let endpoints = asked.contains(&EvidencePart::Endpoints);
        let needed = |part: &EvidencePart| {
            asked.contains(part) || (endpoints && *part == EvidencePart::External)
        };
        Self {
            query,
            // In a fixed order, each once.
            parts: EvidencePart::ALL.into_iter().filter(needed).collect(),
            endpoints: Self::DEFAULT_ENDPOINTS,
            in_flight: Self::DEFAULT_IN_FLIGHT,
        }
    }

    /// At most how many endpoints are asked about. Half of them are the largest that no similar device
    /// lists, if there are so many; the others are the largest of the rest.
    #[must_use]
    pub fn endpoints(self, most: usize) -> Self {
        Self { endpoints: most, ..self }
    }

    /// At most how many requests [`gather_async`] has under way at once; at least 1.
    #[must_use]
    pub fn in_flight(self, most: usize) -> Self {
        Self { in_flight: most.max(1), ..self }
    }

    /// Whether this part is asked for.
    #[must_use]
    pub fn includes(&self, part: EvidencePart) -> bool {
        self.parts.contains(&part)
    }

    /// The `/deviceinfo` questions.
    fn questions(&self) -> impl Iterator<Item = (EvidencePart, DeviceInfoQuery)> {
        self.parts.iter().filter_map(|&part| {
            let query = self.query.clone().data_type(part.data_type()?);
            let query = match self.parts.first() {
                Some(&first) if first == part => query,
                _ => query.device_details(DeviceDetails::Omitted),
            };
            let query = match part {
                EvidencePart::External | EvidencePart::ExternalOut => {
                    query.destination(DeviceId::EXTERNAL)
                }
                _ => query,
            };
            Some((part, query))
        })
    }

    /// The questions about endpoints, once the external answers are there. The documented dialect
    /// says where its destinations are, and lists no domains here.
    fn endpoint_questions(&self, gathered: &Gathered) -> Vec<EndpointQuery> {
        if !self.includes(EvidencePart::Endpoints) {
            return Vec::new();
        }
        let Evidence { external, external_out, .. } = &gathered.evidence;
        let answers = || external.iter().chain(external_out);
        let similar = answers().flat_map(|answer| &answer.similar);
        let known: HashSet<&str> =
            similar.flat_map(|similar| domains(&similar.profile)).map(|(name, _)| name).collect();
        let mut largest: Vec<(&str, f64)> =
            answers().flat_map(|answer| domains(&answer.subject)).collect();
        largest.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        let mut seen = HashSet::new();
        largest.retain(|(name, _)| seen.insert(*name));

        let is_rare = |name: &str| !known.is_empty() && !known.contains(name);
        let names = || largest.iter().map(|(name, _)| *name);
        let rare = names().filter(|name| is_rare(name)).take(self.endpoints.div_ceil(2));
        let mut asked: Vec<&str> = rare.collect();
        let others = names().filter(|name| !asked.contains(name));
        let others: Vec<&str> = others.take(self.endpoints - asked.len()).collect();
        asked.extend(others);
        asked.into_iter().map(EndpointQuery::new).collect()
    }
}

/// The domains that a profile lists by name, with their shares.
fn domains(profile: &Profile) -> impl Iterator<Item = (&str, f64)> {
    let listed = profile.breakdown.as_ref().and_then(|it| it.external_domains.as_deref());
    listed.unwrap_or_default().iter().filter_map(|part| match &part.key {
        Named::One(name) => Some((name.as_str(), part.share.value())),
        Named::Others => None,
    })
}

/// The responses that came, and what did not.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What was answered. A part that was asked for and is `None` is in [`missed`](Self::missed),
    /// or, for endpoints, there was nothing to ask about.
    pub evidence: Evidence,
    /// What was not answered, because it is not there or not allowed.
    pub missed: Vec<Missed>,
}

/// A part of the evidence that an appliance would not give.
#[derive(Debug, thiserror::Error)]
#[error("failed to gather the part {part}")]
pub struct Missed {
    /// Which part.
    pub part: EvidencePart,
    /// Why.
    #[source]
    pub error: Error,
}

/// Asks for what is needed, one request after another.
///
/// A part that is not there or not allowed ([`Error::is_not_found`], [`Error::is_permission`],
/// [`Error::is_no_endpoint`]) is missed, and the rest goes on: it is then "not reported".
///
/// # Errors
///
/// Any other error, at once; and if no `/deviceinfo` answer came at all, the first reason why.
///
/// ```
/// use dt_model::{DeviceId, DeviceInfoQuery, EvidencePart};
/// use dt_transport::{Client, Exchange, Needs, Query, ReplayTransport, gather};
/// use http::StatusCode;
///
/// let query = DeviceInfoQuery::new(DeviceId::new(230))?;
/// let co = query.target().wire();
/// let body = r#"{"deviceInfo":[{"did":230,"graphData":[{"time":1580000000000,"count":355}]}]}"#;
/// let sizeout = co.replace("=co", "=sizeout");
/// let transport = ReplayTransport::new([
///     Exchange::new(co, StatusCode::OK, body),
///     Exchange::new(sizeout, StatusCode::NOT_FOUND, ""),
/// ]);
/// let credentials = dt_auth::Credentials::new("pub", "priv")?;
/// let client = Client::new(transport, "https://appliance.example".parse()?, credentials);
///
/// let needs = Needs::new(query, [EvidencePart::Connections, EvidencePart::BytesOut]);
/// let gathered = gather(&client, &needs)?;
/// assert!(gathered.evidence.connections.is_some());
/// assert_eq!(gathered.missed[0].part, EvidencePart::BytesOut);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn gather<T: Transport>(client: &Client<T>, needs: &Needs) -> Result<Gathered, Error> {
    let mut gathered = Gathered::default();
    for (part, query) in needs.questions() {
        gathered.place(part, client.device_info(&query))?;
    }
    gathered.demand_an_answer()?;

    for query in needs.endpoint_questions(&gathered) {
        if !gathered.place_endpoint(client.endpoint_details(&query))? {
            break;
        }
    }
    Ok(gathered)
}

/// [`gather`] without blocking, with several requests under way at once.
pub async fn gather_async<T: AsyncTransport>(
    client: &AsyncClient<T>,
    needs: &Needs,
) -> Result<Gathered, Error> {
    let mut gathered = Gathered::default();
    let mut answers = stream::iter(needs.questions())
        .map(async |(part, query)| (part, client.device_info(&query).await))
        .buffered(needs.in_flight);
    while let Some((part, answer)) = answers.next().await {
        gathered.place(part, answer)?;
    }
    gathered.demand_an_answer()?;

    let mut endpoints = stream::iter(needs.endpoint_questions(&gathered))
        .map(async |query| client.endpoint_details(&query).await)
        .buffered(needs.in_flight);
    while let Some(answer) = endpoints.next().await {
        if !gathered.place_endpoint(answer)? {
            break;
        }
    }
    Ok(gathered)
}

impl Gathered {
    fn place(
        &mut self,
        part: EvidencePart,
        answer: Result<DeviceInfo, Error>,
    ) -> Result<(), Error> {
        let place = match part {
            EvidencePart::Connections => &mut self.evidence.connections,
            EvidencePart::BytesOut => &mut self.evidence.bytes_out,
            EvidencePart::BytesIn => &mut self.evidence.bytes_in,
            EvidencePart::External => &mut self.evidence.external,
            EvidencePart::ExternalOut => &mut self.evidence.external_out,
            EvidencePart::Endpoints => unreachable!("endpoints are no /deviceinfo question"),
        };
        match answer {
            Ok(info) => *place = Some(info),
            Err(error) => self.miss(part, error)?,
        }
        Ok(())
    }

    /// Whether asking about the next endpoint makes sense.
    fn place_endpoint(
        &mut self,
        answer: Result<List<EndpointDetails>, Error>,
    ) -> Result<bool, Error> {
        match answer {
            Ok(list) => {
                self.evidence.endpoints.get_or_insert_default().extend(list.items);
                Ok(true)
            }
            // About this one nothing is known; that is an answer.
            Err(error) if error.is_not_found() => {
                self.evidence.endpoints.get_or_insert_default();
                Ok(true)
            }
            Err(error) => self.miss(EvidencePart::Endpoints, error).map(|()| false),
        }
    }

    fn miss(&mut self, part: EvidencePart, error: Error) -> Result<(), Error> {
        if error.is_not_found() || error.is_permission() || error.is_no_endpoint() {
            self.missed.push(Missed { part, error });
            Ok(())
        } else {
            Err(error)
        }
    }

    /// A device about which nothing at all is answered is not there, or not for this user.
    fn demand_an_answer(&mut self) -> Result<(), Error> {
        if self.evidence.answers().next().is_none() && !self.missed.is_empty() {
            return Err(self.missed.remove(0).error);
        }
        Ok(())
    }
}
