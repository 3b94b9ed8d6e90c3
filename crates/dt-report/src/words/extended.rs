//! What the extended analyses say, in sentences.

use dt_analysis::AsOf;

use super::numbers::plural;
use super::times;
use crate::chart::Unit;
use crate::contract::{Counts, Divergence, Extended, Forecast, Novelty, Trend};

/// What each analysis looked at, and what it says; nothing of those that had nothing to look at.
pub(crate) fn sentences(found: &Extended) -> Vec<(&'static str, String)> {
    let direction = found.direction.as_ref();
    let change = direction.and_then(|direction| direction.change.as_ref());
    let mix = |mix: &Option<Divergence>| mix.as_ref().map(|mix| mix.message.clone());
    [
        ("regularity", found.regularity.as_ref().map(|it| it.message.clone())),
        ("direction", direction.map(|it| it.message.clone())),
        ("its change", change.map(|it| it.message.clone())),
        ("mix of ports", mix(&found.mix.ports)),
        ("mix of peers", mix(&found.mix.peers)),
        ("mix of domains", mix(&found.mix.domains)),
        ("what is new", Some(novelty(&found.novelty))),
        ("counts", found.counts.as_ref().map(counts)),
    ]
    .into_iter()
    .filter_map(|(what, says)| Some((what, says?)))
    .collect()
}

/// What is new, by name as far as there are few.
fn novelty(found: &Novelty) -> String {
    if found.basis.missing.is_some() {
        return found.message.clone();
    }
    let ports: Vec<&str> = found.ports.iter().map(|new| new.port.as_str()).collect();
    let peers: Vec<&str> = found.peers.iter().map(|new| new.peer.as_str()).collect();
    let domains: Vec<&str> = found.domains.iter().map(String::as_str).collect();
    let all = [
        named(&ports, "port", "ports"),
        named(&peers, "peer", "peers"),
        named(&domains, "domain", "domains"),
    ];
    all.join(", ")
}

/// How many, and which are the largest.
fn named(names: &[&str], one: &str, many: &str) -> String {
    const FEW: usize = 3;
    let count = match names.len() {
        0 => return format!("no {many}"),
        count => plural(count, one, many),
    };
    let more = if names.len() > FEW { ", ..." } else { "" };
    format!("{count} ({}{more})", names[..names.len().min(FEW)].join(", "))
}

/// Without the time of the largest, which is in the list of all.
fn counts(found: &Counts) -> String {
    if found.basis.status != "ok" {
        return found.message.clone();
    }
    let judged = plural(found.basis.n_used, "interval", "intervals");
    let above = match found.reported.len() {
        0 => format!("none of {judged} has more connections than chance explains"),
        1 => format!("1 of {judged} has more connections than chance explains"),
        many => format!("{many} of {judged} have more connections than chance explains"),
    };
    match found.first_activities.len() {
        0 => above,
        first => format!("{above}; active {first} x at an hour at which it never was"),
    }
}

/// How a level moves, as a sentence about it.
pub(crate) fn trend(found: &Trend) -> String {
    let low_to_high = found.low.zip(found.high).filter(|_| found.significant);
    let range = low_to_high.map_or_else(String::new, |(low, high)| {
        let percent = |slope: f64| 100.0 * slope.exp_m1();
        format!(" ({:+.1} to {:+.1} % with 95 % probability)", percent(low), percent(high))
    });
    format!("{}{range}", found.message)
}

/// What is expected, by when there is most of it.
pub(crate) fn forecast(found: &Forecast, unit: Unit, from: AsOf<'_>) -> String {
    let most = found.points.iter().max_by(|a, b| {
        // Of equals the first.
        a.value.total_cmp(&b.value).then(b.time.cmp(&a.time))
    });
    match most {
        None => found.message.clone(),
        Some(point) if found.basis.status == "degenerate" => {
            format!("{} in every interval of the next 7 days", unit.words(point.value))
        }
        Some(point) => format!(
            "the busiest interval begins {}, with about {}: {} to {} with 80 % and {} to {} with 95 % probability",
            times::date_and_hour(point.time, from),
            unit.words(point.value),
            unit.words(point.low_80),
            unit.words(point.high_80),
            unit.words(point.low_95),
            unit.words(point.high_95),
        ),
    }
}
