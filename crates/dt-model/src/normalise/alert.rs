//! Answers of `/modelbreaches`, `/aianalyst/groups` and `/intelfeed`.

use super::{one_or_many, required, sound_items, text, within};
use crate::error::ReadError;
use crate::warning::{Path, WarningLog};
use crate::wire::alert as wire;
use crate::wire::leaves::Millis;
use crate::wire::lenient::Lenient;
use crate::{IncidentGroup, ModelBreach, Warning, WatchedDomain};

pub(crate) fn breaches(bytes: &[u8]) -> Result<(Vec<ModelBreach>, Vec<Warning>), ReadError> {
    one_or_many(bytes, "/modelbreaches", breach)
}

pub(crate) fn groups(bytes: &[u8]) -> Result<(Vec<IncidentGroup>, Vec<Warning>), ReadError> {
    one_or_many(bytes, "/aianalyst/groups", group)
}

pub(crate) fn watched(bytes: &[u8]) -> Result<(Vec<WatchedDomain>, Vec<Warning>), ReadError> {
    one_or_many(bytes, "/intelfeed", watched_domain)
}

/// A breach without a number or a time cannot be told or placed.
fn breach(breach: wire::Breach, at: Path<'_>, log: &mut WarningLog) -> Option<ModelBreach> {
    let pbid = required(breach.pbid, "pbid", at, log)?;
    let Millis(time) = required(breach.time, "time", at, log)?;
    let device = breach.device.accept(at.key("device"), log).unwrap_or_default();
    let (model, priority) = model(breach.model, at.key("model"), log);
    let score = within(breach.score, &(0.0..=1.0), "a number from 0 to 1", at.key("score"), log);
    Some(ModelBreach {
        pbid,
        time,
        did: device.did.accept(at.key("device").key("did"), log),
        model,
        priority,
        score,
        acknowledged: is_acknowledged(breach.acknowledged, at, log),
    })
}

/// Name and priority of a model: as it was, else as it is, else as it stands there by itself.
fn model(
    models: Lenient<wire::Models>,
    at: Path<'_>,
    log: &mut WarningLog,
) -> (Option<String>, Option<u64>) {
    let Some(models) = models.accept(at, log) else { return (None, None) };
    let (at, model) = match (models.then, models.now) {
        (then, _) if then.is_value() => (at.key("then"), then),
        (_, now) if !now.is_missing() => (at.key("now"), now),
        _ => {
            let name = text(models.name, at.key("name"), log);
            return (name, models.priority.accept(at.key("priority"), log));
        }
    };
    let Some(model) = model.accept(at, log) else { return (None, None) };
    (text(model.name, at.key("name"), log), model.priority.accept(at.key("priority"), log))
}

fn group(group: wire::Group, at: Path<'_>, log: &mut WarningLog) -> Option<IncidentGroup> {
    let id = required(group.id, "id", at, log)?;
    let mut time =
        |value: Lenient<Millis>, key| value.accept(at.key(key), log).map(|Millis(time)| time);
    let (start, end) = (time(group.start, "start"), time(group.end, "end"));
    let devices = sound_items(group.devices, at.key("devices"), log, |did, _, _| Some(did));
    let events = sound_items(group.events, at.key("incidentEvents"), log, |event, at, log| {
        text(event.title, at.key("title"), log)
    });
    let mut titles: Vec<String> = Vec::new();
    for title in events.unwrap_or_default() {
        if !titles.contains(&title) {
            titles.push(title);
        }
    }
    let score =
        within(group.score, &(0.0..=100.0), "a number from 0 to 100", at.key("groupScore"), log);
    Some(IncidentGroup {
        id,
        start,
        end,
        devices: devices.unwrap_or_default(),
        titles,
        category: text(group.category, at.key("category"), log),
        score,
        acknowledged: is_acknowledged(group.acknowledged, at, log),
    })
}

fn watched_domain(
    watched: wire::Watched,
    at: Path<'_>,
    log: &mut WarningLog,
) -> Option<WatchedDomain> {
    match watched {
        wire::Watched::Name(name) => Some(WatchedDomain { name, description: None }),
        wire::Watched::Entry(entry) => Some(WatchedDomain {
            name: required(entry.name, "name", at, log)?,
            description: text(entry.description, at.key("description"), log),
        }),
    }
}

/// What does not say it has not been acknowledged.
fn is_acknowledged(said: Lenient<wire::Acknowledged>, at: Path<'_>, log: &mut WarningLog) -> bool {
    said.accept(at.key("acknowledged"), log).is_some_and(|wire::Acknowledged(yes)| yes)
}
