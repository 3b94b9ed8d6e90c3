//! What went between a device and the outside, destination by destination?
//!
//! Counted by destination where an answer does that, else estimated from the shares of its lists.

use std::collections::HashMap;

use dt_model::{
    Amount, BreakdownEntry, Destination, DeviceInfo, EndpointDetails, Evidence, NamedOrOthers,
    Port, Scope,
};
use jiff::Timestamp;

/// What went between a device and one destination outside, over all the time that an answer covers.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Whom it was with; `None` for the destinations that the appliance merged.
    pub destination: Option<Outside>,
    /// The one port that was used, if only one was.
    pub port: Option<u16>,
    /// Connections.
    pub connections: Option<Amount>,
    /// Bytes sent.
    pub bytes_out: Option<Amount>,
    /// Bytes received.
    pub bytes_in: Option<Amount>,
    /// When the first of it was seen, else when the answer begins.
    pub start: Option<Timestamp>,
    /// When the last of it was seen, else when the answer ends.
    pub end: Option<Timestamp>,
}

/// A destination outside.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outside {
    /// Its host or domain name.
    pub name: Option<String>,
    /// Its address.
    pub ip: Option<String>,
    /// The countries it is in.
    pub countries: Vec<String>,
    /// Whose network it is in, such as `AS64511 Example Cloud`.
    pub asn: Option<String>,
}

impl Flow {
    /// In the order of the response, those that the appliance merged together.
    #[must_use]
    pub fn list(evidence: &Evidence) -> Vec<Self> {
        let Some(answer) = evidence.external.answer().or(evidence.connections.answer()) else {
            return Vec::new();
        };
        if let Some(destinations) = &answer.subject.destinations {
            let external = destinations.iter().filter(|it| it.scope == Some(Scope::External));
            return external.map(|destination| Self::counted(destination, answer)).collect();
        }
        let details: HashMap<String, &EndpointDetails> = evidence
            .endpoint_details()
            .filter_map(|it| Some((it.hostname.as_ref()?.to_ascii_lowercase(), it)))
            .collect();
        let mut flows: Vec<Self> = Vec::new();
        let mut places: HashMap<Option<&str>, usize> = HashMap::new();
        for (answer, part) in evidence.external.answer().into_iter().flat_map(parts) {
            places.insert(name(part), flows.len());
            flows
                .push(Self { connections: part.amount, ..Self::estimated(part, answer, &details) });
        }
        for (answer, part) in evidence.external_out.answer().into_iter().flat_map(parts) {
            let place = *places.entry(name(part)).or_insert_with(|| {
                flows.push(Self::estimated(part, answer, &details));
                flows.len() - 1
            });
            flows[place].bytes_out = part.amount;
        }
        flows
    }

    fn counted(destination: &Destination, answer: &DeviceInfo) -> Self {
        let exact = |count: u64| Amount::Exact(count.into());
        let series = &answer.subject.series;
        Self {
            destination: Some(Outside {
                name: destination.hostname.clone(),
                ip: destination.ip.clone(),
                countries: destination.country.iter().cloned().collect(),
                asn: None,
            }),
            port: match destination.ports.as_slice() {
                [Port::Number(port)] => Some(*port),
                _ => None,
            },
            connections: Some(exact(destination.connections)),
            bytes_out: destination.bytes_sent.map(exact),
            bytes_in: destination.bytes_received.map(exact),
            start: destination.first_seen.or(series.start()),
            end: destination.last_seen.or(series.end()),
        }
    }

    fn estimated(
        part: &BreakdownEntry<NamedOrOthers>,
        answer: &DeviceInfo,
        details: &HashMap<String, &EndpointDetails>,
    ) -> Self {
        let series = &answer.subject.series;
        Self {
            destination: name(part).map(|name| {
                let known = details.get(&name.to_ascii_lowercase());
                Outside {
                    name: Some(name.to_owned()),
                    ip: None,
                    countries: known
                        .map(|it| it.countries().map(str::to_owned).collect())
                        .unwrap_or_default(),
                    asn: known.and_then(|it| it.asn.clone()),
                }
            }),
            port: None,
            connections: None,
            bytes_out: None,
            bytes_in: None,
            start: series.start(),
            end: series.end(),
        }
    }
}

/// What is listed without a name went to no destination that could be told.
fn parts(
    answer: &DeviceInfo,
) -> impl Iterator<Item = (&DeviceInfo, &BreakdownEntry<NamedOrOthers>)> {
    let listed = answer.subject.breakdown.as_ref().and_then(|it| it.external_domains.as_deref());
    let told = listed.unwrap_or_default().iter().filter(|it| it.key != NamedOrOthers::Unnamed);
    told.map(move |part| (answer, part))
}

fn name(part: &BreakdownEntry<NamedOrOthers>) -> Option<&str> {
    match &part.key {
        NamedOrOthers::One(name) => Some(name),
        NamedOrOthers::Unnamed | NamedOrOthers::Others => None,
    }
}
