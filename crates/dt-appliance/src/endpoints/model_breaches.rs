//! `/modelbreaches`: the models that devices breached.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;

use super::device_facts::DeviceFacts;
use super::period::Period;
use crate::answer::{Answer, Refusal};
use crate::network::{Breach, Network};
use crate::parameters::Parameters;
use crate::records::Records;

pub(super) fn answer(
    records: &Records,
    mut parameters: Parameters,
    _: Timestamp,
) -> Result<Answer, Refusal> {
    let network = records.network();
    let did: Option<i64> = parameters.value("did")?;
    let pbid: Option<i64> = parameters.value("pbid")?;
    let pid: Option<i64> = parameters.value("pid")?;
    let period = Period::take(&mut parameters)?;
    let least: Option<f64> = parameters.value("minscore")?;
    let with_acknowledged = parameters.flag("includeacknowledged", false)?;
    let view = View {
        is_minimal: parameters.flag("minimal", false)?,
        has_device: parameters.flag("deviceattop", true)?,
        is_historic: parameters.flag("historicmodelonly", false)?,
    };
    // Numbers are names here already, and nothing is suppressed.
    parameters.flag("expandenums", false)?;
    parameters.flag("includesuppressed", false)?;
    parameters.finish()?;

    let breaches = network.breaches();
    let wanted = breaches.iter().filter(|breach| {
        did.is_none_or(|did| breach.did.get() == did)
            && pbid.is_none_or(|pbid| breach.pbid == pbid)
            && pid.is_none_or(|pid| breach.model.pid == pid)
            && period.is_none_or(|period| period.holds(breach.time))
            && least.is_none_or(|least| breach.score >= least)
            && (with_acknowledged || breach.acknowledged_by.is_none())
    });
    let entries: Vec<Entry<'_>> = wanted.map(|breach| Entry::of(breach, network, view)).collect();
    Ok(Answer::json(&entries))
}

/// How much is said of each.
#[derive(Debug, Clone, Copy)]
struct View {
    is_minimal: bool,
    has_device: bool,
    is_historic: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    comment_count: u32,
    pbid: i64,
    time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    creation_time: Option<i64>,
    model: Models<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    triggered_components: Option<[Component<'a>; 1]>,
    score: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged: Option<Acknowledged>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<Breacher<'a>>,
}

/// The model as it was, and as it is.
#[derive(Serialize)]
#[serde(untagged)]
enum Models<'a> {
    Both { then: Model<'a>, now: Model<'a> },
    Historic(Model<'a>),
}

#[derive(Serialize, Clone, Copy)]
struct Model<'a> {
    name: &'a str,
    pid: i64,
    priority: u8,
    category: &'a str,
}

#[derive(Serialize)]
struct Acknowledged {
    username: &'static str,
    time: i64,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Breacher<'a> {
    Known(Box<DeviceFacts<'a>>),
    Minimal { did: i64 },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Component<'a> {
    time: i64,
    metric: Metric<'a>,
    triggered_filters: Vec<Filter<'a>>,
}

#[derive(Serialize)]
struct Metric<'a> {
    label: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Filter<'a> {
    filter_type: &'static str,
    trigger: Trigger<'a>,
}

#[derive(Serialize)]
struct Trigger<'a> {
    value: Cow<'a, str>,
}

impl<'a> Entry<'a> {
    fn of(breach: &'a Breach, network: &'a Network, view: View) -> Self {
        let Breach { model, did, .. } = breach;
        let time = breach.time * 1000;
        let (name, pid, priority, category) =
            (model.name, model.pid, model.priority, model.category);
        let shown = Model { name, pid, priority, category };
        let device = || match network.index_of(*did) {
            Some(index) if !view.is_minimal => {
                Breacher::Known(Box::new(DeviceFacts::full(network, index).without_tags()))
            }
            _ => Breacher::Minimal { did: did.get() },
        };
        Self {
            comment_count: 0,
            pbid: breach.pbid,
            time,
            creation_time: (!view.is_minimal).then_some(time + 7_000),
            model: if view.is_historic {
                Models::Historic(shown)
            } else {
                Models::Both { then: shown, now: shown }
            },
            triggered_components: (!view.is_minimal).then(|| [Component::of(breach)]),
            score: breach.score,
            acknowledged: breach
                .acknowledged_by
                .map(|username| Acknowledged { username, time: time + 5_400_000 }),
            device: view.has_device.then(device),
        }
    }
}

impl<'a> Component<'a> {
    fn of(breach: &'a Breach) -> Self {
        let filter = |filter_type, value| Filter { filter_type, trigger: Trigger { value } };
        let domain =
            breach.domain.as_deref().map(|domain| filter("Connection hostname", domain.into()));
        let port = breach.port.map(|port| filter("Destination port", port.to_string().into()));
        Self {
            time: breach.time * 1000,
            metric: Metric { label: breach.model.metric },
            triggered_filters: domain.into_iter().chain(port).collect(),
        }
    }
}
