//! What went to single domains outside, hour by hour.

use dt_model::{
    DeviceDetails, DeviceId, DeviceInfo, DeviceInfoQuery, DomainQuestion, ExternalDomain,
};
use futures_util::{StreamExt, stream};

use crate::{AsyncClient, AsyncTransport, Client, Error, Needs, Transport};

/// Asks again about single domains, one request after another.
///
/// An appliance does not say which domains the traffic of an hour went to. It says so for a domain
/// it is asked about, so whoever finds an unusual hour asks about the domains that may explain it.
/// The width of a bucket is that of `query`; similar devices are not asked for.
///
/// A domain about which nothing is answered has no answer among these.
///
/// # Errors
///
/// Any other error, at once.
///
/// ```
/// use dt_model::{DataType, DeviceId, DeviceInfoQuery, DomainQuestion};
/// use dt_transport::{Client, Exchange, ReplayTransport, gather_domains};
/// use http::StatusCode;
///
/// let target = "/deviceinfo?datatype=sizeout&did=230&externaldomain=a.example\
///     &fulldevicedetails=false&intervalhours=1&odid=0&showallgraphdata=true";
/// let body = r#"{"deviceInfo":[{"did":230,"graphData":[{"time":1580000000000,"count":355}]}]}"#;
/// let transport = ReplayTransport::new([Exchange::new(target, StatusCode::OK, body)]);
/// let credentials = dt_auth::Credentials::new("pub", "priv")?;
/// let client = Client::new(transport, "https://appliance.example".parse()?, credentials);
///
/// let query = DeviceInfoQuery::new(DeviceId::new(230))?;
/// let question =
///     DomainQuestion { domain: "a.example".to_owned(), data_type: DataType::BytesOut };
/// let answers = gather_domains(&client, &query, &[question])?;
/// assert_eq!(answers[0].subject.domain.as_deref(), Some("a.example"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn gather_domains<T: Transport>(
    client: &Client<T>,
    query: &DeviceInfoQuery,
    questions: &[DomainQuestion],
) -> Result<Vec<DeviceInfo>, Error> {
    let mut answers = Vec::with_capacity(questions.len());
    for (question, query) in queries(query, questions) {
        answers.extend(about(question, client.device_info(&query))?);
    }
    Ok(answers)
}

/// [`gather_domains`] without blocking, with several requests under way at once.
pub async fn gather_domains_async<T: AsyncTransport>(
    client: &AsyncClient<T>,
    query: &DeviceInfoQuery,
    questions: &[DomainQuestion],
) -> Result<Vec<DeviceInfo>, Error> {
    let mut answers = Vec::with_capacity(questions.len());
    let mut coming = stream::iter(queries(query, questions))
        .map(async |(question, query)| about(question, client.device_info(&query).await))
        .buffered(Needs::DEFAULT_IN_FLIGHT);
    while let Some(answer) = coming.next().await {
        answers.extend(answer?);
    }
    Ok(answers)
}

/// What is asked about each domain. What an answer listed need not be something to ask for.
fn queries<'a>(
    query: &DeviceInfoQuery,
    questions: &'a [DomainQuestion],
) -> impl Iterator<Item = (&'a DomainQuestion, DeviceInfoQuery)> {
    let query = query
        .clone()
        .destination(DeviceId::EXTERNAL)
        .similar_devices(0)
        .device_details(DeviceDetails::Omitted);
    questions.iter().filter_map(move |question| {
        let domain = ExternalDomain::new(&question.domain).ok()?;
        Some((question, query.clone().data_type(question.data_type).external_domain(domain)))
    })
}

/// An answer need not say which domain it is about.
fn about(
    question: &DomainQuestion,
    answer: Result<DeviceInfo, Error>,
) -> Result<Option<DeviceInfo>, Error> {
    match answer {
        Ok(mut answer) => {
            answer.subject.domain = Some(question.domain.clone());
            Ok(Some(answer))
        }
        Err(error) if error.is_not_found() || error.is_bad_parameter() => Ok(None),
        Err(error) => Err(error),
    }
}
