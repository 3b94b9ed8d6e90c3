//! What the extended analyses say, in sentences.

use dt_analysis::{AsOf, Status};

use super::numbers::plural;
use super::{part, times};
use crate::contract::{
    Counts, Divergence, Extended, Forecast, Novelty, NoveltyList, Trend, UnknownList, WithMessage,
};
use crate::unit::Unit;

/// What each analysis looked at, and what it says; nothing of those that had nothing to look at.
pub(crate) fn sentences(found: &Extended) -> Vec<(&'static str, String)> {
    let direction = found.direction.as_ref();
    let change = direction.and_then(|direction| direction.change.as_ref());
    let mix = |mix: &Option<WithMessage<Divergence>>| mix.as_ref().map(|mix| mix.message.clone());
    [
        ("regularity", found.regularity.as_ref().map(|it| it.message.clone())),
        ("direction", direction.map(|it| it.message.clone())),
        ("change of direction", change.map(|it| it.message.clone())),
        ("port mix", mix(&found.mix.ports)),
        ("peer mix", mix(&found.mix.peers)),
        ("domain mix", mix(&found.mix.domains)),
        ("new activity", Some(novelty(&found.novelty))),
        ("counts", found.counts.as_ref().map(counts)),
    ]
    .into_iter()
    .filter_map(|(what, says)| Some((what, says?)))
    .collect()
}

/// What is new, by name as far as there are few.
fn novelty(found: &Novelty) -> String {
    if found.basis.status.missing().is_some() {
        return found.message.clone();
    }
    let ports = found.ports.iter().flatten().map(|new| new.port.as_str());
    let peers = found.peers.iter().flatten().map(|new| new.peer.as_str());
    let domains = found.domains.iter().flatten().map(String::as_str);
    let unknown = |list| found.unknown.iter().find(|unknown| unknown.list == list);
    let all = [
        named(&ports.collect::<Vec<_>>(), "port", "ports", unknown(NoveltyList::Ports)),
        named(&peers.collect::<Vec<_>>(), "peer", "peers", unknown(NoveltyList::Peers)),
        named(&domains.collect::<Vec<_>>(), "domain", "domains", unknown(NoveltyList::Domains)),
    ];
    all.join(", ")
}

/// How many, and which are the largest; or why that is not known.
fn named(names: &[&str], one: &str, many: &str, unknown: Option<&UnknownList>) -> String {
    const FEW: usize = 3;
    let why =
        unknown.map(|it| it.reason.clone().unwrap_or_else(|| part::word(it.state).to_owned()));
    let count = match (names.len(), &why) {
        (0, Some(why)) => return format!("{many} not known ({why})"),
        (0, None) => return format!("no {many}"),
        (count, _) => plural(count, one, many),
    };
    let more = if names.len() > FEW { ", ..." } else { "" };
    let more_unknown = why.map_or_else(String::new, |why| format!("; {why}"));
    format!("{count} ({}{more}{more_unknown})", names[..names.len().min(FEW)].join(", "))
}

/// Without the time of the largest, which is in the list of all.
fn counts(found: &Counts) -> String {
    if found.basis.status != Status::Ok {
        return found.message.clone();
    }
    let judged = plural(found.basis.n_used, "interval", "intervals");
    let above = match found.reported.len() {
        0 => format!("none of {judged} has significantly more connections than expected"),
        1 => format!("1 of {judged} has significantly more connections than expected"),
        many => format!("{many} of {judged} have significantly more connections than expected"),
    };
    match found.first_activities.len() {
        0 => above,
        first => {
            format!("{above}; active {first}x in an hour of the day in which it never was before")
        }
    }
}

/// How a level moves, as a sentence about it.
pub(crate) fn trend(WithMessage { found, message }: &WithMessage<Trend>) -> String {
    let low_to_high = found.low.zip(found.high).filter(|_| found.significant);
    let range = low_to_high.map_or_else(String::new, |(low, high)| {
        let percent = |slope: f64| 100.0 * slope.exp_m1();
        format!(" (95 % interval {:+.1} to {:+.1} %)", percent(low), percent(high))
    });
    format!("{message}{range}")
}

/// What is expected, by when there is most of it.
pub(crate) fn forecast(
    WithMessage { found, message }: &WithMessage<Forecast>,
    unit: Unit,
    from: AsOf<'_>,
) -> String {
    let most = found.points.iter().max_by(|a, b| {
        // Of equals the first.
        a.value.total_cmp(&b.value).then(b.start.cmp(&a.start))
    });
    match most {
        None => message.clone(),
        Some(point) if found.status == Status::Degenerate => {
            format!("{} in every interval of the next 7 days", unit.words(point.value))
        }
        Some(point) => format!(
            "the busiest interval begins {}, with about {} (80 % interval {} to {}, 95 % interval {} to {})",
            times::date_and_hour(point.start, from),
            unit.words(point.value),
            unit.words(point.low_80),
            unit.words(point.high_80),
            unit.words(point.low_95),
            unit.words(point.high_95),
        ),
    }
}
