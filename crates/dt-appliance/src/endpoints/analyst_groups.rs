//! `/aianalyst/groups`: what the appliance's analyst put together.

use jiff::Timestamp;
use serde::Serialize;

use super::period::Period;
use crate::answer::{Answer, Refusal};
use crate::network::Group;
use crate::parameters::Parameters;
use crate::records::Records;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "an appliance says so many things of a group")]
struct Entry {
    id: String,
    active: bool,
    acknowledged: bool,
    pinned: bool,
    user_triggered: bool,
    external_triggered: bool,
    previous_ids: [String; 0],
    incident_events: [Event; 1],
    mitre_tactics: [&'static str; 1],
    devices: [i64; 1],
    initial_devices: [i64; 1],
    category: &'static str,
    group_score: f64,
    start: i64,
    end: i64,
    edges: [(); 0],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    uuid: String,
    start: i64,
    title: &'static str,
    trigger_did: i64,
    visible: bool,
}

pub(super) fn answer(
    records: &Records,
    mut parameters: Parameters,
    _: Timestamp,
) -> Result<Answer, Refusal> {
    let did: Option<i64> = parameters.value("did")?;
    let id = parameters.text("groupid");
    let period = Period::take(&mut parameters)?;
    let least: Option<f64> = parameters.value("minscore")?;
    let most: Option<f64> = parameters.value("maxscore")?;
    // Nobody has acknowledged one, and there is one language.
    parameters.flag("includeacknowledged", false)?;
    parameters.text("locale");
    parameters.finish()?;

    let entries = records.network().groups().into_iter().filter(|group| {
        did.is_none_or(|did| group.did.get() == did)
            && period.is_none_or(|period| period.holds(group.start) || period.holds(group.end))
            && least.is_none_or(|least| group.score >= least)
            && most.is_none_or(|most| group.score <= most)
    });
    let entries = entries.map(Entry::from);
    let entries: Vec<Entry> =
        entries.filter(|entry| id.as_ref().is_none_or(|id| entry.id == *id)).collect();
    Ok(Answer::json(&entries))
}

impl From<Group> for Entry {
    fn from(group: Group) -> Self {
        let did = group.did.get();
        // As a UUID looks; what it is made of says which one it is.
        let id = |kind: u8| format!("{did:08x}-0000-4000-8000-{kind:02x}{:010x}", group.number);
        Self {
            id: id(1),
            active: true,
            acknowledged: false,
            pinned: false,
            user_triggered: false,
            external_triggered: false,
            previous_ids: [],
            incident_events: [Event {
                uuid: id(2),
                start: group.start * 1000,
                title: group.title,
                trigger_did: did,
                visible: true,
            }],
            mitre_tactics: [group.tactic],
            devices: [did],
            initial_devices: [did],
            category: group.category,
            group_score: group.score,
            start: group.start * 1000,
            end: group.end * 1000,
            edges: [],
        }
    }
}
