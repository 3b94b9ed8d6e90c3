//! The documented dialect: times in seconds, everything counted.

mod destinations;
mod devices;
mod graph;
mod summary;

use destinations::{Destination, destinations};
use devices::{Details, Identity, details, identity};
use graph::{Bucket, graph};
use serde::{Serialize, Serializer};
use summary::{Summary, summary};

use super::question::Question;
use super::view::Subject;

/// The answer about `subjects`, of which the first is the device asked for.
pub(crate) fn answer<'a>(
    subjects: &'a [Subject<'a>],
    question: &'a Question,
) -> impl Serialize + 'a {
    let view = &subjects[0].view;
    let destinations = destinations(view);
    let details = question.full_device_details.then(|| details(subjects));
    Body {
        device: identity(view),
        graphdata: graph(view, question),
        devicedetails: details,
        similar_devices: (question.similar_devices > 0).then(|| {
            let similar = subjects[1..].iter().map(|subject| Similar {
                did: subject.view.device.did.get(),
                hostname: &subject.view.device.hostname,
                similarity_score: f64::from(subject.score) / 100.0,
                graphdata: graph(&subject.view, question),
            });
            similar.collect()
        }),
        summary: summary(view, destinations.len()),
        destinations,
    }
}

#[derive(Serialize)]
struct Body<'a> {
    device: Identity<'a>,
    graphdata: Vec<Bucket>,
    destinations: Vec<Destination<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    devicedetails: Option<Members<String, Details<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    similar_devices: Option<Vec<Similar<'a>>>,
    summary: Summary,
}

/// An object whose keys are data, in this order.
struct Members<K, V>(Vec<(K, V)>);

impl<K: Serialize, V: Serialize> Serialize for Members<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[derive(Serialize)]
struct Similar<'a> {
    did: i64,
    hostname: &'a str,
    similarity_score: f64,
    graphdata: Vec<Bucket>,
}
